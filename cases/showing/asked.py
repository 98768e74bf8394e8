"""Requests to escalate in words: those that wait, those that were returned, and who can be asked next."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from agencies.models import Absence, Person
from cases.clocks import local_day
from cases.models import Answer, Case, Clock, EscalationRequest, Party
from cases.people import approver, leads_of
from cases.showing.gathered import Gathered
from cases.showing.stages import stage_title
from cases.standing import Standing
from policies.schema import Policy
from policies.wording import listed

BUSINESS_MANAGER = "the Business Manager"


@dataclass(frozen=True)
class Waiting:
    """A request to escalate that waits for an answer; `ran_out` is the day of a request of the clock."""

    to: str
    before: str
    yours: bool
    because: str
    since: datetime
    asked_by: str
    ran_out: datetime | None
    agency: str


@dataclass(frozen=True)
class Returned:
    """A request to escalate that came back, and why; `yours` when the reader returned it."""

    to: str
    by: str
    yours: bool
    at: datetime
    reasons: str
    missing: str


@dataclass(frozen=True)
class Again:
    """What the side that asked can do about a returned request; `whom` empty where nobody's approval is needed."""

    returned: Sequence[Returned]
    whom: str


def because(why: str, *, yours: bool) -> str:
    """The reason for which somebody is asked, as the end of a sentence that begins with "because"."""
    you = "you are" if yours else "they are"
    why = why.strip().rstrip(".")
    if why.startswith("named officer, "):
        return f"{you} the named officer for {why.removeprefix('named officer, ')}"
    if why.startswith("named or designated"):
        return f"{you} a {why}"
    if why.startswith("named as own manager"):
        return f"{'you were' if yours else 'they were'} {why}"
    return f"n{why[1:]}" if why.startswith("Nobody") else why


def ran_out(request: EscalationRequest, clocks: Iterable[Clock]) -> datetime | None:
    """When the time was up, for a request of the clock; None for one that a person made."""
    if request.asked_by_id is not None:
        return None
    ends = [clock.due_at for clock in clocks if clock.visit_id == request.visit_id and clock.due_at is not None]
    return max((end for end in ends if end <= request.asked_at), default=request.asked_at)


def waiting_request(request: EscalationRequest, gathered: Gathered) -> Waiting:
    yours = request.put_before_id is not None and request.put_before_id == gathered.who.person.pk
    return Waiting(
        to=stage_title(gathered.policy.stage(request.to_stage)),
        before=request.put_before.name if request.put_before else BUSINESS_MANAGER,
        yours=yours,
        because=because(request.why_them, yours=yours),
        since=request.asked_at,
        asked_by=request.asked_by.name if request.asked_by else "",
        ran_out=ran_out(request, gathered.clocks),
        agency=gathered.parties[request.party_id].agency.name,
    )


def returned_request(request: EscalationRequest, policy: Policy, reader: Person) -> Returned:
    return Returned(
        to=stage_title(policy.stage(request.to_stage)),
        by=request.answered_by.name if request.answered_by else BUSINESS_MANAGER,
        yours=request.answered_by_id == reader.pk,
        at=request.answered_at or request.asked_at,
        reasons=request.answer_reasons,
        missing=request.missing,
    )


def returned_here(gathered: Gathered) -> list[EscalationRequest]:
    """The requests of the reader's own side that came back at the present stage, the newest first."""
    own = {party.pk for party in gathered.who.sides}
    here = gathered.here
    found = [
        request
        for request in gathered.requests
        if here is not None
        and request.visit_id == here.pk
        and request.party_id in own
        and request.answer == Answer.RETURNED
    ]
    return sorted(found, key=lambda request: request.answered_at or request.asked_at, reverse=True)


def askable_leads(party: Party, *, out: Collection[int | None], at: datetime) -> list[Person]:
    """The safeguarding leads of the party who can be asked on the day of `at`, those in `out` left aside."""
    day = local_day(at)
    away = Absence.objects.filter(first_day__lte=day, last_day__gte=day)
    leads = leads_of(party).exclude(pk__in=away.values("person"))
    return [lead for lead in leads if lead.pk not in out]


def who_returned(case: Case, party: Party) -> set[int]:
    """Who returned a request of the party at the present stage: they are not asked a second time."""
    answered = case.requests.filter(party=party, answer=Answer.RETURNED, visit__left_at__isnull=True)
    return {pk for pk in answered.values_list("answered_by", flat=True) if pk is not None}


def whom_to_ask(who: Standing, party: Party, at: datetime) -> str:
    """The next in line, and the safeguarding leads who can be asked in their place."""
    case = who.case
    first = approver(case, party, requester=who.person, at=at)
    out = {who.person.pk, case.decision_maker_id, first.person.pk if first.person else None}
    leads = askable_leads(party, out=out | who_returned(case, party), at=at)
    names = [first.name if first.person else BUSINESS_MANAGER]
    return listed([*names, *(f"{lead.name}, safeguarding lead" for lead in leads)], "or")


def again(gathered: Gathered) -> Again | None:
    """The returned requests of the reader's side and whom to ask now; None where none came back."""
    requests = returned_here(gathered)
    if not requests:
        return None
    whom = whom_to_ask(gathered.who, gathered.who.sides[0], gathered.at) if gathered.stage.approval else ""
    reader = gathered.who.person
    return Again([returned_request(request, gathered.policy, reader) for request in requests], whom)
