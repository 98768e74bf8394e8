"""An installation as docker-compose.yml describes it; its processes run on this machine instead of in containers."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import redis
from django.conf import settings

from tests.escalation.conftest import Process, free_port
from tests.for_real import compose

SITE = "https://escalation.example"
#: Redis numbers its databases; the first ones are left to whoever else uses this machine.
NUMBERS = range(8, 16)
OURS = "taken-by-a-test-for-real"


def until(what: Callable[[], Any], words: str, seconds: float) -> Any:
    """The first answer of `what` that counts as true; fails with `words` after so many seconds."""
    give_up_at = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < give_up_at, f"after {seconds:.0f} seconds: {words}"
        time.sleep(0.05)
    return found


class Installation:
    """Its own database, its own Redis number, its own port; `mail_port` is that of the mail server."""

    def __init__(self, *, database: str, redis_url: str, mail_port: int, folder: Path) -> None:
        self.database = database
        self.redis_url = redis_url
        self.folder = folder
        self.port = free_port()
        self.processes: list[Process] = []
        self.services = compose.services(
            {
                "SECRET_KEY": secrets.token_urlsafe(60),
                "POSTGRES_PASSWORD": secrets.token_hex(20),
                "SITE_URL": SITE,
                "ALLOWED_HOSTS": urlsplit(SITE).netloc,
                "EMAIL_HOST": "127.0.0.1",
                "EMAIL_PORT": str(mail_port),
                "EMAIL_SECURITY": "none",
                "EMAIL_FROM": "escalation@northwater.example",
            }
        )

    def environment(self, service: str) -> dict[str, str]:
        """What the compose file gives the service; only the names of other containers are this machine's here."""
        return {
            **self.services[service].environment,
            "DATABASE_URL": self.database,
            "REDIS_URL": self.redis_url,
            # Where the image's Dockerfile says how it runs.
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "BIND": f"127.0.0.1:{self.port}",
            "DATA_DIR": str(self.folder),
            "HOSTNAME": socket.gethostname(),
        }

    def start(self, service: str, **changes: str) -> Process:
        """Start the service's command; it goes on running."""
        output = self.folder / f"{service}-{len(self.processes)}.txt"
        process = Process(self.services[service].command, self.environment(service) | changes, output)
        self.processes.append(process)
        return process

    def run(self, command: list[str], *, service: str = "web") -> str:
        """Run a command in the service's environment to its end, which has to be a good one; what it printed."""
        done = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=self.environment(service),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def prepare(self, stock: str) -> None:
        """What is done before the first start: the tables, and the people (a function of `stock`)."""
        self.run(self.services["migrate"].command, service="migrate")
        self.shell(f"from tests.for_real import stock; stock.{stock}()")

    def collect_static(self) -> None:
        """What the Dockerfile does for the image: every static file under a name that carries its hash."""
        self.run(["python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0"])

    def shell(self, code: str) -> str:
        return self.run(["python", "manage.py", "shell", "--verbosity", "0", "-c", code])

    def well(self, service: str) -> None:
        """The health check that the compose file gives the service has to succeed."""
        self.run(self.services[service].healthcheck, service=service)

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of a statement in the installation's database, on a connection of its own."""
        connection = psycopg2.connect(self.database)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


@contextmanager
def own_database(address: str, name: str) -> Iterator[str]:
    """A new PostgreSQL database beside that of `address`; it is dropped at the end."""
    server = psycopg2.connect(urlsplit(address)._replace(path="/postgres").geturl())
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlsplit(address)._replace(path=f"/{name}").geturl()
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            server.close()


@contextmanager
def own_redis(address: str) -> Iterator[str]:
    """A Redis database that was empty; it is emptied again at the end, and no other one."""
    for number in NUMBERS:
        url = urlsplit(address)._replace(path=f"/{number}").geturl()
        client = redis.Redis.from_url(url)
        if client.dbsize() == 0 and client.set(OURS, os.getpid(), nx=True, ex=600):
            break
        client.close()
    else:
        raise AssertionError("every Redis database from 8 to 15 holds something")
    try:
        yield url
    finally:
        client.flushdb()
        client.close()
