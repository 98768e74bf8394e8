"""Driving a case through its policy's stages, as people would."""

from datetime import datetime, timedelta

from agencies.models import Person
from cases.models import Case, EscalationRequest
from cases.services import case_approve, case_ask_to_escalate, case_give_view, case_record_discussion
from tests.cases.cast import Cast


def write_down(cast: Cast, case: Case, at: datetime) -> None:
    """What every policy wants on the record before a stage is left: a view and a discussion."""
    case_give_view(case=case, by=cast.nora, at=at, view="The child is not safe.")
    case_record_discussion(
        case=case, by=cast.nora, at=at, held_at=at, who="Nora and Sam", how="telephone", summary="We differ."
    )


def ask(cast: Cast, case: Case, at: datetime, *, to: str | None = None) -> EscalationRequest | None:
    """Nora asks to escalate, with all that the stage wants of her."""
    write_down(cast, case, at)
    return case_ask_to_escalate(
        case=case, by=cast.nora, at=at, reasons="Not settled.", to_stage=to, confirmed=case.stage.confirmations
    )


def climb(cast: Cast, case: Case, at: datetime, *, to: str | None = None) -> Person | None:
    """Ask, and have whoever it is put before approve it; the approver, or None where the policy wants none."""
    request = ask(cast, case, at, to=to)
    if request is not None:
        case_approve(request=request, by=request.put_before or cast.business_manager, at=at + timedelta(minutes=5))
    case.refresh_from_db()
    return request.put_before if request else None
