"""Two people, one case, one moment: each on a connection of their own, and exactly one of them wins.

SQLite lets one writer in at a time and has no row locks, so these prove something on PostgreSQL only.  What is done
in these threads is committed: the cast is made once for the module, each test has cases of its own, and all is emptied
at the end.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from agencies.models import Person
from cases.models import Answer, Case, EscalationRequest, Extension, ReferenceCounter
from cases.record import faults
from cases.services import (
    DecisionText,
    case_answer_extension,
    case_answer_resolution,
    case_approve,
    case_ask_to_escalate,
    case_decide,
    case_discard_draft,
    case_extend_date,
    case_give_view,
    case_move_at_once,
    case_propose_resolution,
    case_raise,
    case_reopen,
    case_return,
    case_set_date,
    case_withdraw,
)
from cases.sweep import sweep
from escalation.errors import RuleViolation
from notifications.models import Notification
from tests.cases.cast import RAISED, Cast, a_case, a_cast, a_draft, some_actions
from tests.cases.journeys import climb, write_down

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs PostgreSQL: real row locks"),
]
LONDON = ZoneInfo("Europe/London")
NOW = RAISED + timedelta(hours=6)
REVIEW = date(2026, 6, 1)
#: Seconds after which a race counts as a deadlock.
TIMEOUT = 30
Made = TypeVar("Made")


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Cast]:
    """Torbay's cast, committed."""
    with django_db_blocker.unblock():
        try:
            yield a_cast()
        finally:
            call_command("flush", interactive=False, verbosity=0)


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Run all at once, each in a thread with its own connection; what each gave, or the rule it was refused by."""
    start = threading.Barrier(len(deeds), timeout=TIMEOUT)

    def run(deed: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait()
            return deed()
        except (RuleViolation, Case.DoesNotExist) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        runs = [pool.submit(run, deed) for deed in deeds]
        return [run.result(timeout=TIMEOUT) for run in runs]


def alone(deed: Callable[[], Made]) -> Made:
    """Do it in a thread of its own, so that it is committed, whatever transaction the test is in."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(_closing, deed).result(timeout=TIMEOUT)


def _closing(deed: Callable[[], Made]) -> Made:
    try:
        return deed()
    finally:
        connection.close()


def to_stage(cast: Cast, code: str) -> Case:
    case = a_case(cast)
    hours = 1
    while case.stage_code != code:
        climb(cast, case, RAISED + timedelta(hours=hours))
        hours += 1
    return case


@dataclass
class Scene:
    """A case at a stage with whatever waits there, and the people of both sides who can act on it at once."""

    cast: Cast
    case: Case
    request: EscalationRequest | None = None

    @property
    def nora(self) -> Person:
        return self.cast.nora

    @property
    def sam(self) -> Person:
        return self.cast.sam

    def ours(self, deputy: bool = False) -> Person:
        find = self.cast.deputy if deputy else self.cast.officer
        return find(self.cast.nursery, "line_manager")

    def theirs(self) -> Person:
        return self.cast.officer(self.cast.care, "line_manager")

    def approve(self, by: Person) -> Any:
        assert self.request is not None
        return case_approve(request=self.request, by=by, at=NOW)

    def give_back(self, by: Person) -> Any:
        assert self.request is not None
        return case_return(request=self.request, by=by, at=NOW, reasons="No", missing="All")

    def ask(self, by: Person) -> Any:
        return case_ask_to_escalate(case=self.case, by=by, at=NOW, reasons="Not settled.")

    def withdraw(self, by: Person) -> Any:
        return case_withdraw(case=self.case, by=by, at=NOW, reasons="Settled.")

    def reopen(self, by: Person) -> Any:
        return case_reopen(case=self.case, by=by, at=NOW, reasons="It goes on.")

    def move(self, by: Person, to: str) -> Any:
        return case_move_at_once(case=self.case, by=by, at=NOW, to_stage=to, reasons="He is near.")

    def answer(self, by: Person, agrees: bool = True) -> Any:
        return case_answer_resolution(case=self.case, by=by, at=NOW, agrees=agrees, reasons="-")

    def propose(self, by: Person) -> Any:
        return case_propose_resolution(
            case=self.case, by=by, at=NOW, what_changes="-", actions=some_actions(REVIEW), review_on=REVIEW
        )

    def decide(self, by: Person) -> Any:
        text = DecisionText("chair_settles", "-", "-", some_actions(REVIEW), REVIEW)
        return case_decide(case=self.case, by=by, at=NOW, decision=text)

    def set_date(self, by: Person, day: int = 16) -> Any:
        return case_set_date(case=self.case, by=by, at=NOW, due_on=date(2026, 4, day), agreed_with="All")

    def extend(self, by: Person) -> Any:
        return case_extend_date(case=self.case, by=by, at=NOW, due_on=date(2026, 4, 20), reasons="-")

    def answer_date(self, by: Person, agrees: bool = True) -> Any:
        extension = self.case.extensions.get()
        return case_answer_extension(extension=extension, by=by, at=NOW, agrees=agrees, reasons="-")


def prepared(cast: Cast, stage: str, *waits: str) -> Scene:
    """The case at the stage; `waits`: "request", "proposal" or "extension" of Nora's, or "written" for none of them."""
    if stage == "ended":
        scene = Scene(cast, to_stage(cast, "1"))
        scene.withdraw(cast.nora)
    else:
        scene = Scene(cast, to_stage(cast, stage))
    if waits:
        write_down(cast, scene.case, NOW)
    if "request" in waits:
        scene.request = scene.ask(cast.nora)
    if "proposal" in waits:
        scene.propose(cast.nora)
    if "extension" in waits:
        scene.extend(cast.nora)
    return scene


Deed = Callable[[Scene], Any]
#: stage, what waits there, the two deeds of which one wins, and the kinds of entry that they write.
EXCLUSIVE: dict[str, tuple[str, tuple[str, ...], Deed, Deed, set[str]]] = {
    "approve and approve": (
        "2", ("request",), lambda s: s.approve(s.ours()), lambda s: s.approve(s.ours(True)), {"escalation.approved"},
    ),
    "approve and return": (
        "2", ("request",), lambda s: s.approve(s.ours()), lambda s: s.give_back(s.ours(True)),
        {"escalation.approved", "escalation.returned"},
    ),
    "return and return": (
        "2", ("request",), lambda s: s.give_back(s.ours()), lambda s: s.give_back(s.ours(True)),
        {"escalation.returned"},
    ),
    "ask and ask, of one side": (
        "2", ("written",), lambda s: s.ask(s.nora), lambda s: s.ask(s.ours()), {"escalation.asked"},
    ),
    "move and move, to one stage": (
        "1", (), lambda s: s.move(s.nora, "4"), lambda s: s.move(s.sam, "4"), {"case.moved_at_once"},
    ),
    "propose and propose": (
        "1", (), lambda s: s.propose(s.nora), lambda s: s.propose(s.sam), {"resolution.proposed"},
    ),
    "agree and agree, for one side": (
        "2", ("proposal",), lambda s: s.answer(s.sam), lambda s: s.answer(s.theirs()), {"resolution.agreed"},
    ),
    "agree and refuse, for one side": (
        "2", ("proposal",), lambda s: s.answer(s.sam), lambda s: s.answer(s.theirs(), False),
        {"resolution.agreed", "resolution.refused"},
    ),
    "agree and withdraw": (
        "1", ("proposal",), lambda s: s.answer(s.sam), lambda s: s.withdraw(s.nora),
        {"case.resolved", "case.withdrawn"},
    ),
    "withdraw and withdraw": (
        "2", (), lambda s: s.withdraw(s.nora), lambda s: s.withdraw(s.ours()), {"case.withdrawn"},
    ),
    "decide and decide": (
        "5", (), lambda s: s.decide(s.cast.chair), lambda s: s.decide(s.cast.chair), {"case.decided"},
    ),
    "decide and withdraw": (
        "5", (), lambda s: s.decide(s.cast.chair), lambda s: s.withdraw(s.nora), {"case.decided", "case.withdrawn"},
    ),
    "date and date": (
        "5", (), lambda s: s.set_date(s.nora), lambda s: s.set_date(s.sam, 17), {"date.set"},
    ),
    "extend and extend": (
        "1", (), lambda s: s.extend(s.nora), lambda s: s.extend(s.sam), {"date.extension_asked"},
    ),
    "agree and agree to a later date": (
        "2", ("extension",), lambda s: s.answer_date(s.sam), lambda s: s.answer_date(s.theirs()), {"date.extended"},
    ),
    "agree and refuse a later date": (
        "2", ("extension",), lambda s: s.answer_date(s.sam), lambda s: s.answer_date(s.theirs(), False),
        {"date.extended", "date.extension_refused"},
    ),
    "reopen and reopen": (
        "ended", (), lambda s: s.reopen(s.nora), lambda s: s.reopen(s.sam), {"case.reopened"},
    ),
}  # fmt: skip


def check_whole(case: Case) -> None:
    """Nothing half written: the record holds, one stay or none is open, and clocks run only in an open case."""
    case.refresh_from_db()
    assert list(faults(case)) == []
    assert case.visits.filter(left_at__isnull=True).count() == int(case.is_open)
    running = case.clocks.filter(stopped_at__isnull=True)
    assert bool(running) == case.is_open
    assert case.requests.filter(answer=Answer.WAITING).exclude(visit__left_at=None).count() == 0
    assert case.extensions.filter(status=Extension.Status.PROPOSED).exclude(visit__left_at=None).count() == 0


@pytest.mark.parametrize("name", EXCLUSIVE)
def test_of_two_deeds_that_exclude_each_other_exactly_one_is_done(cast: Cast, name: str) -> None:
    stage, waits, one, other, kinds = EXCLUSIVE[name]
    scene = alone(lambda: prepared(cast, stage, *waits))
    before = scene.case.entries.filter(kind__in=kinds).count()
    outcomes = together(lambda: one(scene), lambda: other(scene))
    refusals = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(refusals) == 1
    assert isinstance(refusals[0], RuleViolation)
    assert refusals[0].message
    assert scene.case.entries.filter(kind__in=kinds).count() == before + 1
    check_whole(scene.case)


#: Deeds of which both may be done, one after the other; the case must then be as after one of the two orders.
EITHER_ORDER: dict[str, tuple[Deed, Deed, set[tuple[str, str]]]] = {
    "approve and withdraw": (
        lambda s: s.approve(s.ours()),
        lambda s: s.withdraw(s.nora),
        {("withdrawn", "2"), ("withdrawn", "3")},
    ),
    "approve and move at once": (
        lambda s: s.approve(s.ours()),
        lambda s: s.move(s.sam, "5"),
        {("chair", "5")},
    ),
    "withdraw and escalate": (
        lambda s: s.withdraw(s.nora),
        lambda s: s.ask(s.sam),
        {("withdrawn", "2")},
    ),
    "approve and ask for a later date": (
        lambda s: s.approve(s.ours()),
        lambda s: s.extend(s.sam),
        {("senior_manager", "3")},
    ),
    "approve and propose": (
        lambda s: s.approve(s.ours()),
        lambda s: s.propose(s.sam),
        {("senior_manager", "3")},
    ),
}


@pytest.mark.parametrize("name", EITHER_ORDER)
def test_of_two_deeds_that_may_follow_each_other_the_case_is_as_after_one_order(cast: Cast, name: str) -> None:
    one, other, ends = EITHER_ORDER[name]
    scene = alone(lambda: prepared(cast, "2", "request"))
    outcomes = together(lambda: one(scene), lambda: other(scene))
    assert sum(isinstance(outcome, Exception) for outcome in outcomes) <= 1
    check_whole(scene.case)
    assert (scene.case.state, scene.case.stage_code) in ends


class TestRaising:
    def test_draft_sent_twice_at_once_is_raised_once(self, cast: Cast) -> None:
        draft = alone(lambda: a_draft(cast))
        outcomes = together(*[lambda: case_raise(draft=draft, by=cast.nora, at=RAISED)] * 2)
        assert sum(isinstance(outcome, RuleViolation) for outcome in outcomes) == 1
        draft.refresh_from_db()
        assert draft.entries.filter(kind="case.raised").count() == 1
        counter = ReferenceCounter.objects.get(partnership=cast.partnership, year=2026)
        assert draft.reference == str(counter), "the second sending used no number up"
        check_whole(draft)

    def test_draft_sent_and_thrown_away_at_once_is_one_of_the_two(self, cast: Cast) -> None:
        draft = alone(lambda: a_draft(cast))
        outcomes = together(
            lambda: case_raise(draft=draft, by=cast.nora, at=RAISED),
            lambda: case_discard_draft(draft=draft, by=cast.nora),
        )
        assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1
        assert Case.objects.filter(pk=draft.pk).exists() == isinstance(outcomes[0], Case)

    def test_cases_raised_at_once_take_one_number_each(self, cast: Cast) -> None:
        """The first of the year: the counter itself does not exist yet."""
        drafts = alone(lambda: [a_draft(cast) for _ in range(4)])
        first = datetime(2027, 1, 4, 10, 0, tzinfo=LONDON)
        raised = together(*[lambda draft=draft: case_raise(draft=draft, by=cast.nora, at=first) for draft in drafts])
        assert sorted(case.reference for case in raised) == [f"NORTHW-2027-000{number}" for number in range(1, 5)]


class TestRecord:
    def test_views_written_at_once_take_one_number_each_and_the_chain_holds(self, cast: Cast) -> None:
        case = alone(lambda: to_stage(cast, "1"))
        before = case.entries.count()
        writers = [cast.nora, cast.sam, cast.lead, cast.officer(cast.nursery, "line_manager")]
        entries = together(*[lambda by=by: case_give_view(case=case, by=by, at=NOW, view="At once.") for by in writers])
        assert sorted(entry.number for entry in entries) == list(range(before + 1, before + 5))
        check_whole(case)


class TestSweeps:
    AFTER = datetime(2026, 4, 14, 9, 0, tzinfo=LONDON)

    def test_two_sweeps_at_once_take_each_step_once(self, cast: Cast) -> None:
        cases = alone(lambda: [to_stage(cast, "1") for _ in range(3)])
        reports = together(lambda: sweep(at=self.AFTER), lambda: sweep(at=self.AFTER))
        assert [report.failed for report in reports] == [0, 0]
        for case in cases:
            assert case.entries.filter(kind="clock.late").count() == 1
            assert case.requests.filter(asked_by=None).count() == 1
            check_whole(case)
        late = Notification.objects.filter(event="clock.late", case_id__in=[case.pk for case in cases])
        assert late.count() == 6, "Nora and Sam, once for each case"

    def test_sweep_and_a_person_who_agrees_to_a_later_date_do_not_both_have_it(self, cast: Cast) -> None:
        scene = alone(lambda: prepared(cast, "1", "extension"))
        case, extension = scene.case, scene.case.extensions.get()
        report, _ = together(
            lambda: sweep(at=self.AFTER),
            lambda: case_answer_extension(extension=extension, by=cast.sam, at=self.AFTER, agrees=True),
        )
        check_whole(case)
        assert case.due_at == datetime(2026, 4, 20, 23, 59, 59, tzinfo=LONDON)
        assert case.late_since is None
        assert report.failed == 0
        assert case.entries.filter(kind="clock.late").count() <= 1

    def test_sweep_and_a_manager_who_approves_do_not_ask_twice(self, cast: Cast) -> None:
        scene = alone(lambda: prepared(cast, "1", "request"))
        request = scene.request
        assert request is not None
        report, approved = together(
            lambda: sweep(at=self.AFTER),
            lambda: case_approve(request=request, by=scene.ours(), at=self.AFTER),
        )
        assert isinstance(approved, Case)
        check_whole(scene.case)
        assert (scene.case.stage_code, report.failed) == ("2", 0)
