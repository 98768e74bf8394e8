"""`manage.py serve`: one command that starts everything, says where, and ends cleanly."""

import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from pytest_django import Settings

from escalation import background
from escalation.celery import app
from escalation.server import start_jobs
from tests.escalation.conftest import Start, free_port

pytestmark = pytest.mark.for_real


def status(port: int, path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return int(answer.status)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_ends_cleanly(start: Start, tmp_path: Path, sign: signal.Signals) -> None:
    port = free_port()
    process = start("manage.py", "serve", "--empty", "--port", str(port), DEMONSTRATION="1")
    process.wait_for(f"Escalation is at http://127.0.0.1:{port}")

    assert status(port, "/healthz") == 200
    assert status(port, "/accounts/login/") == 200
    assert process.end(sign) == 0
    assert "Traceback" not in process.said()
    with pytest.raises(urllib.error.URLError):
        status(port, "/healthz")
    assert (tmp_path / "data" / "escalation.sqlite3").exists()


def test_a_second_start_finds_what_the_first_left(start: Start, tmp_path: Path) -> None:
    secrets = []
    for _ in range(2):
        port = free_port()
        process = start("manage.py", "serve", "--empty", "--port", str(port))
        process.wait_for("Escalation is at")
        assert process.end(signal.SIGINT) == 0
        secrets.append((tmp_path / "data" / "secret-key").read_text())

    assert secrets[0] == secrets[1]


def test_a_taken_port_is_said_in_words(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        process = start("manage.py", "serve", "--empty", "--port", str(port))

        assert process.popen.wait(40) == 1
    assert f"Port {port} is taken" in process.said()
    assert f"make run PORT={port + 1}" in process.said()
    assert "Traceback" not in process.said()


def test_a_port_that_cannot_be_is_said_in_words(start: Start) -> None:
    process = start("manage.py", "serve", "--empty", "--port", "70000")

    assert process.popen.wait(40) == 1
    assert "70000 is no port" in process.said()


def test_jobs_run_in_the_process_itself_though_there_is_a_redis(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setitem(app.conf, "broker_url", settings.REDIS_URL)
    started: list[str] = []
    monkeypatch.setattr(background, "start_background_threads", lambda: started.append(app.conf.broker_url))

    start_jobs(None)

    assert started == ["memory://localhost/"]
