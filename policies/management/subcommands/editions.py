"""`policy list`: the editions that are loaded, and the policies that are delivered with the product."""

import argparse
from collections.abc import Callable

from django.core.management.base import CommandError
from django.db import DatabaseError
from django.utils import timezone

from policies.models import PolicyEdition
from policies.sources import library

HELP = "List the loaded editions and the policies delivered with the product."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Takes none."""


def run(options: argparse.Namespace, write: Callable[[str], object]) -> None:
    """One line for each edition. Today's edition of each partnership is marked as the one in force."""
    today = timezone.localdate()
    editions = PolicyEdition.objects.select_related("partnership").order_by("partnership__slug", "-effective_from")
    try:
        loaded = list(editions)
    except DatabaseError:
        raise CommandError("The database is not set up yet: run `manage.py migrate` first.") from None
    write("Loaded editions:" if loaded else "No editions are loaded.")
    for edition in loaded:
        in_force = PolicyEdition.objects.in_force(edition.partnership, today)
        mark = ", in force" if in_force == edition else ""
        write(
            f"  {edition.partnership.slug}: {edition.slug} {edition.edition} from "
            f"{edition.effective_from.isoformat()}{mark}"
        )
    write("Delivered with the product:")
    for source in library():
        write(f"  {source.policy.slug} {source.policy.edition}: {source.policy.name}")
