import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from escalation.celery import app
from notifications import waking
from notifications.waking import Waker, publish_wake_up
from tests.notifications.mailserver import HOST, free_port, silent_listener

PATIENCE = 10.0


def test_a_wake_reaches_the_broker_from_another_thread() -> None:
    threads: queue.Queue[str] = queue.Queue()
    Waker(lambda: threads.put(threading.current_thread().name)).wake()
    assert threads.get(timeout=PATIENCE) == "wake-delivery"


def test_a_broker_that_hangs_delays_no_one() -> None:
    hanging, release = threading.Event(), threading.Event()

    def hang() -> None:
        hanging.set()
        release.wait(PATIENCE)

    waker = Waker(hang)
    waker.wake()
    assert hanging.wait(PATIENCE)
    began = time.monotonic()
    for _ in range(1000):
        waker.wake()
    assert time.monotonic() - began < 1.0
    release.set()


def test_many_commits_meanwhile_are_one_wake_and_none_is_forgotten() -> None:
    started, release = threading.Semaphore(0), threading.Semaphore(0)
    published: list[int] = []

    def publish() -> None:
        published.append(1)
        started.release()
        release.acquire(timeout=PATIENCE)

    waker = Waker(publish)
    waker.wake()
    assert started.acquire(timeout=PATIENCE)
    for _ in range(50):
        waker.wake()
    release.release()
    assert started.acquire(timeout=PATIENCE)
    release.release()
    assert not started.acquire(timeout=0.05)
    assert len(published) == 2


def test_a_broker_that_refuses_is_noted_without_data_and_asked_again_next_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    attempts: queue.Queue[int] = queue.Queue()

    def refuse() -> None:
        attempts.put(1)
        raise ConnectionRefusedError("redis://:password@secret.example")

    waker = Waker(refuse)
    with caplog.at_level(logging.WARNING):
        waker.wake()
        attempts.get(timeout=PATIENCE)
        waker.wake()
        attempts.get(timeout=PATIENCE)
    assert "ConnectionRefusedError" in caplog.text
    assert "secret" not in caplog.text


def test_one_thread_serves_all_wakes() -> None:
    served: queue.Queue[int] = queue.Queue()
    waker = Waker(lambda: served.put(threading.get_ident()))
    waker.wake()
    first = served.get(timeout=PATIENCE)
    waker.wake()
    assert served.get(timeout=PATIENCE) == first


def test_a_forked_process_gets_a_waker_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    inherited = waking._waker
    monkeypatch.setattr(waking, "_waker", inherited)
    waking._begin_anew()
    assert waking._waker is not inherited


@contextmanager
def broker(monkeypatch: pytest.MonkeyPatch, url: str) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setitem(app.conf, "broker_write_url", url)
        yield


def within(seconds: float, work: Callable[[], None]) -> None:
    began = time.monotonic()
    work()
    assert time.monotonic() - began < seconds


def test_the_wake_itself_is_a_message_that_names_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with broker(monkeypatch, "memory://"):
        publish_wake_up()
        with app.connection_for_write() as connection:
            message = connection.SimpleQueue(app.conf.task_default_queue).get(timeout=PATIENCE)
            message.ack()
    assert message.headers["task"] == "notifications.tasks.deliver_due_notifications"
    assert message.payload[0:2] == [[], {}]
    assert message.headers["expires"] is not None


def test_a_refused_connection_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        with pytest.raises(Exception, match="refused"):
            publish_wake_up()

    with broker(monkeypatch, f"redis://{HOST}:{free_port()}/0"):
        within(30, work)


def test_a_broker_that_says_nothing_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    def work() -> None:
        with pytest.raises(Exception, match=r"(?i)time"):
            publish_wake_up()

    with silent_listener() as port, broker(monkeypatch, f"redis://{HOST}:{port}/0"):
        within(30, work)
