"""The policy as people read it: which edition, what it means for dates, and for whom."""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.models import Appointment
from agencies.services import appoint, end_appointment
from policies.loader import load_edition
from tests.cases.cast import LIBRARY, LONDON, RAISED, Cast, a_cast, a_partnership, a_person, load_policy
from tests.register.builders import page

NOON = datetime(2026, 4, 16, 12, 0, tzinfo=LONDON)
NASTY = [
    "\x00",
    "x" * 100_000,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "0001-01-01T00:00",
    "0001-01-01T00:00+14:00",
    "9999-12-31T23:59",
    "9999-12-31T23:59-12:00",
    "2026-02-30",
    "2026-04-02T10:00:00.123456789",
    "٢٠٢٦-٠٤-٠٢",
    "9" * 5000,
]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def torbay(db: None) -> Cast:
    return a_cast()


@pytest.fixture
def derbyshire(db: None) -> Cast:
    cast = a_cast("derwent", "derbyshire-v3")
    load_policy(cast.partnership, "derbyshire-v2")
    return cast


def policy_page(browser: Client, slug: str, **query: str) -> str:
    response = browser.get(reverse("policy_detail", args=[slug]), query)
    assert response.status_code == 200
    return page(response)


def test_everybody_of_the_partnership_reads_it(torbay: Cast, client: Client) -> None:
    for person in (torbay.nora, torbay.outsider, torbay.business_manager, torbay.chair, torbay.auditor):
        client.force_login(person)
        assert "Torbay: resolving disagreements" in page(client.get(reverse("policy_list")))
        assert "Six steps from advice inside your own agency" in policy_page(client, "torbay")


def test_for_others_it_does_not_exist(torbay: Cast, client: Client) -> None:
    client.force_login(a_cast("derwent", "derbyshire-v3").nora)

    foreign = client.get(reverse("policy_detail", args=["torbay"]))
    nowhere = client.get(reverse("policy_detail", args=["nowhere"]))

    assert foreign.status_code == nowhere.status_code == 404
    assert page(foreign) == page(nowhere)
    assert client.get(reverse("policy_detail", args=["derbyshire"]), {"partnership": "northwater"}).status_code == 404
    assert "Torbay" not in page(client.get(reverse("policy_list")))


def test_who_has_left_the_agency_reads_it_no_more(torbay: Cast, client: Client) -> None:
    client.force_login(torbay.nora)
    assert client.get(reverse("policy_detail", args=["torbay"])).status_code == 200

    end_appointment(appointment=Appointment.objects.get(person=torbay.nora), at=NOON)

    assert client.get(reverse("policy_detail", args=["torbay"])).status_code == 404


def test_nobody_unknown_reads_it(torbay: Cast, client: Client) -> None:
    assert client.get(reverse("policy_list")).status_code == 302
    assert client.get(reverse("policy_detail", args=["torbay"])).status_code == 302


def test_who_belongs_nowhere_is_told_what_to_do(db: None, client: Client) -> None:
    client.force_login(a_person("Wanda Stray"))

    assert "You have no role at any partnership or agency" in page(client.get(reverse("policy_list")))


def test_a_partnership_without_a_policy_says_so(db: None, client: Client) -> None:
    bare = a_partnership("bare", policy=None)
    keeper = a_person("Beryl Bare")
    appoint(person=keeper, role="business_manager", partnership=bare, at=RAISED)
    client.force_login(keeper)

    assert "No policy has been loaded for this partnership yet." in page(client.get(reverse("policy_list")))


def test_the_page_names_its_edition_its_adoption_and_its_review(torbay: Cast, client: Client) -> None:
    client.force_login(torbay.nora)

    said = policy_page(client, "torbay")

    assert "Edition 2021-04. In force since Thursday 1 April 2021." in said
    assert "Adopted by The partnership's executive group." in said
    assert "Signed off by The Chair of the executive group." in said
    assert "No review date is given." in said


def test_a_review_date_that_has_passed_is_said_in_words(derbyshire: Cast, client: Client) -> None:
    client.force_login(derbyshire.nora)

    html = client.get(reverse("policy_detail", args=["derbyshire"]), {"edition": "v2"}).content.decode()

    assert re.search(r'class="app-late">Review was due by [A-Z][^<]+: this date has passed', html)


def test_both_editions_stand_side_by_side_and_the_one_in_force_is_shown(derbyshire: Cast, client: Client) -> None:
    client.force_login(derbyshire.nora)

    said = policy_page(client, "derbyshire")

    assert "Edition v3 (shown here) In force" in said
    assert "Edition v2 Was in force from" in said
    assert "until Wednesday 1 November 2017" in said
    assert "4a Child protection manager" in said


def test_an_earlier_edition_can_be_read_and_says_that_it_is_not_in_force(derbyshire: Cast, client: Client) -> None:
    client.force_login(derbyshire.nora)

    said = policy_page(client, "derbyshire", edition="v2")

    assert "This is not the edition in force." in said
    assert "5 Appropriate level of management" in said


def test_an_edition_that_takes_effect_later_does_not_count_yet(torbay: Cast, client: Client) -> None:
    text = (LIBRARY / "torbay.toml").read_text(encoding="utf-8")
    text = text.replace("effective_from = 2021-04-01", "effective_from = 2027-01-01").replace('"2021-04"', '"2027"', 1)
    load_edition(partnership=torbay.partnership, text=text, path="torbay.toml", at=NOON)
    client.force_login(torbay.nora)

    said = policy_page(client, "torbay")

    assert "Edition 2021-04. In force since" in said
    assert "Edition 2027 Takes effect on Friday 1 January 2027" in said


def test_an_edition_that_there_is_not_is_not_found(torbay: Cast, client: Client) -> None:
    client.force_login(torbay.nora)

    for name in ["1999", *NASTY]:
        response = client.get(reverse("policy_detail", args=["torbay"]), {"edition": name})
        assert response.status_code == 404, name[:20]


def test_the_table_says_who_meets_whom_by_when_who_is_told_and_what_must_be_on_record(
    torbay: Cast, client: Client
) -> None:
    client.force_login(torbay.nora)

    said = policy_page(client, "torbay")

    assert "Raising side: The raising worker's supervisor or manager" in said
    assert "Receiving side: The other worker's supervisor or manager" in said
    assert "5 working days from the issue being raised, for stages 1 and 2 together" in said
    assert "The Business Manager, The Chair" in said
    assert "A discussion: when, who, how, and what was said A manager’s approval" in said
    assert "members from 3 agencies, those concerned among them where possible" in said


def test_situations_subjects_exclusions_and_rules_are_shown(db: None, client: Client) -> None:
    cast = a_cast("pelham", "plymouth_nursery")
    client.force_login(cast.nora)

    said = policy_page(client, "plymouth_nursery")

    assert "A referral or a service is judged to be below the threshold" in said
    assert "You disagree about the need for an initial child protection conference Not raised here" in said
    assert "How a child protection plan is carried out." in said
    assert "All stages may be run in a short time" in said
    assert "The early help officer (on: A referral or a service is judged to be below the threshold)" in said


def test_torbay_raised_before_easter_gives_the_dates_of_the_calendar(torbay: Cast, client: Client) -> None:
    client.force_login(torbay.nora)

    said = policy_page(client, "torbay", raised="2026-04-02T10:00")

    assert "If raised on Thursday 2 April 2026 at 10:00" in said
    for stage, due in [
        ("1 Professional to professional", "End of Monday 13 April 2026"),
        ("2 Manager to manager", "End of Monday 13 April 2026"),
        ("3 Senior manager to senior manager", "End of Monday 20 April 2026"),
        ("4 Director to director", "End of Tuesday 5 May 2026"),
    ]:
        line = said.split("How the date comes about", 1)[1].split(stage, 1)[1][:400]
        assert due in line
    assert "nor Friday 3 April (Good Friday) or Monday 6 April (Easter Monday)" in said
    assert said.count("A date to be agreed") == 2


def test_the_form_asks_the_same_question_as_the_address(torbay: Cast, client: Client) -> None:
    client.force_login(torbay.nora)
    typed = {"on_day": "2", "on_month": "April", "on_year": "2026", "at": "10am"}

    assert "End of Tuesday 5 May 2026" in policy_page(client, "torbay", **typed)


def test_the_ground_chooses_the_way(derbyshire: Cast, client: Client) -> None:
    client.force_login(derbyshire.nora)

    said = policy_page(client, "derbyshire", raised="2026-04-02T10:00", ground="resources")

    dates = said.split("How the date comes about", 1)[1].split("What it covers", 1)[0]
    assert "Off the usual route." in dates.split("4a Child protection manager")[1].split("4b Agency leadership")[0]


def test_before_it_is_asked_the_form_holds_today_and_shows_no_dates(torbay: Cast, client: Client) -> None:
    client.force_login(torbay.nora)

    html = client.get(reverse("policy_detail", args=["torbay"])).content.decode()

    assert re.search(r'name="on_day"[^>]*value="16"', html)
    assert "How the date comes about" not in html


@pytest.mark.parametrize(
    ("query", "message", "element"),
    [
        ({"raised": "never"}, "Raised on: enter a date.", "id_on_0"),
        ({"raised": "0001-01-01T00:00"}, "enter Monday 1 January 1900 or a later day", "id_on_0"),
        ({"raised": "9999-12-31T23:59"}, "or an earlier day", "id_on_0"),
        ({"raised": "2035-01-01T10:00"}, "The bank holidays of 2035 are not known", "id_on_0"),
        (
            {"on_day": "31", "on_month": "2", "on_year": "2026", "at": "10:00"},
            "there is no such day in that month",
            "id_on_0",
        ),
        ({"on_day": "1", "on_month": "2", "on_year": "2026", "at": "25:00"}, "enter a time, like 10:30", "id_at"),
    ],
)
def test_a_moment_that_cannot_be_keeps_what_was_typed_and_says_what_to_mend(
    torbay: Cast, client: Client, query: dict[str, str], message: str, element: str
) -> None:
    client.force_login(torbay.nora)

    response = client.get(reverse("policy_detail", args=["torbay"]), query)
    html = response.content.decode()

    assert response.status_code == 200
    assert message in page(response)
    assert f'href="#{element}"' in html
    assert "<title>Error:" in html
    for name, typed in query.items():
        if name != "raised":
            assert re.search(rf'name="{name}"[^>]*value="{typed}"', html)


def test_nothing_typed_into_the_address_breaks_the_page(torbay: Cast, derbyshire: Cast, client: Client) -> None:
    for person, slug in ((torbay.nora, "torbay"), (derbyshire.nora, "derbyshire")):
        client.force_login(person)
        for field in ("raised", "on_day", "on_month", "on_year", "at", "ground"):
            for value in NASTY:
                response = client.get(reverse("policy_detail", args=[slug]), {"on_day": "1", field: value})
                assert response.status_code == 200, (field, value[:20])
                assert b"<script>alert" not in response.content


def test_a_partnership_that_is_not_mine_is_not_found(torbay: Cast, client: Client) -> None:
    client.force_login(torbay.nora)

    for value in NASTY:
        response = client.get(reverse("policy_detail", args=["torbay"]), {"partnership": value})
        assert response.status_code == 404, value[:20]


def test_who_belongs_to_two_partnerships_with_one_policy_chooses(torbay: Cast, client: Client) -> None:
    other = a_cast("southwater")
    appoint(person=torbay.nora, role="practitioner", agency=other.nursery, at=RAISED)
    client.force_login(torbay.nora)

    html = client.get(reverse("policy_detail", args=["torbay"]), {"partnership": "southwater"}).content.decode()

    assert "Southwater Safeguarding Children Partnership" in html
    assert 'href="?partnership=northwater"' in html


def test_working_days_are_those_of_the_partnerships_nation(db: None, client: Client) -> None:
    cast = a_cast("kinross", "torbay", jurisdiction="scotland")
    client.force_login(cast.nora)

    said = policy_page(client, "torbay", raised="2026-04-02T10:00")

    # Scotland keeps Good Friday but not Easter Monday.
    assert "Working days are those of Scotland." in said
    assert "End of Friday 10 April 2026" in said


def test_the_flow_chart_is_drawn_and_said_as_a_list(derbyshire: Cast, client: Client) -> None:
    client.force_login(derbyshire.nora)

    html = client.get(reverse("policy_detail", args=["derbyshire"])).content.decode()

    assert html.count("<svg") == 1
    assert "We understand or interpret the risk differently: stage 4a Child protection manager" in html
    assert "If a child is at immediate risk, you may begin at any stage" in html
    assert " style=" not in html
