"""Someone signed in, the pages of this folder, and a real process of ours."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from agencies.models import Partnership, Person

PASSWORD = "a-password-of-some-length"
Start = Callable[..., "Process"]


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create_user("nora@nursery.example", PASSWORD, name="Nora Finch")


@pytest.fixture
def partnership(db: None) -> Partnership:
    return Partnership.objects.create(
        slug="northwater",
        name="Northwater Safeguarding Children Partnership",
        prefix="NOR",
        mailbox="bm@northwater.example",
        urgent_advice="Ring 999.\nThen ring the Northwater front door on 01632 960999.",
    )


@pytest.fixture
def signed_in(client: Client, person: Person) -> Client:
    client.force_login(person)
    return client


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Process:
    """A command of the project as a process of its own; what it prints goes to a file."""

    def __init__(self, command: list[str], environment: dict[str, str], output: Path) -> None:
        self.output = output
        with output.open("wb") as file:
            self.popen = subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, words: str, seconds: float = 40) -> None:
        """Until it has printed `words`."""
        self.wait_until(lambda: words in self.said(), seconds)

    def wait_until(self, so: Callable[[], bool], seconds: float = 40) -> None:
        """Until `so` is true; fails with all it printed if it ends before, or takes too long."""
        give_up_at = time.monotonic() + seconds
        while not so():
            assert self.popen.poll() is None, f"it ended with {self.popen.returncode}:\n{self.said()}"
            assert time.monotonic() < give_up_at, f"it is still not so:\n{self.said()}"
            try:
                self.popen.wait(0.1)
            except subprocess.TimeoutExpired:
                continue

    def end(self, sign: signal.Signals, seconds: float = 15) -> int:
        """Send the signal to the process and wait; its exit code."""
        self.popen.send_signal(sign)
        return self.popen.wait(seconds)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """start("manage.py", "serve", ..., NAME="value"): Python with these arguments, in a bare environment."""
    processes: list[Process] = []

    def run(*arguments: str, **environment: str) -> Process:
        own = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data"), **environment}
        process = Process([sys.executable, *arguments], own, tmp_path / f"output-{len(processes)}")
        processes.append(process)
        return process

    yield run
    for process in processes:
        if process.popen.poll() is None:
            os.killpg(process.popen.pid, signal.SIGKILL)
            process.popen.wait(10)
