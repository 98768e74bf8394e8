"""Withdrawing with a reason, and opening again with clocks that start anew."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agencies.models import Person
from agencies.services import appoint
from cases.models import Case
from cases.permissions import may
from cases.record import faults
from cases.services import case_answer_resolution, case_propose_resolution, case_reopen, case_withdraw
from cases.sweep import SweepReport, sweep
from notifications.models import Notification
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_person, some_actions
from tests.cases.refusals import not_allowed, refused, wrong_state

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
NOW = RAISED + timedelta(hours=6)
#: A Monday in June.
AGAIN = datetime(2026, 6, 1, 10, 0, tzinfo=LONDON)
STAGES = ["pre", "1", "2", "3", "4", "5"]
CaseAt = Callable[[str], Case]


def withdraw(case: Case, by: Person, reasons: str = "The assessment has begun.") -> None:
    case_withdraw(case=case, by=by, at=NOW, reasons=reasons)
    case.refresh_from_db()


def reopen(case: Case, by: Person, reasons: str = "It was stopped again.") -> None:
    case_reopen(case=case, by=by, at=AGAIN, reasons=reasons)
    case.refresh_from_db()


def resolve(cast: Cast, case: Case) -> None:
    actions, review = some_actions(NOW.date()), NOW.date()
    case_propose_resolution(case=case, by=cast.nora, at=NOW, what_changes="-", actions=actions, review_on=review)
    case_answer_resolution(case=case, by=cast.sam, at=NOW, agrees=True)
    case.refresh_from_db()


class TestWithdrawing:
    @pytest.mark.parametrize("code", STAGES)
    def test_raiser_withdraws_at_every_stage(self, cast: Cast, case_at: CaseAt, code: str) -> None:
        case = case_at(code)
        withdraw(case, cast.nora)
        assert (case.state, case.stage_code, case.ended_at) == ("withdrawn", code, NOW)
        assert (case.due_at, case.late_since) == (None, None)
        assert case.visits.latest("pk").left_how == "withdrawn"
        entry = case.entries.latest("number")
        assert (entry.kind, entry.content) == ("case.withdrawn", {"reasons": "The assessment has begun."})
        assert list(faults(case)) == []

    @pytest.mark.parametrize("reasons", ["", " \n "])
    def test_reasons_are_wanted(self, cast: Cast, case_at: CaseAt, reasons: str) -> None:
        with refused("reasons_missing"):
            withdraw(case_at("1"), cast.nora, reasons)

    def test_manager_of_the_raising_side_may(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("2")
        withdraw(case, cast.officer(cast.nursery, "line_manager"))
        assert case.state == "withdrawn"

    def test_manager_whose_tier_is_not_involved_may_not(self, cast: Cast, case_at: CaseAt) -> None:
        with not_allowed():
            withdraw(case_at("2"), cast.officer(cast.nursery, "director"))

    def test_colleague_of_the_raiser_may_not(self, cast: Cast, case_at: CaseAt) -> None:
        colleague = a_person("Cole League")
        appoint(person=colleague, role="practitioner", agency=cast.nursery, at=RAISED)
        with not_allowed():
            withdraw(case_at("2"), colleague)

    @pytest.mark.parametrize("who", ["sam", "lead", "outsider", "business_manager", "chair", "auditor"])
    def test_nobody_else_may(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        with not_allowed():
            withdraw(case_at("5"), getattr(cast, who))

    def test_other_sides_managers_may_not(self, cast: Cast, case_at: CaseAt) -> None:
        with not_allowed():
            withdraw(case_at("4"), cast.officer(cast.care, "director"))

    def test_ended_case_is_not_withdrawn_again(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        withdraw(case, cast.nora)
        with wrong_state():
            withdraw(case, cast.nora)

    def test_sweep_leaves_a_withdrawn_case_alone(self, cast: Cast, case_at: CaseAt) -> None:
        for code in STAGES:
            withdraw(case_at(code), cast.nora)
        assert sweep(at=NOW + timedelta(days=60)) == SweepReport()

    def test_everybody_is_told_and_the_register_if_it_had_the_case(self, cast: Cast, case_at: CaseAt) -> None:
        for code, mailboxes in (("2", []), ("3", [cast.partnership.mailbox])):
            case = case_at(code)
            withdraw(case, cast.nora)
            told = Notification.objects.filter(case_id=case.pk, event="case.withdrawn")
            everybody = set(case.participants.values_list("person", flat=True))
            assert {row.recipient_id for row in told if row.recipient_id} == everybody - {cast.nora.pk}
            assert [row.address for row in told if row.address] == mailboxes


class TestReopening:
    @pytest.mark.parametrize("code", STAGES)
    def test_case_is_open_again_where_it_ended(self, cast: Cast, case_at: CaseAt, code: str) -> None:
        case = case_at(code)
        state = case.state
        withdraw(case, cast.nora)
        reopen(case, cast.nora)
        assert (case.state, case.stage_code, case.ended_at) == (state, code, None)
        here = case.visits.get(left_at__isnull=True)
        assert (here.stage_code, here.entered_how, here.entered_at) == (code, "reopened", AGAIN)
        kinds = list(case.entries.values_list("kind", flat=True))
        assert kinds[-3:] == ["case.withdrawn", "case.reopened", "stage.entered"]

    def test_resolved_case_can_be_opened_again_by_the_other_side(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        resolve(cast, case)
        reopen(case, cast.sam)
        assert (case.state, case.stage_code) == ("professional", "1")

    @pytest.mark.parametrize(
        ("code", "due"),
        [
            ("1", datetime(2026, 6, 8, 23, 59, 59, tzinfo=LONDON)),
            ("2", datetime(2026, 6, 8, 23, 59, 59, tzinfo=LONDON)),
            ("3", datetime(2026, 6, 8, 23, 59, 59, tzinfo=LONDON)),
            ("4", datetime(2026, 6, 15, 23, 59, 59, tzinfo=LONDON)),
            ("5", None),
        ],
    )
    def test_clocks_start_anew_from_the_reopening(
        self, cast: Cast, case_at: CaseAt, code: str, due: datetime | None
    ) -> None:
        """Also the one that counts from the raising: else a reopened case would be late at once."""
        case = case_at(code)
        withdraw(case, cast.nora)
        reopen(case, cast.nora)
        clock = case.clocks.get(stopped_at__isnull=True)
        assert (clock.started_at, clock.due_at, case.due_at, case.late_since) == (AGAIN, due, due, None)

    @pytest.mark.parametrize(("code", "may_open"), [("2", False), ("4", False), ("5", True)])
    def test_chair_opens_again_only_what_was_referred_to_them(
        self, cast: Cast, case_at: CaseAt, code: str, *, may_open: bool
    ) -> None:
        case = case_at(code)
        withdraw(case, cast.nora)
        assert may(cast.chair, "reopen", case).allowed is may_open

    @pytest.mark.parametrize("reasons", ["", "  "])
    def test_reasons_are_wanted(self, cast: Cast, case_at: CaseAt, reasons: str) -> None:
        case = case_at("1")
        withdraw(case, cast.nora)
        with refused("reasons_missing"):
            reopen(case, cast.nora, reasons)

    def test_business_manager_may_reopen(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("3")
        withdraw(case, cast.nora)
        reopen(case, cast.business_manager)
        assert case.is_open

    @pytest.mark.parametrize("who", ["outsider", "chair", "auditor"])
    def test_people_outside_may_not(self, cast: Cast, case_at: CaseAt, who: str) -> None:
        case = case_at("3")
        withdraw(case, cast.nora)
        with not_allowed():
            reopen(case, getattr(cast, who))

    @pytest.mark.parametrize("code", STAGES)
    def test_open_case_cannot_be_reopened(self, cast: Cast, case_at: CaseAt, code: str) -> None:
        with wrong_state():
            reopen(case_at(code), cast.nora)

    def test_everybody_is_told_but_who_reopened_it(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("2")
        withdraw(case, cast.nora)
        reopen(case, cast.nora)
        told = Notification.objects.filter(case_id=case.pk, event="case.reopened", recipient__isnull=False)
        everybody = set(case.participants.values_list("person", flat=True))
        assert {row.recipient_id for row in told} == everybody - {cast.nora.pk}

    @pytest.mark.parametrize("code", ["4", "5"])
    def test_register_is_told_of_a_case_that_it_had_seen_end(self, cast: Cast, case_at: CaseAt, code: str) -> None:
        case = case_at(code)
        withdraw(case, cast.nora)
        reopen(case, cast.sam)
        told = Notification.objects.filter(case_id=case.pk, event="case.reopened", address=cast.partnership.mailbox)
        assert told.count() == 1

    def test_register_is_told_at_a_stage_of_which_the_policy_would_not_tell_it(self) -> None:
        cast = a_cast("thornbury", "buckinghamshire")
        case = a_case(cast)
        assert case.stage.notify == ()
        withdraw(case, cast.nora)
        reopen(case, cast.sam)
        told = Notification.objects.filter(case_id=case.pk, address=cast.partnership.mailbox)
        assert sorted(row.event for row in told) == ["case.reopened", "case.withdrawn", "register.entered"]

    def test_register_is_not_told_of_a_case_that_it_never_had(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("2")
        withdraw(case, cast.nora)
        reopen(case, cast.nora)
        assert not Notification.objects.filter(case_id=case.pk, address=cast.partnership.mailbox).exists()

    def test_case_may_end_and_open_more_than_once(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        for _ in range(3):
            withdraw(case, cast.nora)
            reopen(case, cast.nora)
        assert case.visits.filter(entered_how="reopened").count() == 3
        assert case.visits.filter(left_at__isnull=True).count() == 1
        assert list(faults(case)) == []
