"""Who may do what to a case, rule by rule: each gives the reason why not, or None when they may."""

from collections.abc import Collection

from agencies.tiers import LADDER, Tier
from cases.models import EscalationRequest
from cases.standing import Standing

NOT_ON_A_SIDE = "Only the people who act for an agency in this disagreement can do this."


class NotNow(str):
    """A reason that lies in where the case stands, not in who asks."""

    __slots__ = ()


def _chairs_it(who: Standing) -> bool:
    """Whether they are the Chair, and the case was referred to the Chair: before that it is not their business."""
    referred = Tier.CHAIR in who.tiers_involved and (who.takes_part or not who.case.restricted)
    return referred and "chair_cases" in who.partnership_permissions


def reopens(who: Standing) -> str | None:
    if who.keeps_register or _chairs_it(who):
        return None
    if who.side is None:
        return NOT_ON_A_SIDE
    if who.was_decided and not any(who.may_approve_for(party) for party in who.sides):
        return "It was decided: only a manager, the Chair or the Business Manager can open it again."
    return None


def speaks_on_the_case(who: Standing) -> str | None:
    return None if who.side or who.takes_part or who.granted else NOT_ON_A_SIDE


def asks_to_escalate(who: Standing) -> str | None:
    if who.side is None:
        return NOT_ON_A_SIDE
    if not who.case.ways_up():
        return NotNow("This is the policy's last stage: it ends with a resolution or a decision.")
    if any(request.party_id == who.side.pk for request in who.waiting_requests):
        return NotNow("A request of your agency is waiting for an answer already.")
    return None


def moves_at_once(who: Standing) -> str | None:
    # At whatever stage: a child at immediate risk is everybody's business.
    if not who.represented:
        return NOT_ON_A_SIDE
    if not who.case.policy.immediate_stages(who.case.stage_code):
        return NotNow("This is the policy's last stage: there is nowhere further to move.")
    return None


def _agrees_dates(who: Standing) -> str | None:
    return None if who.side or who.keeps_register or decides(who) is None else NOT_ON_A_SIDE


def sets_date(who: Standing) -> str | None:
    waits = any(clock.due_at is None for clock in who.running_clocks)
    return _agrees_dates(who) or (
        None if waits else NotNow("This stage has its date already. You can extend it with a reason.")
    )


def extends_date(who: Standing) -> str | None:
    dated = any(clock.due_at is not None for clock in who.running_clocks)
    if reason := _agrees_dates(who):
        return reason
    if not dated:
        return NotNow("This stage has no date yet. Set one first.")
    return NotNow("A later date has been asked for already.") if who.open_extension else None


def answers_an_extension(who: Standing) -> str | None:
    asked = who.open_extension
    if asked is None:
        return NotNow("No later date is asked for.")
    if asked.asked_by_id == who.person.pk:
        return "You asked for this yourself, so somebody on another side has to agree."
    if who.keeps_register or any(party.pk != asked.party_id for party in who.sides):
        return None
    if who.sides and who.case.state == Tier.OWN_ADVICE and any(who.may_approve_for(party) for party in who.sides):
        return None
    return "Only another side, or the Business Manager, can agree to a later date."


def why_not_answer(who: Standing, request: EscalationRequest) -> str | None:
    """Why the person may not approve or return this request; None when they may.

    Nobody decides on their own request, nor on a dispute about their own decision.  The one whom it was
    put before may; so may anyone of the same agency at that tier or above, and the agency's named lead in
    place of a line manager.  With nobody named, the Business Manager.
    """
    if request.asked_by_id == who.person.pk:
        return "You asked for this yourself, so somebody else has to answer it."
    if request.asked_by_id is None and who.raised:
        return "You raised the disagreement yourself, so somebody else has to answer this."
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


def answers_a_request(who: Standing) -> str | None:
    waiting = who.waiting_requests
    if not waiting:
        return NotNow("No request to escalate is waiting.")
    reasons = [why_not_answer(who, request) for request in waiting]
    return None if None in reasons else reasons[0]


def proposes(who: Standing) -> str | None:
    if who.side is None:
        return NOT_ON_A_SIDE
    if any(party.joined_at is None for party in who.parties.values()):
        return NotNow("The other agency has not been asked yet, so there is nobody to agree with.")
    if who.case.state == Tier.OWN_ADVICE:
        return NotNow("Your agency takes advice inside itself now, so nobody on the other side could answer.")
    if who.open_proposal is not None:
        return NotNow("A resolution has been proposed already. It has to be answered first.")
    return None


def why_not_answer_proposal(who: Standing, answered: Collection[int]) -> str | None:
    """Why the person may not answer a proposal that the parties `answered` (ids) have answered; None: they may."""
    if not who.sides:
        return NOT_ON_A_SIDE
    if all(party.pk in answered for party in who.sides):
        return NotNow("Your agency has answered this proposal already.")
    return None


def answers_a_proposal(who: Standing) -> str | None:
    proposal = who.open_proposal
    if proposal is None:
        return NotNow("No resolution is waiting for an answer.")
    answers = dict(proposal.agreements.values_list("party_id", "by_id"))
    reason = why_not_answer_proposal(who, answers)
    if reason is None and who.person.pk in answers.values():
        return "You have answered for one side, so somebody else answers for the other."
    return reason


def decides(who: Standing) -> str | None:
    if not who.case.is_open:
        return NotNow("The case is not open.")
    decider = who.case.stage.decides
    if decider is None:
        return NotNow("At this stage the agencies have to agree; nobody decides for them.")
    if who.is_the_disputed_person:
        return "The disagreement is about your own decision, so you cannot decide it."
    if decider == "chair":
        allowed = "chair_cases" in who.partnership_permissions or "decide_case" in who.granted
        return None if allowed else "Only the Chair, or a member of the panel that was convened, can decide this."
    if "decide_as_safeguarding_manager" in who.partnership_permissions:
        return None
    return "Only the safeguarding manager can decide this."


def convenes(who: Standing) -> str | None:
    if not who.case.is_open or who.case.stage.panel is None:
        return NotNow("The policy has no panel at this stage.")
    if who.keeps_register or "chair_cases" in who.partnership_permissions:
        return None
    return "Only the Business Manager or the Chair can convene a panel."


def withdraws(who: Standing) -> str | None:
    raising = {party.pk for party in who.sides if party.side == "raising"}
    if raising and (who.raised or any(who.may_approve_for(who.parties[pk]) for pk in raising)):
        return None
    return "Only the person who raised it, or their managers, can withdraw it."
