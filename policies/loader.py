"""Takes a policy text into the product as an edition of a partnership's policy."""

import datetime

from agencies.models import Partnership
from policies.models import PolicyEdition, checksum_of
from policies.positions import line_of, positions
from policies.problems import PolicyError, Problem
from policies.reading import parse

__all__ = ["PolicyError", "Problem", "load_edition", "parse"]


def load_edition(*, partnership: Partnership, text: str, path: str, at: datetime.datetime) -> PolicyEdition:
    """The edition that `text` describes, now loaded for `partnership` at the moment `at` (aware).

    Loading the same text again changes nothing and gives the edition that is there. An edition that exists is never
    replaced, because cases are pinned to it. Raises PolicyError, with places in `path`, for a text that `parse`
    refuses and for an edition that exists with another text.
    """
    policy = parse(text, path=path)
    edition, _ = PolicyEdition.objects.get_or_create(
        partnership=partnership,
        slug=policy.slug,
        edition=policy.edition,
        defaults={
            "effective_from": policy.effective_from,
            "source": text,
            "checksum": checksum_of(text),
            "loaded_at": at,
        },
    )
    if edition.checksum != checksum_of(text):
        raise PolicyError([_already_there(edition, text=text, path=path)])
    return edition


def _already_there(edition: PolicyEdition, *, text: str, path: str) -> Problem:
    return Problem(
        file=path,
        line=line_of(positions(text), ("policy", "edition")),
        key="policy.edition",
        found=f'"{edition.edition}"',
        fix="Give the changed policy a new edition name and the day from which it takes effect.",
        message=f"this edition of {edition.slug} is loaded already with a different text, and cases may stand on it",
    )
