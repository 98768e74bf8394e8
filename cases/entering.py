"""Coming to a stage: what every way into one has in common.

Called by services, inside their transaction, with the case's row locked, after the transition.
"""

from collections.abc import Mapping

from agencies.tiers import Tier
from cases.acting import Acting
from cases.clocks import note_due, start_clocks, stop_clocks
from cases.models import Answer, CaseUserObjectPermission, Clock, Extension, Resolution, StageVisit
from cases.people import (
    Seat,
    add_participant,
    everyone,
    name_business_managers,
    people_at_stage,
    seats,
    those_who_owe,
)
from policies.schema import Stage

#: What those named for the stage are told, and what everybody else on the case is, by how it came there.
TOLD: Mapping[StageVisit.How, tuple[str, str]] = {
    StageVisit.How.RAISED: ("case.raised", "case.raised"),
    StageVisit.How.MOVED_AT_ONCE: ("case.moved_at_once", "case.moved_at_once"),
    StageVisit.How.REOPENED: ("case.reopened", "case.reopened"),
}


def leave_stage(act: Acting, how: StageVisit.How) -> None:
    """End the stay at the present stage: its clocks stop, what still waited there is overtaken."""
    stop_clocks(act.case, at=act.at)
    act.case.visits.filter(left_at__isnull=True).update(left_at=act.at, left_how=how)
    act.case.requests.filter(answer=Answer.WAITING).update(answer=Answer.OVERTAKEN, answered_at=act.at)
    act.case.resolutions.filter(status=Resolution.Status.PROPOSED).update(status=Resolution.Status.OVERTAKEN)
    act.case.extensions.filter(status=Extension.Status.PROPOSED).update(status=Extension.Status.OVERTAKEN)
    # A panel decides at the stay for which it was convened; its members can still read what they decided.
    CaseUserObjectPermission.objects.filter(content_object=act.case, permission__codename="decide_case").delete()
    act.case.late_since = None
    act.case.due_at = None


def enter_stage(act: Acting, stage: Stage, how: StageVisit.How) -> StageVisit:
    """Begin the stay at `stage`: the people on each side, the clocks, the register, the record, the messages.

    1. the visit; 2. who takes each side's place (product rule "Nobody is stuck"); 3. the clocks of the
    stage's duties; 4. the register, once the policy's stage for it is reached; 5. the record entry;
    6. those at the stage, those already on the case and those the policy names are told.
    """
    case, at = act.case, act.at
    visit = StageVisit.objects.create(case=case, stage_code=stage.code, tier=stage.tier, entered_at=at, entered_how=how)
    _join_parties(act, stage)
    taken = seats(case, stage, at)
    _seat(act, stage, taken)
    clocks = start_clocks(visit, stage=stage, at=at)
    note_due(case, clocks)
    case.stage_entered_at = at
    enters_register = _enters_register(act, stage, taken)
    if enters_register:
        case.registered_at = at
    case.save()
    entry = act.record("stage.entered", _content(stage, how, taken, clocks))
    _tell(act, stage, taken, occasion=f"entry:{entry.pk}", how=how, registered=enters_register)
    undated = [clock for clock in clocks if clock.due_at is None]
    for clock in undated:
        owing = those_who_owe(case, clock.owed_by, people_at_stage(case))
        act.tell("case.date_needed", [person for person in owing if person], occasion=f"entry:{entry.pk}:date")
    return visit


def _join_parties(act: Acting, stage: Stage) -> None:
    """Advice inside one's own agency stays inside it; from any other stage on every party knows of the case."""
    joining = act.case.parties.filter(joined_at__isnull=True)
    if stage.tier == Tier.OWN_ADVICE:
        joining = joining.filter(side="raising")
    joining.update(joined_at=act.at)


def _seat(act: Acting, stage: Stage, taken: list[Seat]) -> None:
    for seat in taken:
        if seat.contact.person is not None:
            add_participant(
                case=act.case,
                person=seat.contact.person,
                tier=stage.tier,
                why=f"{stage.name}: {seat.contact.why}",
                at=act.at,
                party=seat.party,
            )
        else:
            name_business_managers(act.case, tier=stage.tier, at=act.at)


def _enters_register(act: Acting, stage: Stage, taken: list[Seat]) -> bool:
    """Whether the register shows the case in full from now on.

    From the policy's stage on; and before it when the Business Manager is needed, because nobody is named
    or a child is at immediate risk.
    """
    if act.case.registered_at is not None:
        return False
    policy = act.case.policy
    return (
        policy.position(stage.code) >= policy.position(policy.register_from)
        or bool(act.case.immediate_risk)
        or any(seat.contact.person is None for seat in taken)
    )


def _content(stage: Stage, how: StageVisit.How, taken: list[Seat], clocks: list[Clock]) -> dict[str, object]:
    return {
        "stage": stage.code,
        "name": stage.name,
        "tier": stage.tier,
        "how": str(how),
        "people": [
            {
                "side": seat.party.side if seat.party else "",
                "agency": seat.party.agency.name if seat.party else "",
                "name": seat.contact.name,
                "person": seat.contact.person.pk if seat.contact.person else None,
                "why": seat.contact.why,
                "standing_in_for": seat.contact.standing_in_for.name if seat.contact.standing_in_for else "",
            }
            for seat in taken
        ],
        "dates": [
            {
                "duty": clock.deed,
                "owed_by": clock.owed_by,
                "due": clock.due_at.isoformat() if clock.due_at else None,
                "limit": clock.limit,
                "reason": clock.reason,
            }
            for clock in clocks
        ],
    }


def _tell(
    act: Acting, stage: Stage, taken: list[Seat], *, occasion: str, how: StageVisit.How, registered: bool
) -> None:
    urgent = how == StageVisit.How.MOVED_AT_ONCE or (how == StageVisit.How.RAISED and bool(act.case.immediate_risk))
    to_named, to_others = TOLD.get(how, ("case.stage_entered", "case.escalated"))
    named = [seat.contact.person for seat in taken if seat.contact.person is not None]
    act.tell(to_named, named, occasion=occasion, urgent=urgent)
    act.tell(to_others, everyone(act.case), occasion=occasion, urgent=urgent)
    if len(named) < len(taken):
        act.tell_business_manager("contact.missing", occasion=occasion, urgent=urgent)
    # Who was told that a case on the register had ended is told that it is open again.
    back = how == StageVisit.How.REOPENED and act.case.registered_at is not None
    if registered and how != StageVisit.How.MOVED_AT_ONCE:
        act.tell_business_manager("register.entered", occasion=occasion, urgent=urgent)
    elif back or urgent or "business_manager" in stage.notify:
        act.tell_business_manager(to_others, occasion=occasion, urgent=urgent)
    if "chair" in stage.notify:
        _tell_chair(act, occasion, urgent)


def _tell_chair(act: Acting, occasion: str, urgent: bool) -> None:
    chairs = act.case.partnership.named_officers.filter(tier=Tier.CHAIR).select_related("officer")
    act.tell("case.escalated", [row.officer for row in chairs], occasion=occasion, urgent=urgent)
