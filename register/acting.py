"""Who is on the cases of a page, and who of them must act: one query, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce

from cases.models import Answer, EscalationRequest, Participant, Party, Side
from policies.stages import Stage

BUSINESS_MANAGER = "The Business Manager"
PARTY, PERSON, APPROVAL = "party", "person", "approval"


class Part(NamedTuple):
    """An agency on a side, a person at the case's stage, or a request that waits before a manager ("" for nobody)."""

    side: str
    agency: str
    person: str

    def __str__(self) -> str:
        who = self.person or BUSINESS_MANAGER
        return f"{who} ({self.agency})" if self.agency else who


@dataclass
class OnCase:
    """What the register needs to know about the people of one case."""

    parties: list[Part] = field(default_factory=list)
    people: list[Part] = field(default_factory=list)
    approvals: list[Part] = field(default_factory=list)

    def agencies(self, side: str) -> list[str]:
        return [part.agency for part in self.parties if part.side == side]

    def must_act(self, stage: Stage) -> list[str]:
        """Those who owe the duties of the stage, side by side; the Business Manager wherever nobody is there."""
        owed = {duty.owed_by for duty in stage.duties}
        sides = {"raising", "receiving", "other"} if "both" in owed else owed
        parties = [party for party in self.parties if party.side in sides]
        # An agency that gives advice to its own worker has nobody across the table yet.
        acting = [part for party in parties for part in self._of(party)]
        if owed & {"chair", "safeguarding_manager"}:
            acting += [part for part in self.people if not part.side]
        return [str(part) for part in acting] or [BUSINESS_MANAGER]

    def _of(self, party: Part) -> list[Part]:
        """The party's people at the stage; without any, the Business Manager in their place."""
        same = [part for part in self.people if (part.side, part.agency) == (party.side, party.agency)]
        return same or [Part(party.side, party.agency, "")]


def on_cases(cases: Collection[int]) -> Mapping[int, OnCase]:
    """By case id: the parties, the people who take part at the case's present stage, the requests that wait."""
    nothing = Value("", output_field=CharField())
    parties = Party.objects.filter(case__in=cases).annotate(kind=Value(PARTY, CharField()), who=nothing)
    people = Participant.objects.filter(
        case__in=cases, until__isnull=True, tier=F("case__state"), person__is_active=True
    ).annotate(kind=Value(PERSON, CharField()))
    requests = EscalationRequest.objects.filter(case__in=cases, answer=Answer.WAITING).annotate(
        kind=Value(APPROVAL, CharField())
    )
    rows = (
        parties.order_by()
        .values_list("case_id", "kind", "side", "agency__name", "who")
        .union(
            people.order_by().values_list(
                "case_id",
                "kind",
                Coalesce("party__side", nothing),
                Coalesce("party__agency__name", nothing),
                "person__name",
            ),
            requests.order_by().values_list(
                "case_id", "kind", nothing, "party__agency__name", Coalesce("put_before__name", nothing)
            ),
        )
    )
    found: dict[int, OnCase] = defaultdict(OnCase)
    for case_id, kind, *part in sorted(rows, key=_by_side):
        lists = {PARTY: found[case_id].parties, PERSON: found[case_id].people, APPROVAL: found[case_id].approvals}
        lists[kind].append(Part(*part))
    return found


def _by_side(row: tuple[int, str, str, str, str]) -> tuple[int, str, str]:
    """The raising side first, as people read a case; the database promises no order for a union."""
    sides = [*Side.values, ""]
    return sides.index(row[2]), row[3], row[4]
