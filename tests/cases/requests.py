"""Asking to escalate in tests: a request of Nora's with all that its stage wants, and people who cannot answer it."""

from datetime import timedelta

from agencies.models import Person
from agencies.services import appoint, record_absence
from cases.models import Case, EscalationRequest
from cases.services import (
    case_ask_to_escalate,
    case_return,
)
from tests.cases.cast import RAISED, Cast, a_person
from tests.cases.journeys import write_down

#: The afternoon of the day on which the cases were raised and climbed.
NOW = RAISED + timedelta(hours=6)
TODAY = NOW.date()


def asked(cast: Cast, case: Case, **others: object) -> EscalationRequest:
    """Nora asks at a stage that wants approval, with all that the stage wants written down."""
    write_down(cast, case, NOW)
    given: dict[str, object] = {"case": case, "by": cast.nora, "at": NOW, "reasons": "Not settled.", **others}
    request = case_ask_to_escalate(**given)  # type: ignore[arg-type]
    assert request is not None
    return request


def returned(cast: Cast, case: Case, request: EscalationRequest, by: Person) -> None:
    case_return(request=request, by=by, at=NOW, reasons="Too early.", missing="What the father says.")


def a_lead(cast: Cast, name: str = "Lara Lead") -> Person:
    """A safeguarding lead of the nursery."""
    lead = a_person(name)
    appoint(person=lead, role="named_lead", agency=cast.nursery, at=RAISED)
    return lead


def away(*people: Person) -> None:
    for person in people:
        record_absence(person=person, first_day=TODAY, last_day=TODAY)
