"""`policy load`: takes a policy file into the product as an edition of a partnership's policy."""

import argparse
from collections.abc import Callable
from pathlib import Path

from django.core.management.base import CommandError
from django.utils import timezone

from agencies.models import Partnership
from policies.loader import load_edition
from policies.problems import PolicyError
from policies.sources import read_text
from policies.wording import listed

HELP = "Load a policy file as an edition of a partnership's policy."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--partnership", metavar="SLUG", required=True, help="The partnership's short name.")


def run(options: argparse.Namespace, write: Callable[[str], object]) -> None:
    """Loads the file, or says why not. Loading the same text twice is no mistake and changes nothing."""
    partnership = _partnership(options.partnership)
    at = timezone.now()
    try:
        edition = load_edition(partnership=partnership, text=read_text(options.file), path=str(options.file), at=at)
    except PolicyError as error:
        raise CommandError(str(error)) from None
    if edition.loaded_at == at:
        write(f"Loaded {edition} for {partnership.name}, in force from {edition.effective_from.isoformat()}.")
    else:
        write(f"{edition} is loaded already for {partnership.name}. Nothing has changed.")


def _partnership(slug: str) -> Partnership:
    partnership = Partnership.objects.filter(slug=slug).first()
    if partnership is None:
        known = listed(list(Partnership.objects.values_list("slug", flat=True))) or "none yet"
        raise CommandError(f'There is no partnership "{slug}". Partnerships: {known}.')
    return partnership
