"""May they?  The only place that answers, for pages (which show the reason) and services (which enforce it).

`ACTS` says in which states each thing can be done and which rule says who may do it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agencies.models import Person
from agencies.tiers import LADDER, Tier
from cases import states
from cases.models import Answer, Case, EscalationRequest, Resolution
from cases.standing import Standing, standing
from escalation.errors import NotAllowed, WrongState

Rule = Callable[[Standing], str | None]
NOT_ON_A_SIDE = "Only the people who act for an agency in this disagreement can do this."


@dataclass(frozen=True)
class Verdict:
    """The answer to "may they?"; `reason` is empty when they may, else plain English for the page."""

    allowed: bool
    reason: str = ""
    wrong_state: bool = False


@dataclass(frozen=True)
class Act:
    code: str
    label: str
    states: frozenset[str]
    rule: Rule


def _acts_for_a_party(who: Standing) -> str | None:
    return None if who.side else NOT_ON_A_SIDE


def _side_or_register(who: Standing) -> str | None:
    return None if who.side or who.keeps_register else NOT_ON_A_SIDE


def _speaks_on_the_case(who: Standing) -> str | None:
    return None if who.side or who.takes_part or who.granted else NOT_ON_A_SIDE


def _sets_dates(who: Standing) -> str | None:
    decides = _decides(who) is None
    return None if who.side or who.keeps_register or decides else NOT_ON_A_SIDE


def waiting_requests(case: Case) -> list[EscalationRequest]:
    return list(case.requests.filter(answer=Answer.WAITING).select_related("party__agency", "put_before", "asked_by"))


def why_not_answer(who: Standing, request: EscalationRequest) -> str | None:
    """Why the person may not approve or return this request; None when they may.

    Nobody decides on their own request, nor on a dispute about their own decision.  The one whom it was
    put before may; so may anyone of the same agency at that tier or above, and the agency's named lead in
    place of a line manager.  With nobody named, the Business Manager.
    """
    if request.asked_by_id == who.person.pk:
        return "You asked for this yourself, so somebody else has to answer it."
    if who.is_the_disputed_person:
        return "The disagreement is about your own decision, so somebody else has to answer this."
    if request.put_before_id is None and who.keeps_register:
        return None
    party = who.parties.get(request.party_id)
    if party is None or not who.may_approve_for(party):
        return f"Only a manager or safeguarding lead of {request.party.agency} can answer this request."
    if request.put_before_id == who.person.pk:
        return None
    if not who.represents(party):
        return f"This request waits for {request.put_before or 'the Business Manager'}."
    permissions = who.agency_permissions[party.pk]
    if "lead_safeguarding" in permissions and request.tier == Tier.LINE_MANAGER:
        return None
    own = who.highest_tier_at(party)
    asked = Tier(request.tier)
    if own is not None and asked in LADDER and LADDER.index(own) >= LADDER.index(asked):
        return None
    return f"This request waits for {request.put_before or 'the Business Manager'}."


def _answers_a_request(who: Standing) -> str | None:
    waiting = waiting_requests(who.case)
    if not waiting:
        return "No request to escalate is waiting."
    reasons = [why_not_answer(who, request) for request in waiting]
    return None if None in reasons else reasons[0]


def _proposes(who: Standing) -> str | None:
    if who.side is None:
        return NOT_ON_A_SIDE
    if who.case.resolutions.filter(status=Resolution.Status.PROPOSED).exists():
        return "A resolution has been proposed already. It has to be answered first."
    return None


def _answers_a_proposal(who: Standing) -> str | None:
    proposal = who.case.resolutions.filter(status=Resolution.Status.PROPOSED).first()
    if proposal is None:
        return "No resolution is waiting for an answer."
    answered = set(proposal.agreements.values_list("party_id", flat=True))
    if not who.sides:
        return NOT_ON_A_SIDE
    if all(party.pk in answered for party in who.sides):
        return "Your agency has answered this proposal already."
    return None


def _decides(who: Standing) -> str | None:
    if not who.case.is_open:
        return "The case is not open."
    decider = who.case.stage.decides
    if decider is None:
        return "At this stage the agencies have to agree; nobody decides for them."
    if who.is_the_disputed_person:
        return "The disagreement is about your own decision, so you cannot decide it."
    if decider == "chair":
        allowed = "chair_cases" in who.partnership_permissions or "decide_case" in who.granted
        return None if allowed else "Only the Chair, or a member of the panel that was convened, can decide this."
    if "decide_as_safeguarding_manager" in who.partnership_permissions:
        return None
    return "Only the safeguarding manager can decide this."


def _convenes(who: Standing) -> str | None:
    if not who.case.is_open or who.case.stage.panel is None:
        return "The policy has no panel at this stage."
    if who.keeps_register or "chair_cases" in who.partnership_permissions:
        return None
    return "Only the Business Manager or the Chair can convene a panel."


def _withdraws(who: Standing) -> str | None:
    raising = {party.pk for party in who.sides if party.side == "raising"}
    if raising and (who.raised or any(who.may_approve_for(who.parties[pk]) for pk in raising)):
        return None
    return "Only the person who raised it, or their managers, can withdraw it."


ACTS: Mapping[str, Act] = {
    act.code: act
    for act in (
        Act("give_view", "Give our view", frozenset(states.OPEN), _speaks_on_the_case),
        Act("record_discussion", "Record a discussion", frozenset(states.OPEN), _speaks_on_the_case),
        Act("set_date", "Set the date", frozenset(states.OPEN), _sets_dates),
        Act("extend_date", "Extend the date", frozenset(states.OPEN), _sets_dates),
        Act("ask_to_escalate", "Ask to escalate", frozenset(states.OPEN), _acts_for_a_party),
        Act("answer_request", "Approve or return the request", frozenset(states.OPEN), _answers_a_request),
        Act("move_at_once", "Move at once: immediate risk", frozenset(states.OPEN), _acts_for_a_party),
        Act("propose_resolution", "Propose a resolution", frozenset(states.OPEN), _proposes),
        Act("answer_resolution", "Answer the proposed resolution", frozenset(states.OPEN), _answers_a_proposal),
        Act("convene_panel", "Convene a panel", frozenset(states.OPEN), _convenes),
        Act("decide", "Record the decision", frozenset(states.OPEN), _decides),
        Act("withdraw", "Withdraw the disagreement", frozenset(states.OPEN), _withdraws),
        Act("reopen", "Reopen the disagreement", frozenset(states.ENDED), _side_or_register),
    )
}


def may(person: Person, action: str, case: Case, who: Standing | None = None) -> Verdict:
    """Whether the person may do `action` (a code of ACTS) to the case as it stands.

    `who` saves the queries when the caller has worked the standing out.  Raises KeyError for an unknown
    action: a misspelt one must not pass for a refusal.
    """
    act = ACTS[action]
    who = who or standing(person, case)
    if case.state not in act.states:
        return Verdict(False, f"The case is {case.get_state_display().lower()}.", wrong_state=True)
    reason = act.rule(who)
    return Verdict(reason is None, reason or "")


def require(verdict: Verdict, case: Case) -> None:
    """Raise NotAllowed or WrongState unless the verdict allows it."""
    if verdict.wrong_state:
        raise WrongState("wrong_state", f"This cannot be done now: {verdict.reason}")
    if not verdict.allowed:
        raise NotAllowed("not_allowed", verdict.reason)
