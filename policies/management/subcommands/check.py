"""`policy check`: says whether policy files can be run, and if not, what to change where."""

import argparse
from collections.abc import Callable
from pathlib import Path

from django.core.management.base import CommandError

from policies.problems import PolicyError
from policies.schema import Policy
from policies.sources import Source, library, read_file
from policies.wording import counted

HELP = "Check policy files. Nothing is loaded."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="A policy file, a folder of them, or the short name of a policy delivered with the product.",
    )


def run(options: argparse.Namespace, write: Callable[[str], object]) -> None:
    """Checks every file named, to the end, and fails once at the end if there was any problem in one of them."""
    problems: list[str] = []
    for name in options.files:
        for read in _sources(name):
            try:
                source = read()
            except PolicyError as error:
                problems += [str(problem) for problem in error.problems]
            else:
                write(f"{source.path}: no problems ({_counts(source.policy)}).")
    if problems:
        raise CommandError("\n".join([*problems, f"{counted(len(problems), 'problems')} found."]))


def _sources(name: str) -> list[Callable[[], Source]]:
    """What there is to read under `name`; each is read only when its turn comes, so that one bad file stops none."""
    path = Path(name)
    if path.is_dir():
        files = sorted(path.glob("*.toml"))
        if not files:
            raise CommandError(f"{path}: there is no policy file (*.toml) in this folder.")
        return [_reader(file) for file in files]
    if not path.exists() and not path.suffix:
        delivered = [source for source in library() if source.policy.slug == name]
        if delivered:
            return [_reader(Path(source.path)) for source in delivered]
    return [_reader(path)]


def _reader(path: Path) -> Callable[[], Source]:
    return lambda: read_file(path)


def _counts(policy: Policy) -> str:
    counts = [(len(policy.stages), "stages"), (len(policy.clocks), "clocks"), (len(policy.subjects), "subjects")]
    counts.append((len(policy.situations), "situations"))
    return f"{policy.slug} {policy.edition}: " + ", ".join(counted(number, what) for number, what in counts)
