"""The editions of its policy that a partnership has loaded."""

import datetime
import hashlib
from functools import lru_cache
from typing import Self

from django.db import models

from agencies.models import Partnership
from policies.reading import parse
from policies.schema import Policy


def checksum_of(text: str) -> str:
    """What tells one policy text from another: SHA-256 over its UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


@lru_cache(maxsize=256)
def _parsed(text: str, name: str) -> Policy:
    """The policy of a text that has been read before: a page with many cases reads few texts many times."""
    return parse(text, path=name)


class PolicyEditionQuerySet(models.QuerySet["PolicyEdition"]):
    """Finds the edition that counts."""

    def for_slug(self, slug: str) -> Self:
        """The editions of the policy `slug`, whoever's, the newest first."""
        return self.filter(slug=slug)

    def in_force(self, partnership: Partnership, on: datetime.date) -> "PolicyEdition | None":
        """The partnership's edition in force on the day `on`: the last to take effect by then, if any has."""
        return self.filter(partnership=partnership, effective_from__lte=on).first()

    def at(self, on: datetime.date) -> "PolicyEdition | None":
        """Of these editions the one in force on the day `on`, or the first ever where none was in force yet."""
        return self.filter(effective_from__lte=on).first() or self.last()


class PolicyEdition(models.Model):
    """One edition of a partnership's policy, as text that never changes: cases are pinned to it.

    `source` is the TOML as it was loaded, `checksum` its SHA-256; `effective_from` is a day in the partnership's own
    time zone (Europe/London), from which new cases are raised under this edition.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="policy_editions")
    slug = models.SlugField()
    edition = models.CharField(max_length=40)
    effective_from = models.DateField()
    source = models.TextField()
    checksum = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    objects = PolicyEditionQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_from", "-loaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "slug", "edition"], name="one_policy_edition_per_name"),
        ]
        indexes = [models.Index(fields=["partnership", "-effective_from"], name="policy_edition_in_force")]

    def __str__(self) -> str:
        return f"{self.slug} {self.edition}"

    @property
    def policy(self) -> Policy:
        """The policy that the text describes. Raises PolicyError if the stored text has been damaged."""
        return _parsed(self.source, str(self))
