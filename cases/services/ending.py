"""Withdrawing a disagreement, and opening one again."""

from datetime import datetime

from agencies.models import Person
from cases.acting import acting
from cases.entering import enter_stage
from cases.models import Case, StageVisit
from cases.said import required
from cases.services.resolving import end_case, tell_ending


def case_withdraw(*, case: Case, by: Person, at: datetime, reasons: str) -> Case:
    """Take the disagreement back, with the reason; the record stays."""
    with acting("withdraw", case=case, by=by, at=at) as act:
        why = required(reasons, "reasons_missing", "Say why you withdraw it, and how the child is safe now.")
        end_case(act, StageVisit.How.WITHDRAWN)
        entry = act.record("case.withdrawn", {"reasons": why})
        tell_ending(act, "case.withdrawn", f"entry:{entry.pk}")
        return act.case


def case_reopen(*, case: Case, by: Person, at: datetime, reasons: str) -> Case:
    """Open an ended case again at the stage where it ended; its clocks start anew from now."""
    with acting("reopen", case=case, by=by, at=at) as act:
        why = required(reasons, "reasons_missing", "Say why the disagreement is open again.")
        stage = act.case.stage
        act.case.reopen(stage)
        act.case.ended_at = None
        act.record("case.reopened", {"reasons": why})
        enter_stage(act, stage, StageVisit.How.REOPENED)
        return act.case
