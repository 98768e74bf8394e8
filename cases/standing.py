"""What a person is to a case: on whose side, at which tiers, with which duties outside the sides."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from agencies.models import AgencyGroupObjectPermission, PartnershipGroupObjectPermission, Person
from agencies.roles import represent_permission
from agencies.tiers import LADDER, Tier
from cases.models import (
    Answer,
    Case,
    CaseUserObjectPermission,
    Clock,
    EscalationRequest,
    Extension,
    Party,
    Resolution,
    Side,
    StageVisit,
)

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Standing:
    """What counts of it is what a role still backs: see `of`.

    `agency_permissions` maps party ids to what the person's roles allow at that party's agency;
    `takes_part` says that they take part outside the sides (the one who decides, a panel member).
    """

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

    @cached_property
    def open_extension(self) -> Extension | None:
        return self.case.extensions.filter(status=Extension.Status.PROPOSED).first()

    @cached_property
    def was_decided(self) -> bool:
        """Whether the case's last stay ended by a decision."""
        last = self.case.visits.order_by("-entered_at", "-pk").first()
        return last is not None and last.left_how == StageVisit.How.DECIDED

    @property
    def raised(self) -> bool:
        return self.case.raised_by_id == self.person.pk

    @property
    def keeps_register(self) -> bool:
        """Whether they keep the register, and the case stands on it in full: before that it is not their business."""
        on_it = self.case.registered_at is not None and (self.takes_part or not self.case.restricted)
        return on_it and "keep_register" in self.partnership_permissions

    @property
    def is_the_disputed_person(self) -> bool:
        return self.case.decision_maker_id == self.person.pk

    @classmethod
    def of(
        cls,
        person: Person,
        case: Case,
        *,
        parties: Mapping[int, Party],
        part: Collection[int | None],
        at_agencies: Mapping[int, frozenset[str]],
        at_partnership: frozenset[str],
        granted: frozenset[str],
        tiers_involved: frozenset[str],
    ) -> "Standing":
        """Put the facts together: taking part, or a case given by name, ends with the last role that backs it.

        `part` holds the ids of the parties on whose side they take part, None for outside the sides;
        `at_agencies` is by agency id.
        """
        backed = {pk: at_agencies.get(party.agency_id, NOTHING) for pk, party in parties.items()}
        return cls(
            person=person,
            case=case,
            takes_part=None in part and bool(at_partnership),
            participates=frozenset(pk for pk in part if pk is not None and backed.get(pk)),
            parties=parties,
            agency_permissions=backed,
            partnership_permissions=at_partnership,
            granted=granted if at_partnership else NOTHING,
            tiers_involved=tiers_involved,
        )

    def represents(self, party: Party) -> bool:
        """Whether they act for the party: named on its side, its lead, or at a tier that is or was involved.

        Inside one agency the one disagreed with never acts for the one who disagrees.
        """
        if self.is_the_disputed_person and party.side == Side.RAISING:
            return False
        if party.pk in self.participates:
            return True
        if self.case.restricted or party.joined_at is None:
            return False
        permissions = self.agency_permissions.get(party.pk, frozenset())
        if "lead_safeguarding" in permissions:
            return True
        return any(represent_permission(tier) in permissions for tier in LADDER if tier.value in self.tiers_involved)

    @cached_property
    def represented(self) -> list[Party]:
        """The parties they act for, those on whose side they are named first."""
        acting = [party for party in self.parties.values() if self.represents(party)]
        return sorted(acting, key=lambda party: (party.pk not in self.participates, party.pk))

    @property
    def sides(self) -> list[Party]:
        """Those of them that have a say where the case stands: advice inside one agency is that agency's alone."""
        if self.case.state != Tier.OWN_ADVICE:
            return self.represented
        return [party for party in self.represented if party.side == Side.RAISING]

    @property
    def side(self) -> Party | None:
        return next(iter(self.sides), None)

    def may_approve_for(self, party: Party) -> bool:
        return "approve_escalation" in self.agency_permissions.get(party.pk, frozenset())

    def highest_tier_at(self, party: Party) -> Tier | None:
        """The highest tier of the ladder at which their roles let them represent the party's agency."""
        permissions = self.agency_permissions.get(party.pk, frozenset())
        return next((tier for tier in reversed(LADDER) if represent_permission(tier) in permissions), None)


def by_object(rows: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
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
    by_agency = by_object(
        AgencyGroupObjectPermission.objects.filter(
            group__user=person, content_object__in=[party.agency_id for party in parties.values()]
        ).values_list("content_object_id", "permission__codename")
    )
    return Standing.of(
        person,
        case,
        parties=parties,
        part=part,
        at_agencies=by_agency,
        at_partnership=frozenset(
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
