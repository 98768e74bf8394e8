"""/healthz says whether the database answers, to anybody, and costs one query."""

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from escalation import views

pytestmark = pytest.mark.urls("tests.escalation.pages")


@pytest.mark.django_db
def test_it_is_well_without_signing_in(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}


def test_it_is_not_well_when_the_database_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class Down:
        def cursor(self) -> Any:
            raise OperationalError("connection refused: password=secret")

    monkeypatch.setattr(views, "connection", Down())

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert "secret" not in answer.content.decode()


def test_it_takes_no_form(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
