"""A story's beginning: the draft, saved as the pages save it, and sent."""

from typing import Any

from agencies.tiers import Tier
from cases.models import Case
from cases.services import case_raise, case_save_draft, case_start_draft
from escalation.demo.cast import disputed, raiser
from escalation.demo.play import Play
from escalation.demo.reading import phrases

LETTERS = "ABCDEFGHJKLMNOPRSTUWYZ"


def _safety(play: Play) -> dict[str, Any]:
    begins = play.story.begins
    return {
        "immediate_risk": bool(begins),
        "immediate_action": phrases().immediate_action if begins else "",
        "stage_code": begins,
        "situation": play.story.situation,
        "restricted": play.story.restricted,
    }


def _dispute(play: Play, case: Case) -> dict[str, Any]:
    matter, turn = play.matter, play.turn()
    return {
        "subject": play.world.plan.subjects[matter.theme],
        "ground": play.story.ground if case.policy.grounds else "",
        "decision": matter.decision,
        "decision_by": matter.decision_by,
        "decision_on": play.world.days.before(play.today, 1 + turn % 4),
        "risk": matter.risk,
        "child_life": matter.life,
        "child_initials": LETTERS[turn % len(LETTERS)] + LETTERS[turn * 5 % len(LETTERS)],
        "child_birth_year": play.today.year - matter.age,
    }


def _evidence(play: Play) -> dict[str, Any]:
    matter = play.matter
    return {"evidence": matter.evidence_rows(), "child_voice": matter.voice}


def _wishes(play: Play) -> dict[str, Any]:
    return {"aim": play.matter.aim, "actions_to_date": play.matter.so_far}


def _save_whom(play: Play) -> None:
    """The parties: the receiving agency with the person disagreed with, one's own manager, one's file number."""
    world, story = play.world, play.story
    contact = disputed(play)
    agency = world.agencies[story.raising]
    own = agency.named_officers.select_related("officer").get(tier=Tier.LINE_MANAGER).officer
    case_save_draft(
        draft=play.case,
        by=play.case.raised_by,
        answers={"decision_maker": contact, **_wishes(play)},
        receiving=world.agencies[story.receiving],
        others=[world.agencies[key] for key in story.others],
        receiving_contact=contact,
        own_manager=own,
        file_number=f"{agency.kind[:3].upper()}-{1000 + play.number * 37}",
    )


def keep_draft(play: Play) -> None:
    """A draft, as far as the story says that somebody got."""
    world = play.world
    agency = world.agencies[play.story.raising]
    by = raiser(play)
    play.look(case_start_draft(by=by, agency=agency, partnership=world.partnership, at=play.at).pk)
    answers = {**_safety(play), **_dispute(play, play.case), **_evidence(play)}
    case_save_draft(draft=play.case, by=by, answers=answers)
    if play.story.draft != "evidence":
        _save_whom(play)


def raise_case(play: Play) -> None:
    """The whole draft, and sent."""
    keep_draft(play)
    case_raise(draft=play.case, by=play.case.raised_by, at=play.at)
    play.look()
