"""`manage.py demo`: invented data for trying the product, and who one can be in it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from escalation.demo import sign_ins
from escalation.demo.guard import why_not_here, why_not_loaded
from escalation.demo.load import load_missing, missing


def refuse(reason: str) -> None:
    """Raise CommandError if there is a reason."""
    if reason:
        raise CommandError(reason)


class Command(BaseCommand):
    """Loads what is missing of the demonstration, and says what it did."""

    help = "Load invented demonstration data if there is none; with --sign-ins, list who one can sign in as."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to print."""
        parser.add_argument("--sign-ins", action="store_true", help="List everybody who holds a role.")
        parser.add_argument("--json", action="store_true", help="With --sign-ins: as JSON.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError outside a demonstration, and beside data that is not the demonstration's."""
        if options["json"] and not options["sign_ins"]:
            raise CommandError("--json says how to print the sign-ins: add --sign-ins.")
        refuse(why_not_here())
        if missing():
            refuse(why_not_loaded())
        # With the sign-ins asked for, standard output belongs to them: a program may read it.
        said = self.stderr if options["sign_ins"] else self.stdout
        loaded = 0
        for partnership in load_missing(now=timezone.now()):
            loaded += 1
            said.write(f"Loaded {partnership}.")
        sign_ins.write_for_sign_in_page()
        if options["sign_ins"]:
            rows = sign_ins.rows()
            self.stdout.write(json.dumps(rows, indent=2) if options["json"] else sign_ins.table(rows))
        elif not loaded:
            said.write("The demonstration is there already: nothing was added.")
