"""Which cases of a register are asked for, and in which order they come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet

from agencies.models import Partnership
from cases import states
from cases.models import Case, Clock, Party
from register.forms import ENDED

#: How long an ended case can still be found on the register.
KEPT_DAYS = 90
#: What the Business Manager may see in full: from the policy's stage on, and nothing of a restricted case.
IN_FULL = Q(registered_at__isnull=False, restricted=False)
#: What rows are made of. Nothing that people wrote about the child is even read.
COLUMNS = (
    "reference",
    "partnership",
    "edition",
    "state",
    "stage_code",
    "restricted",
    "raised_at",
    "registered_at",
    "stage_entered_at",
    "due_at",
    "ended_at",
    "subject",
)


@dataclass(frozen=True)
class Selection:
    """A question to the register of a partnership, asked at the moment `at` (aware).

    `wanted` is the cleaned data of a RegisterFilter; a part that is not there narrows nothing.
    """

    partnership: Partnership
    wanted: Mapping[str, Any]
    at: datetime

    @property
    def ended(self) -> bool:
        return self.wanted.get("state") == ENDED

    @property
    def narrowed(self) -> bool:
        """Whether anything but the whole list of ongoing cases is asked for."""
        return any(self.wanted.values())

    @property
    def query(self) -> str:
        """The question as a query string that ends in "&"."""
        asked = {key: "on" if value is True else value for key, value in self.wanted.items() if value}
        return f"{urlencode({'partnership': self.partnership.slug} | asked)}&"

    def ongoing(self) -> QuerySet[Case]:
        """Every open case of the register; the condition is that of the index on (partnership, due_at)."""
        return Case.objects.filter(partnership=self.partnership, state__in=states.OPEN)

    def cases(self) -> QuerySet[Case]:
        """The cases asked for, with COLUMNS only: late ones and then the soonest due first, those without a date last.

        Ended cases come the last ended first.
        """
        return self._ordered().only(*COLUMNS)

    def _ordered(self) -> QuerySet[Case]:
        if self.ended:
            since = self.at - timedelta(days=KEPT_DAYS)
            ended = Case.objects.filter(
                partnership=self.partnership, state__in=[*states.ENDED, states.CLOSED], ended_at__gte=since
            )
            return ended.filter(self.narrowing()).order_by("-ended_at", "-pk")
        return self.ongoing().filter(self.narrowing()).order_by(F("due_at").asc(nulls_last=True), "pk")

    def narrowing(self) -> Q:
        """What the filters add to the state.

        A filter looks only at what the row may show: otherwise it would tell whom a restricted case concerns.
        """
        asked = Q()
        if self.wanted.get("stage"):
            asked &= Q(stage_code=self.wanted["stage"])
        if self.wanted.get("reference"):
            asked &= Q(reference__contains=self.wanted["reference"].upper())
        if self.wanted.get("agency"):
            with_agency = Party.objects.filter(agency__slug=self.wanted["agency"])
            asked &= Q(restricted=False, pk__in=with_agency.values("case"))
        if self.wanted.get("subject"):
            asked &= IN_FULL & Q(subject=self.wanted["subject"])
        if self.wanted.get("late"):
            asked &= self.was_late() if self.ended else Q(due_at__lt=self.at)
        return asked

    def was_late(self) -> Q:
        """Of an ended case: whether time ran out at any of its stages."""
        late = Clock.objects.filter(case__partnership=self.partnership, late_at__isnull=False)
        return Q(pk__in=late.values("case"))
