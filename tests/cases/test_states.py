"""The state of a case: changed by the transitions that are allowed, and in no other way."""

import ast
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, models, transaction
from django_fsm import TransitionNotAllowed, can_proceed

from agencies.tiers import Tier
from cases import states
from cases.models import Case
from policies.models import PolicyEdition
from policies.reading import parse
from policies.schema import Policy, Stage
from tests.cases.cast import LIBRARY, RAISED, a_partnership, a_person

TIERS = [str(tier) for tier in Tier.values]
#: What may follow what; None is the tier of the stage that the transition is given.
TRANSITIONS: dict[str, tuple[list[str], str | None]] = {
    "raise_at": (["draft"], None),
    "escalate": (TIERS, None),
    "resolve": (TIERS, "resolved"),
    "withdraw": (TIERS, "withdrawn"),
    "reopen": (["resolved", "withdrawn"], None),
}
ALLOWED = [(name, state) for name, (sources, _) in TRANSITIONS.items() for state in sources]
FORBIDDEN = [(name, state) for name in TRANSITIONS for state in states.ALL if (name, state) not in ALLOWED]


@cache
def torbay() -> Policy:
    return parse((LIBRARY / "torbay.toml").read_text(encoding="utf-8"), path="torbay.toml")


def stage_of(tier: str) -> Stage:
    """A stage of that tier; the policy has none of the safeguarding manager's, so one is made."""
    found = next((stage for stage in torbay().stages if stage.tier == tier), torbay().stages[0])
    return found.model_copy(update={"tier": tier})


def run(case: Case, name: str, tier: str = "director") -> None:
    method = getattr(case, name)
    if TRANSITIONS[name][1] is None:
        method(stage_of(tier))
    else:
        method()


@pytest.fixture
def case(db: None) -> Case:
    partnership = a_partnership()
    edition = PolicyEdition.objects.get(partnership=partnership)
    person = a_person("Nora Finch")
    return Case.objects.create(
        partnership=partnership, edition=edition, raised_by=person, created_at=RAISED, reference="N-1", raised_at=RAISED
    )


def put(case: Case, state: str) -> None:
    """Put the row into a state, as no code of the product may."""
    Case.objects.filter(pk=case.pk).update(state=state)


class TestTransitions:
    @pytest.mark.parametrize(("name", "source"), ALLOWED)
    def test_allowed_transition_changes_the_state(self, name: str, source: str) -> None:
        case = Case(state=source, stage_code="pre")
        assert can_proceed(getattr(case, name))
        run(case, name)
        assert case.state == (TRANSITIONS[name][1] or "director")

    @pytest.mark.parametrize(("name", "source"), FORBIDDEN)
    def test_forbidden_transition_is_refused_and_changes_nothing(self, name: str, source: str) -> None:
        case = Case(state=source, stage_code="pre")
        assert not can_proceed(getattr(case, name))
        with pytest.raises(TransitionNotAllowed):
            run(case, name)
        assert (case.state, case.stage_code) == (source, "pre")

    @pytest.mark.parametrize("tier", TIERS)
    @pytest.mark.parametrize(("name", "source"), [("raise_at", "draft"), ("escalate", "chair"), ("reopen", "resolved")])
    def test_state_becomes_the_tier_of_the_stage_entered(self, name: str, source: str, tier: str) -> None:
        case = Case(state=source)
        run(case, name, tier)
        assert (case.state, case.stage_code) == (tier, stage_of(tier).code)

    def test_two_stages_of_one_tier_are_two_stages(self) -> None:
        case = Case(state="director", stage_code="3")
        case.escalate(stage_of("director").model_copy(update={"code": "3b"}))
        assert (case.state, case.stage_code) == ("director", "3b")

    def test_transition_touches_only_its_own_row_in_memory(self, case: Case) -> None:
        case.raise_at(stage_of("own_advice"))
        assert Case.objects.get(pk=case.pk).state == "draft", "the service saves, not the transition"

    def test_every_transition_of_the_model_is_in_this_table(self) -> None:
        found = {item.name for item in Case().get_all_state_transitions()}  # type: ignore[attr-defined]
        assert found == set(TRANSITIONS)

    def test_states_are_the_tiers_and_the_ends(self) -> None:
        assert ["draft", *TIERS, "resolved", "withdrawn", "closed"] == states.ALL
        assert [code for code, _ in states.CHOICES] == states.ALL
        assert set(states.OPEN) | set(states.ENDED) < set(states.ALL)


class TestProtection:
    @pytest.mark.parametrize("state", [state for state in states.ALL if state != "draft"])
    def test_assignment_is_refused_and_changes_nothing(self, state: str) -> None:
        case = Case()
        with pytest.raises(AttributeError, match="by a transition only"):
            case.state = state
        assert case.state == "draft"

    def test_assigning_what_it_is_already_is_no_change(self) -> None:
        case = Case(state="director")
        case.state = "director"
        assert case.state == "director"

    def test_state_that_was_not_loaded_cannot_be_assigned_either(self, case: Case) -> None:
        part = Case.objects.defer("state").get(pk=case.pk)
        with pytest.raises(AttributeError, match="by a transition only"):
            part.state = "resolved"
        assert part.state == "draft", "and is read when it is asked for"

    def test_state_of_a_case_loaded_in_part_stays_protected_once_read(self, case: Case) -> None:
        part = Case.objects.only("pk").get(pk=case.pk)
        assert part.state == "draft"
        with pytest.raises(AttributeError):
            part.state = "resolved"

    def test_reload_sees_what_somebody_else_did(self, case: Case) -> None:
        put(case, "director")
        assert case.state == "draft"
        case.refresh_from_db()
        assert case.state == "director"

    def test_reload_of_the_state_alone_sees_it_too(self, case: Case) -> None:
        put(case, "director")
        case.refresh_from_db(fields=["state"])
        assert case.state == "director"

    def test_reload_of_other_fields_leaves_the_state(self, case: Case) -> None:
        put(case, "director")
        Case.objects.filter(pk=case.pk).update(aim="A visit")
        case.refresh_from_db(fields=["aim"])
        assert (case.aim, case.state) == ("A visit", "draft")

    def test_protection_is_back_after_a_reload(self, case: Case) -> None:
        case.refresh_from_db()
        with pytest.raises(AttributeError):
            case.state = "resolved"

    def test_reload_of_a_deleted_row_unprotects_nothing(self, case: Case) -> None:
        other = Case(state="chair")
        gone = Case.objects.get(pk=case.pk)
        case.delete()
        with pytest.raises(Case.DoesNotExist):
            gone.refresh_from_db()
        for left in (gone, other, Case()):
            with pytest.raises(AttributeError):
                left.state = "resolved"

    def test_reload_in_one_thread_unprotects_nothing_in_another(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """While the first case is in the middle of its reload, the second is assigned to."""
        reloading, tried = threading.Event(), threading.Event()

        def slow_reload(self: models.Model, *args: Any, **kwargs: Any) -> None:
            reloading.set()
            assert tried.wait(timeout=10)
            self.state = "director"  # type: ignore[attr-defined]

        monkeypatch.setattr(models.Model, "refresh_from_db", slow_reload)
        first, second = Case(), Case()
        with ThreadPoolExecutor(1) as pool:
            reload = pool.submit(first.refresh_from_db)
            assert reloading.wait(timeout=10)
            with pytest.raises(AttributeError):
                second.state = "resolved"
            tried.set()
            reload.result(timeout=10)
        assert (first.state, second.state) == ("director", "draft")

    @pytest.mark.django_db(transaction=True)
    def test_two_threads_reload_one_case_at_once(self) -> None:
        partnership = a_partnership()
        edition = PolicyEdition.objects.get(partnership=partnership)
        case = Case.objects.create(
            partnership=partnership, edition=edition, raised_by=a_person("Nora Finch"), created_at=RAISED
        )
        start = threading.Barrier(2, timeout=10)

        def reload_often() -> set[str]:
            mine = Case.objects.get(pk=case.pk)
            start.wait()
            seen = set()
            try:
                for _ in range(25):
                    mine.refresh_from_db()
                    seen.add(mine.state)
                with pytest.raises(AttributeError):
                    mine.state = "resolved"
                return seen
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            runs = [pool.submit(reload_often) for _ in range(2)]
            assert [run.result(timeout=30) for run in runs] == [{"draft"}, {"draft"}]


class TestDatabase:
    def test_unknown_state_is_refused_by_the_database(self, case: Case) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            put(case, "lost")

    @pytest.mark.parametrize("state", states.ALL)
    def test_every_state_of_the_machine_is_known_to_the_database(self, case: Case, state: str) -> None:
        put(case, state)
        case.refresh_from_db()
        assert case.state == state

    @pytest.mark.parametrize("state", [state for state in states.ALL if state != "draft"])
    @pytest.mark.parametrize("lacking", ["reference", "raised_at"])
    def test_case_that_is_no_draft_has_a_reference_and_a_moment(self, case: Case, state: str, lacking: str) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**{"state": state, lacking: None})

    def test_queryset_update_goes_round_the_machine(self, case: Case) -> None:
        """Known and not to be helped by the field: hence the next test, and the check constraint above."""
        put(case, "closed")
        case.refresh_from_db()
        assert case.state == "closed"


def calls_in(*folders: str) -> Iterator[tuple[str, ast.Call]]:
    """The name of the method, and the call, of every method call in the modules of the folders."""
    for folder in folders:
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    yield node.func.attr, node


def test_no_module_that_knows_cases_updates_a_state_past_the_machine() -> None:
    updates = [call for name, call in calls_in("cases", "register") if name in ("update", "bulk_update")]
    assert updates, "or the search is broken"
    assert not [ast.unparse(call) for call in updates if "state" in {keyword.arg for keyword in call.keywords}]


def test_transitions_are_called_by_services_only() -> None:
    in_services = {name for name, _ in calls_in("cases/services")} & set(TRANSITIONS)
    elsewhere = [
        ast.unparse(call)
        for folder in ("cases/views", "cases/forms", "cases/showing", "cases/models", "register")
        for name, call in calls_in(folder)
        if name in TRANSITIONS
    ]
    assert (in_services, elsewhere) == (set(TRANSITIONS), [])
