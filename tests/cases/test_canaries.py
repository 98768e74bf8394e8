"""Nothing about the child, a person or the subject leaves a case by a message, whatever is done to it."""

from datetime import timedelta
from typing import Any

import pytest

from agencies.models import Agency, Person
from cases.models import Answer, Case
from cases.services import (
    DecisionText,
    PlannedAction,
    case_answer_extension,
    case_answer_resolution,
    case_approve,
    case_ask_to_escalate,
    case_convene_panel,
    case_decide,
    case_extend_date,
    case_give_view,
    case_move_at_once,
    case_propose_resolution,
    case_raise,
    case_record_discussion,
    case_reopen,
    case_return,
    case_save_draft,
    case_set_date,
    case_withdraw,
)
from cases.sweep import sweep
from notifications.events import EVENTS
from notifications.models import Notification
from tests.cases.cast import RAISED, Cast, a_draft

pytestmark = pytest.mark.django_db
NOW = RAISED + timedelta(hours=6)

#: A word in everything that somebody can type; none may leave the case.
CANARY = "kanarienvogel"
TYPED: dict[str, Any] = {
    "decision": CANARY,
    "decision_by": CANARY,
    "risk": CANARY,
    "child_life": CANARY,
    "child_voice": CANARY,
    "evidence": [{"what": CANARY, "source": CANARY}],
    "aim": CANARY,
    "actions_to_date": CANARY,
    "immediate_action": CANARY,
    "child_initials": "QXZ",
    "child_birth_year": 2017,
}


class TestNothingAboutTheChild:
    def journey(self, cast: Cast) -> Case:
        """Everything that can be done to a case, each with the canary in all that is typed."""
        draft = a_draft(cast, **TYPED)
        case_save_draft(draft=draft, by=cast.nora, answers={}, others=[cast.health], file_number=CANARY)
        case = case_raise(draft=draft, by=cast.nora, at=RAISED)
        self.written(cast, case)
        case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons=CANARY)
        self.written(cast, case)
        request = case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons=CANARY)
        assert request is not None
        manager, senior = (cast.officer(cast.nursery, tier) for tier in ("line_manager", "senior_manager"))
        case_return(request=request, by=manager, at=NOW, reasons=CANARY, missing=CANARY)
        request = case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons=CANARY)
        assert request is not None
        case_approve(request=request, by=senior, at=NOW, reasons=CANARY)
        soon = NOW.date() + timedelta(days=20)
        for agrees in (False, True):
            extension = case_extend_date(case=case, by=cast.nora, at=NOW, due_on=soon, reasons=CANARY)
            case_answer_extension(extension=extension, by=cast.sam, at=NOW, agrees=agrees, reasons=CANARY)
        self.proposed(case, cast.sam)
        case_answer_resolution(case=case, by=cast.nora, at=NOW, agrees=False, reasons=CANARY)
        sweep(at=NOW + timedelta(days=19))
        sweep(at=NOW + timedelta(days=25))
        assert case.requests.filter(answer=Answer.WAITING, asked_by=None).exists()
        case_move_at_once(case=case, by=cast.sam, at=NOW, to_stage="5", reasons=CANARY)
        case_set_date(case=case, by=cast.chair, at=NOW, due_on=soon, agreed_with=CANARY, reasons=CANARY)
        case_convene_panel(case=case, by=cast.chair, at=NOW, members=cast.panel, reasons=CANARY)
        actions = [PlannedAction(CANARY, CANARY, soon)]
        decision = DecisionText("panel_decides", CANARY, CANARY, actions, soon)
        case_decide(case=case, by=cast.panel[0], at=NOW, decision=decision)
        case_reopen(case=case, by=cast.officer(cast.care, "line_manager"), at=NOW, reasons=CANARY)
        self.proposed(case, cast.sam)
        case_answer_resolution(case=case, by=cast.nora, at=NOW, agrees=True, reasons=CANARY)
        case_answer_resolution(
            case=case, by=cast.officer(cast.health, "line_manager"), at=NOW, agrees=True, reasons=CANARY
        )
        case.refresh_from_db()
        assert case.state == "resolved"
        case_reopen(case=case, by=cast.sam, at=NOW, reasons=CANARY)
        case_withdraw(case=case, by=cast.nora, at=NOW, reasons=CANARY)
        return case

    def written(self, cast: Cast, case: Case) -> None:
        evidence = [{"what": CANARY, "source": CANARY}]
        case_give_view(case=case, by=cast.nora, at=NOW, view=CANARY, evidence=evidence, wanted=CANARY)
        case_record_discussion(
            case=case,
            by=cast.nora,
            at=NOW,
            held_at=NOW,
            who=CANARY,
            how=CANARY,
            summary=CANARY,
            outcome=CANARY,
            prompts={"Why?": CANARY},
        )

    def proposed(self, case: Case, by: Person) -> None:
        case_propose_resolution(
            case=case,
            by=by,
            at=NOW,
            what_changes=CANARY,
            actions=[PlannedAction(CANARY, CANARY, NOW.date() + timedelta(days=30))],
            review_on=NOW.date() + timedelta(days=60),
        )

    def test_no_field_of_any_message_of_a_whole_journey_names_child_person_agency_or_subject(self, cast: Cast) -> None:
        case = self.journey(cast)
        rows = list(Notification.objects.filter(case_id=case.pk).values())
        assert len({row["event"] for row in rows}) >= 20, "or the journey leaves out too much"
        secret = {CANARY, "QXZ", "2017"}
        secret |= {person.name for person in Person.objects.all()} | {agency.name for agency in Agency.objects.all()}
        secret |= {word for subject in case.policy.subjects for word in (subject.code, subject.name)}
        people = ("recipient_id", "message_id", "key")
        said = " ".join(str(value) for row in rows for name, value in row.items() if name not in people).lower()
        assert not [word for word in secret if word.lower() in said]
        keys = " ".join(row["key"] + row["message_id"] for row in rows).lower()
        assert not [word for word in secret - {"2017"} if word.lower() in keys]

    def test_journey_meets_the_canary_on_the_record(self, cast: Cast) -> None:
        """Else the test above would prove nothing."""
        case = self.journey(cast)
        by_people = case.entries.filter(by__isnull=False).exclude(kind="stage.entered")
        assert not [entry.kind for entry in by_people if CANARY not in str(entry.content)]

    def test_every_message_of_a_whole_journey_is_addressed_to_one_and_is_known(self, cast: Cast) -> None:
        case = self.journey(cast)
        for row in Notification.objects.filter(case_id=case.pk):
            assert row.event in EVENTS
            assert (row.recipient_id is None) != (row.address == "")
            assert (row.reference, row.path) == (case.reference, f"/cases/{case.reference}/")

    def test_words_of_every_event_hold_reference_stage_and_date_only(self) -> None:
        for event in EVENTS.values():
            said = event.subject + event.sentence + event.dated
            said.format(reference="", stage="", date="")
