"""A form on a page: errors listed first, the title says so, and everything comes back."""

import re

import pytest
from django.test import Client

pytestmark = [pytest.mark.urls("tests.escalation.pages"), pytest.mark.django_db]


def test_errors_stand_at_the_top_with_links(signed_in: Client) -> None:
    body = signed_in.post("/form/", {"text": "Typed before", "heard_on_day": "40"}).content.decode()

    main = body[body.index("<main") :]
    assert main.index("govuk-error-summary") < main.index("<h1")
    for element in re.findall(r'<a href="#(id_[^"]+)"', main):
        assert f'id="{element}"' in main
    assert "Typed before" in main
    assert 'value="40"' in main


def test_the_title_says_that_something_is_wrong(signed_in: Client) -> None:
    assert "<title>A form – Escalation</title>" in signed_in.get("/form/").content.decode()
    assert "<title>Error: A form – Escalation</title>" in signed_in.post("/form/", {}).content.decode()


def test_the_button_cannot_be_pressed_twice_by_accident_and_there_is_a_way_out(signed_in: Client) -> None:
    body = signed_in.get("/form/").content.decode()

    assert 'data-prevent-double-click="true"' in body
    assert 'href="/away"' in body
    assert "novalidate" in body
