"""What a person is to a case: on whose side, at which tiers, with which duties outside the sides."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from agencies.models import AgencyGroupObjectPermission, PartnershipGroupObjectPermission, Person
from agencies.roles import represent_permission
from agencies.tiers import LADDER, Tier
from cases.models import Answer, Case, CaseUserObjectPermission, Clock, EscalationRequest, Party, Resolution


@dataclass(frozen=True)
class Standing:
    """`agency_permissions` maps party ids to what the person's roles allow at that party's agency."""

    person: Person
    case: Case
    takes_part: bool = False
    participates: frozenset[int] = frozenset()
    parties: Mapping[int, Party] = field(default_factory=dict)
    agency_permissions: Mapping[int, frozenset[str]] = field(default_factory=dict)
    partnership_permissions: frozenset[str] = frozenset()
    granted: frozenset[str] = frozenset()
    tiers_involved: frozenset[str] = frozenset()

    # Asked once for all the rules of a page; whoever changes the case works the standing out anew.
    @cached_property
    def waiting_requests(self) -> list[EscalationRequest]:
        waiting = self.case.requests.filter(answer=Answer.WAITING)
        return list(waiting.select_related("party__agency", "put_before", "asked_by"))

    @cached_property
    def running_clocks(self) -> list[Clock]:
        return list(self.case.clocks.filter(stopped_at__isnull=True))

    @cached_property
    def open_proposal(self) -> Resolution | None:
        return self.case.resolutions.filter(status=Resolution.Status.PROPOSED).first()

    @property
    def raised(self) -> bool:
        return self.case.raised_by_id == self.person.pk

    @property
    def keeps_register(self) -> bool:
        """Whether they keep the register, and the case stands on it in full: before that it is not their business."""
        on_it = self.case.registered_at is not None and not self.case.restricted
        return on_it and "keep_register" in self.partnership_permissions

    @property
    def is_the_disputed_person(self) -> bool:
        return self.case.decision_maker_id == self.person.pk

    def represents(self, party: Party) -> bool:
        """Whether they act for the party: named on its side, its lead, or at a tier that is or was involved."""
        if party.pk in self.participates:
            return True
        if self.case.restricted or party.joined_at is None:
            return False
        permissions = self.agency_permissions.get(party.pk, frozenset())
        if "lead_safeguarding" in permissions:
            return True
        return any(represent_permission(tier) in permissions for tier in LADDER if tier.value in self.tiers_involved)

    @property
    def sides(self) -> list[Party]:
        """The parties they act for, those on whose side they are named first."""
        acting = [party for party in self.parties.values() if self.represents(party)]
        return sorted(acting, key=lambda party: (party.pk not in self.participates, party.pk))

    @property
    def side(self) -> Party | None:
        return next(iter(self.sides), None)

    def may_approve_for(self, party: Party) -> bool:
        return "approve_escalation" in self.agency_permissions.get(party.pk, frozenset())

    def highest_tier_at(self, party: Party) -> Tier | None:
        """The highest tier of the ladder at which their roles let them represent the party's agency."""
        permissions = self.agency_permissions.get(party.pk, frozenset())
        return next((tier for tier in reversed(LADDER) if represent_permission(tier) in permissions), None)


def _by_object(rows: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
    collected: dict[int, set[str]] = defaultdict(set)
    for object_id, codename in rows:
        collected[object_id].add(codename)
    return {object_id: frozenset(names) for object_id, names in collected.items()}


def standing(person: Person, case: Case) -> Standing:
    """Work out what the person is to the case; six queries, whatever the case's size."""
    if not person.is_active:
        return Standing(person=person, case=case)
    parties = {party.pk: party for party in case.parties.select_related("agency")}
    part = list(case.participants.filter(person=person, until__isnull=True).values_list("party_id", flat=True))
    by_agency = _by_object(
        AgencyGroupObjectPermission.objects.filter(
            group__user=person, content_object__in=[party.agency_id for party in parties.values()]
        ).values_list("content_object_id", "permission__codename")
    )
    return Standing(
        person=person,
        case=case,
        takes_part=bool(part),
        participates=frozenset(party_id for party_id in part if party_id is not None),
        parties=parties,
        agency_permissions={pk: by_agency.get(party.agency_id, frozenset()) for pk, party in parties.items()},
        partnership_permissions=frozenset(
            PartnershipGroupObjectPermission.objects.filter(
                group__user=person, content_object=case.partnership_id
            ).values_list("permission__codename", flat=True)
        ),
        granted=frozenset(
            CaseUserObjectPermission.objects.filter(user=person, content_object=case).values_list(
                "permission__codename", flat=True
            )
        ),
        tiers_involved=frozenset(case.visits.values_list("tier", flat=True)),
    )
