"""Whom one can be: shown in a demonstration, and never anywhere else."""

import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from escalation import demonstration

COLUMNS = ("partnership", "agency", "role", "name", "email", "password")
PEOPLE = [
    dict(zip(COLUMNS, row, strict=True))
    for row in (
        ("Torbay", "Little Oaks", "Practitioner", "Pat", "p@oaks.example", "pw"),
        ("Derbyshire", "", "Business Manager", "Billie", "bm@derby.example", "pw"),
        ("Torbay", "Police", "Director", "Dee", "<d>@police.example", "pw"),
    )
]


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    settings.DEMONSTRATION = True
    (tmp_path / "sign-ins.json").write_text(json.dumps(PEOPLE), encoding="utf-8")
    return tmp_path


def test_they_stand_by_partnership(folder: Path) -> None:
    assert [person["partnership"] for person in demonstration.sign_ins()] == ["Derbyshire", "Torbay", "Torbay"]


def test_the_table_for_the_terminal_is_aligned(folder: Path) -> None:
    lines = demonstration.table().splitlines()

    assert len(lines) == 4
    assert len({line.index(mark) for line, mark in zip(lines, ("Email", "bm@", "p@", "<d>@"), strict=True)}) == 1


def test_without_the_file_there_is_nothing(folder: Path) -> None:
    (folder / "sign-ins.json").unlink()

    assert demonstration.sign_ins() == []
    assert demonstration.table() == ""


@pytest.mark.django_db
@pytest.mark.urls("tests.escalation.pages")
class TestSignInPage:
    def test_it_shows_them_once_each_partnership(self, client: Client, folder: Path) -> None:
        body = client.get("/accounts/login/").content.decode()

        assert body.count('<span class="govuk-details__summary-text">Torbay</span>') == 1
        assert "p@oaks.example" in body
        assert "&lt;d&gt;@police.example" in body

    def test_people_stand_by_agency_and_the_password_once(self, client: Client, folder: Path) -> None:
        body = client.get("/accounts/login/").content.decode()

        for agency in ("Little Oaks", "Police", "The partnership"):
            assert body.count(f'<span class="govuk-details__summary-text">{agency}</span>') == 1
        assert body.index("Little Oaks</span>") < body.index("Pat</td>") < body.index("Police</span>")
        assert body.count("<strong>pw</strong>") == 1

    def test_with_real_cases_it_shows_none_even_if_the_file_is_there(
        self, client: Client, folder: Path, settings: Settings
    ) -> None:
        settings.DEMONSTRATION = False
        body = client.get("/accounts/login/").content.decode()

        assert "p@oaks.example" not in body
        assert "Try it as" not in body


def test_start_shows_one_person_for_each_role_and_a_nursery_first() -> None:
    people: list[demonstration.SignIn] = [
        {
            "partnership": "T",
            "agency": agency,
            "role": role,
            "name": "N",
            "email": f"{number}@t.example",
            "password": "p",
        }
        for number, (agency, role) in enumerate(
            [("", "Chair"), ("A Police", "Practitioner"), ("B Nursery", "Practitioner"), ("B Nursery", "Director")]
        )
    ]
    assert [person["email"] for person in demonstration.shown_at_start(people)] == [
        "0@t.example",
        "2@t.example",
        "3@t.example",
    ]
