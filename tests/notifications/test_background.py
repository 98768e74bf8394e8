"""Worker and beat as threads of this process, over Celery's broker in memory."""

import signal
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from celery.worker import state

from escalation import background
from escalation.celery import app
from notifications import waking
from notifications.delivery import DeliveryReport

PATIENCE = 15.0
JOB = "notifications.tasks.deliver_due_notifications"


class Rounds:
    """Stands for a round of delivery: counts, and can be made to fail."""

    def __init__(self) -> None:
        self.done = threading.Semaphore(0)
        self.errors: list[Exception] = []
        self.threads: set[str] = set()

    def __call__(self, *, at: datetime) -> DeliveryReport:
        self.threads.add(threading.current_thread().name)
        self.done.release()
        if self.errors:
            raise self.errors.pop()
        return DeliveryReport(sent=1)


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Rounds:
    made = Rounds()
    monkeypatch.setattr("notifications.tasks.deliver_due", made)
    every_hour = {"task": JOB, "schedule": 3600.0, "options": {"expires": 60}}
    monkeypatch.setitem(app.conf, "beat_schedule", {"deliver": every_hour})
    monkeypatch.setattr(background, "PAUSE_SECONDS", 0.01)
    return made


@pytest.fixture
def threads(rounds: Rounds) -> Iterator[None]:
    background.start_background_threads()
    yield
    assert background.stop(seconds=PATIENCE)


def running() -> list[str]:
    return sorted(thread.name for thread in threading.enumerate() if thread.name.startswith("background-"))


def test_every_job_is_done_once_at_the_start(rounds: Rounds, threads: None) -> None:
    assert rounds.done.acquire(timeout=PATIENCE)
    assert rounds.threads == {"background-worker"}


def test_a_commit_wakes_the_worker_through_memory(rounds: Rounds, threads: None) -> None:
    assert rounds.done.acquire(timeout=PATIENCE)
    waking.wake_delivery()
    assert rounds.done.acquire(timeout=PATIENCE)


def test_the_beat_goes_on_ticking(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    often = {"task": JOB, "schedule": 0.05, "options": {"expires": 60}}
    monkeypatch.setitem(app.conf, "beat_schedule", {"deliver": often})
    background.start_background_threads()
    try:
        for _ in range(4):
            assert rounds.done.acquire(timeout=PATIENCE)
    finally:
        assert background.stop(seconds=PATIENCE)


def test_a_job_that_fails_does_not_end_the_worker(rounds: Rounds) -> None:
    rounds.errors.append(ZeroDivisionError())
    background.start_background_threads()
    try:
        assert rounds.done.acquire(timeout=PATIENCE)
        waking.wake_delivery()
        assert rounds.done.acquire(timeout=PATIENCE)
    finally:
        assert background.stop(seconds=PATIENCE)


def test_a_thread_that_ends_by_an_error_is_started_again(
    rounds: Rounds, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real, broken = background.Worker, [True]

    def breaks_once(**options: Any) -> object:
        if broken:
            broken.pop()
            raise OSError
        return real(**options)

    monkeypatch.setattr(background, "Worker", breaks_once)
    background.start_background_threads()
    try:
        assert rounds.done.acquire(timeout=PATIENCE)
        assert "is started again" in caplog.text
    finally:
        assert background.stop(seconds=PATIENCE)


def test_the_web_process_keeps_its_own_signal_handlers(rounds: Rounds) -> None:
    watched = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1]
    before = [signal.getsignal(number) for number in watched]
    background.start_background_threads()
    assert rounds.done.acquire(timeout=PATIENCE)
    assert [signal.getsignal(number) for number in watched] == before
    assert background.stop(seconds=PATIENCE)
    assert [signal.getsignal(number) for number in watched] == before


def test_starting_twice_starts_one_pair(rounds: Rounds, threads: None) -> None:
    background.start_background_threads()
    assert running() == ["background-beat", "background-worker"]


def test_they_end_when_asked_and_can_begin_again(rounds: Rounds) -> None:
    for _ in range(2):
        background.start_background_threads()
        assert rounds.done.acquire(timeout=PATIENCE)
        assert background.stop(seconds=PATIENCE)
        assert running() == []
        assert state.should_stop is None


def test_stopping_what_does_not_run_is_no_error() -> None:
    assert background.stop()
    assert background.stop()


def test_the_threads_never_keep_the_process_alive(rounds: Rounds, threads: None) -> None:
    assert all(thread.daemon for thread in threading.enumerate() if thread.name.startswith("background-"))
