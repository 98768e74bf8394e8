"""The stage clocks: late is marked, each person reminded once, the manager finds a request."""

import itertools
import json
from collections import Counter
from datetime import date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from agencies.models import OnExpiry
from agencies.services import end_appointment, record_absence
from cases.models import Answer, Case, Clock, EscalationRequest
from cases.services import case_set_date
from cases.sweep import SweepReport, sweep
from notifications.models import Notification
from tests.cases.cast import RAISED, Cast, a_case, a_cast
from tests.cases.journeys import climb

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
#: The morning after stages 1 and 2 ran out together.
AFTER = datetime(2026, 4, 14, 8, 0, tzinfo=LONDON)


@pytest.fixture
def cast() -> Cast:
    return a_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case at stage 1, professional to professional, due at the end of Monday 13 April 2026."""
    case = a_case(cast)
    climb(cast, case, RAISED + timedelta(hours=1))
    assert case.stage_code == "1"
    return case


def told(event: str, since: datetime = RAISED) -> list[str]:
    return sorted(
        row.recipient.email if row.recipient else row.address
        for row in Notification.objects.filter(event=event, created_at__gte=since).select_related("recipient")
    )


def test_nothing_is_due_before_the_reminder(case: Case) -> None:
    assert sweep(at=RAISED + timedelta(hours=2)) == SweepReport()


def test_reminder_goes_out_the_working_day_before(case: Case, cast: Cast) -> None:
    morning = datetime(2026, 4, 10, 9, 0, tzinfo=LONDON)
    assert sweep(at=morning - timedelta(seconds=1)) == SweepReport()
    assert sweep(at=morning).reminded == 1
    assert told("clock.remind") == sorted([cast.nora.email, cast.sam.email])
    assert sweep(at=morning + timedelta(minutes=1)) == SweepReport()


def test_sweep_after_the_due_moment_marks_late_and_asks_the_manager_once(case: Case, cast: Cast) -> None:
    report = sweep(at=AFTER)
    case.refresh_from_db()
    assert (report.late, report.requests, report.reminded, report.failed) == (1, 1, 0, 0)
    assert case.late_since == AFTER
    assert told("clock.late") == sorted([cast.nora.email, cast.sam.email])
    manager = cast.officer(cast.nursery, "line_manager")
    request = EscalationRequest.objects.get()
    assert (request.asked_by, request.put_before, request.to_stage) == (None, manager, "2")
    assert told("request.waiting") == [manager.email]
    assert case.entries.filter(kind="clock.late").count() == 1

    before = Notification.objects.count()
    assert sweep(at=AFTER) == SweepReport()
    assert sweep(at=AFTER + timedelta(minutes=30)) == SweepReport()
    assert Notification.objects.count() == before


def test_not_late_until_the_due_moment_has_passed(case: Case) -> None:
    sweep(at=datetime(2026, 4, 13, 23, 59, 59, tzinfo=LONDON))
    case.refresh_from_db()
    assert case.late_since is None
    assert sweep(at=datetime(2026, 4, 14, 0, 0, 0, tzinfo=LONDON)).late == 1


def test_each_working_day_after_brings_one_reminder(case: Case) -> None:
    sweep(at=AFTER)
    assert sweep(at=datetime(2026, 4, 14, 23, 0, tzinfo=LONDON)) == SweepReport()
    assert sweep(at=datetime(2026, 4, 15, 9, 0, tzinfo=LONDON)).chased == 1
    sweep(at=datetime(2026, 4, 17, 9, 0, tzinfo=LONDON))
    assert sweep(at=datetime(2026, 4, 19, 12, 0, tzinfo=LONDON)) == SweepReport(), "not on a Sunday"


def test_deputy_is_asked_while_a_person_is_away(case: Case, cast: Cast) -> None:
    climb(cast, case, RAISED + timedelta(hours=2))
    officer = cast.officer(cast.care, "line_manager")
    record_absence(person=officer, first_day=date(2026, 4, 9), last_day=date(2026, 4, 17))
    sweep(at=AFTER)
    deputy = cast.deputy(cast.care, "line_manager")
    assert deputy.email in told("clock.late")
    assert officer.email not in told("clock.late")
    assert case.participants.filter(person=deputy, until__isnull=True).exists()


def test_partnership_may_choose_that_the_case_moves_on(case: Case, cast: Cast) -> None:
    cast.partnership.on_expiry = OnExpiry.MOVE
    cast.partnership.save()
    report = sweep(at=AFTER)
    case.refresh_from_db()
    # Stage 2 shares the clock that has just run out, so the case goes on to stage 3, whose five days begin now.
    assert (report.moved, case.stage_code) == (2, "3")
    assert case.due_at == datetime(2026, 4, 21, 23, 59, 59, tzinfo=LONDON)
    assert not EscalationRequest.objects.filter(answer=Answer.WAITING).exists()


def test_date_is_asked_for_each_working_day_until_it_is_set(cast: Cast) -> None:
    cast = a_cast("thornbury", "buckinghamshire")
    case = a_case(cast)
    assert told("case.date_needed") == [cast.sam.email], "the raiser sees it on the page that follows"
    morning = datetime(2026, 4, 7, 9, 0, tzinfo=LONDON)
    assert sweep(at=morning - timedelta(minutes=1)) == SweepReport()
    assert sweep(at=morning).dates_asked == 1
    assert told("case.date_needed") == sorted([cast.nora.email, cast.sam.email, cast.sam.email])
    case_set_date(case=case, by=cast.nora, at=morning, due_on=date(2026, 4, 9), agreed_with="Sam")
    assert sweep(at=datetime(2026, 4, 8, 9, 0, tzinfo=LONDON)).reminded == 1
    case.refresh_from_db()
    assert case.due_at == datetime(2026, 4, 9, 23, 59, 59, tzinfo=LONDON)


def test_request_that_waits_already_is_not_doubled(case: Case, cast: Cast) -> None:
    from tests.cases.journeys import ask

    ask(cast, case, RAISED + timedelta(hours=3))
    report = sweep(at=AFTER)
    assert (report.late, report.requests) == (1, 0)
    assert EscalationRequest.objects.filter(answer=Answer.WAITING).count() == 1


def test_last_stage_late_tells_the_business_manager(case: Case, cast: Cast) -> None:
    for hours in range(2, 6):
        climb(cast, case, RAISED + timedelta(hours=hours))
    assert case.stage_code == "5"
    case_set_date(case=case, by=cast.chair, at=RAISED + timedelta(hours=8), due_on=date(2026, 4, 8), agreed_with="All")
    report = sweep(at=datetime(2026, 4, 9, 9, 0, tzinfo=LONDON))
    assert (report.late, report.requests) == (1, 0)
    assert cast.partnership.mailbox in told("clock.late")
    assert cast.chair.email in told("clock.late")


def all_told(at: datetime) -> Counter[str]:
    """How many messages each person or mailbox was sent at the moment."""
    rows = Notification.objects.filter(created_at=at).select_related("recipient")
    return Counter(row.recipient.email if row.recipient else row.address for row in rows)


def test_nobody_gets_more_than_one_message_when_the_time_runs_out(case: Case, cast: Cast) -> None:
    """At stage 3 the manager is told of the request, everybody else of the lateness."""
    for hours in (2, 3):
        climb(cast, case, RAISED + timedelta(hours=hours))
    late = datetime(2026, 4, 14, 9, 0, tzinfo=LONDON)
    sweep(at=late)
    ours, theirs = (cast.officer(agency, "senior_manager") for agency in (cast.nursery, cast.care))
    assert told("request.waiting", late) == [ours.email]
    assert told("clock.late") == sorted([theirs.email, cast.partnership.mailbox])
    assert set(all_told(late).values()) == {1}


def test_mailbox_that_gets_the_request_does_not_get_the_lateness_too(case: Case, cast: Cast) -> None:
    for hours in (2, 3):
        climb(cast, case, RAISED + timedelta(hours=hours))
    cast.nursery.named_officers.all().delete()
    late = datetime(2026, 4, 14, 9, 0, tzinfo=LONDON)
    sweep(at=late)
    assert told("request.waiting", late) == [cast.partnership.mailbox]
    assert cast.partnership.mailbox not in told("clock.late")
    assert set(all_told(late).values()) == {1}


def test_mailbox_that_stands_in_for_the_chair_is_told_of_the_lateness_once(case: Case, cast: Cast) -> None:
    for hours in range(2, 6):
        climb(cast, case, RAISED + timedelta(hours=hours))
    case_set_date(case=case, by=cast.chair, at=RAISED + timedelta(hours=8), due_on=date(2026, 4, 8), agreed_with="All")
    late = datetime(2026, 4, 9, 9, 0, tzinfo=LONDON)
    record_absence(person=cast.chair, first_day=late.date(), last_day=late.date())
    assert sweep(at=late).late == 1
    assert all_told(late)[cast.partnership.mailbox] == 1


def test_where_the_clock_moves_the_case_on_only_the_move_is_told(case: Case, cast: Cast) -> None:
    cast.partnership.on_expiry = OnExpiry.MOVE
    cast.partnership.save()
    for hours in (2, 3):
        climb(cast, case, RAISED + timedelta(hours=hours))
    late = datetime(2026, 4, 14, 9, 0, tzinfo=LONDON)
    assert sweep(at=late).moved == 1
    assert told("clock.late") == []
    assert set(all_told(late).values()) == {1}
    assert case.entries.filter(kind="clock.late").count() == 1


def test_officer_who_has_left_is_replaced_and_not_written_to(case: Case, cast: Cast) -> None:
    climb(cast, case, RAISED + timedelta(hours=2))
    officer, deputy = (find(cast.care, "line_manager") for find in (cast.officer, cast.deputy))
    end_appointment(appointment=officer.appointments.get(), at=RAISED + timedelta(days=1))
    sweep(at=AFTER)
    assert officer.email not in told("clock.late")
    assert deputy.email in told("clock.late")
    assert case.participants.get(person=deputy).why == f"Stands in for {officer.name}, who has left"


def test_sweep_stops_when_its_time_is_over_and_the_next_takes_the_rest(
    case: Case, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look at the watch costs a minute here."""
    for _ in range(3):
        climb(cast, a_case(cast), RAISED + timedelta(hours=1))
    minutes = itertools.count(step=60)
    monkeypatch.setattr("cases.sweep.time.monotonic", lambda: next(minutes))
    assert sweep(at=AFTER, seconds=150).late == 2
    assert sweep(at=AFTER, seconds=30) == SweepReport()
    assert sweep(at=AFTER).late == 2, "two minutes by default"
    assert sweep(at=AFTER) == SweepReport()


def test_a_broken_case_does_not_keep_others_from_their_reminders(case: Case, cast: Cast) -> None:
    other = a_case(cast, RAISED)
    climb(cast, other, RAISED + timedelta(hours=1))
    Case.objects.filter(pk=case.pk).update(stage_code="none such")
    report = sweep(at=AFTER)
    assert (report.late, report.failed) == (1, 1)
    assert Clock.objects.get(case=case, stopped_at__isnull=True).late_at is None, "its step stays due"


def test_command_prints_what_it_did(case: Case) -> None:
    out = StringIO()
    call_command("sweep", at="2026-04-10T09:00", stdout=out)
    assert json.loads(out.getvalue())["sweep"]["reminded"] == 1


@override_settings(DEMONSTRATION=False)
def test_command_refuses_to_move_a_real_clock() -> None:
    with pytest.raises(CommandError, match="demonstrations"):
        call_command("sweep", at="2026-04-10T09:00")


def test_command_explains_a_wrong_moment() -> None:
    with pytest.raises(CommandError, match="write it like"):
        call_command("sweep", at="tomorrow")
