"""The clock of a stage: when it starts, when it is due, and what it does next."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agencies.models import Jurisdiction
from cases.clocks import next_morning, next_step, note_due, open_clocks, stop_clocks
from cases.models import Case, Clock, NextStep
from cases.services import (
    case_answer_extension,
    case_ask_to_escalate,
    case_extend_date,
    case_give_view,
    case_reopen,
    case_withdraw,
)
from policies.loader import load_edition
from policies.workdays import Calendar
from tests.cases.cast import RAISED, Cast, a_case, a_cast
from tests.cases.journeys import climb
from tests.policies.texts import changed

LONDON = ZoneInfo("Europe/London")
ENGLAND = Calendar(Jurisdiction.ENGLAND_AND_WALES)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


class TestNextStep:
    """Pure arithmetic.  Easter 2026: Good Friday is 3 April, Easter Monday 6 April."""

    @pytest.mark.parametrize(
        ("now", "due", "step", "when"),
        [
            # Due on a Monday: the working day before is the Friday.
            ("2026-04-07 10:00", "2026-04-13 23:59:59", NextStep.REMIND, "2026-04-10 09:00"),
            # Due on the Tuesday after Easter: the working day before is Maundy Thursday.
            ("2026-04-01 10:00", "2026-04-07 23:59:59", NextStep.REMIND, "2026-04-02 09:00"),
            # That morning is past: there is still the morning of the day itself.
            ("2026-04-02 09:00", "2026-04-07 23:59:59", NextStep.REMIND, "2026-04-07 09:00"),
            ("2026-04-10 08:59:59", "2026-04-13 23:59:59", NextStep.REMIND, "2026-04-10 09:00"),
            ("2026-04-10 09:00", "2026-04-13 23:59:59", NextStep.REMIND, "2026-04-13 09:00"),
            # No morning is left: late, one second after the due moment.
            ("2026-04-13 09:00", "2026-04-13 23:59:59", NextStep.LATE, "2026-04-14 00:00"),
            ("2026-04-13 23:59:59", "2026-04-13 23:59:59", NextStep.LATE, "2026-04-14 00:00"),
            # 24 hours that end at 08:30: the morning of the day would come after the due moment.
            ("2026-04-08 08:30", "2026-04-09 08:30", NextStep.REMIND, "2026-04-08 09:00"),
            ("2026-04-08 09:30", "2026-04-09 09:30", NextStep.REMIND, "2026-04-09 09:00"),
            ("2026-04-08 09:00", "2026-04-09 09:00", NextStep.LATE, "2026-04-09 09:00:01"),
            # Over the change to winter time, 25 October 2026.
            ("2026-10-22 10:00", "2026-10-26 23:59:59", NextStep.REMIND, "2026-10-23 09:00"),
        ],
    )
    def test_clock_with_a_date_reminds_and_is_then_late(self, now: str, due: str, step: str, when: str) -> None:
        assert next_step(Clock(due_at=at(due)), at=at(now), calendar=ENGLAND) == (step, at(when))

    @pytest.mark.parametrize(
        ("now", "when"),
        [
            ("2026-04-01 10:00", "2026-04-02 09:00"),
            ("2026-04-01 08:00", "2026-04-02 09:00"),
            ("2026-04-02 10:00", "2026-04-07 09:00"),
            ("2026-04-10 23:59", "2026-04-13 09:00"),
            ("2026-10-24 12:00", "2026-10-26 09:00"),
        ],
    )
    def test_without_a_date_it_asks_on_the_morning_of_the_next_working_day(self, now: str, when: str) -> None:
        assert next_step(Clock(), at=at(now), calendar=ENGLAND) == (NextStep.ASK_DATE, at(when))
        late = Clock(due_at=at("2026-03-31 23:59:59"), late_at=at("2026-04-01 00:00"))
        assert next_step(late, at=at(now), calendar=ENGLAND) == (NextStep.CHASE, at(when))

    @pytest.mark.parametrize(
        ("clock", "step", "when"),
        [
            (Clock(), NextStep.ASK_DATE, "2099-12-29 09:00"),
            (Clock(due_at=at("2100-01-04 23:59:59")), NextStep.REMIND, "2100-01-01 09:00"),
        ],
    )
    def test_reminders_go_on_when_the_bank_holidays_are_not_known_yet(self, clock: Clock, step: str, when: str) -> None:
        assert next_step(clock, at=at("2099-12-28 10:00"), calendar=ENGLAND) == (step, at(when))

    def test_stopped_clock_does_nothing_more(self) -> None:
        stopped = Clock(due_at=at("2026-04-13 23:59:59"), stopped_at=at("2026-04-08 09:00"))
        assert next_step(stopped, at=at("2026-04-09 09:00"), calendar=ENGLAND) == ("", None)

    @pytest.mark.parametrize(
        ("jurisdiction", "when"),
        [
            (Jurisdiction.ENGLAND_AND_WALES, "2026-04-07 09:00"),
            (Jurisdiction.NORTHERN_IRELAND, "2026-04-07 09:00"),
            (Jurisdiction.SCOTLAND, "2026-04-06 09:00"),
        ],
    )
    def test_mornings_are_those_of_the_jurisdiction(self, jurisdiction: str, when: str) -> None:
        """Easter Monday is a working day in Scotland."""
        assert next_morning(Calendar(jurisdiction), at("2026-04-03 12:00")) == at(when)

    def test_step_never_lies_behind_the_moment_from_which_it_is_reckoned(self) -> None:
        for hours in range(0, 24 * 21, 5):
            now = RAISED + timedelta(hours=hours)
            for clock in (Clock(), Clock(due_at=RAISED, late_at=RAISED)):
                _, when = next_step(clock, at=now, calendar=ENGLAND)
                assert when is not None
                assert when > now
            step, when = next_step(Clock(due_at=RAISED + timedelta(days=10)), at=now, calendar=ENGLAND)
            assert when is not None
            assert when > now or step == NextStep.LATE


@pytest.mark.django_db
class TestStarting:
    def a_cast_on(self, *changes: tuple[str, str]) -> Cast:
        cast = a_cast("harbour", policy="")
        load_edition(partnership=cast.partnership, text=changed(*changes), path="harbour.toml", at=RAISED)
        return cast

    def test_clock_from_the_raising_keeps_its_end_over_the_stages_that_share_it(self, cast: Cast) -> None:
        case = a_case(cast)
        climb(cast, case, RAISED + timedelta(hours=1))
        first = case.clocks.get(rule_code="first_five")
        climb(cast, case, RAISED + timedelta(days=5))
        second = case.clocks.get(rule_code="first_five", stopped_at__isnull=True)
        assert first.pk != second.pk
        assert (first.started_at, first.due_at) == (second.started_at, second.due_at)
        assert first.started_at == RAISED

    def test_extension_of_a_shared_clock_holds_at_the_next_stage(self, cast: Cast) -> None:
        """Torbay's stages 1 and 2 have five days together; what both sides agreed to add is not taken back."""
        case = a_case(cast)
        climb(cast, case, RAISED + timedelta(hours=1))
        day_after = RAISED + timedelta(days=1)
        asked = case_extend_date(
            case=case, by=cast.nora, at=day_after, due_on=date(2026, 4, 24), reasons="The doctor is away."
        )
        case_answer_extension(extension=asked, by=cast.sam, at=day_after, agrees=True)
        climb(cast, case, at("2026-04-15 10:00"))
        clock = case.clocks.get(stopped_at__isnull=True)
        assert (case.stage_code, clock.due_at, case.due_at) == (
            "2",
            at("2026-04-24 23:59:59"),
            at("2026-04-24 23:59:59"),
        )
        assert clock.reason.startswith("Extended from 13 April 2026")
        climb(cast, case, at("2026-04-16 10:00"))
        assert case.due_at == at("2026-04-23 23:59:59"), "the next stage has a clock of its own"

    def test_clock_from_the_stage_starts_when_the_stage_is_entered(self) -> None:
        """Plymouth: line managers make contact within 24 hours."""
        cast = a_cast("seahaven", "plymouth_nursery")
        case = a_case(cast)
        climb(cast, case, RAISED + timedelta(hours=3))
        clock = case.clocks.get(stopped_at__isnull=True)
        assert clock.started_at == case.stage_entered_at == RAISED + timedelta(hours=3, minutes=5)
        assert clock.due_at == clock.started_at + timedelta(hours=24)

    def test_clock_after_another_starts_at_the_others_end(self) -> None:
        after = (
            'code = "deciding"\nstarts = "stage_entered"\nlimit = { unit = "agreed", printed = "soon" }',
            'code = "deciding"\nstarts = "clock_end:talking"\n'
            'limit = { amount = 2, unit = "working_days", printed = "two more days" }',
        )
        cast = self.a_cast_on(after)
        case = a_case(cast)
        left = RAISED + timedelta(days=5)
        climb(cast, case, left)
        clock = case.clocks.get(stopped_at__isnull=True)
        assert clock.rule_code == "deciding"
        assert clock.started_at == left + timedelta(minutes=5), "the other clock ended when its stage was left"
        assert clock.due_at == at("2026-04-09 23:59:59")

    def following(self, *duties: tuple[str, str], **limits: str) -> tuple[tuple[str, str], ...]:
        """Stage 1 with these duties (each its code and clock) beside its own; `limits` are of clocks by code."""
        added = "".join(
            f'[[stage.duty]]\ncode = "{code}"\nowed_by = "receiving"\ndeed = "{code}"\nclock = "{clock}"\n\n'
            for code, clock in duties
        )
        clocks = "".join(f'[[clock]]\ncode = "{code}"\n{rule}\n\n' for code, rule in limits.items())
        # The first duty's own table begins where these end, so the followers stand before what they follow.
        return (
            ('guidance = "Talk to each other."\n\n', f'guidance = "Talk to each other."\n\n{added}'),
            ('[[clock]]\ncode = "deciding"', f'{clocks}[[clock]]\ncode = "deciding"'),
        )

    TWO_DAYS = 'limit = { amount = 2, unit = "working_days", printed = "two days" }'

    def test_clock_that_follows_another_of_its_stage_counts_from_that_ones_end(self) -> None:
        """Three working days to talk, then two to write: the stage's last day is known when it begins."""
        cast = self.a_cast_on(
            *self.following(
                ("send", "sending"),
                ("write", "writing"),
                writing=f'starts = "clock_end:talking"\n{self.TWO_DAYS}',
                sending=f'starts = "clock_end:writing"\n{self.TWO_DAYS}',
            )
        )
        case = a_case(cast)
        assert [duty.code for duty in case.stage.duties] == ["send", "write", "settle"], "followers stand first"
        clocks = {clock.deed: (clock.started_at, clock.due_at) for clock in case.clocks.all()}
        assert clocks == {
            "settle": (RAISED, at("2026-04-09 23:59:59")),
            "write": (at("2026-04-09 23:59:59"), at("2026-04-13 23:59:59")),
            "send": (at("2026-04-13 23:59:59"), at("2026-04-15 23:59:59")),
        }
        assert case.due_at == at("2026-04-09 23:59:59")
        assert not Clock.objects.filter(case=case, next_step=NextStep.ASK_DATE).exists()

    def test_clock_that_follows_one_without_a_date_waits_for_the_people_too(self) -> None:
        cast = self.a_cast_on(
            *self.following(
                ("write", "writing"),
                ("agree", "agreeing"),
                writing=f'starts = "clock_end:agreeing"\n{self.TWO_DAYS}',
                agreeing='starts = "stage_entered"\nlimit = { unit = "agreed", printed = "soon" }',
            )
        )
        case = a_case(cast)
        write = case.clocks.get(deed="write")
        assert (write.started_at, write.due_at, write.next_step) == (RAISED, None, NextStep.ASK_DATE)
        assert 'when the clock "agreeing" ends' in write.reason

    def test_every_duty_has_a_clock_and_the_case_shows_the_first_due(self) -> None:
        two = (
            'deed = "Settle it"\nclock = "talking"\n',
            'deed = "Settle it"\nclock = "talking"\n\n[[stage.duty]]\ncode = "answer"\nowed_by = "receiving"\n'
            'deed = "Answer"\nclock = "answering"\n\n',
        )
        clock = (
            '[[clock]]\ncode = "deciding"',
            '[[clock]]\ncode = "answering"\nstarts = "stage_entered"\n'
            'limit = { amount = 1, unit = "working_days", printed = "a day" }\n\n[[clock]]\ncode = "deciding"',
        )
        case = a_case(self.a_cast_on(two, clock))
        dues = {clock.deed: clock.due_at for clock in case.clocks.all()}
        assert dues == {"settle": at("2026-04-09 23:59:59"), "answer": at("2026-04-07 23:59:59")}
        assert case.due_at == at("2026-04-07 23:59:59")
        assert {clock.owed_by for clock in case.clocks.all()} == {"both", "receiving"}

    def test_date_beyond_the_known_bank_holidays_is_left_to_the_people(self, cast: Cast) -> None:
        far = datetime(2099, 12, 28, 10, 0, tzinfo=LONDON)
        case = a_case(cast, far)
        case_give_view(case=case, by=cast.nora, at=far, view="Not safe.")
        case_ask_to_escalate(case=case, by=cast.nora, at=far, reasons="My manager agrees.")
        clock = case.clocks.get(stopped_at__isnull=True)
        assert (clock.due_at, clock.next_step) == (None, NextStep.ASK_DATE)
        assert "agree a date instead" in clock.reason

    def test_reopened_case_counts_its_shared_clock_from_the_reopening(self, cast: Cast) -> None:
        case = a_case(cast)
        climb(cast, case, RAISED + timedelta(hours=1))
        case_withdraw(case=case, by=cast.nora, at=RAISED + timedelta(days=20), reasons="Settled.")
        again = datetime(2026, 6, 1, 10, 0, tzinfo=LONDON)
        case_reopen(case=case, by=cast.nora, at=again, reasons="It goes on.")
        climb(cast, case, again + timedelta(hours=1))
        clock = case.clocks.get(stopped_at__isnull=True)
        assert (case.stage_code, clock.started_at, clock.due_at) == ("2", again, at("2026-06-08 23:59:59"))


@pytest.mark.django_db
class TestNoting:
    def test_stopping_leaves_no_step_behind(self, cast: Cast) -> None:
        case = a_case(cast)
        assert open_clocks(case)
        stop_clocks(case, at=RAISED)
        assert open_clocks(case) == []
        assert not Clock.objects.filter(next_step_at__isnull=False).exists()

    @pytest.mark.parametrize(
        ("clocks", "due", "late"),
        [
            ([], None, None),
            ([Clock()], None, None),
            ([Clock(due_at=at("2026-04-09 12:00")), Clock()], "2026-04-09 12:00", None),
            (
                [
                    Clock(due_at=at("2026-04-09 12:00"), late_at=at("2026-04-09 13:00")),
                    Clock(due_at=at("2026-04-08 12:00")),
                ],
                "2026-04-08 12:00",
                "2026-04-09 13:00",
            ),
        ],
    )
    def test_case_shows_the_first_due_moment_and_the_first_lateness(
        self, clocks: list[Clock], due: str | None, late: str | None
    ) -> None:
        case = Case(due_at=RAISED, late_since=RAISED)
        note_due(case, clocks)
        assert case.due_at == (at(due) if due else None)
        assert case.late_since == (at(late) if late else None)
