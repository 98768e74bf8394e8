"""Waking the worker, without ever waiting for the broker.

The broker is a convenience: a sweep finds every row within a minute, whether a worker was woken or not. So a broker
that refuses, crawls or hangs must not be felt by the person whose page is being made.

1. A request's transaction commits; `wake_delivery` puts one token on a queue that holds one, and returns.
2. A token that is already there stands for this commit as well: the worker, once woken, reads the database.
3. One daemon thread takes the token and publishes the message, with short time-outs; only it can be held up.
4. If that fails it says so in the log and takes the next token. If the process ends first, nothing is lost (see above).
"""

import logging
import os
import queue
import threading
from collections.abc import Callable
from typing import Final

from celery import current_app

logger = logging.getLogger(__name__)

JOB: Final = "notifications.tasks.deliver_due_notifications"
SHORT: Final = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0, "max_retries": 0}
STALE_SECONDS: Final = 55


class Waker:
    """Calls `publish` in a thread of its own, once for however many calls of `wake` came in the meantime."""

    def __init__(self, publish: Callable[[], None]) -> None:
        self._publish = publish
        self._lock = threading.Lock()
        self._tokens: queue.Queue[None] = queue.Queue(maxsize=1)
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Return at once; never raises on account of the broker."""
        try:
            self._tokens.put_nowait(None)
        except queue.Full:
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="wake-delivery", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._tokens.get()
            try:
                self._publish()
            except Exception as error:  # whatever the broker's library raises: there are dozens, and none may end this
                logger.warning("The worker was not woken (%s); the next sweep will send.", type(error).__name__)


def publish_wake_up() -> None:
    """Ask the broker to wake a worker. Raises what the broker's library raises, after a second or two."""
    with current_app.connection_for_write(connect_timeout=1, transport_options=SHORT) as connection:
        current_app.send_task(JOB, connection=connection, retry=False, expires=STALE_SECONDS)


_waker = Waker(publish_wake_up)


def wake_delivery() -> None:
    """Have what is due sent soon. Costs the caller nothing."""
    _waker.wake()


def _begin_anew() -> None:
    # A thread does not survive a fork, and its lock may have been held at that very moment.
    global _waker
    _waker = Waker(publish_wake_up)


os.register_at_fork(after_in_child=_begin_anew)
