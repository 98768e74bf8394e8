"""Answers to each step of raising, as a browser posts them."""

from typing import Protocol

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agencies.tiers import Tier
from cases.models import Case
from cases.services import case_start_draft
from tests.cases.cast import RAISED, Cast

SAFETY = {"immediate_risk": "no", "situation": "none"}
EVIDENCE = {
    "child_life": "He is tired.",
    "what_0": "Collected late on six days",
    "source_0": "Nursery register",
    "aim": "An assessment within the week.",
}


def dispute(draft: Case, **answers: str) -> dict[str, str]:
    policy = draft.policy
    given = {
        "subject": policy.subjects[0].code,
        "decision": "The referral was closed without an assessment.",
        "decision_by": "Duty social worker",
        "decision_on_day": "27",
        "decision_on_month": "3",
        "decision_on_year": "2026",
        "risk": "The child is left alone in the evenings.",
    }
    if policy.grounds:
        given["ground"] = policy.grounds[0].code
    return given | answers


def who(cast: Cast, **answers: str) -> dict[str, str]:
    manager = cast.officer(cast.nursery, Tier.LINE_MANAGER)
    given = {
        "receiving": str(cast.care.pk),
        "people_of": str(cast.care.pk),
        "receiving_contact": str(cast.sam.pk),
        "own_manager": str(manager.pk),
        "child_initials": "ab",
        "child_birth_year": "2021",
        "file_number": "NUR-77",
    }
    return given | answers


def an_empty_draft(cast: Cast) -> Case:
    return case_start_draft(by=cast.nora, agency=cast.nursery, partnership=cast.partnership, at=RAISED)


def address(draft: Case, step: str) -> str:
    return reverse("case_draft", args=[draft.uuid, step])


def post(client: Client, draft: Case, step: str, answers: dict[str, str], *, go: str = "continue") -> HttpResponse:
    """Press the button `go` of a step with these answers."""
    response: HttpResponse = client.post(address(draft, step), {**answers, "go": go})  # type: ignore[assignment]
    return response


class Answer(Protocol):
    @property
    def content(self) -> bytes: ...


def page(response: Answer) -> str:
    return response.content.decode()
