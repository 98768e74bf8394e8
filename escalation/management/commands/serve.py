"""`manage.py serve`: everything in one command, on this machine."""

import errno
import os
import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from agencies.models import Partnership
from escalation import demonstration
from escalation.server import Server


class Command(BaseCommand):
    """Prepares the database, fills a demonstration, and serves until Ctrl-C."""

    help = "Web server and background jobs in one command. Ends with Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen, and whether to leave the database as it is."""
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--empty", action="store_true", help="Load no demonstration data.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError if the port is taken; else serve."""
        host, port = options["host"], options["port"]
        refuse_a_taken_port(host, port)
        call_command("migrate", verbosity=0, interactive=False)
        if settings.DEMONSTRATION and not options["empty"] and not Partnership.objects.exists():
            self.stdout.write("Loading the demonstration’s invented data; this is done once.")
            call_command("demo", stdout=self.stdout)
        self.say(demonstration.table())
        # A connection must not be shared with the process that is forked next.
        connections.close_all()
        Server(host, port, lambda: self.say(f"Escalation is at http://{host}:{port}  (Ctrl-C ends it)")).run()

    def say(self, words: str) -> None:
        """Print at once: whoever waits for the address may be a program."""
        if words:
            self.stdout.write(words)
            self.stdout.flush()


def refuse_a_taken_port(host: str, port: int) -> None:
    """Raise CommandError, in words that help, if nobody can listen there."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # As the server does: a port whose last user has just gone is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} is taken: another program listens there. "
                    f"End it, or choose another port: make run PORT={port + 1}"
                ) from None
            raise CommandError(f"Cannot listen on {host}:{port}: {error.strerror}.") from None
        except OverflowError:
            raise CommandError(f"{port} is no port: choose one from 1024 to 65535.") from None
