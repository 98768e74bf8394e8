"""Views with evidence and its source, and discussions with the policy's prompts."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.models import Case, RecordEntry
from cases.services import case_convene_panel, case_give_view, case_record_discussion, case_withdraw
from tests.cases.cast import RAISED, Cast, a_case, a_cast
from tests.cases.refusals import not_allowed, refused, wrong_state

pytestmark = pytest.mark.django_db
NOW = RAISED + timedelta(hours=6)
CaseAt = Callable[[str], Case]


def give(case: Case, by: Any, view: str = "Not safe.", evidence: Any = (), wanted: str = "") -> RecordEntry:
    return case_give_view(case=case, by=by, at=NOW, view=view, evidence=evidence, wanted=wanted)


def discussed(case: Case, by: Any, **others: Any) -> RecordEntry:
    given = {"held_at": NOW - timedelta(hours=1), "who": "Both", "how": "telephone", "summary": "We differ.", **others}
    return case_record_discussion(case=case, by=by, at=NOW, **given)


class TestViews:
    def test_view_is_kept_with_its_evidence_and_what_is_wanted(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        entry = give(case, cast.sam, " We assessed. ", [{"what": " Visit ", "source": " File "}], " To close it ")
        assert (entry.kind, entry.by, entry.agency, entry.stage_code) == ("view.given", cast.sam, cast.care, "1")
        assert entry.content == {
            "view": "We assessed.",
            "evidence": [{"what": "Visit", "source": "File"}],
            "wanted": "To close it",
        }

    @pytest.mark.parametrize("view", ["", "  \n"])
    def test_view_has_to_be_said(self, cast: Cast, case_at: CaseAt, view: str) -> None:
        with refused("view_missing"):
            give(case_at("1"), cast.nora, view)

    @pytest.mark.parametrize("source", ["", " "])
    def test_every_piece_of_evidence_has_its_source(self, cast: Cast, case_at: CaseAt, source: str) -> None:
        evidence = [{"what": "Visit", "source": "File"}, {"what": "Photograph", "source": source}]
        with refused("source_missing"):
            give(case_at("1"), cast.nora, evidence=evidence)

    def test_rows_left_empty_are_left_out(self, cast: Cast, case_at: CaseAt) -> None:
        evidence = [{"what": " ", "source": ""}, {"what": "Visit", "source": "File"}]
        assert give(case_at("1"), cast.nora, evidence=evidence).content["evidence"] == [
            {"what": "Visit", "source": "File"}
        ]

    def test_correction_is_a_new_entry_and_the_old_one_stays(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        first = give(case, cast.nora, "Six days.")
        second = give(case, cast.nora, "Five days, not six.")
        assert second.number == first.number + 1
        assert [entry.content["view"] for entry in case.entries.filter(number__gte=first.number)] == [
            "Six days.",
            "Five days, not six.",
        ]

    def test_view_moves_neither_the_stage_nor_its_date(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        before = (case.stage_code, case.due_at, case.stage_entered_at)
        give(case, cast.sam)
        case.refresh_from_db()
        assert (case.stage_code, case.due_at, case.stage_entered_at) == before

    @pytest.mark.parametrize("who", ["outsider", "business_manager", "auditor", "safeguarding_manager"])
    def test_who_neither_takes_part_nor_was_given_the_case_writes_nothing(
        self, cast: Cast, case_at: CaseAt, who: str
    ) -> None:
        with not_allowed():
            give(case_at("3"), getattr(cast, who))

    def test_panel_member_writes_without_an_agency(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("5")
        case_convene_panel(case=case, by=cast.chair, at=NOW, members=cast.panel)
        assert give(case, cast.panel[0]).agency is None

    def test_ended_case_takes_no_more_views(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        case_withdraw(case=case, by=cast.nora, at=NOW, reasons="Settled.")
        with wrong_state():
            give(case, cast.nora)


class TestDiscussions:
    def test_discussion_is_kept_with_who_when_and_how(self, cast: Cast, case_at: CaseAt) -> None:
        entry = discussed(case_at("1"), cast.nora, who=" Nora, Sam ", outcome=" None ")
        assert (entry.kind, entry.by, entry.agency) == ("discussion.recorded", cast.nora, cast.nursery)
        assert datetime.fromisoformat(entry.content["held_at"]) == NOW - timedelta(hours=1)
        assert entry.content["who"] == "Nora, Sam"
        assert entry.content["outcome"] == "None"
        assert entry.content["how"] == "telephone"

    @pytest.mark.parametrize(("others", "code"), [({"who": " "}, "who_missing"), ({"summary": ""}, "summary_missing")])
    def test_who_and_what_have_to_be_said(
        self, cast: Cast, case_at: CaseAt, others: Mapping[str, str], code: str
    ) -> None:
        with refused(code):
            discussed(case_at("1"), cast.nora, **others)

    @pytest.mark.parametrize(("seconds", "early"), [(-86400, False), (0, False), (1, True), (86400, True)])
    def test_discussion_is_recorded_once_it_has_taken_place(
        self, cast: Cast, case_at: CaseAt, seconds: int, early: bool
    ) -> None:
        held_at = NOW + timedelta(seconds=seconds)
        if early:
            with refused("held_in_future"):
                discussed(case_at("1"), cast.nora, held_at=held_at)
        else:
            assert discussed(case_at("1"), cast.nora, held_at=held_at)

    def test_prompts_of_the_policy_are_kept_with_their_answers(self) -> None:
        """Derbyshire's first discussion follows eleven questions; those left open are left out."""
        cast = a_cast("edgemoor", "derbyshire-v3")
        case = a_case(cast)
        first, second = case.stage.prompts[:2]
        entry = discussed(case, cast.nora, prompts={first: " We read the risk differently. ", second: "  "})
        assert entry.content["prompts"] == [{"prompt": first, "answer": "We read the risk differently."}]

    def test_either_side_records_it(self, cast: Cast, case_at: CaseAt) -> None:
        case = case_at("1")
        assert discussed(case, cast.nora).agency == cast.nursery
        assert discussed(case, cast.sam).agency == cast.care
