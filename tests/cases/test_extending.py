"""A later date: asked for by one side, agreed by another; nobody extends alone."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.models import Appointment
from agencies.services import appoint, end_appointment
from cases.models import Case, Extension, NextStep
from cases.permissions import may
from cases.services import (
    case_answer_resolution,
    case_approve,
    case_move_at_once,
    case_propose_resolution,
    case_withdraw,
)
from cases.sweep import sweep
from notifications.models import Notification
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_person, some_actions
from tests.cases.dating import LONDON, NOW, TODAY, CaseAt, answer, end_of, extend, running, set_date
from tests.cases.journeys import climb
from tests.cases.refusals import not_allowed, refused, wrong_state
from tests.cases.requests import a_lead, asked

pytestmark = pytest.mark.django_db


class TestAskingForALaterDate:
    def test_asking_alone_moves_nothing(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        before = running(case)
        extension = extend(case, cast.nora, reasons=" The doctor is away. ")
        case.refresh_from_db()
        clock = running(case)
        assert (case.due_at, clock.due_at, clock.next_step_at) == (before.due_at, before.due_at, before.next_step_at)
        assert (extension.status, extension.asked_by, extension.asked_at) == ("proposed", cast.nora, NOW)
        assert extension.party is not None
        assert (extension.party.side, extension.visit.stage_code) == ("raising", "1")
        assert (extension.due_at, extension.reasons) == (end_of(date(2026, 4, 20)), "The doctor is away.")
        assert extension.answered_by is None

    def test_record_says_what_is_asked_for_and_why(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        extend(case, cast.sam)
        entry = case.entries.latest("number")
        assert (entry.kind, entry.by, entry.agency) == ("date.extension_asked", cast.sam, cast.care)
        assert datetime.fromisoformat(entry.content["old"]) == end_of(date(2026, 4, 13))
        assert datetime.fromisoformat(entry.content["due"]) == end_of(date(2026, 4, 20))
        assert entry.content["reasons"].startswith("The doctor")

    @pytest.mark.parametrize("day", [date(2026, 4, 13), date(2026, 4, 12), TODAY])
    def test_new_date_has_to_be_later(self, cast: Cast, case_at: CaseAt, day: date) -> None:
        with refused("date_not_later"):
            extend(case_at("1"), cast.nora, due_on=day)

    @pytest.mark.parametrize("who", ["nora", "business_manager"])
    @pytest.mark.parametrize(
        ("others", "code"),
        [
            ({"reasons": " "}, "reasons_missing"),
            ({"due_on": date(2026, 4, 1)}, "date_past"),
            ({"due_on": date(2027, 4, 3)}, "date_far"),
        ],
    )
    def test_what_is_missing_or_wrong_is_refused(
        self, cast: Cast, case_at: CaseAt, others: dict[str, object], code: str, who: str
    ) -> None:
        with refused(code):
            extend(case_at("3"), getattr(cast, who), **others)

    def test_stage_without_a_date_has_none_to_extend(self, cast: Cast, case_at: CaseAt) -> None:
        with wrong_state():
            extend(case_at("5"), cast.nora)

    @pytest.mark.parametrize("who", ["nora", "sam", "business_manager"])
    def test_one_waits_at_a_time_whoever_asks(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        case = case_at("3")
        extend(case, cast.nora)
        with wrong_state():
            extend(case, getattr(cast, who), due_on=date(2026, 4, 24))
        assert "asked for already" in may(cast.sam, "extend_date", case).reason

    def test_database_lets_one_wait_at_a_time(self, cast: Cast, case_at: CaseAt) -> None:
        first = extend(case_at("1"), cast.nora)
        first.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            first.save(force_insert=True)

    @pytest.mark.parametrize("who", ["outsider", "auditor", "chair"])
    def test_people_outside_ask_for_nothing(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        with not_allowed():
            extend(case_at("3"), getattr(cast, who))

    def test_business_managers_own_takes_effect_at_once(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("3")
        old = case.due_at
        extension = extend(case, cast.business_manager, due_on=date(2026, 4, 30))
        case.refresh_from_db()
        entry = case.entries.latest("number")
        assert (extension.status, extension.party, extension.answered_by) == ("agreed", None, None)
        assert case.due_at == running(case).due_at == end_of(date(2026, 4, 30))
        assert (entry.kind, entry.by, entry.agency) == ("date.extended", cast.business_manager, None)
        assert entry.content["asked_by"] == cast.business_manager.name
        assert old is not None
        assert datetime.fromisoformat(entry.content["old"]) == old
        assert running(case).reason.endswith(f"set by {cast.business_manager.name}, Business Manager.")
        assert not case.entries.filter(kind="date.extension_asked").exists()

    def test_business_manager_who_acts_for_a_side_asks_like_it(self, cast: Cast, case_at: CaseAt) -> None:
        appoint(person=cast.business_manager, role="named_lead", agency=cast.care, at=RAISED)
        case = case_at("3")
        extension = extend(case, cast.business_manager)
        assert extension.status == "proposed"
        with not_allowed():
            answer(extension, cast.business_manager)

    def test_business_manager_does_not_extend_what_is_not_on_the_register(self, cast: Cast, case_at: CaseAt) -> None:
        with not_allowed():
            extend(case_at("2"), cast.business_manager)

    def test_chair_asks_at_their_own_stage_and_a_side_agrees(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        set_date(case, cast.chair)
        extension = extend(case, cast.chair)
        assert (extension.status, extension.party) == ("proposed", None)
        with not_allowed():
            answer(extension, cast.chair)
        answer(extension, cast.nora)
        case.refresh_from_db()
        assert case.due_at == end_of(date(2026, 4, 20))


class TestAnsweringAboutALaterDate:
    def test_date_moves_and_the_old_one_stays_on_the_record(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        assert case.due_at == end_of(date(2026, 4, 13))
        extension = answer(extend(case, cast.nora), cast.sam, reasons=" Agreed. ")
        case.refresh_from_db()
        entry = case.entries.latest("number")
        assert (extension.status, extension.answered_by, extension.answered_at) == ("agreed", cast.sam, NOW)
        assert extension.answer_reasons == "Agreed."
        assert case.due_at == running(case).due_at == end_of(date(2026, 4, 20))
        assert (entry.kind, entry.by, entry.agency) == ("date.extended", cast.sam, cast.care)
        assert datetime.fromisoformat(entry.content["old"]) == end_of(date(2026, 4, 13))
        assert datetime.fromisoformat(entry.content["due"]) == end_of(date(2026, 4, 20))
        assert entry.content["reasons"].startswith("The doctor")
        assert entry.content["asked_by"] == cast.nora.name
        assert running(case).reason == (
            f"Extended from 13 April 2026: asked for by {cast.nora.name}, agreed by {cast.sam.name}."
        )

    def test_date_stays_when_it_is_refused_and_the_reasons_are_kept(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        extension = answer(extend(case, cast.nora), cast.sam, agrees=False, reasons=" The child waits. ")
        case.refresh_from_db()
        entry = case.entries.latest("number")
        assert (extension.status, extension.answered_by) == ("refused", cast.sam)
        assert case.due_at == running(case).due_at == end_of(date(2026, 4, 13))
        assert (entry.kind, entry.content["reasons"]) == ("date.extension_refused", "The child waits.")

    @pytest.mark.parametrize("reasons", ["", "  \n"])
    def test_refusal_wants_its_reasons(self, cast: Cast, case_at: CaseAt, reasons: str) -> None:
        extension = extend(case_at("1"), cast.nora)
        with refused("reasons_missing"):
            answer(extension, cast.sam, agrees=False, reasons=reasons)

    def test_after_a_refusal_it_can_be_asked_for_again(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        answer(extend(case, cast.nora), cast.sam, agrees=False, reasons="Too long.")
        answer(extend(case, cast.nora, due_on=date(2026, 4, 15)), cast.sam)
        case.refresh_from_db()
        assert case.due_at == end_of(date(2026, 4, 15))

    @pytest.mark.parametrize("who", ["sam", "lead", "business_manager"])
    def test_another_side_or_the_business_manager_agrees(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        case = case_at("3")
        answer(extend(case, cast.nora, due_on=date(2026, 4, 30)), getattr(cast, who))
        case.refresh_from_db()
        assert case.due_at == end_of(date(2026, 4, 30))

    @pytest.mark.parametrize("who", ["nora", "outsider", "auditor", "chair", "safeguarding_manager"])
    def test_neither_the_asker_nor_people_outside_agree(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        extension = extend(case_at("3"), cast.nora)
        for agrees in (True, False):
            with not_allowed():
                answer(extension, getattr(cast, who), agrees=agrees, reasons="-")

    def test_side_that_asks_does_not_agree_with_itself(self, cast: Cast, case_at: CaseAt) -> None:
        """Neither its manager nor its lead nor its director."""
        extension = extend(case_at("4"), cast.nora, due_on=date(2026, 5, 4))
        for person in (a_lead(cast), *(cast.officer(cast.nursery, t) for t in ("line_manager", "director"))):
            with not_allowed():
                answer(extension, person)

    def test_business_manager_has_no_say_before_the_register(self, cast: Cast, case_at: CaseAt) -> None:
        extension = extend(case_at("2"), cast.nora)
        with not_allowed():
            answer(extension, cast.business_manager)

    def test_person_of_both_sides_does_not_answer_what_they_asked(self, cast: Cast, case_at: CaseAt) -> None:
        appoint(person=cast.lead, role="named_lead", agency=cast.nursery, at=RAISED)
        extension = extend(case_at("1"), cast.lead)
        with not_allowed():
            answer(extension, cast.lead)

    def test_database_refuses_that_somebody_extends_alone(self, cast: Cast, case_at: CaseAt) -> None:
        extension = extend(case_at("1"), cast.nora)
        with pytest.raises(IntegrityError), transaction.atomic():
            Extension.objects.filter(pk=extension.pk).update(answered_by=cast.nora)

    def test_who_has_left_agrees_to_nothing(self, cast: Cast, case_at: CaseAt) -> None:
        extension = extend(case_at("1"), cast.nora)
        end_appointment(appointment=Appointment.objects.get(person=cast.sam), at=NOW)
        with not_allowed():
            answer(extension, cast.sam)

    @pytest.mark.parametrize("agrees", [True, False])
    def test_answered_is_answered(self, cast: Cast, case_at: CaseAt, agrees: bool) -> None:
        case = case_at("1")
        extension = answer(extend(case, cast.nora), cast.sam, agrees=agrees, reasons="-")
        with wrong_state():
            answer(extension, cast.lead)
        extend(case, cast.nora, due_on=date(2026, 4, 24))
        with wrong_state("answered"):
            answer(extension, cast.lead)

    def test_date_that_has_passed_meanwhile_is_not_agreed_to(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        extension = extend(case, cast.nora)
        passed = end_of(date(2026, 4, 20)) + timedelta(seconds=1)
        with refused("date_past"):
            answer(extension, cast.sam, at=passed)
        answer(extension, cast.sam, agrees=False, reasons="It is over.", at=passed)
        extend(case, cast.nora, at=passed, due_on=date(2026, 4, 24))

    def test_agreed_date_can_be_extended(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        set_date(case, cast.nora)
        answer(extend(case, cast.sam), cast.nora)
        case.refresh_from_db()
        assert case.due_at == end_of(date(2026, 4, 20))

    def test_extension_ends_the_lateness(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        morning = datetime(2026, 4, 14, 9, 0, tzinfo=LONDON)
        sweep(at=morning)
        extension = extend(case, cast.nora, at=morning)
        case.refresh_from_db()
        assert case.late_since == morning, "asking alone ends nothing"
        answer(extension, cast.sam, at=morning)
        case.refresh_from_db()
        clock = running(case)
        assert not case.late_since
        assert not clock.late_at
        assert (clock.next_step, clock.next_step_at) == (NextStep.REMIND, datetime(2026, 4, 17, 9, 0, tzinfo=LONDON))

    def test_case_that_runs_over_the_new_date_is_late_again(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        sweep(at=datetime(2026, 4, 14, 9, 0, tzinfo=LONDON))
        ten = datetime(2026, 4, 14, 10, 0, tzinfo=LONDON)
        answer(extend(case, cast.nora, at=ten), cast.sam, at=ten)
        again = datetime(2026, 4, 21, 0, 0, tzinfo=LONDON)
        sweep(at=again)
        case.refresh_from_db()
        assert case.late_since == again

    def test_everybody_is_told_of_the_new_date(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        answer(extend(case, cast.sam), cast.nora)
        told = Notification.objects.filter(case_id=case.pk, event="case.date_set")
        everybody = {participant.person_id for participant in case.participants.all()}
        assert {row.recipient_id for row in told} == everybody - {cast.nora.pk}
        assert {row.due_at for row in told} == {end_of(date(2026, 4, 20))}


class TestOvertaken:
    """What nobody answered before the stage was left says so, and the next stage's date is not touched by it."""

    def leave(self, cast: Cast, case: Case, how: str) -> None:
        if how == "moved at once":
            case_move_at_once(case=case, by=cast.sam, at=NOW, to_stage="4", reasons="He is on his way.")
        elif how == "withdrawn":
            case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
        elif how == "resolved":
            actions, review = some_actions(date(2026, 5, 1)), date(2026, 6, 1)
            case_propose_resolution(
                case=case, by=cast.nora, at=NOW, what_changes="A visit", actions=actions, review_on=review
            )
            case_answer_resolution(case=case, by=cast.sam, at=NOW, agrees=True)
        else:
            case_approve(request=asked(cast, case), by=cast.officer(cast.nursery, "line_manager"), at=NOW)

    @pytest.mark.parametrize("how", ["moved at once", "withdrawn", "resolved", "escalated"])
    def test_it_is_overtaken_when_the_case_leaves_the_stage(self, cast: Cast, case_at: CaseAt, how: str) -> None:
        case = case_at("1")
        extension = extend(case, cast.nora, due_on=date(2026, 5, 4))
        self.leave(cast, case, how)
        case.refresh_from_db()
        extension.refresh_from_db()
        assert (extension.status, extension.answered_by) == ("overtaken", None)
        assert case.due_at != extension.due_at
        with wrong_state():
            answer(extension, cast.sam)

    def test_next_stage_has_room_for_another(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        extend(case, cast.nora)
        self.leave(cast, case, "escalated")
        assert extend(case, cast.nora).visit.stage_code == "2"


class TestInOwnAdvice:
    """Torbay's pre-stage, and Derbyshire's second, at which the other side knows of the case already."""

    @pytest.fixture
    def derby(self) -> Cast:
        return a_cast("edgemoor", "derbyshire-v3")

    @pytest.fixture
    def case(self, derby: Cast) -> Case:
        case = a_case(derby, ground="risk")
        climb(derby, case, RAISED + timedelta(hours=1))
        assert case.state == "own_advice"
        set_date(case, derby.nora)
        return case

    @pytest.mark.parametrize("manager", ["line_manager", "lead"])
    def test_manager_of_the_raising_side_may_agree(self, derby: Cast, case: Case, manager: str) -> None:
        person = a_lead(derby) if manager == "lead" else derby.officer(derby.nursery, manager)
        answer(extend(case, derby.nora), person)
        case.refresh_from_db()
        assert case.due_at == end_of(date(2026, 4, 20))

    def test_manager_who_asks_does_not_agree_but_another_does(self, derby: Cast, case: Case) -> None:
        manager = derby.officer(derby.nursery, "line_manager")
        extension = extend(case, manager)
        with not_allowed():
            answer(extension, manager)
        with not_allowed():
            answer(extension, derby.nora)  # on the side, but no manager
        answer(extension, a_lead(derby))

    def test_colleague_without_a_part_does_not_agree(self, derby: Cast, case: Case) -> None:
        colleague = a_person("Cole League")
        appoint(person=colleague, role="senior_manager", agency=derby.nursery, at=RAISED)
        extension = extend(case, derby.nora)
        with not_allowed():
            answer(extension, colleague)

    @pytest.mark.parametrize("who", ["sam", "lead"])
    def test_other_side_neither_asks_nor_agrees(self, derby: Cast, case: Case, who: str) -> None:
        with not_allowed():
            extend(case, getattr(derby, who))
        extension = extend(case, derby.nora)
        with not_allowed():
            answer(extension, getattr(derby, who))

    def test_torbays_manager_agrees_before_anybody_else_knows(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("pre")
        set_date(case, cast.nora)
        answer(extend(case, cast.nora), cast.officer(cast.nursery, "line_manager"))
        case.refresh_from_db()
        assert case.due_at == end_of(date(2026, 4, 20))
