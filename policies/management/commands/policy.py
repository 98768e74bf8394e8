import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from policies.management.subcommands import check, editions, load, timeline


class Command(BaseCommand):
    """`manage.py policy check|load|list|timeline`: everything about policy files from the command line."""

    help = "Checks, loads and lists escalation policies, and shows what their timescales mean on the calendar."
    # A policy file can be checked before there is a database or a finished installation.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        subcommands = parser.add_subparsers(metavar="SUBCOMMAND", required=True)
        for name, module in (("check", check), ("load", load), ("list", editions), ("timeline", timeline)):
            subparser = subcommands.add_parser(name, help=module.HELP, description=module.HELP)
            module.add_arguments(subparser)
            subparser.set_defaults(run=module.run)

    def handle(self, *args: Any, **options: Any) -> None:
        options["run"](argparse.Namespace(**options), self.stdout.write)
