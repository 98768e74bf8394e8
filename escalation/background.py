"""Worker and beat as threads of the web process, for an installation without Redis (`make run`).

1. `start_background_threads` starts two daemon threads, once per process; a second call does nothing.
2. The worker thread runs Celery's unmanaged worker: it installs no signal handler and touches no logging. One job at a
   time ("solo"), in the thread itself, so that nothing outlives it.
3. The beat thread first asks for every job once, because messages in memory died with the last process, then ticks.
4. Should either end by an error it is started again after a pause: a web process whose clock stands still is worse
   than one that is down, because nobody notices.
5. `stop` asks both to end and waits; a job under way is finished, unless it takes longer than the time allowed. Then
   the thread dies with the process and the row's lease brings the work back.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from celery import beat
from celery.worker import WorkController, state
from django.db import connections

from escalation.celery import app

logger = logging.getLogger(__name__)

# What Celery's own signal handlers set to have the worker end; one for the process.
_stop_flag: Any = state

PAUSE_SECONDS: Final = 5.0
LOOK_UP_SECONDS: Final = 0.5
LONGEST_SLEEP_OF_BEAT: Final = 1


class Worker(WorkController):
    """Celery's unmanaged worker, which looks up often enough to end soon when asked."""

    def on_consumer_ready(self, consumer: Any) -> None:
        """Celery waits two seconds for a message before it looks whether it should stop, and then once more."""
        wait = consumer.connection.drain_events
        consumer.connection.drain_events = lambda timeout: wait(timeout=min(timeout, LOOK_UP_SECONDS))


class BackgroundThreads:
    """One worker and one beat. To be started after the process has forked, for threads do not survive a fork."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._beat: beat.Service | None = None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start both and return; they do their first round at once."""
        for name, run in (("worker", self._work), ("beat", self._tick)):
            thread = threading.Thread(target=self._keep_going, args=(run,), name=f"background-{name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self, *, seconds: float) -> bool:
        """Ask both to end; True if they did within `seconds`."""
        self._ending.set()
        if self._beat is not None:
            self._beat.stop()
        _stop_flag.should_stop = 0
        give_up_at = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, give_up_at - time.monotonic()))
        ended = not any(thread.is_alive() for thread in self._threads)
        if ended:
            # The flag belongs to the process; left up it would end the next worker before its first job.
            _stop_flag.should_stop = None
        return ended

    def _keep_going(self, run: Callable[[], None]) -> None:
        while not self._ending.is_set():
            try:
                run()
            except Exception:  # point 4 above: whatever it was, the jobs must go on
                logger.exception("A background thread ended by an error and is started again.")
            finally:
                # A thread's connection is its own; nobody else would close it once the thread has gone.
                connections.close_all()
            self._ending.wait(PAUSE_SECONDS)

    def _work(self) -> None:
        app.set_current()
        worker = Worker(
            app=app,
            hostname="threads@%h",
            pool="solo",
            concurrency=1,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        worker.start()

    def _tick(self) -> None:
        app.set_current()
        self._beat = beat.Service(app, max_interval=LONGEST_SLEEP_OF_BEAT, scheduler_cls=app.conf.beat_scheduler)
        for job in app.conf.beat_schedule.values():
            app.send_task(job["task"], **job["options"])
        if not self._ending.is_set():
            self._beat.start()


_running: BackgroundThreads | None = None
_one_at_a_time = threading.Lock()


def start_background_threads() -> None:
    """Start worker and beat in this process, unless they already run."""
    global _running
    with _one_at_a_time:
        if _running is None:
            _running = BackgroundThreads()
            _running.start()


def stop(*, seconds: float = 10.0) -> bool:
    """End worker and beat, waiting at most `seconds`; True if they ended, or did not run. May be called twice."""
    global _running
    with _one_at_a_time:
        threads, _running = _running, None
        return threads is None or threads.stop(seconds=seconds)
