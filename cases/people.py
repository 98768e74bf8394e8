"""Who takes part at a stage: each side's person at the stage's tier, or whoever stands in for them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from agencies.directory import Contact, holders, officer_for, partnership_officer
from agencies.models import Absence, Agency, Person
from agencies.roles import agencies_where
from agencies.tiers import LADDER, PARTNERSHIP_TIERS, Tier
from cases.clocks import local_day
from cases.models import Answer, Case, Participant, Party, Side
from policies.schema import Stage


@dataclass(frozen=True)
class Seat:
    """A place at a stage and who takes it; `contact.person` None means that the Business Manager is asked."""

    party: Party | None
    contact: Contact


def add_participant(
    *, case: Case, person: Person, tier: str, why: str, at: datetime, party: Party | None
) -> Participant:
    """Make the person take part at the tier; who does already goes on as before."""
    participant, _ = Participant.objects.get_or_create(
        case=case,
        person=person,
        party=party,
        tier=tier,
        until=None,
        defaults={"why": why[:300], "since": at},
    )
    return participant


def available(person: Person | None, at: datetime) -> bool:
    """Whether the person can be asked on the day of `at`: has access and is not away."""
    if person is None or not person.is_active:
        return False
    day = local_day(at)
    return not Absence.objects.filter(person=person, first_day__lte=day, last_day__gte=day).exists()


def can_be_asked(person: Person | None, agency: Agency, at: datetime) -> bool:
    """Whether the person is available and still holds a role at the agency."""
    return available(person, at) and person is not None and person.groups.filter(role_group__agency=agency).exists()


def fall_to_business_manager(case: Case, *, at: datetime) -> None:
    """Let the Business Manager see a case that falls to them where it stands, on the register or not."""
    if case.registered_at is None:
        case.registered_at = at
        case.save()
    name_business_managers(case, tier=case.state, at=at)


def name_business_managers(case: Case, *, tier: str, at: datetime) -> None:
    """Let the Business Manager see a restricted case that falls to them: it is seen by those named only."""
    if case.restricted:
        for person in holders(role="business_manager", partnership=case.partnership):
            why = "Asked because nobody else is named or available"
            add_participant(case=case, person=person, tier=tier, why=why, at=at, party=None)


def _as_contact(person: Person, tier: Tier, why: str) -> Contact:
    return Contact(
        person=person,
        name=person.name,
        title=person.job_title,
        email=person.email,
        phone=person.phone,
        tier=tier,
        why=why,
    )


def leads_of(party: Party) -> QuerySet[Person]:
    """The named or designated safeguarding leads of the party's agency."""
    return holders(role="named_lead", agency=party.agency).order_by("pk")


def _lead_or_manager(party: Party, tier: Tier, at: datetime, excluding: Collection[Person]) -> Contact:
    left_out = {person.pk for person in excluding}
    for lead in leads_of(party):
        if lead.pk not in left_out and available(lead, at):
            return _as_contact(lead, tier, "named or designated safeguarding lead")
    return officer_for(
        agency=party.agency,
        tier=Tier.LINE_MANAGER,
        on=local_day(at),
        partnership=party.case.partnership,
        excluding=excluding,
    )


def _professional(party: Party, at: datetime) -> Contact:
    if party.side == Side.RAISING and can_be_asked(party.case.raised_by, party.agency, at):
        return _as_contact(party.case.raised_by, Tier.PROFESSIONAL, "raised the disagreement")
    person = party.first_contact if party.side != Side.RAISING else None
    if person is not None and can_be_asked(person, party.agency, at):
        return _as_contact(person, Tier.PROFESSIONAL, "named when the disagreement was raised")
    # In a dispute inside one agency, whoever stands in for a side must not be the person on the other.
    opposite = _not_to_judge(party.case) if party.side == Side.RAISING else [party.case.raised_by]
    return _lead_or_manager(party, Tier.PROFESSIONAL, at, opposite)


def own_manager(case: Case, party: Party, at: datetime, excluding: Collection[Person]) -> Contact:
    """Whom a member of the party's agency turns to first: the manager they named, else lead or line manager."""
    person = party.first_contact
    left_out = {other.pk for other in excluding}
    named = party.side == Side.RAISING and person is not None and person.pk not in left_out
    if named and person is not None and available(person, at) and approves_for(person, party):
        return _as_contact(person, Tier.LINE_MANAGER, "named as own manager when the disagreement was raised")
    return officer_for(
        agency=party.agency,
        tier=Tier.LINE_MANAGER,
        on=local_day(at),
        partnership=case.partnership,
        excluding=excluding,
    )


def approves_for(person: Person, party: Party) -> bool:
    return agencies_where(person, "approve_escalation").filter(pk=party.agency_id).exists()


def _not_to_judge(case: Case) -> list[Person]:
    """The person whose decision is disputed does not stand for their agency above the professionals."""
    return [case.decision_maker] if case.decision_maker else []


def _rung(case: Case) -> Tier:
    """The highest tier of the ladder that the case has reached; the first before it has reached any."""
    rungs = [LADDER.index(Tier(tier)) for tier in case.visits.values_list("tier", flat=True) if tier in LADDER]
    return LADDER[max(rungs, default=0)]


def _speaker(party: Party, at: datetime) -> Contact:
    """Who makes the party's case before the one who decides: its officer of the highest tier reached."""
    return officer_for(
        agency=party.agency,
        tier=_rung(party.case),
        on=local_day(at),
        partnership=party.case.partnership,
        excluding=_not_to_judge(party.case),
    )


def seats(case: Case, stage: Stage, at: datetime) -> list[Seat]:
    """Who takes each place at the stage on the day of `at`, side by side."""
    tier = Tier(stage.tier)
    parties = list(case.parties.select_related("agency", "first_contact", "case__partnership", "case__raised_by"))
    if tier in PARTNERSHIP_TIERS:
        officer = partnership_officer(
            partnership=case.partnership, tier=tier, on=local_day(at), excluding=_not_to_judge(case)
        )
        return [Seat(None, officer), *(Seat(party, _speaker(party, at)) for party in parties)]
    if tier == Tier.OWN_ADVICE:
        raising = next(party for party in parties if party.side == Side.RAISING)
        return [Seat(raising, own_manager(case, raising, at, [case.raised_by, *_not_to_judge(case)]))]
    if tier == Tier.PROFESSIONAL:
        return [Seat(party, _professional(party, at)) for party in parties]
    return _equals(case, parties, tier, at)


def _equals(case: Case, parties: Iterable[Party], tier: Tier, at: datetime) -> list[Seat]:
    """Each side's officer of the tier; inside one agency the second place goes to the next in line."""
    taken: list[Seat] = []
    for party in parties:
        opposite = [
            seat.contact.person
            for seat in taken
            if seat.party is not None and seat.party.agency_id == party.agency_id and seat.contact.person is not None
        ]
        officer = officer_for(
            agency=party.agency,
            tier=tier,
            on=local_day(at),
            partnership=case.partnership,
            excluding=[*_not_to_judge(case), *opposite],
        )
        taken.append(Seat(party, officer))
    return taken


def people_at_stage(case: Case) -> list[Participant]:
    """Those who take part at the tier at which the case stands, in the order of the sides."""
    return list(
        case.participants.filter(until__isnull=True, tier=case.state)
        .select_related("person", "party__agency")
        .order_by("party", "pk")
    )


def everyone(case: Case) -> list[Person]:
    """Everybody who takes part in the case, each once."""
    return list(
        Person.objects.filter(participations__case=case, participations__until__isnull=True).distinct().order_by("pk")
    )


def everyone_concerned(case: Case) -> list[Person]:
    """Who is told what is said where the case stands: of advice inside one agency the other side is not."""
    part = Q(participations__case=case, participations__until__isnull=True)
    if case.state == Tier.OWN_ADVICE:
        part &= Q(participations__party__isnull=True) | Q(participations__party__side=Side.RAISING)
    return list(Person.objects.filter(part).distinct().order_by("pk"))


def those_who_owe(case: Case, owed_by: str, present: Iterable[Participant]) -> list[Person | None]:
    """Whom a duty's reminder goes to; None (the Business Manager) when nobody is there to owe it."""
    present = list(present)
    if owed_by in (Side.RAISING, Side.RECEIVING):
        people = [p.person for p in present if p.party is not None and p.party.side == owed_by]
    elif owed_by == "partnership":
        people = []
    elif owed_by in PARTNERSHIP_TIERS:
        people = [p.person for p in present if p.party is None]
    else:
        people = [p.person for p in present]
    return list(people) or [None]


def approver(case: Case, party: Party, *, requester: Person | None, at: datetime) -> Contact:
    """Before whom a request to escalate is put: the manager of the lowest tier not yet passed over.

    Never the requester, never the one whose decision is disputed, never anybody who returned a request at
    this stage already: then the next in line is asked, and at last the Business Manager.
    """
    returned_by = Person.objects.filter(
        answered_requests__case=case,
        answered_requests__visit__left_at__isnull=True,
        answered_requests__party=party,
        answered_requests__answer=Answer.RETURNED,
    )
    excluding = [*_not_to_judge(case), *returned_by, *([requester] if requester else [])]
    tier = _rung(case)
    if tier == Tier.LINE_MANAGER:
        return own_manager(case, party, at, excluding)
    return officer_for(
        agency=party.agency, tier=tier, on=local_day(at), partnership=case.partnership, excluding=excluding
    )


def stand_ins(
    case: Case, people: Iterable[Person | None], present: Iterable[Participant], *, at: datetime
) -> list[Person | None]:
    """The people, each one who is away on the day of `at`, or has left, replaced by whoever stands in for them.

    The deputy is asked on behalf of the same side and takes part from then on (product rule "Nobody is
    stuck").  None stands for the Business Manager.
    """
    seated = {participant.person_id: participant for participant in present}
    asked: list[Person | None] = []
    for person in people:
        if person is None or (available(person, at) and _holds_a_role(seated[person.pk])):
            asked.append(person)
            continue
        asked.append(_stand_in(case, seated[person.pk], at))
    if None in asked:
        fall_to_business_manager(case, at=at)
    return asked


def _holds_a_role(participant: Participant) -> bool:
    """Whether a role still backs that the person takes part."""
    place = (
        {"role_group__agency": participant.party.agency_id}
        if participant.party
        else {"role_group__partnership": participant.case.partnership_id}
    )
    return participant.person.groups.filter(**place).exists()


def _stand_in(case: Case, absent: Participant, at: datetime) -> Person | None:
    if absent.party is None:
        contact = partnership_officer(
            partnership=case.partnership, tier=absent.tier, on=local_day(at), excluding=_not_to_judge(case)
        )
    else:
        contact = officer_for(
            agency=absent.party.agency,
            tier=absent.tier if absent.tier in LADDER else Tier.LINE_MANAGER,
            on=local_day(at),
            partnership=case.partnership,
            excluding=_not_to_judge(case),
        )
    if contact.person is not None:
        add_participant(
            case=case,
            person=contact.person,
            tier=absent.tier,
            why=f"Stands in for {absent.person.name}, who {'is away' if _holds_a_role(absent) else 'has left'}",
            at=at,
            party=absent.party,
        )
    return contact.person
