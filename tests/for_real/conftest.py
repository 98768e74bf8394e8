import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from tests.escalation.conftest import free_port
from tests.for_real.installation import Installation, own_database, own_redis
from tests.for_real.mail import HoldingMailServer


@pytest.fixture
def mail() -> Iterator[HoldingMailServer]:
    server = HoldingMailServer(port=free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        server.release.set()
        controller.stop()


@contextmanager
def nothing_left_running(installation: Installation) -> Iterator[None]:
    """Whatever happens, every process that was started ends here, each by its own number."""
    try:
        yield
    finally:
        for process in installation.processes:
            if process.popen.poll() is None:
                os.killpg(process.popen.pid, signal.SIGKILL)
                process.popen.wait(10)


@pytest.fixture
def installation(
    postgres_address: str, redis_address: str, mail: HoldingMailServer, tmp_path: Path
) -> Iterator[Installation]:
    name = f"escalation_for_real_{os.getpid()}_{threading.get_native_id()}"
    with own_database(postgres_address, name) as database, own_redis(redis_address) as redis_url:
        made = Installation(database=database, redis_url=redis_url, mail_port=mail.port, folder=tmp_path)
        with nothing_left_running(made):
            yield made
