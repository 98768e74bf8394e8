"""What a row shows, what it withholds, and in which order rows come."""

from datetime import datetime, timedelta

from django.test import Client
from django.urls import reverse

from agencies.services import record_absence
from agencies.tiers import Tier
from cases.models import Case
from cases.services import case_set_date, case_withdraw
from tests.cases.cast import Cast, a_case, a_cast
from tests.cases.journeys import ask
from tests.register.builders import LONDON, NOON, RAISED, at_stage, page, references, table


def only_row(browser: Client, **query: str) -> str:
    rows = table(browser.get(reverse("register"), query))
    assert len(rows) == 1
    return rows[0]


def test_a_case_in_full_shows_parties_stage_days_date_lateness_and_who_must_act(cast: Cast, keeper: Client) -> None:
    case = at_stage(cast, "3")

    row = only_row(keeper)

    assert row.startswith(f"{case.reference} Levels of need")
    assert "Northwater Nursery with Northwater Social Care" in row
    assert "3 Senior manager to senior manager 8 working days at this stage" in row
    assert "Monday 13 April 2026 3 working days late" in row
    assert "Northwater Nursery Senior Manager (Northwater Nursery)" in row
    assert "Northwater Social Care Senior Manager (Northwater Social Care)" in row
    assert reverse("case_detail", args=[case.reference]) in keeper.get(reverse("register")).content.decode()


def test_before_the_policys_stage_the_row_has_no_link_no_subject_and_nobodys_name(cast: Cast, keeper: Client) -> None:
    case = at_stage(cast, "2")

    row = only_row(keeper)

    assert row == (
        f"{case.reference} In full from stage 3 Northwater Nursery with Northwater Social Care "
        "2 Manager to manager Monday 13 April 2026 3 working days late Not shown"
    )
    assert reverse("case_detail", args=[case.reference]) not in keeper.get(reverse("register")).content.decode()


def test_a_restricted_case_shows_reference_stage_and_date_only(cast: Cast, keeper: Client) -> None:
    case = at_stage(cast, "3")
    Case.objects.filter(pk=case.pk).update(restricted=True)

    row = only_row(keeper)

    assert row == (
        f"{case.reference} Restricted: only the people named on it see more Not shown "
        "3 Senior manager to senior manager Monday 13 April 2026 3 working days late Not shown"
    )


def test_a_case_without_a_date_says_so(cast: Cast, keeper: Client) -> None:
    a_case(cast)

    assert "No date agreed yet" in only_row(keeper)


def test_an_agreed_date_replaces_it(cast: Cast, keeper: Client) -> None:
    case = a_case(cast)
    case_set_date(
        case=case, by=cast.nora, at=RAISED, due_on=datetime(2026, 4, 20, tzinfo=LONDON).date(), agreed_with="Lou"
    )

    assert "Monday 20 April 2026 in 2 working days" in only_row(keeper)


def test_a_waiting_request_names_the_manager_who_must_approve(cast: Cast, keeper: Client) -> None:
    case = at_stage(cast, "3")
    request = ask(cast, case, RAISED + timedelta(days=1))
    assert request is not None
    assert request.put_before is not None

    assert f"To approve: {request.put_before.name} (Northwater Nursery)" in only_row(keeper)


def test_at_the_chairs_stage_the_chair_must_act(cast: Cast, keeper: Client) -> None:
    at_stage(cast, "5")

    assert only_row(keeper).endswith(f"{cast.chair.name}")


def test_where_nobody_was_there_to_act_the_business_manager_must(cast: Cast, keeper: Client) -> None:
    for tier in (Tier.SENIOR_MANAGER, Tier.DIRECTOR):
        for person in (cast.officer(cast.care, tier), cast.deputy(cast.care, tier)):
            record_absence(person=person, first_day=RAISED.date(), last_day=NOON.date())

    at_stage(cast, "3")

    assert "The Business Manager (Northwater Social Care)" in only_row(keeper)


def test_a_suspended_person_is_not_said_to_act(cast: Cast, keeper: Client) -> None:
    at_stage(cast, "3")
    officer = cast.officer(cast.care, Tier.SENIOR_MANAGER)
    officer.is_active = False
    officer.save()

    row = only_row(keeper)

    assert officer.name not in row
    assert "The Business Manager (Northwater Social Care)" in row


def test_late_cases_come_first_then_the_soonest_due_and_those_without_a_date_last(cast: Cast, keeper: Client) -> None:
    undated = a_case(cast)
    due_later = at_stage(cast, "4", RAISED)
    late = at_stage(cast, "3", RAISED)
    later_still = at_stage(cast, "4", RAISED + timedelta(days=5))

    assert references(keeper.get(reverse("register"))) == [
        late.reference,
        due_later.reference,
        later_still.reference,
        undated.reference,
    ]


def test_an_edition_with_another_stage_5_shows_its_own(noon: None, client: Client, db: None) -> None:
    cast = a_cast("derwent", "derbyshire-v3")
    client.force_login(cast.business_manager)
    at_stage(cast, "4b", ground="resources")

    assert "4b Agency leadership" in only_row(client)


def test_an_ended_case_leaves_the_list_and_is_found_among_the_ended(cast: Cast, keeper: Client) -> None:
    case = at_stage(cast, "3")
    case_withdraw(case=case, by=cast.nora, at=NOON - timedelta(days=2), reasons="It is settled.")

    assert table(keeper.get(reverse("register"))) == []
    row = only_row(keeper, state="ended")
    assert row.startswith(case.reference or "?")
    assert row.endswith("Thursday 2 April 2026 Withdrawn, Tuesday 14 April 2026")


def test_a_case_that_ended_before_its_stage_stays_withheld(cast: Cast, keeper: Client) -> None:
    case = at_stage(cast, "2")
    case_withdraw(case=case, by=cast.nora, at=NOON - timedelta(days=2), reasons="It is settled.")

    assert "Not in full: it ended before stage 3" in only_row(keeper, state="ended")


def test_a_case_that_ended_long_ago_is_no_longer_listed(cast: Cast, keeper: Client) -> None:
    case = at_stage(cast, "3")
    case_withdraw(case=case, by=cast.nora, at=NOON - timedelta(days=2), reasons="It is settled.")
    Case.objects.filter(pk=case.pk).update(ended_at=NOON - timedelta(days=91))

    assert "No case fits these filters." in page(keeper.get(reverse("register"), {"state": "ended"}))
