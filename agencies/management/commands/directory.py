from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from agencies.directory_file import DirectoryFileError, load_directory, read_directory
from escalation.errors import RuleViolation


class Command(BaseCommand):
    help = "Load partnerships, agencies, people, their roles and the named officers from a TOML file."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="subcommand", required=True)
        load = commands.add_parser("load", help="add and change what the file names; nothing is removed")
        load.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            loaded = load_directory(read_directory(path.read_text(encoding="utf-8")), at=timezone.now())
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path}: cannot be read as UTF-8 text: {error}.") from error
        except DirectoryFileError as error:
            raise CommandError("\n".join(f"{path}: {problem}" for problem in error.problems)) from error
        except RuleViolation as violation:
            raise CommandError(f"{path}: {violation.message}") from violation
        self.stdout.write(", ".join(f"{number} {what}" for what, number in loaded.items()) + ": loaded.")
