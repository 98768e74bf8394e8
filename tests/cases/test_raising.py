"""Raising: the edition is pinned, the reference counts up, the first stage begins with its people and its clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agencies.models import Appointment
from agencies.services import end_appointment
from cases.models import Case, ReferenceCounter
from cases.record import faults
from cases.services import case_raise, case_save_draft
from notifications.models import Notification
from policies.loader import load_edition
from tests.cases.cast import LIBRARY, RAISED, Cast, a_case, a_cast, a_draft
from tests.cases.journeys import climb
from tests.cases.refusals import not_allowed, refused, wrong_state

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
CaseAt = Callable[[str], Case]


def new_edition(cast: Cast, effective: str, *, stage_name: str = "Speak to each other") -> None:
    """Torbay's policy as a new edition from the day `effective` on, with stage 1 under another name."""
    text = (LIBRARY / "torbay.toml").read_text(encoding="utf-8")
    text = text.replace('edition = "2021-04"', f'edition = "{effective}"')
    text = text.replace("effective_from = 2021-04-01", f"effective_from = {effective}")
    text = text.replace('name = "Professional to professional"', f'name = "{stage_name}"')
    load_edition(partnership=cast.partnership, text=text, path="torbay.toml", at=RAISED)


class TestReferences:
    def test_references_count_up_in_a_partnerships_year(self, cast: Cast) -> None:
        references = [a_case(cast).reference for _ in range(3)]
        assert references == ["NORTHW-2026-0001", "NORTHW-2026-0002", "NORTHW-2026-0003"]

    def test_each_partnership_counts_for_itself(self, cast: Cast) -> None:
        other = a_cast("southwater")
        assert [a_case(cast).reference, a_case(other).reference, a_case(cast).reference] == [
            "NORTHW-2026-0001",
            "SOUTHW-2026-0001",
            "NORTHW-2026-0002",
        ]

    @pytest.mark.parametrize(
        ("moment", "year"),
        [
            (datetime(2026, 12, 31, 23, 59, 59, tzinfo=LONDON), 2026),
            (datetime(2027, 1, 1, 0, 0, 0, tzinfo=LONDON), 2027),
            (datetime(2026, 7, 1, 0, 30, tzinfo=LONDON), 2026),
        ],
    )
    def test_year_is_that_of_the_day_in_london(self, cast: Cast, moment: datetime, year: int) -> None:
        a_case(cast)
        assert a_case(cast, moment).reference == f"NORTHW-{year}-{'0002' if year == 2026 else '0001'}"

    def test_number_beyond_four_digits_is_given_all_the_same(self, cast: Cast) -> None:
        ReferenceCounter.objects.create(partnership=cast.partnership, year=2026, last=9999)
        assert a_case(cast).reference == "NORTHW-2026-10000"

    def test_refused_draft_uses_no_number_up(self, cast: Cast) -> None:
        incomplete = a_draft(cast, aim="")
        with refused("draft_incomplete"):
            case_raise(draft=incomplete, by=cast.nora, at=RAISED)
        assert a_case(cast).reference == "NORTHW-2026-0001"


class TestEditions:
    def test_case_stays_on_the_edition_under_which_it_was_raised(self, cast: Cast) -> None:
        case = a_case(cast)
        new_edition(cast, "2026-04-03")
        climb(cast, case, RAISED + timedelta(days=8))
        assert (case.edition.edition, case.stage.name) == ("2021-04", "Professional to professional")

    def test_case_raised_after_the_new_edition_takes_effect_is_under_it(self, cast: Cast) -> None:
        new_edition(cast, "2026-04-03")
        case = a_case(cast, RAISED + timedelta(days=1))
        climb(cast, case, RAISED + timedelta(days=2))
        assert (case.edition.edition, case.stage.name) == ("2026-04-03", "Speak to each other")

    @pytest.mark.parametrize(
        ("moment", "edition"),
        [
            (datetime(2026, 4, 2, 23, 59, 59, tzinfo=LONDON), "2021-04"),
            (datetime(2026, 4, 3, 0, 0, 0, tzinfo=LONDON), "2026-04-03"),
        ],
    )
    def test_edition_takes_effect_at_midnight_in_london(self, cast: Cast, moment: datetime, edition: str) -> None:
        new_edition(cast, "2026-04-03")
        assert a_case(cast, moment).edition.edition == edition

    def test_draft_begun_before_is_raised_under_the_edition_of_the_day_it_is_sent(self, cast: Cast) -> None:
        draft = a_draft(cast)
        new_edition(cast, "2026-04-03")
        assert draft.edition.edition == "2021-04"
        assert case_raise(draft=draft, by=cast.nora, at=RAISED + timedelta(days=1)).edition.edition == "2026-04-03"

    def test_edition_loaded_for_the_future_changes_nothing_today(self, cast: Cast) -> None:
        new_edition(cast, "2027-01-01")
        assert a_case(cast).edition.edition == "2021-04"

    def test_record_names_the_edition(self, cast: Cast) -> None:
        assert a_case(cast).entries.get(kind="case.raised").content["edition"] == "torbay 2021-04"


class TestFirstStage:
    def test_case_begins_at_the_policys_first_stage(self, cast: Cast) -> None:
        case = a_case(cast)
        assert (case.state, case.stage_code, case.raised_at, case.stage_entered_at) == (
            "own_advice",
            "pre",
            RAISED,
            RAISED,
        )
        visit = case.visits.get()
        assert (visit.entered_how, visit.entered_at, visit.left_at) == ("raised", RAISED, None)

    def test_raiser_takes_part_as_a_professional(self, cast: Cast) -> None:
        part = a_case(cast).participants.get(person=cast.nora)
        assert (part.tier, part.party and part.party.side, part.why) == (
            "professional",
            "raising",
            "Raised the disagreement",
        )

    def test_record_begins_with_everything_that_was_said(self, cast: Cast) -> None:
        case = a_case(cast, child_voice="She wants to stay.", restricted=False)
        raised, entered = case.entries.all()
        assert (raised.number, raised.kind, raised.by, raised.agency) == (1, "case.raised", cast.nora, cast.nursery)
        assert entered.kind == "stage.entered"
        content = raised.content
        assert content["decision"] == "The referral was closed without an assessment."
        assert content["child_voice"] == "She wants to stay."
        assert content["evidence"] == [{"what": "Collected late on six days", "source": "Nursery register"}]
        assert {party["side"] for party in content["parties"]} == {"raising", "receiving"}
        assert list(faults(case)) == []

    def test_file_number_of_an_agency_is_not_in_the_common_record(self, cast: Cast) -> None:
        case = a_case(cast)
        assert case.parties.get(side="raising").file_number == "NUR-1"
        assert "NUR-1" not in str(list(case.entries.values_list("content", flat=True)))

    def test_other_agency_does_not_know_while_it_is_advice(self, cast: Cast) -> None:
        case = a_case(cast)
        assert case.parties.get(side="raising").joined_at == RAISED
        assert case.parties.get(side="receiving").joined_at is None
        assert not Notification.objects.filter(recipient=cast.sam).exists()

    def test_later_stage_is_for_immediate_risk_only(self, cast: Cast) -> None:
        draft = a_draft(cast, stage_code="3")
        with refused("draft_incomplete"):
            case_raise(draft=draft, by=cast.nora, at=RAISED)


class TestImmediateRisk:
    @pytest.mark.parametrize("code", ["1", "2", "3", "4", "5"])
    def test_case_begins_where_the_raiser_chose(self, cast: Cast, code: str) -> None:
        case = a_case(cast, immediate_risk=True, stage_code=code)
        assert (case.stage_code, case.visits.get().entered_how) == (code, "moved_at_once")
        assert case.parties.get(side="receiving").joined_at == RAISED

    @pytest.mark.parametrize("code", ["pre", "1", "5"])
    def test_business_manager_is_told_urgently_whatever_the_stage(self, cast: Cast, code: str) -> None:
        case = a_case(cast, immediate_risk=True, stage_code=code)
        told = Notification.objects.filter(case_id=case.pk)
        assert case.registered_at == RAISED
        assert cast.partnership.mailbox in {row.address for row in told}
        assert told.exists()
        assert all(row.urgent for row in told if row.event != "case.date_needed")

    def test_without_immediate_risk_nothing_is_urgent(self, cast: Cast) -> None:
        case = a_case(cast)
        assert case.registered_at is None
        assert not Notification.objects.filter(case_id=case.pk, urgent=True).exists()

    @pytest.mark.parametrize("code", ["2", "3", "4"])
    def test_policy_that_names_the_stage_allows_no_other(self, code: str) -> None:
        cast = a_cast("thornbury", "buckinghamshire")
        draft = a_draft(cast, immediate_risk=True, stage_code=code)
        with refused("stage_not_allowed"):
            case_raise(draft=draft, by=cast.nora, at=RAISED)

    @pytest.mark.parametrize("code", ["pre", "1"])
    def test_policy_that_names_the_stage_allows_it_and_the_first(self, code: str) -> None:
        cast = a_cast("thornbury", "buckinghamshire")
        assert a_case(cast, immediate_risk=True, stage_code=code).stage_code == code

    def test_stage_that_the_policy_does_not_have_is_refused(self, cast: Cast) -> None:
        draft = a_draft(cast, immediate_risk=True, stage_code="9")
        with refused("stage_not_allowed"):
            case_raise(draft=draft, by=cast.nora, at=RAISED)


class TestSending:
    def test_draft_is_sent_once(self, cast: Cast) -> None:
        draft = a_draft(cast)
        case_raise(draft=draft, by=cast.nora, at=RAISED)
        with wrong_state():
            case_raise(draft=draft, by=cast.nora, at=RAISED)

    @pytest.mark.parametrize("who", ["sam", "business_manager"])
    def test_only_its_author_sends_it(self, cast: Cast, who: str) -> None:
        draft = a_draft(cast)
        with not_allowed("not_yours"):
            case_raise(draft=draft, by=getattr(cast, who), at=RAISED)

    def test_author_who_left_the_agency_does_not_send_it_any_more(self, cast: Cast) -> None:
        draft = a_draft(cast)
        end_appointment(appointment=Appointment.objects.get(person=cast.nora), at=RAISED)
        with not_allowed("not_yours"):
            case_raise(draft=draft, by=cast.nora, at=RAISED)

    def test_suspended_author_does_not_send_it(self, cast: Cast) -> None:
        draft = a_draft(cast)
        cast.nora.is_active = False
        cast.nora.save()
        with not_allowed("not_yours"):
            case_raise(draft=draft, by=cast.nora, at=RAISED)

    @pytest.mark.parametrize("agency", ["nursery", "care", "health"])
    def test_agency_that_left_the_partnership_meanwhile_stops_it(self, cast: Cast, agency: str) -> None:
        draft = a_draft(cast)
        case_save_draft(draft=draft, by=cast.nora, answers={}, others=[cast.health])
        getattr(cast, agency).partnerships.clear()
        with refused("not_member"):
            case_raise(draft=draft, by=cast.nora, at=RAISED)
