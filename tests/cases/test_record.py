"""The record of a case: numbered, chained, append-only, and every change to it found."""

import ast
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from hypothesis import HealthCheck, given
from hypothesis import settings as thorough
from hypothesis import strategies as st

from cases.models import Case, RecordEntry
from cases.models.record import RecordIsAppendOnlyError
from cases.record import KINDS, canonical, content_hash, entry_hash, faults, write_entry
from notifications.events import EVENTS
from tests.cases.cast import RAISED, Cast, a_case, a_draft

pytestmark = pytest.mark.django_db
NOW = RAISED + timedelta(hours=1)

#: What the content of an entry is made of. No floats: none is ever written, and databases print them their own way.
SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
#: PostgreSQL keeps neither NUL (forms refuse it) nor numbers beyond its own range in JSON.
KEPT_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
KEPT = st.dictionaries(
    KEPT_TEXT, KEPT_TEXT | st.integers(-(10**15), 10**15) | st.none() | st.lists(KEPT_TEXT, max_size=3), max_size=5
)


@pytest.fixture
def case(cast: Cast) -> Case:
    """A case with five entries: raised, stage begun, and three views of which the clock wrote the last."""
    case = a_case(cast)
    for number, by in enumerate((cast.nora, cast.sam, None), start=1):
        agency = cast.nursery if by == cast.nora else None
        content = {"view": f"View {number}"}
        write_entry(case=case, kind="view.given", at=NOW, by=by, agency=agency, content=content)
    return case


def sql(statement: str, *values: Any) -> None:
    """Run SQL behind the product's back, as the owner of the database could."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount != 0, "the statement has to hit something"


def change(case: Case, number: int, column: str, value: Any) -> None:
    sql(f"UPDATE cases_recordentry SET {column} = %s WHERE case_id = %s AND number = %s", value, case.pk, number)  # noqa: S608


def entry(case: Case, number: int) -> RecordEntry:
    return case.entries.get(number=number)


class TestChain:
    def test_entries_are_numbered_from_one_without_gaps(self, case: Case) -> None:
        assert list(case.entries.values_list("number", flat=True)) == [1, 2, 3, 4, 5]

    def test_numbers_are_each_cases_own(self, case: Case, cast: Cast) -> None:
        other = a_case(cast)
        assert list(other.entries.values_list("number", flat=True)) == [1, 2]
        assert list(faults(other)) == list(faults(case)) == []

    def test_each_entry_carries_the_hash_of_the_one_before(self, case: Case) -> None:
        rows = list(case.entries.all())
        assert [row.previous_hash for row in rows] == ["", *(row.entry_hash for row in rows[:-1])]

    def test_hashes_are_those_that_the_module_describes(self, case: Case) -> None:
        for row in case.entries.all():
            assert row.content_hash == content_hash(row.salt, row.content)
            assert row.entry_hash == entry_hash(row, str(case.uuid), row.previous_hash)

    def test_same_content_twice_has_different_hashes(self, case: Case) -> None:
        """The salt keeps a short answer from being guessed from its hash."""
        first, second = (
            write_entry(case=case, kind="view.given", at=NOW, by=None, content={"view": "No"}) for _ in range(2)
        )
        assert first.salt != second.salt
        assert first.content_hash != second.content_hash
        assert first.entry_hash != second.entry_hash

    @pytest.mark.parametrize("zone", ["UTC", "Europe/London", "Asia/Kolkata"])
    def test_moment_is_the_same_in_every_time_zone(self, case: Case, zone: str) -> None:
        summer = datetime(2026, 10, 25, 0, 30, 0, 123456, tzinfo=UTC)
        write_entry(case=case, kind="view.given", at=summer.astimezone(ZoneInfo(zone)), by=None, content={})
        assert list(faults(case)) == []

    def test_kind_that_nobody_knows_is_refused(self, case: Case) -> None:
        with pytest.raises(ValueError, match="Unknown kind"):
            write_entry(case=case, kind="case.forgotten", at=NOW, by=None, content={})

    def test_content_that_is_no_json_is_refused(self, case: Case) -> None:
        with pytest.raises(TypeError):
            write_entry(case=case, kind="view.given", at=NOW, by=None, content={"at": NOW})
        assert case.entries.count() == 5

    def test_two_entries_cannot_take_one_number(self, case: Case) -> None:
        twin = RecordEntry(case=case, number=5, kind="view.given", at=NOW, stage_code="pre", content={})
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save()

    def test_draft_has_no_record_and_no_fault(self, cast: Cast) -> None:
        draft = a_draft(cast)
        assert (draft.entries.count(), list(faults(draft))) == (0, [])


def recount(case: Case, first: int, by: int) -> None:
    """Move the numbers from `first` on, the far end first so that none meets another."""
    numbers = list(case.entries.filter(number__gte=first).values_list("number", flat=True))
    for number in sorted(numbers, reverse=by > 0):
        change(case, number, "number", number + by)


def delete(case: Case, *numbers: int) -> None:
    for number in numbers:
        sql("DELETE FROM cases_recordentry WHERE case_id = %s AND number = %s", case.pk, number)


def delete_and_close_up(case: Case, number: int) -> None:
    delete(case, number)
    recount(case, number + 1, -1)


def swap(case: Case, one: int, other: int) -> None:
    change(case, one, "number", 999)
    change(case, other, "number", one)
    change(case, 999, "number", other)


def insert(case: Case, number: int, **facts: Any) -> None:
    """Put an entry in that is sound in itself: its own hashes are right."""
    recount(case, number, 1)
    row = RecordEntry(
        case=case, number=number, kind="view.given", at=NOW, stage_code="pre", content={"view": "Slipped in"}, salt="s"
    )
    row.previous_hash = facts.get("previous_hash", entry(case, number - 1).entry_hash)
    row.content_hash = content_hash(row.salt, row.content)
    row.entry_hash = entry_hash(row, str(case.uuid), row.previous_hash)
    row.save()


def edit_with_its_content_hash(case: Case, number: int) -> None:
    row = entry(case, number)
    change(case, number, "content", json.dumps({"view": "Another"}))
    change(case, number, "content_hash", content_hash(row.salt, {"view": "Another"}))


def rewrite(case: Case, number: int) -> None:
    """Edit an entry and work all of its own hashes out anew."""
    edit_with_its_content_hash(case, number)
    row = entry(case, number)
    change(case, number, "entry_hash", entry_hash(row, str(case.uuid), row.previous_hash))


def bring_from_another_case(case: Case, number: int) -> None:
    cast_case = Case.objects.exclude(pk=case.pk).exclude(raised_at=None).get()
    delete(case, number)
    sql("UPDATE cases_recordentry SET case_id = %s WHERE case_id = %s AND number = %s", case.pk, cast_case.pk, number)


CONTENT, FACTS, FOLLOWS = "its content was changed", "who, when or what kind was changed", "does not follow"
Tampering = Callable[[Case], None]
TAMPERINGS: dict[str, tuple[Tampering, int, str]] = {
    "content edited": (lambda case: change(case, 3, "content", '{"view": "Another"}'), 3, CONTENT),
    "content emptied": (lambda case: change(case, 3, "content", "{}"), 3, CONTENT),
    "content edited by one letter": (lambda case: change(case, 3, "content", '{"view": "view 1"}'), 3, CONTENT),
    "salt edited": (lambda case: change(case, 3, "salt", "0" * 32), 3, CONTENT),
    "content and its hash edited": (lambda case: edit_with_its_content_hash(case, 3), 3, FACTS),
    "content hash edited": (lambda case: change(case, 3, "content_hash", "0" * 64), 3, CONTENT),
    "entry hash edited": (lambda case: change(case, 3, "entry_hash", "0" * 64), 3, FACTS),
    "previous hash edited": (lambda case: change(case, 3, "previous_hash", "0" * 64), 3, FOLLOWS),
    "moment moved": (lambda case: change(case, 3, "at", "2026-04-02 09:59:59"), 3, FACTS),
    "moment moved by a microsecond": (lambda case: change(case, 3, "at", "2026-04-02 10:00:00.000001"), 3, FACTS),
    "kind edited": (lambda case: change(case, 3, "kind", "date.set"), 3, FACTS),
    "stage edited": (lambda case: change(case, 3, "stage_code", "1"), 3, FACTS),
    "author changed": (lambda case: change(case, 3, "by_id", entry(case, 4).by_id), 3, FACTS),
    "author taken away": (lambda case: change(case, 4, "by_id", None), 4, FACTS),
    "the clock's entry given an author": (lambda case: change(case, 5, "by_id", entry(case, 4).by_id), 5, FACTS),
    "agency taken away": (lambda case: change(case, 3, "agency_id", None), 3, FACTS),
    "agency put in": (lambda case: change(case, 4, "agency_id", entry(case, 3).agency_id), 4, FACTS),
    "first entry edited": (lambda case: change(case, 1, "content", "{}"), 1, CONTENT),
    "last entry edited": (lambda case: change(case, 5, "content", "{}"), 5, CONTENT),
    "first entry deleted": (lambda case: delete(case, 1), 1, "is missing"),
    "entry in the middle deleted": (lambda case: delete(case, 3), 3, "is missing"),
    "two in the middle deleted": (lambda case: delete(case, 3, 4), 3, "is missing"),
    "deleted and closed up": (lambda case: delete_and_close_up(case, 3), 3, FOLLOWS),
    "first deleted and closed up": (lambda case: delete_and_close_up(case, 1), 1, FOLLOWS),
    "all deleted": (lambda case: delete(case, 1, 2, 3, 4, 5), 1, "the record is empty"),
    "one inserted in the middle": (lambda case: insert(case, 3), 4, FOLLOWS),
    "one inserted that follows from nothing": (lambda case: insert(case, 3, previous_hash=""), 3, FOLLOWS),
    "one put at the end that does not follow": (lambda case: insert(case, 6, previous_hash="0" * 64), 6, FOLLOWS),
    "numbers moved on": (lambda case: recount(case, 3, 1), 3, "is missing"),
    "neighbours swapped": (lambda case: swap(case, 3, 4), 3, FOLLOWS),
    "ends swapped": (lambda case: swap(case, 2, 5), 2, FOLLOWS),
    "one rewritten with all its hashes": (lambda case: rewrite(case, 3), 4, FOLLOWS),
    "one brought from another case": (lambda case: bring_from_another_case(case, 2), 2, FOLLOWS),
}


class TestTampering:
    def test_unaltered_record_has_no_fault(self, case: Case) -> None:
        assert list(faults(case)) == []

    @pytest.mark.parametrize("name", TAMPERINGS)
    def test_change_behind_the_products_back_is_found_where_it_was_made(
        self, case: Case, cast: Cast, name: str
    ) -> None:
        a_case(cast)
        tamper, number, what = TAMPERINGS[name]
        tamper(case)
        found = list(faults(case))
        assert found, f"{name} was not found"
        assert found[0].number == number
        assert what in found[0].what

    def test_entry_of_one_case_does_not_prove_another(self, case: Case) -> None:
        sql("UPDATE cases_case SET uuid = %s WHERE id = %s", "0" * 32, case.pk)
        case.refresh_from_db()
        assert [fault.number for fault in faults(case)] == [1, 2, 3, 4, 5]

    def test_every_altered_entry_is_named_and_no_other(self, case: Case) -> None:
        for number in (2, 4):
            change(case, number, "content", "{}")
        assert [(fault.number, fault.what) for fault in faults(case)] == [(2, CONTENT), (4, CONTENT)]

    def test_content_erased_by_law_leaves_the_rest_provable(self, case: Case) -> None:
        change(case, 3, "content", "{}")
        row = entry(case, 3)
        assert row.entry_hash == entry_hash(row, str(case.uuid), row.previous_hash)
        assert [fault.number for fault in faults(case)] == [3]


class TestAppendOnly:
    def test_entry_cannot_be_saved_again(self, case: Case) -> None:
        row = entry(case, 3)
        row.content = {"view": "Another"}
        with pytest.raises(RecordIsAppendOnlyError):
            row.save()

    @pytest.mark.parametrize("forced", [{}, {"force_update": True}, {"force_insert": False}])
    def test_new_entry_cannot_be_saved_over_an_old_one(self, case: Case, forced: dict[str, bool]) -> None:
        old = entry(case, 3)
        new = RecordEntry(pk=old.pk, case=case, number=9, kind="view.given", at=NOW, stage_code="pre", content={})
        with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
            new.save(**forced)
        assert entry(case, 3).entry_hash == old.entry_hash

    def test_loaded_entry_cannot_be_saved_as_another(self, case: Case) -> None:
        row = entry(case, 3)
        row.pk, row.number = None, 6
        with pytest.raises(RecordIsAppendOnlyError):
            row.save()

    def test_entry_cannot_be_deleted(self, case: Case) -> None:
        with pytest.raises(RecordIsAppendOnlyError):
            entry(case, 3).delete()

    @pytest.mark.parametrize(
        "deed",
        [
            lambda case: RecordEntry.objects.update(kind="date.set"),
            lambda case: RecordEntry.objects.filter(number=3).update(kind="date.set"),
            lambda case: case.entries.update(kind="date.set"),
            lambda case: case.entries.filter(number=3).update(kind="date.set"),
            lambda case: RecordEntry.objects.bulk_update([entry(case, 3)], ["kind"]),
            lambda case: RecordEntry.objects.update_or_create(case=case, number=3, defaults={"kind": "date.set"}),
            lambda case: RecordEntry.objects.all().delete(),
            lambda case: case.entries.all().delete(),
            lambda case: case.entries.filter(number=5).delete(),
        ],
    )
    def test_no_way_of_the_orm_changes_or_deletes_entries(self, case: Case, deed: Callable[[Case], Any]) -> None:
        before = list(case.entries.values_list())
        with pytest.raises(RecordIsAppendOnlyError), transaction.atomic():
            deed(case)
        assert list(case.entries.values_list()) == before

    @pytest.mark.parametrize("of", ["case", "author", "agency"])
    def test_nothing_that_an_entry_names_can_be_deleted(self, case: Case, cast: Cast, of: str) -> None:
        named = {"case": case, "author": cast.nora, "agency": cast.nursery}[of]
        with pytest.raises(ProtectedError):
            named.delete()


class TestCanonicalJson:
    @given(JSON)
    def test_reads_back_as_what_was_written(self, value: Any) -> None:
        assert json.loads(canonical(value)) == value

    @given(JSON)
    def test_writing_what_was_read_changes_nothing(self, value: Any) -> None:
        assert canonical(json.loads(canonical(value))) == canonical(value)

    @given(st.dictionaries(st.text(), SCALARS), st.randoms(use_true_random=False))
    def test_order_of_keys_does_not_matter(self, value: dict[str, Any], chance: Any) -> None:
        keys = list(value)
        chance.shuffle(keys)
        assert canonical({key: value[key] for key in keys}) == canonical(value)

    @given(JSON, JSON)
    def test_different_values_are_written_differently(self, one: Any, other: Any) -> None:
        assert (canonical(one) == canonical(other)) == (repr(_sorted(one)) == repr(_sorted(other)))

    @given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
    def test_salt_and_content_cannot_run_into_one_another(self, one: str, other: str) -> None:
        """The content begins after the first line feed, which no salt (hexadecimal digits) holds."""
        assert (content_hash("0" * 32, one) == content_hash("0" * 32, other)) == (one == other)

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
    def test_number_that_is_none_is_refused(self, value: float) -> None:
        """NaN equals nothing, not even itself, and is no JSON: another reader could not check the hash."""
        with pytest.raises(ValueError, match="JSON compliant"):
            canonical({"a": [value]})

    def test_is_plain_and_short(self) -> None:
        assert canonical({"b": [1, None, True], "a": "ä"}) == '{"a":"ä","b":[1,null,true]}'

    @thorough(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(content=KEPT)
    def test_whatever_people_write_the_database_gives_back_provable(self, case: Case, content: Any) -> None:
        written = write_entry(case=case, kind="view.given", at=NOW, by=None, content=content)
        kept = RecordEntry.objects.get(pk=written.pk)
        assert kept.content == content
        assert kept.content_hash == content_hash(kept.salt, kept.content)


def _sorted(value: Any) -> Any:
    """The value with its keys in order, so that it can be compared by how it prints (True is not 1)."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(item) for item in value] if isinstance(value, list) else value


def words_given_to(method: str) -> set[str]:
    """Every text that the code of cases/ gives as first argument to a method (or function) of that name."""
    found = set()
    for path in sorted((Path(settings.BASE_DIR) / "cases").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name == method and isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return found


def test_every_kind_that_the_services_write_has_words_for_people() -> None:
    written = words_given_to("record")
    assert len(written) > 10
    assert written <= set(KINDS)


@pytest.mark.parametrize("method", ["tell", "tell_business_manager", "tell_ending"])
def test_every_event_that_the_services_tell_of_has_a_message(method: str) -> None:
    assert words_given_to(method) <= set(EVENTS)
    assert words_given_to("tell")
