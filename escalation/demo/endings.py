"""The words of a story by which a case ends, or is opened again; see `escalation.demo.deeds`."""

from cases.models import Resolution
from cases.services import (
    DecisionText,
    PlannedAction,
    case_answer_resolution,
    case_convene_panel,
    case_decide,
    case_propose_resolution,
    case_reopen,
    case_withdraw,
)
from escalation.demo.cast import decider, manager, speaker
from escalation.demo.play import Play
from escalation.demo.reading import phrases

#: Working days until an action is due, and until what was agreed is reviewed.
ACTION_DAYS, REVIEW_DAYS = 7, 25


def _actions(play: Play) -> list[PlannedAction]:
    by_when = play.world.days.later(play.today, ACTION_DAYS)
    return [PlannedAction(what=play.matter.action, who=play.matter.who, by_when=by_when)]


def propose(play: Play, _: str) -> None:
    case = play.case
    case_propose_resolution(
        case=case,
        by=speaker(play, case, "receiving"),
        at=play.at,
        what_changes=play.matter.change,
        actions=_actions(play),
        review_on=play.world.days.later(play.today, REVIEW_DAYS),
    )


def natural(play: Play, _: str) -> None:
    """Events have settled it: a manager records what lay behind it (Buckinghamshire)."""
    case = play.case
    case_propose_resolution(
        case=case,
        by=manager(case, "raising"),
        at=play.at,
        what_changes=phrases().natural,
        actions=_actions(play),
        review_on=play.world.days.later(play.today, REVIEW_DAYS),
        overtaken_by_events=True,
        cause=phrases().cause,
    )


def _proposal(play: Play) -> tuple[Resolution, list[str]]:
    """The proposal that waits, and the sides whose answer it waits for."""
    proposal = play.case.resolutions.get(status=Resolution.Status.PROPOSED)
    answered = proposal.agreements.values("party")
    return proposal, [party.side for party in play.case.parties.exclude(pk__in=answered)]


def agree(play: Play, _: str) -> None:
    for side in _proposal(play)[1]:
        case = play.case
        case_answer_resolution(case=case, by=speaker(play, case, side), at=play.at, agrees=True)


def refuse(play: Play, _: str) -> None:
    case, side = play.case, _proposal(play)[1][0]
    reasons = play.pick(phrases().refuse)
    case_answer_resolution(case=case, by=speaker(play, case, side), at=play.at, agrees=False, reasons=reasons)


def panel(play: Play, _: str) -> None:
    world = play.world
    members = world.advisers[play.number % 2 :][:3]
    reasons = phrases().panel
    case_convene_panel(case=play.case, by=world.business_manager, at=play.at, members=members, reasons=reasons)


def decide(play: Play, outcome: str) -> None:
    case = play.case
    decision = DecisionText(
        outcome=outcome,
        reasons=play.pick(phrases().decide),
        what_changes=play.matter.change,
        actions=_actions(play),
        review_on=play.world.days.later(play.today, REVIEW_DAYS),
    )
    case_decide(case=case, by=decider(play, case), at=play.at, decision=decision)


def withdraw(play: Play, _: str) -> None:
    case = play.case
    case_withdraw(case=case, by=case.raised_by, at=play.at, reasons=play.pick(phrases().withdraw))


def reopen(play: Play, _: str) -> None:
    case = play.case
    reasons = play.story.because or play.pick(phrases().reopen)
    case_reopen(case=case, by=case.raised_by, at=play.at, reasons=reasons)
