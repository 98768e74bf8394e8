"""The policies of a partnership with their editions: which one counts today, which did, which will."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from agencies.models import Partnership
from policies.models import PolicyEdition
from policies.schema import Policy
from policies.wording import day_in_words


@dataclass(frozen=True)
class Shelved:
    """One edition among its sisters. `standing` says in words when it counts; `review` when it is to be looked at."""

    edition: PolicyEdition
    policy: Policy
    in_force: bool
    standing: str
    review: str
    review_passed: bool


@dataclass(frozen=True)
class Shelf:
    """Every edition of one policy of one partnership, the newest first."""

    partnership: Partnership
    slug: str
    editions: tuple[Shelved, ...]

    @property
    def current(self) -> Shelved:
        """The edition in force; where none is yet, the first that will be."""
        return next((one for one in self.editions if one.in_force), self.editions[-1])

    def named(self, name: str | None) -> Shelved | None:
        """The edition of that name, the current one where none is asked for, None if there is no such edition."""
        if not name:
            return self.current
        return next((one for one in self.editions if one.edition.edition == name), None)


def shelves(partnerships: Iterable[Partnership], *, on: datetime.date, slug: str | None = None) -> list[Shelf]:
    """The policies of the partnerships, in their order; `slug` keeps one policy. One query.

    `on` is the day (Europe/London) on which "in force" is asked.
    """
    partnerships = list(partnerships)
    found: dict[tuple[int, str], list[PolicyEdition]] = {}
    for edition in PolicyEdition.objects.filter(partnership__in=partnerships):
        if slug is None or edition.slug == slug:
            found.setdefault((edition.partnership_id, edition.slug), []).append(edition)
    return [
        Shelf(partnership, name, _shelved(editions, on))
        for partnership in partnerships
        for (of, name), editions in sorted(found.items())
        if of == partnership.pk
    ]


def _shelved(editions: list[PolicyEdition], on: datetime.date) -> tuple[Shelved, ...]:
    """The editions, newest first, each knowing by which it was followed."""
    rows = []
    following: PolicyEdition | None = None
    taken = False
    for edition in editions:
        in_force = not taken and edition.effective_from <= on
        taken = taken or in_force
        rows.append(
            Shelved(
                edition=edition,
                policy=edition.policy,
                in_force=in_force,
                standing=_standing(edition, following, in_force=in_force, on=on),
                review=_review(edition.policy.review_by, on),
                review_passed=edition.policy.review_by is not None and edition.policy.review_by < on,
            )
        )
        following = edition
    return tuple(rows)


def _standing(edition: PolicyEdition, following: PolicyEdition | None, *, in_force: bool, on: datetime.date) -> str:
    begins = day_in_words(edition.effective_from)
    if edition.effective_from > on:
        return f"Takes effect on {begins}"
    if in_force:
        return f"In force since {begins}"
    ended = f" until {day_in_words(following.effective_from)}" if following else ""
    return f"Was in force from {begins}{ended}"


def _review(review_by: datetime.date | None, on: datetime.date) -> str:
    if review_by is None:
        return "No review date is given"
    if review_by < on:
        return f"Review was due by {day_in_words(review_by)}: this date has passed"
    return f"To be reviewed by {day_in_words(review_by)}"
