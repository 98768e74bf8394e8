from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Person
from notifications.inbox import unread_count
from notifications.models import Notification, State
from notifications.views import PER_PAGE
from tests.notifications.conftest import Tell


@pytest.fixture
def signed_in(anna: Person, client: Client) -> Client:
    client.force_login(anna)
    return client


def shown(signed_in: Client, address: str = "/notifications/") -> str:
    response = signed_in.get(address)
    assert response.status_code == 200
    return response.content.decode()


def state_of_all() -> list[tuple[object, ...]]:
    return list(Notification.objects.order_by("pk").values_list())


def test_the_page_has_its_promised_addresses() -> None:
    assert reverse("notifications") == "/notifications/"
    assert reverse("notification_open", args=[7]) == "/notifications/7/"


def test_my_messages_say_what_the_e_mail_says(signed_in: Client, anna: Person, tell: Tell, due: datetime) -> None:
    tell(anna, due_at=due)
    html = shown(signed_in)
    assert "[TOR-2026-0042] A disagreement has reached your stage" in html
    assert "Please answer by the end of Monday 13 April 2026." in html
    assert "Thursday 2 April 2026 at 10:00" in html


def test_the_newest_message_stands_first(signed_in: Client, anna: Person, tell: Tell, at: datetime) -> None:
    tell(anna, key="new", reference="TOR-2026-0002", told_at=at + timedelta(days=1))
    tell(anna, key="old", reference="TOR-2026-0001", told_at=at)
    html = shown(signed_in)
    assert html.index("TOR-2026-0002") < html.index("TOR-2026-0001")


def test_other_peoples_messages_are_not_mine(signed_in: Client, ben: Person, tell: Tell) -> None:
    tell(ben)
    tell(None)
    assert "TOR-2026-0042" not in shown(signed_in)


def test_what_was_withheld_from_the_e_mail_is_withheld_here(signed_in: Client, anna: Person, tell: Tell) -> None:
    row = tell(anna)
    Notification.objects.update(state=State.WITHHELD)
    assert "TOR-2026-0042" not in shown(signed_in)
    assert signed_in.post(f"/notifications/{row.pk}/").status_code == 404
    assert unread_count(anna) == 0


def test_an_empty_page_says_what_would_stand_there(signed_in: Client) -> None:
    assert "When you are named on a disagreement" in shown(signed_in)
    assert "Mark all as read" not in shown(signed_in)


def test_unread_messages_are_marked_in_words_and_counted(
    signed_in: Client, anna: Person, tell: Tell, at: datetime
) -> None:
    read, _, _ = tell(anna, key="a"), tell(anna, key="b"), tell(anna, key="c")
    Notification.objects.filter(pk=read.pk).update(read_at=at)
    html = shown(signed_in)
    assert html.count("Unread</strong>") == 2
    assert "You have 2 unread messages." in html
    assert unread_count(anna) == 2


def test_one_unread_message_is_counted_in_the_singular(signed_in: Client, anna: Person, tell: Tell) -> None:
    tell(anna)
    assert "You have 1 unread message." in shown(signed_in)


def test_opening_a_message_leads_to_the_case_and_marks_it_once(signed_in: Client, anna: Person, tell: Tell) -> None:
    row = tell(anna)
    response = signed_in.post(f"/notifications/{row.pk}/")
    assert (response.status_code, response["Location"]) == (302, "/cases/TOR-2026-0042/")
    row.refresh_from_db()
    first = row.read_at
    assert first is not None
    signed_in.post(f"/notifications/{row.pk}/")
    row.refresh_from_db()
    assert row.read_at == first


def test_looking_changes_nothing(signed_in: Client, anna: Person, tell: Tell) -> None:
    row = tell(anna)
    before = state_of_all()
    shown(signed_in)
    response = signed_in.get(f"/notifications/{row.pk}/")
    assert (response.status_code, response["Location"]) == (302, "/cases/TOR-2026-0042/")
    assert state_of_all() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_elses_message_is_the_same_as_none(signed_in: Client, ben: Person, tell: Tell, method: str) -> None:
    row = tell(ben)
    ask = getattr(signed_in, method)
    theirs, none = ask(f"/notifications/{row.pk}/"), ask("/notifications/999999/")
    assert (theirs.status_code, none.status_code) == (404, 404)
    row.refresh_from_db()
    assert row.read_at is None


def test_all_are_marked_as_read_but_not_what_came_in_meanwhile(
    signed_in: Client, anna: Person, ben: Person, tell: Tell
) -> None:
    seen, theirs = tell(anna, key="seen"), tell(ben, key="theirs")
    assert f'name="newest" value="{seen.pk}"' in shown(signed_in)
    late = tell(anna, key="late")
    response = signed_in.post("/notifications/read/", {"newest": seen.pk})
    assert (response.status_code, response["Location"]) == (302, "/notifications/")
    unread = Notification.objects.filter(read_at__isnull=True)
    assert set(unread) == {theirs, late}


@pytest.mark.parametrize("newest", ["", "x", "-1", "9" * 40, "1; DROP TABLE"])
def test_a_form_that_was_tampered_with_marks_nothing(signed_in: Client, anna: Person, tell: Tell, newest: str) -> None:
    tell(anna)
    assert signed_in.post("/notifications/read/", {"newest": newest}).status_code == 302
    assert unread_count(anna) == 1


def test_marking_twice_keeps_the_first_moment(signed_in: Client, anna: Person, tell: Tell, at: datetime) -> None:
    row = tell(anna)
    Notification.objects.update(read_at=at)
    signed_in.post("/notifications/read/", {"newest": row.pk})
    row.refresh_from_db()
    assert row.read_at == at


def test_marking_all_needs_a_button(signed_in: Client) -> None:
    assert signed_in.get("/notifications/read/").status_code == 405


def test_long_lists_come_in_pages(signed_in: Client, anna: Person, tell: Tell, at: datetime) -> None:
    for number in range(PER_PAGE + 1):
        tell(anna, key=f"{number}", reference=f"TOR-2026-{number:04}", told_at=at + timedelta(minutes=number))
    first, second = shown(signed_in), shown(signed_in, "/notifications/?page=2")
    assert "TOR-2026-0000" not in first
    assert f"TOR-2026-{PER_PAGE:04}" in first
    assert "TOR-2026-0000" in second
    assert "Page 2 of 2" in second


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999999999999"])
def test_a_page_that_does_not_exist_shows_one_that_does(signed_in: Client, number: str) -> None:
    shown(signed_in, f"/notifications/?page={number}")


def test_html_in_a_stages_name_stays_text(signed_in: Client, anna: Person, tell: Tell) -> None:
    tell(anna, stage="<script>alert(1)</script>")
    assert "<script>alert" not in shown(signed_in)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/notifications/", "/notifications/1/", "/notifications/read/"])
def test_strangers_are_sent_to_sign_in(client: Client, address: str) -> None:
    for response in (client.get(address), client.post(address)):
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


def test_the_number_of_queries_does_not_grow_with_the_messages(signed_in: Client, anna: Person, tell: Tell) -> None:
    tell(anna, key="first")
    with CaptureQueriesContext(connection) as one:
        shown(signed_in)
    for number in range(10):
        tell(anna, key=f"{number}", told_at=datetime(2026, 4, 3, number, tzinfo=UTC))
    with CaptureQueriesContext(connection) as eleven:
        shown(signed_in)
    assert len(eleven) == len(one)
