"""What a person is to many cases at once: the same answer as `cases.standing`, in the same few queries for all."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Self

from agencies.models import AgencyGroupObjectPermission, PartnershipGroupObjectPermission, Person
from cases.models import Case, CaseUserObjectPermission, Participant, Party, StageVisit
from cases.standing import NOTHING, Standing, by_object


@dataclass(frozen=True)
class Roles:
    """What the person's roles allow, by the id of the agency and of the partnership."""

    at_agencies: Mapping[int, frozenset[str]] = field(default_factory=dict)
    at_partnerships: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, person: Person) -> Self:
        """Two queries."""
        named = ("content_object_id", "permission__codename")
        return cls(
            by_object(AgencyGroupObjectPermission.objects.filter(group__user=person).values_list(*named)),
            by_object(PartnershipGroupObjectPermission.objects.filter(group__user=person).values_list(*named)),
        )

    def agencies_where(self, permission: str) -> list[int]:
        return [pk for pk, allowed in self.at_agencies.items() if permission in allowed]

    def partnerships_where(self, permission: str) -> list[int]:
        return [pk for pk, allowed in self.at_partnerships.items() if permission in allowed]


def standings(person: Person, cases: Collection[Case], roles: Roles) -> dict[int, Standing]:
    """The person's standing in each of the cases, by the case's id; four queries, however many there are."""
    parties: dict[int, dict[int, Party]] = defaultdict(dict)
    for party in Party.objects.filter(case__in=cases).select_related("agency"):
        parties[party.case_id][party.pk] = party
    part: dict[int, set[int | None]] = defaultdict(set)
    taking = Participant.objects.filter(case__in=cases, person=person, until__isnull=True)
    for case_id, party_id in taking.values_list("case_id", "party_id"):
        part[case_id].add(party_id)
    tiers = by_object(StageVisit.objects.filter(case__in=cases).values_list("case_id", "tier"))
    granted = by_object(
        CaseUserObjectPermission.objects.filter(user=person, content_object__in=cases).values_list(
            "content_object_id", "permission__codename"
        )
    )
    return {
        case.pk: Standing.of(
            person,
            case,
            parties=parties[case.pk],
            part=part[case.pk],
            at_agencies=roles.at_agencies,
            at_partnership=roles.at_partnerships.get(case.partnership_id, NOTHING),
            granted=granted.get(case.pk, NOTHING),
            tiers_involved=tiers.get(case.pk, NOTHING),
        )
        for case in cases
    }
