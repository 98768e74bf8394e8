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
from cases.models import Case, CaseRead, CaseUserObjectPermission, Participant, Party, RecordEntry, StageVisit
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


def visible_to(person: Person | AnonymousUser) -> QuerySet[Case]:
    """The raised cases that the person may see, and no others (product rules, "Need to know").

    Two queries for the person's roles, none per case.
    """
    if not isinstance(person, Person) or not person.is_active:
        return Case.objects.none()
    at_agencies = _ids_by_permission(AgencyGroupObjectPermission.objects.all(), person)
    at_partnerships = _ids_by_permission(PartnershipGroupObjectPermission.objects.all(), person)
    by_name = Q(pk__in=Participant.objects.filter(person=person, until__isnull=True).values("case")) | Q(
        pk__in=CaseUserObjectPermission.objects.filter(user=person).values("content_object")
    )
    by_role = Q(restricted=False) & (_as_manager(at_agencies) | _for_the_partnership(at_partnerships))
    return Case.objects.exclude(state=states.DRAFT).filter(by_name | by_role)


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


def readable_entries(case: Case, who: Standing) -> QuerySet[RecordEntry]:
    """The entries of the record that the person may read, in order.

    Advice inside one's own agency stays inside it: what was written there is for that agency and for those
    who hold an office of the partnership, not for the other side.
    """
    entries = case.entries.order_by("number").select_related("by", "agency")
    if who.partnership_permissions or who.granted:
        return entries
    own_advice = [stage.code for stage in case.policy.stages if stage.tier == Tier.OWN_ADVICE]
    own_agencies = [party.agency_id for party in who.sides]
    said = ("view.given", "discussion.recorded")
    return entries.exclude(~Q(agency__in=own_agencies), stage_code__in=own_advice, kind__in=said)
