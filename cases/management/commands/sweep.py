import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from django.utils import timezone

from cases.sweep import sweep
from notifications.delivery import deliver_due
from policies.due import LONDON


class Command(BaseCommand):
    help = (
        "Take every step of a stage clock that is due, deliver what is in the outbox, and print what was done as JSON."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at",
            metavar="2026-04-14T09:00",
            help="Act as if it were this moment (Europe/London unless it says otherwise); demonstration mode only.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = self._moment(options["at"]) if options["at"] else timezone.now()
        try:
            done = {"at": at.isoformat(), "sweep": sweep(at=at).as_dict(), "delivery": deliver_due(at=at).as_dict()}
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(f"The database does not answer (is it migrated?): {error}") from error
        self.stdout.write(json.dumps(done, indent=2))

    def _moment(self, text: str) -> datetime:
        if not settings.DEMONSTRATION:
            raise CommandError("--at is for demonstrations: a real case must not be marked late before its time.")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise CommandError(f"--at {text!r} is not a moment: write it like 2026-04-14T09:00.") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
