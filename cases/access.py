"""The one door to cases.

`access_case` is the only way a view gets a case, `visible_to` the only way to a list of them.  What a
person may not see does not exist for them: the answer is the same "not found".
"""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404

from agencies.models import AgencyGroupObjectPermission, PartnershipGroupObjectPermission, Person
from agencies.roles import represent_permission
from agencies.tiers import LADDER, Tier
from cases import states
from cases.models import (
    Case,
    CaseRead,
    CaseUserObjectPermission,
    EscalationRequest,
    Participant,
    Party,
    RecordEntry,
    Side,
    StageVisit,
)
from cases.standing import Standing


def _ids_by_permission(
    rows: "QuerySet[AgencyGroupObjectPermission] | QuerySet[PartnershipGroupObjectPermission]", person: Person
) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = defaultdict(list)
    for codename, object_id in rows.filter(group__user=person).values_list("permission__codename", "content_object_id"):
        ids[codename].append(object_id)
    return ids


def _as_manager(at_agencies: dict[str, list[int]]) -> Q:
    """Cases of the agencies they manage for, at a tier that is or was involved, or as named lead."""
    joined = Party.objects.filter(joined_at__isnull=False)
    seen = Q(pk__in=joined.filter(agency__in=at_agencies["lead_safeguarding"]).values("case"))
    for tier in LADDER:
        agencies = at_agencies[represent_permission(tier)]
        if agencies:
            seen |= Q(
                pk__in=StageVisit.objects.filter(
                    tier=tier, case__in=joined.filter(agency__in=agencies).values("case")
                ).values("case")
            )
    return seen


def _for_the_partnership(at_partnerships: dict[str, list[int]]) -> Q:
    """Cases they see by an office of the partnership: register, referred case, audit."""
    seen = Q(partnership__in=at_partnerships["keep_register"], registered_at__isnull=False)
    for permission, tier in (
        ("chair_cases", Tier.CHAIR),
        ("decide_as_safeguarding_manager", Tier.SAFEGUARDING_MANAGER),
    ):
        seen |= Q(
            partnership__in=at_partnerships[permission],
            pk__in=StageVisit.objects.filter(tier=tier).values("case"),
        )
    return seen | Q(partnership__in=at_partnerships["audit_cases"])


def _by_name(person: Person, at_agencies: dict[str, list[int]], at_partnerships: dict[str, list[int]]) -> Q:
    """Cases in which they take part or that they were given, for as long as a role backs it."""
    agencies = {pk for ids in at_agencies.values() for pk in ids}
    partnerships = {pk for ids in at_partnerships.values() for pk in ids}
    part = Participant.objects.filter(person=person, until__isnull=True)
    given = CaseUserObjectPermission.objects.filter(user=person)
    return Q(pk__in=part.filter(party__agency__in=agencies).values("case")) | Q(
        Q(pk__in=part.filter(party__isnull=True).values("case")) | Q(pk__in=given.values("content_object")),
        partnership__in=partnerships,
    )


def visible_to(person: Person | AnonymousUser) -> QuerySet[Case]:
    """The raised cases that the person may see, and no others (product rules, "Need to know").

    Two queries for the person's roles, none per case.
    """
    if not isinstance(person, Person) or not person.is_active:
        return Case.objects.none()
    at_agencies = _ids_by_permission(AgencyGroupObjectPermission.objects.all(), person)
    at_partnerships = _ids_by_permission(PartnershipGroupObjectPermission.objects.all(), person)
    by_role = Q(restricted=False) & (_as_manager(at_agencies) | _for_the_partnership(at_partnerships))
    seen = Case.objects.exclude(state=states.DRAFT).filter(_by_name(person, at_agencies, at_partnerships) | by_role)
    # Inside one agency: the one disagreed with does not read the advice that is sought about them.
    not_yet_asked = Party.objects.filter(side=Side.RECEIVING, joined_at__isnull=True).values("case")
    return seen.exclude(decision_maker=person, pk__in=not_yet_asked)


def access_case(person: Person | AnonymousUser, reference: str) -> Case:
    """The case with that reference, if the person may see it.  Raises Http404 in every other case."""
    case = (
        visible_to(person)
        .select_related("partnership", "edition", "raised_by", "decision_maker")
        .filter(reference=reference)
        .first()
    )
    if case is None:
        raise Http404("No such case.")
    return case


def access_draft(person: Person | AnonymousUser, draft: UUID) -> Case:
    """The person's own draft.  Raises Http404 for anybody else's, and once it has been raised."""
    case = (
        Case.objects.select_related("partnership", "edition", "raised_by", "decision_maker")
        .filter(uuid=draft, state=states.DRAFT, raised_by=person if isinstance(person, Person) else None)
        .first()
    )
    if case is None or not case.raised_by.is_active:
        raise Http404("No such draft.")
    return case


def may_still_know(person_id: int, case_id: int) -> bool:
    """Whether the person may see the case now: asked again just before a message is sent."""
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    return person is not None and visible_to(person).filter(pk=case_id).exists()


def note_read(case: Case, *, by: Person, at: datetime, page: str = "case") -> None:
    """Record that the person looked at the case; the one who acts for a page calls it once per request."""
    CaseRead.objects.create(case=case, person=by, at=at, page=page)


#: Of what is written while a case stands in own advice, what the other side may read: that it does, not what is said.
PLAIN_FACTS = (
    "case.raised",
    "stage.entered",
    "case.moved_at_once",
    "clock.late",
    "case.withdrawn",
    "case.reopened",
    "person.added",
)
READS_ALL = frozenset({"chair_cases", "decide_as_safeguarding_manager", "audit_cases"})


def reads_own_advice(who: Standing) -> bool:
    """Whether what an agency said inside itself is open to them without being of that agency.

    It is to those who hold an office over the case, not to somebody who acts for another side of it.
    """
    office = who.keeps_register or bool(READS_ALL & who.partnership_permissions) or bool(who.granted)
    return office and not who.represented


def _took_the_advice(who: Standing) -> bool:
    """Whether they act for the side that took advice inside itself; the one disagreed with never does."""
    return any(party.side == Side.RAISING for party in who.represented)


def readable_entries(case: Case, who: Standing) -> QuerySet[RecordEntry]:
    """The entries of the record that the person may read, in order.

    Advice inside one's own agency stays inside it: what was written there, by whomever (the clock as well), is
    for the raising side and for those who hold an office of the partnership, not for the other side.
    """
    entries = case.entries.order_by("number").select_related("by", "agency")
    if reads_own_advice(who) or _took_the_advice(who):
        return entries
    own_advice = [stage.code for stage in case.policy.stages if stage.tier == Tier.OWN_ADVICE]
    return entries.exclude(Q(stage_code__in=own_advice) & ~Q(kind__in=PLAIN_FACTS))


def readable_requests(case: Case, who: Standing) -> QuerySet[EscalationRequest]:
    """The requests to escalate that the person may read: those made in own advice are that agency's alone."""
    requests = case.requests.select_related("put_before", "asked_by", "answered_by")
    if reads_own_advice(who) or _took_the_advice(who):
        return requests
    return requests.exclude(visit__tier=Tier.OWN_ADVICE)
