"""Who is told of what: each once, not the one who did it, and never a word about the child, a person or the subject."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from agencies.models import Person
from agencies.services import record_absence
from cases.acting import acting
from cases.models import Case, EscalationRequest
from cases.services import (
    DecisionText,
    PlannedAction,
    case_answer_extension,
    case_approve,
    case_ask_to_escalate,
    case_decide,
    case_extend_date,
    case_give_view,
    case_move_at_once,
    case_raise,
    case_record_discussion,
    case_return,
    case_set_date,
    case_withdraw,
)
from escalation.errors import RuleViolation
from notifications.models import Notification
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_draft
from tests.cases.journeys import climb, write_down
from tests.cases.refusals import all_rows

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
NOW = RAISED + timedelta(hours=6)
CaseAt = Callable[[str], Case]
Told = set[tuple[str, str]]


class Watch:
    """Sees what is told from one moment on, with people by who they are in the story."""

    def __init__(self, cast: Cast) -> None:
        self.names = {
            cast.nora.pk: "raiser",
            cast.sam.pk: "other",
            cast.lead.pk: "other lead",
            cast.chair.pk: "chair",
        }
        for place, agency in (("our", cast.nursery), ("their", cast.care)):
            for row in agency.named_officers.select_related("officer", "deputy"):
                self.names[row.officer_id] = f"{place} {row.tier}"
                assert row.deputy is not None
                self.names[row.deputy_id or 0] = f"{place} deputy {row.tier}"
        for number, member in enumerate(cast.panel):
            self.names[member.pk] = f"panel {number}"
        self.seen = set(Notification.objects.values_list("pk", flat=True))

    @contextmanager
    def __call__(self, expected: Told) -> Iterator[None]:
        """Exactly these are told, each once, of what is done inside."""
        self.seen |= set(Notification.objects.values_list("pk", flat=True))
        yield
        rows = list(Notification.objects.exclude(pk__in=self.seen))
        told = Counter((row.event, self.names.get(row.recipient_id or 0, row.address and "register")) for row in rows)
        assert set(told) == expected
        assert all(number == 1 for number in told.values()), told


@pytest.fixture
def told(cast: Cast) -> Watch:
    return Watch(cast)


def of(event: str, *who: str) -> Told:
    return {(event, name) for name in who}


def an_ask(case: Case, by: Person, at: datetime = NOW) -> EscalationRequest:
    request = case_ask_to_escalate(case=case, by=by, at=at, reasons="Not settled.")
    assert request is not None
    return request


class TestWhoIsTold:
    def test_raising_tells_ones_own_manager_only(self, cast: Cast, told: Watch) -> None:
        draft = a_draft(cast)
        with told(of("case.raised", "our line_manager") | of("case.date_needed", "our line_manager")):
            case_raise(draft=draft, by=cast.nora, at=RAISED)

    def test_raising_without_advice_first_tells_the_other_side(self, cast: Cast) -> None:
        bucks = a_cast("thornbury", "buckinghamshire")
        draft = a_draft(bucks)
        events = of("case.raised", "other") | of("case.date_needed", "other") | of("register.entered", "register")
        with Watch(bucks)(events):
            case_raise(draft=draft, by=bucks.nora, at=RAISED)

    def test_immediate_risk_tells_everybody_named_and_the_register(self, cast: Cast, told: Watch) -> None:
        draft = a_draft(cast, immediate_risk=True, stage_code="3")
        with told(of("case.moved_at_once", "our senior_manager", "their senior_manager", "register")):
            case_raise(draft=draft, by=cast.nora, at=RAISED)

    def test_end_of_the_advice_tells_the_other_side(self, cast: Cast, case_at: CaseAt, told: Watch) -> None:
        case = case_at("pre")
        write_down(cast, case, NOW)
        with told(of("case.stage_entered", "other") | of("case.escalated", "our line_manager")):
            case_ask_to_escalate(case=case, by=cast.nora, at=NOW, reasons="My manager agrees.")

    @pytest.mark.parametrize("what", ["view", "discussion"])
    def test_what_is_written_is_told_to_all_who_take_part(
        self, cast: Cast, case_at: CaseAt, told: Watch, what: str
    ) -> None:
        case = case_at("1")
        event = "case.view_given" if what == "view" else "case.discussion_recorded"
        with told(of(event, "raiser", "our line_manager")):
            if what == "view":
                case_give_view(case=case, by=cast.sam, at=NOW, view="We assessed.")
            else:
                case_record_discussion(
                    case=case, by=cast.sam, at=NOW, held_at=NOW, who="Both", how="phone", summary="-"
                )

    def test_request_is_told_to_the_one_before_whom_it_is_put(self, cast: Cast, case_at: CaseAt, told: Watch) -> None:
        case = case_at("1")
        write_down(cast, case, NOW)
        with told(of("request.waiting", "our line_manager")):
            an_ask(case, cast.nora)

    def test_request_put_before_nobody_is_told_to_the_register(self, cast: Cast, case_at: CaseAt, told: Watch) -> None:
        case = case_at("3")
        write_down(cast, case, NOW)
        cast.nursery.named_officers.all().delete()
        with told(of("request.waiting", "register")):
            an_ask(case, cast.nora)

    def test_return_is_told_to_the_one_who_asked(self, cast: Cast, case_at: CaseAt, told: Watch) -> None:
        case = case_at("1")
        write_down(cast, case, NOW)
        request = an_ask(case, cast.nora)
        with told(of("request.returned", "raiser")):
            case_return(
                request=request, by=cast.officer(cast.nursery, "line_manager"), at=NOW, reasons="No", missing="All"
            )

    def test_approval_tells_the_asker_the_next_tier_and_the_rest(
        self, cast: Cast, case_at: CaseAt, told: Watch
    ) -> None:
        case = case_at("1")
        write_down(cast, case, NOW)
        request = an_ask(case, cast.nora)
        entered = of("case.stage_entered", "their line_manager") | of("case.escalated", "raiser", "other")
        with told(of("request.approved", "raiser") | entered):
            case_approve(request=request, by=cast.officer(cast.nursery, "line_manager"), at=NOW)

    def test_register_is_told_from_the_stage_that_the_policy_says(
        self, cast: Cast, case_at: CaseAt, told: Watch
    ) -> None:
        case = case_at("2")
        write_down(cast, case, NOW)
        request = an_ask(case, cast.nora)
        entered = of("case.stage_entered", "our senior_manager", "their senior_manager")
        others = of("case.escalated", "raiser", "other", "their line_manager")
        with told(of("request.approved", "raiser") | entered | others | of("register.entered", "register")):
            case_approve(request=request, by=cast.officer(cast.nursery, "line_manager"), at=NOW)

    def test_case_moved_at_once_enters_the_register_with_one_mail(
        self, cast: Cast, case_at: CaseAt, told: Watch
    ) -> None:
        case = case_at("1")
        managers = of("case.moved_at_once", "our line_manager", "their line_manager", "other", "register")
        with told(managers):
            case_move_at_once(case=case, by=cast.nora, at=NOW, to_stage="2", reasons="He is near.")

    def test_case_of_immediate_risk_that_begins_at_the_first_stage_enters_the_register_with_one_mail(
        self, cast: Cast, told: Watch
    ) -> None:
        draft = a_draft(cast, immediate_risk=True, stage_code="pre")
        ours = of("case.raised", "our line_manager") | of("case.date_needed", "our line_manager")
        with told(ours | of("register.entered", "register")):
            case_raise(draft=draft, by=cast.nora, at=RAISED)

    def test_later_date_is_asked_for_and_answered_before_both_sides(
        self, cast: Cast, case_at: CaseAt, told: Watch
    ) -> None:
        case = case_at("3")
        others = ("other", "our line_manager", "our senior_manager", "their line_manager", "their senior_manager")
        with told(of("date.extension_asked", *others, "register")):
            asked = case_extend_date(case=case, by=cast.nora, at=NOW, due_on=date(2026, 4, 20), reasons="-")
        with told(of("date.extension_refused", *(set(others) - {"other"} | {"raiser"}))):
            case_answer_extension(extension=asked, by=cast.sam, at=NOW, agrees=False, reasons="Too long.")

    def test_what_is_said_in_own_advice_is_not_told_to_the_other_side(self) -> None:
        """Derbyshire: the professionals have met, then the raiser takes advice inside their own agency."""
        cast = a_cast("edgemoor", "derbyshire-v3")
        case = a_case(cast, ground="risk")
        climb(cast, case, RAISED + timedelta(hours=1))
        assert case.state == "own_advice"
        manager = cast.officer(cast.nursery, "line_manager")
        with Watch(cast)(of("case.view_given", "raiser")):
            case_give_view(case=case, by=manager, at=NOW, view="Ask for a conference.")
        with Watch(cast)(of("case.date_set", "our line_manager")):
            case_set_date(case=case, by=cast.nora, at=NOW, due_on=NOW.date(), agreed_with="My manager")
        with Watch(cast)(of("date.extension_asked", "our line_manager", "register")):
            case_extend_date(case=case, by=cast.nora, at=NOW, due_on=date(2026, 4, 20), reasons="-")

    def test_chair_and_those_who_speak_before_them_are_told_once_when_the_case_is_referred(
        self, cast: Cast, case_at: CaseAt, told: Watch
    ) -> None:
        case = case_at("4")
        write_down(cast, case, NOW)
        request = an_ask(case, cast.nora)
        others = {f"{side} {tier}" for side in ("our", "their") for tier in ("line_manager", "senior_manager")}
        seated = of("case.stage_entered", "chair", "their director") | of("case.date_needed", "chair")
        escalated = of("case.escalated", "raiser", "other", "register", *others)
        with told(of("request.approved", "raiser") | seated | escalated):
            case_approve(request=request, by=cast.officer(cast.nursery, "director"), at=NOW)

    def test_deputy_is_told_in_place_of_an_absent_officer(self, cast: Cast, case_at: CaseAt, told: Watch) -> None:
        case = case_at("1")
        write_down(cast, case, NOW)
        request = an_ask(case, cast.nora)
        record_absence(person=cast.officer(cast.care, "line_manager"), first_day=NOW.date(), last_day=NOW.date())
        entered = of("case.stage_entered", "their deputy line_manager") | of("case.escalated", "raiser", "other")
        with told(of("request.approved", "raiser") | entered):
            case_approve(request=request, by=cast.officer(cast.nursery, "line_manager"), at=NOW)

    def test_place_that_nobody_takes_is_told_to_the_register(self, cast: Cast, case_at: CaseAt, told: Watch) -> None:
        case = case_at("1")
        write_down(cast, case, NOW)
        request = an_ask(case, cast.nora)
        cast.care.named_officers.all().delete()
        register = of("contact.missing", "register") | of("register.entered", "register")
        with told(of("request.approved", "raiser") | of("case.escalated", "raiser", "other") | register):
            case_approve(request=request, by=cast.officer(cast.nursery, "line_manager"), at=NOW)

    def test_person_who_is_told_of_two_things_gets_each_once(self, cast: Cast, case_at: CaseAt, told: Watch) -> None:
        """The raiser asked, and takes part: the approval and the new stage are two things."""
        case = case_at("1")
        write_down(cast, case, NOW)
        request = an_ask(case, cast.nora)
        case_approve(request=request, by=cast.officer(cast.nursery, "line_manager"), at=NOW)
        mine = Notification.objects.filter(recipient=cast.nora, created_at=NOW)
        assert sorted(row.event for row in mine) == ["case.escalated", "request.approved"]

    def test_second_telling_of_the_same_occasion_writes_nothing(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        for expected in (1, 0):
            with acting(None, case=case, by=None, at=NOW) as act:
                act.tell("case.date_set", [cast.sam, cast.sam], occasion="entry:0")
                assert act.send() == expected


class TestWhatAMessageCarries:
    def test_reference_stage_date_and_link(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("3")
        row = Notification.objects.get(case_id=case.pk, event="register.entered")
        assert (row.reference, row.stage, row.due_at) == (case.reference, case.stage.name, case.due_at)
        assert row.path == f"/cases/{case.reference}/"

    def test_date_is_the_one_that_the_stage_had_when_it_was_told(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        case_set_date(case=case, by=cast.nora, at=NOW, due_on=NOW.date(), agreed_with="Sam")
        later = NOW.date() + timedelta(days=3)
        case_extend_date(case=case, by=cast.business_manager, at=NOW, due_on=later, reasons="-")
        dates = Notification.objects.filter(event="case.date_set", recipient=cast.sam).order_by("pk")
        assert [row.due_at.astimezone(LONDON).day for row in dates if row.due_at] == [2, 5]


class TestNothingHalfDone:
    @pytest.mark.parametrize("broken", ["cases.acting.enqueue", "cases.acting.write_entry"])
    def test_service_that_fails_leaves_no_message_and_no_change(
        self, cast: Cast, case_at: CaseAt, monkeypatch: pytest.MonkeyPatch, broken: str
    ) -> None:
        case = case_at("1")
        write_down(cast, case, NOW)
        request = an_ask(case, cast.nora)
        before = all_rows()

        def fail(*args: Any, **kwargs: Any) -> None:
            raise OSError("The disk is full.")

        monkeypatch.setattr(broken, fail)
        with pytest.raises(OSError, match="disk"):
            case_approve(request=request, by=cast.officer(cast.nursery, "line_manager"), at=NOW)
        assert all_rows() == before

    def test_deed_that_is_rolled_back_around_the_service_takes_its_messages_along(
        self, cast: Cast, case_at: CaseAt
    ) -> None:
        case = case_at("1")
        before = all_rows()
        with transaction.atomic():
            case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
            assert all_rows() != before
            transaction.set_rollback(True)
        assert all_rows() == before

    def test_refused_decision_tells_nobody(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        before = all_rows()
        with pytest.raises(RuleViolation):
            case_decide(
                case=case,
                by=cast.chair,
                at=NOW,
                decision=DecisionText("chair_settles", "-", "-", [PlannedAction(" ", "-", NOW.date())], NOW.date()),
            )
        assert all_rows() == before


def test_nobody_is_told_of_their_own_deed(cast: Cast) -> None:
    case = a_case(cast)
    write_down(cast, case, NOW)
    case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
    assert not Notification.objects.filter(recipient=cast.nora, case_id=case.pk).exists()
