"""The file holds the rows of the page, nothing that the page withholds, and nothing that a spreadsheet would run."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, Person
from agencies.tiers import Tier
from cases.models import Case
from register.export import BOM, HEADINGS, harmless
from tests.cases.cast import Cast, a_case
from tests.cases.journeys import ask
from tests.register.builders import RAISED, at_stage, many_like, references

PREFIXES = ["=", "+", "-", "@", "\t", "\r", "\n", "\x00", "\x1b", " =", "\t=", "＝", "＠"]


def download(browser: Client, **query: str) -> list[dict[str, str]]:
    response = browser.get(reverse("register_csv"), query)
    assert response.streaming
    text = response.getvalue().decode("utf-8")
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_a_case_in_full_fills_its_row(cast: Cast, keeper: Client) -> None:
    case = at_stage(cast, "3")
    request = ask(cast, case, RAISED + timedelta(hours=5))
    assert request is not None
    assert request.put_before is not None

    assert download(keeper) == [
        {
            "Reference": case.reference,
            "Stage": "3 Senior manager to senior manager",
            "Raised by": "Northwater Nursery",
            "Raised with": "Northwater Social Care",
            "Also concerned": "",
            "Subject": "Levels of need",
            "Raised on": "2026-04-02",
            "At this stage since": "2026-04-02",
            "Working days at this stage": "8",
            "Due": "2026-04-13 23:59",
            "Late": "Yes",
            "Working days late": "3",
            "Waiting for approval by": f"{request.put_before.name} (Northwater Nursery)",
            "Who must act": "Northwater Nursery Senior Manager (Northwater Nursery); "
            "Northwater Social Care Senior Manager (Northwater Social Care)",
            "How it ended": "",
            "Ended on": "",
            "Not shown in full": "",
        }
    ]


def test_a_case_not_in_full_has_no_subject_no_dates_and_no_names(cast: Cast, keeper: Client) -> None:
    at_stage(cast, "2")

    (row,) = download(keeper)

    assert {heading for heading, cell in row.items() if cell} == {
        "Reference",
        "Stage",
        "Raised by",
        "Raised with",
        "Due",
        "Late",
        "Working days late",
        "Not shown in full",
    }


def test_a_restricted_case_has_reference_stage_and_date_only(cast: Cast, keeper: Client) -> None:
    case = at_stage(cast, "3")
    Case.objects.filter(pk=case.pk).update(restricted=True)

    (row,) = download(keeper)

    assert {heading for heading, cell in row.items() if cell} == {
        "Reference",
        "Stage",
        "Due",
        "Late",
        "Working days late",
        "Not shown in full",
    }


def test_nothing_about_the_child_is_in_the_file(cast: Cast, keeper: Client) -> None:
    at_stage(
        cast,
        "3",
        child_initials="QZ",
        child_birth_year=2017,
        decision="Canary decision",
        risk="Canary risk",
        aim="Canary aim",
    )

    text = str(download(keeper))

    for secret in ("QZ", "2017", "Canary", "NUR-1"):
        assert secret not in text


def test_every_page_of_the_selection_is_in_the_file_in_its_order(cast: Cast, keeper: Client) -> None:
    many_like(at_stage(cast, "3"), 250)
    first_page = references(keeper.get(reverse("register")))

    rows = download(keeper)

    assert len(rows) == 251
    assert len({row["Reference"] for row in rows}) == 251
    assert [row["Reference"] for row in rows[:25]] == first_page


def test_the_filters_hold_for_the_file_too(cast: Cast, keeper: Client) -> None:
    at_stage(cast, "2")
    case = at_stage(cast, "3")

    assert [row["Reference"] for row in download(keeper, stage="3", late="on")] == [case.reference]


def test_an_empty_selection_gives_the_headings_alone(cast: Cast, keeper: Client) -> None:
    response = keeper.get(reverse("register_csv"), {"stage": "5"})
    assert response.streaming

    assert response.getvalue().decode() == BOM + ",".join(f'"{heading}"' for heading in HEADINGS) + "\r\n"


def test_the_file_is_named_after_partnership_and_day_and_is_kept_nowhere(cast: Cast, keeper: Client) -> None:
    response = keeper.get(reverse("register_csv"))

    assert response["Content-Disposition"] == 'attachment; filename="register-northwater-2026-04-16.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_cell_that_would_begin_a_formula_is_made_text(prefix: str) -> None:
    cell = harmless(f"{prefix}1+1")

    assert cell.startswith("'")
    assert not any(ord(character) < 32 for character in cell)


@pytest.mark.parametrize("cell", ["Northwater Nursery", "2026-04-13", "3 = 3", "", "Dr O'Neil", 8, "Ysgol y Bont-faen"])
def test_an_ordinary_cell_stays_as_it_is(cell: object) -> None:
    assert harmless(cell) == str(cell)


def test_no_formula_comes_out_of_any_column_that_people_can_write(cast: Cast, keeper: Client) -> None:
    at_stage(cast, "3")
    officer = cast.officer(cast.care, Tier.SENIOR_MANAGER)
    for prefix in PREFIXES:
        # PostgreSQL keeps no NUL, so none can come from the database.
        name = f"{prefix}HYPERLINK(1)".replace("\x00", "\x01")
        Agency.objects.filter(pk__in=[cast.nursery.pk, cast.care.pk]).update(name=name)
        Person.objects.filter(pk=officer.pk).update(name=name)

        (row,) = download(keeper)

        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＠")), prefix
            assert not any(ord(character) < 32 for character in cell), prefix


def test_a_quotation_mark_or_a_comma_does_not_open_a_new_cell(cast: Cast, keeper: Client) -> None:
    cast.nursery.name = 'Mill Lane ",=1+1;" Nursery'
    cast.nursery.save()
    a_case(cast)

    (row,) = download(keeper)

    assert row["Raised by"] == 'Mill Lane ",=1+1;" Nursery'
