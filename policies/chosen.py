"""Which policy somebody means by a file name or a short name."""

import datetime
from dataclasses import dataclass
from pathlib import Path

from django.db import DatabaseError

from policies.models import PolicyEdition
from policies.schema import Policy
from policies.sources import from_library, read_file
from policies.wording import listed
from policies.workdays import JURISDICTIONS

DEFAULT_JURISDICTION = JURISDICTIONS[0]


@dataclass(frozen=True)
class Chosen:
    """A policy, whose working days count for it, and where it was found, in words."""

    policy: Policy
    jurisdiction: str
    where: str


def choose(name: str, *, edition: str | None, partnership: str | None, on: datetime.date) -> Chosen:
    """The policy in the file `name`; else the loaded edition of the policy `name`; else the delivered one.

    Without `edition` it is the one in force on the day `on`. Raises PolicyError for a file with problems, and
    LookupError, saying what there is, if nothing fits.
    """
    path = Path(name)
    if path.is_file() or path.suffix:
        source = read_file(path)
        if edition is not None and edition != source.policy.edition:
            raise LookupError(f'{path} holds edition "{source.policy.edition}", not "{edition}".')
        return Chosen(source.policy, DEFAULT_JURISDICTION, source.path)
    loaded = _loaded(name, edition=edition, partnership=partnership, on=on)
    if loaded is not None:
        where = f"loaded for {loaded.partnership.name}"
        return Chosen(loaded.policy, loaded.partnership.jurisdiction, where)
    source = from_library(name, edition=edition, on=on)
    return Chosen(source.policy, DEFAULT_JURISDICTION, "delivered with the product, not loaded")


def _loaded(name: str, *, edition: str | None, partnership: str | None, on: datetime.date) -> PolicyEdition | None:
    """The loaded edition that is meant, None if no edition of this policy is loaded or there is no database yet."""
    editions = PolicyEdition.objects.for_slug(name).select_related("partnership")
    if partnership is not None:
        editions = editions.filter(partnership__slug=partnership)
    try:
        names = list(editions.values_list("edition", flat=True))
    except DatabaseError:
        return None
    if edition is not None:
        editions = editions.filter(edition=edition)
    chosen = editions.at(on)
    if names and chosen is None:
        raise LookupError(f'"{name}" has no edition "{edition}". Loaded editions: {listed(sorted(set(names)))}.')
    if partnership is not None and chosen is None:
        raise LookupError(f'The partnership "{partnership}" has not loaded a policy "{name}".')
    return chosen
