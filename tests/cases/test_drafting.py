"""Drafts: begun for one's own agency, saved step by step, nobody else's business."""

from datetime import date, timedelta
from typing import Any

import pytest

from agencies.models import AgencyKind
from agencies.services import appoint
from cases.drafts import gaps
from cases.models import Case, Party
from cases.services import case_discard_draft, case_raise, case_save_draft, case_start_draft
from cases.services.drafting import ANSWERS
from notifications.models import Notification
from tests.cases.cast import RAISED, Cast, a_cast, a_draft, a_partnership, a_person, an_agency
from tests.cases.refusals import not_allowed, refused, wrong_state

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Case:
    return case_start_draft(by=cast.nora, agency=cast.nursery, partnership=cast.partnership, at=RAISED)


def save(draft: Case, cast: Cast, **others: Any) -> Case:
    saved = case_save_draft(draft=draft, by=others.pop("by", cast.nora), answers=others.pop("answers", {}), **others)
    saved.refresh_from_db()
    return saved


def sides(draft: Case) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for party in draft.parties.select_related("agency"):
        found.setdefault(party.side, []).append(party.agency.slug)
    return found


class TestStarting:
    def test_draft_belongs_to_who_began_it_and_has_no_reference(self, cast: Cast, draft: Case) -> None:
        assert (draft.state, draft.reference, draft.raised_at, draft.stage_code) == ("draft", None, None, "")
        assert (draft.raised_by, draft.created_at) == (cast.nora, RAISED)
        assert sides(draft) == {"raising": [cast.nursery.slug]}

    def test_draft_stands_on_the_edition_in_force(self, cast: Cast, draft: Case) -> None:
        assert (draft.edition.slug, draft.edition.edition) == ("torbay", "2021-04")

    def test_draft_writes_no_record_and_tells_nobody(self, draft: Case) -> None:
        assert draft.entries.count() == 0
        assert not Notification.objects.filter(case_id=draft.pk).exists()

    @pytest.mark.parametrize("who", ["sam", "outsider", "business_manager", "chair", "auditor"])
    def test_nobody_begins_one_for_an_agency_that_is_not_theirs(self, cast: Cast, who: str) -> None:
        with not_allowed("not_yours"):
            case_start_draft(by=getattr(cast, who), agency=cast.nursery, partnership=cast.partnership, at=RAISED)

    def test_suspended_person_begins_none(self, cast: Cast) -> None:
        cast.nora.is_active = False
        cast.nora.save()
        with not_allowed("not_yours"):
            case_start_draft(by=cast.nora, agency=cast.nursery, partnership=cast.partnership, at=RAISED)

    def test_administrator_of_the_agency_who_holds_no_other_role_begins_none(self, cast: Cast) -> None:
        person = a_person("Ada Ministrator")
        appoint(person=person, role="agency_administrator", agency=cast.nursery, at=RAISED)
        with not_allowed("not_yours"):
            case_start_draft(by=person, agency=cast.nursery, partnership=cast.partnership, at=RAISED)

    def test_agency_has_to_belong_to_the_partnership(self, cast: Cast) -> None:
        other = a_partnership("southwater")
        with refused("not_member"):
            case_start_draft(by=cast.nora, agency=cast.nursery, partnership=other, at=RAISED)

    def test_partnership_without_a_policy_has_no_disagreements(self, cast: Cast) -> None:
        bare = a_partnership("southwater", policy=None)
        cast.nursery.partnerships.add(bare)
        with refused("no_policy"):
            case_start_draft(by=cast.nora, agency=cast.nursery, partnership=bare, at=RAISED)

    def test_policy_that_is_not_in_force_yet_does_not_count(self, cast: Cast) -> None:
        with refused("no_policy"):
            case_start_draft(
                by=cast.nora,
                agency=cast.nursery,
                partnership=cast.partnership,
                at=RAISED.replace(year=2021, month=3, day=31),
            )


class TestSaving:
    def test_one_step_leaves_what_the_others_saved(self, cast: Cast, draft: Case) -> None:
        save(draft, cast, answers={"risk": "Alone at night.", "child_birth_year": 2020})
        saved = save(draft, cast, answers={"aim": "A visit"})
        assert (saved.risk, saved.aim, saved.child_birth_year) == ("Alone at night.", "A visit", 2020)

    @pytest.mark.parametrize("name", sorted(ANSWERS))
    def test_every_answer_of_the_pages_is_kept(self, cast: Cast, draft: Case, name: str) -> None:
        values: dict[str, object] = {
            "immediate_risk": True,
            "restricted": True,
            "decision_maker": cast.sam,
            "decision_on": date(2026, 4, 1),
            "child_birth_year": 2020,
            "evidence": [{"what": "A", "source": "B"}],
            "child_initials": "AB",
        }
        value = values.get(name, "word")
        assert getattr(save(draft, cast, answers={name: value}), name) == value

    @pytest.mark.parametrize(
        "name",
        ["state", "reference", "raised_at", "raised_by", "registered_at", "edition", "partnership", "pk", "late_since"],
    )
    def test_nothing_else_of_a_case_can_be_written_through_a_draft(self, cast: Cast, draft: Case, name: str) -> None:
        with pytest.raises(KeyError):
            case_save_draft(draft=draft, by=cast.nora, answers={"aim": "A visit", name: "resolved"})
        draft.refresh_from_db()
        assert (draft.state, draft.aim) == ("draft", "")

    @pytest.mark.parametrize("who", ["sam", "business_manager", "auditor"])
    def test_nobody_else_changes_it(self, cast: Cast, draft: Case, who: str) -> None:
        with not_allowed("not_yours"):
            case_save_draft(draft=draft, by=getattr(cast, who), answers={"aim": "Mine"})

    def test_what_was_sent_is_no_draft_any_more(self, cast: Cast) -> None:
        draft = a_draft(cast)
        case_raise(draft=draft, by=cast.nora, at=RAISED)
        with wrong_state():
            case_save_draft(draft=draft, by=cast.nora, answers={"aim": "Another"})
        with wrong_state():
            case_discard_draft(draft=draft, by=cast.nora)


class TestParties:
    def test_receiving_agency_and_its_contact_are_replaced_together(self, cast: Cast, draft: Case) -> None:
        save(draft, cast, receiving=cast.care, receiving_contact=cast.sam)
        save(draft, cast, receiving=cast.police)
        assert sides(draft) == {"raising": [cast.nursery.slug], "receiving": [cast.police.slug]}
        assert draft.parties.get(side="receiving").first_contact is None

    def test_step_that_asks_for_no_agency_leaves_the_parties(self, cast: Cast, draft: Case) -> None:
        save(draft, cast, receiving=cast.care, receiving_contact=cast.sam, others=[cast.health])
        before = list(Party.objects.order_by("pk").values_list())
        save(draft, cast, answers={"aim": "A visit"})
        assert list(Party.objects.order_by("pk").values_list()) == before

    def test_file_number_and_own_manager_are_kept_before_any_agency_is_chosen(self, cast: Cast, draft: Case) -> None:
        manager = cast.officer(cast.nursery, "line_manager")
        save(draft, cast, own_manager=manager, file_number="NUR-7")
        save(draft, cast, receiving=cast.care)
        raising = draft.parties.get(side="raising")
        assert (raising.first_contact, raising.file_number) == (manager, "NUR-7")

    def test_own_manager_can_be_taken_away_again(self, cast: Cast, draft: Case) -> None:
        save(draft, cast, own_manager=cast.officer(cast.nursery, "line_manager"), file_number="NUR-7")
        save(draft, cast, own_manager=None, file_number="")
        raising = draft.parties.get(side="raising")
        assert (raising.first_contact, raising.file_number) == (None, "")

    @pytest.mark.parametrize("others", [["health"], ["health", "police"], ["health", "health"], []])
    def test_other_agencies_are_each_a_party_once(self, cast: Cast, draft: Case, others: list[str]) -> None:
        save(draft, cast, receiving=cast.care, others=[getattr(cast, name) for name in others])
        assert sorted(sides(draft).get("other", [])) == sorted({getattr(cast, name).slug for name in others})

    def test_raising_and_receiving_agency_are_no_others(self, cast: Cast, draft: Case) -> None:
        save(draft, cast, receiving=cast.care, others=[cast.nursery, cast.care, cast.health])
        assert sides(draft)["other"] == [cast.health.slug]

    def test_other_agency_that_becomes_the_receiving_one_is_no_other_any_more(self, cast: Cast, draft: Case) -> None:
        save(draft, cast, receiving=cast.care, others=[cast.health])
        save(draft, cast, receiving=cast.health)
        assert sides(draft) == {"raising": [cast.nursery.slug], "receiving": [cast.health.slug]}

    def test_own_agency_may_be_the_one_disagreed_with(self, cast: Cast, draft: Case) -> None:
        """Buckinghamshire: disagreement inside an agency about bringing a concern to social care."""
        save(draft, cast, receiving=cast.nursery)
        assert sides(draft) == {"raising": [cast.nursery.slug], "receiving": [cast.nursery.slug]}

    @pytest.mark.parametrize("where", ["receiving", "others"])
    def test_agency_outside_the_partnership_is_refused(self, cast: Cast, draft: Case, where: str) -> None:
        stranger = an_agency(a_partnership("southwater"), "faraway", AgencyKind.HEALTH, staffed=False)
        chosen = {"receiving": stranger} if where == "receiving" else {"receiving": cast.care, "others": [stranger]}
        with refused("not_member"):
            save(draft, cast, answers={"aim": "A visit"}, **chosen)

    def test_contact_has_to_work_for_the_agency_asked(self, cast: Cast, draft: Case) -> None:
        with refused("not_of_agency"):
            save(draft, cast, receiving=cast.care, receiving_contact=cast.outsider)

    def test_own_manager_has_to_work_for_ones_own_agency(self, cast: Cast, draft: Case) -> None:
        with refused("not_of_agency"):
            save(draft, cast, own_manager=cast.officer(cast.care, "line_manager"))


class TestDiscarding:
    def test_draft_thrown_away_leaves_nothing(self, cast: Cast) -> None:
        before = (Case.objects.count(), Party.objects.count())
        draft = a_draft(cast)
        case_discard_draft(draft=draft, by=cast.nora)
        assert (Case.objects.count(), Party.objects.count()) == before

    def test_only_its_author_throws_it_away(self, cast: Cast, draft: Case) -> None:
        with not_allowed("not_yours"):
            case_discard_draft(draft=draft, by=cast.sam)


class TestGaps:
    """What a draft still lacks, step by step."""

    @pytest.mark.parametrize(
        ("answers", "step", "field"),
        [
            ({"immediate_risk": None}, "safety", "immediate_risk"),
            ({"stage_code": "3"}, "safety", "stage_code"),
            ({"immediate_risk": True}, "safety", "stage_code"),
            ({"subject": ""}, "dispute", "subject"),
            ({"subject": "weather"}, "dispute", "subject"),
            ({"decision": " "}, "dispute", "decision"),
            ({"risk": ""}, "dispute", "risk"),
            ({"evidence": []}, "evidence", "evidence"),
            ({"evidence": [{"what": " ", "source": ""}]}, "evidence", "evidence"),
            ({"evidence": [{"what": "Late", "source": " "}]}, "evidence", "evidence"),
            ({"evidence": [{"what": "Late", "source": "A"}, {"what": "", "source": "B"}]}, "evidence", "evidence"),
            ({"evidence": [{"what": "Late"}]}, "evidence", "evidence"),
            ({"aim": "\n"}, "evidence", "aim"),
        ],
    )
    def test_question_that_is_open_is_named_with_its_step(
        self, cast: Cast, answers: dict[str, Any], step: str, field: str
    ) -> None:
        draft = a_draft(cast, **answers)
        assert [(gap.step, gap.field) for gap in gaps(draft)] == [(step, field)]
        with refused("draft_incomplete"):
            case_raise(draft=draft, by=cast.nora, at=RAISED)

    @pytest.mark.parametrize("known", ["child_initials", "child_birth_year", "file_number"])
    def test_one_of_three_tells_which_child_it_is(self, cast: Cast, known: str) -> None:
        draft = a_draft(cast, child_initials="", child_birth_year=None)
        save(draft, cast, file_number="")
        assert [(gap.step, gap.field) for gap in gaps(Case.objects.get(pk=draft.pk))] == [("who", "child_initials")]
        if known == "file_number":
            save(draft, cast, file_number="NUR-7")
        else:
            save(draft, cast, answers={known: {"child_initials": "AB", "child_birth_year": 2021}[known]})
        assert gaps(Case.objects.get(pk=draft.pk)) == []

    def test_complete_draft_lacks_nothing(self, cast: Cast) -> None:
        assert gaps(a_draft(cast)) == []

    def test_empty_draft_lacks_every_step(self, draft: Case) -> None:
        assert {gap.step for gap in gaps(draft)} == {"safety", "dispute", "evidence", "who"}
        assert all(gap.message for gap in gaps(draft))

    def test_ground_is_asked_where_the_policy_has_grounds(self, cast: Cast) -> None:
        derby = a_cast("edgemoor", "derbyshire-v3")
        assert [gap.field for gap in gaps(a_draft(derby, ground=""))] == ["ground"]
        assert [gap.field for gap in gaps(a_draft(derby, ground="weather"))] == ["ground"]
        assert gaps(a_draft(cast, ground="")) == [], "Torbay has none"

    @pytest.mark.parametrize(
        ("situation", "stops"),
        [("whistleblowing", True), ("complaint", True), ("allegation", False), ("lacks_capacity", False), ("", False)],
    )
    def test_signpost_stops_the_raising_and_guidance_does_not(self, situation: str, stops: bool) -> None:
        cast = a_cast("thornbury", "buckinghamshire")
        draft = a_draft(cast, situation=situation)
        assert [gap.field for gap in gaps(draft)] == (["situation"] if stops else [])
        if stops:
            with refused("draft_incomplete"):
                case_raise(draft=draft, by=cast.nora, at=RAISED + timedelta(hours=1))
        else:
            assert case_raise(draft=draft, by=cast.nora, at=RAISED).reference
