"""Taking a case up: asked for by one person, answered by another; or at once when a child is at risk."""

from collections.abc import Collection
from datetime import datetime

from agencies.directory import Contact
from agencies.models import Person
from cases import states
from cases.acting import Acting, acting
from cases.entering import enter_stage, leave_stage
from cases.models import Answer, Case, EscalationRequest, Party, StageVisit
from cases.people import add_participant, approver, available, fall_to_business_manager, leads_of
from cases.permissions import Verdict, require
from cases.rules import why_not_answer
from cases.said import required
from escalation.errors import RuleViolation, WrongState
from policies.schema import Stage


def _target(case: Case, to_stage: str | None) -> Stage:
    ways = case.ways_up()
    if to_stage is None:
        return ways[0]
    for stage in ways:
        if stage.code == to_stage:
            return stage
    raise RuleViolation("stage_not_next", "The policy does not lead from this stage to that one.")


def lacking_records(case: Case) -> list[str]:
    """What the policy still wants on the record of this stage before it is left upward: "view", "discussion"."""
    stage = case.stage
    written = set(case.entries.filter(stage_code=stage.code).values_list("kind", flat=True))
    # Raising gives the raiser's view, evidence and aim: it counts as the view of the stage at which it was raised.
    wanted = {"view": {"view.given", "case.raised"}, "discussion": {"discussion.recorded"}}
    return [kind for kind in stage.required_records if not wanted[kind] & written]


def _ready_to_leave(case: Case, confirmed: Collection[str]) -> None:
    missing = [text for text in case.stage.confirmations if text not in confirmed]
    if missing:
        raise RuleViolation("not_confirmed", f"Confirm first: {missing[0]}")
    for kind in lacking_records(case):
        name = "a view" if kind == "view" else "the discussion"
        raise RuleViolation("record_missing", f"The policy wants {name} on the record of this stage first.")


def move_up(act: Acting, stage: Stage, how: StageVisit.How) -> None:
    """Leave the present stage for `stage`."""
    leave_stage(act, how)
    act.case.escalate(stage)
    enter_stage(act, stage, how)


def put_request(act: Acting, *, party: Party, stage: Stage, reasons: str, contact: Contact) -> EscalationRequest:
    """Put a request to escalate before `contact`; the Business Manager's when nobody is named."""
    request = EscalationRequest.objects.create(
        case=act.case,
        visit=act.case.visits.get(left_at__isnull=True),
        party=party,
        to_stage=stage.code,
        asked_by=act.by,
        asked_at=act.at,
        reasons=reasons,
        put_before=contact.person,
        tier=contact.tier,
        why_them=contact.why[:300],
    )
    if contact.person is not None:
        why = "Asked to answer a request to escalate"
        tier = contact.tier
        add_participant(case=act.case, person=contact.person, tier=tier, why=why, at=act.at, party=party)
    else:
        fall_to_business_manager(act.case, at=act.at)
    act.tell("request.waiting", [contact.person], occasion=f"request:{request.pk}")
    return request


def _chosen_lead(act: Acting, party: Party, ask: Person) -> Contact:
    if not available(ask, act.at) or ask.pk == act.who.person.pk or ask.pk == act.case.decision_maker_id:
        raise RuleViolation("cannot_ask", f"{ask.name} cannot answer this request. Ask somebody else.")
    if not leads_of(party).filter(pk=ask.pk).exists():
        raise RuleViolation("cannot_ask", f"{ask.name} is not a safeguarding lead of {party.agency}.")
    return Contact(
        person=ask,
        name=ask.name,
        title=ask.job_title,
        email=ask.email,
        phone=ask.phone,
        tier=approver(act.case, party, requester=act.by, at=act.at).tier,
        why="named or designated lead, asked by name",
    )


def case_ask_to_escalate(
    *,
    case: Case,
    by: Person,
    at: datetime,
    reasons: str,
    to_stage: str | None = None,
    confirmed: Collection[str] = (),
    ask: Person | None = None,
) -> EscalationRequest | None:
    """Ask that the case go to the next stage; where the policy needs no approval it goes at once (None).

    `confirmed` are those of the stage's confirmations that the person ticked.  `ask` is a named lead to be
    asked in place of the manager.
    """
    with acting("ask_to_escalate", case=case, by=by, at=at) as act:
        stage = _target(act.case, to_stage)
        why = required(reasons, "reasons_missing", "Say why this stage has not settled it.")
        _ready_to_leave(act.case, confirmed)
        party = act.who.sides[0]
        needs_approval = act.case.stage.approval
        contact = None
        if needs_approval:
            contact = _chosen_lead(act, party, ask) if ask else approver(act.case, party, requester=by, at=at)
        act.record(
            "escalation.asked",
            {
                "to": stage.code,
                "reasons": why,
                "confirmed": list(confirmed),
                "put_before": contact.name if contact else "",
                "why_them": contact.why if contact else "The policy needs no approval here.",
            },
        )
        if contact is None:
            move_up(act, stage, StageVisit.How.ESCALATED)
            return None
        return put_request(act, party=party, stage=stage, reasons=why, contact=contact)


def _waiting(act: Acting, request: EscalationRequest) -> EscalationRequest:
    fresh = act.case.requests.select_related("party__agency", "asked_by", "put_before").get(pk=request.pk)
    if fresh.answer != Answer.WAITING:
        raise WrongState("answered", f"This request is not waiting any more: {fresh.get_answer_display().lower()}.")
    if act.case.state not in states.OPEN:
        raise WrongState("wrong_state", f"The case is {act.case.get_state_display().lower()}.")
    reason = why_not_answer(act.who, fresh)
    require(Verdict(reason is None, reason or ""), act.case)
    return fresh


def _answer(act: Acting, request: EscalationRequest, answer: Answer, reasons: str, missing: str) -> None:
    request.answer = answer
    request.answered_by = act.by
    request.answered_at = act.at
    request.answer_reasons = reasons
    request.missing = missing
    request.save()


def case_approve(*, request: EscalationRequest, by: Person, at: datetime, reasons: str = "") -> Case:
    """Approve the request: the case goes to the stage that was asked for."""
    with acting(None, case=request.case, by=by, at=at) as act:
        waiting = _waiting(act, request)
        _answer(act, waiting, Answer.APPROVED, reasons.strip(), "")
        entry = act.record("escalation.approved", {"to": waiting.to_stage, "reasons": reasons.strip()})
        act.tell("request.approved", _asker(waiting), occasion=f"entry:{entry.pk}")
        move_up(act, act.case.policy.stage(waiting.to_stage), StageVisit.How.ESCALATED)
        return act.case


def case_return(*, request: EscalationRequest, by: Person, at: datetime, reasons: str, missing: str) -> Case:
    """Return the request with the reasons and what is missing: nobody is silenced without being told why."""
    with acting(None, case=request.case, by=by, at=at) as act:
        waiting = _waiting(act, request)
        why = required(reasons, "reasons_missing", "Say why you return the request.")
        lacks = required(missing, "missing_missing", "Say what is missing, so that it can be mended.")
        _answer(act, waiting, Answer.RETURNED, why, lacks)
        entry = act.record("escalation.returned", {"to": waiting.to_stage, "reasons": why, "missing": lacks})
        act.tell("request.returned", _asker(waiting), occasion=f"entry:{entry.pk}")
        return act.case


def _asker(request: EscalationRequest) -> list[Person]:
    """Who asked; for a request of the clock, the one who raised the disagreement."""
    return [request.asked_by or request.case.raised_by]


def case_move_at_once(*, case: Case, by: Person, at: datetime, to_stage: str, reasons: str) -> Case:
    """Immediate risk: take the case to a later stage now.  Nobody's approval is needed, everybody is told."""
    with acting("move_at_once", case=case, by=by, at=at) as act:
        why = required(reasons, "reasons_missing", "Say what the immediate risk is and what you have done about it.")
        allowed = {stage.code: stage for stage in act.case.policy.immediate_stages(act.case.stage_code)}
        if to_stage not in allowed:
            raise RuleViolation("stage_not_allowed", "The policy does not let a case move to that stage from here.")
        act.case.immediate_risk = True
        act.record("case.moved_at_once", {"from": act.case.stage_code, "to": to_stage, "reasons": why})
        move_up(act, allowed[to_stage], StageVisit.How.MOVED_AT_ONCE)
        return act.case
