"""Filters, search, pages: what is asked for is what comes, and nothing that can be typed breaks the page."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Case
from tests.cases.cast import Cast, a_case
from tests.register.builders import RAISED, at_stage, many_like, page, references, table

FIELDS = ["state", "stage", "agency", "subject", "reference", "late", "page"]
NASTY = [
    "\x00",
    "x" * 100_000,
    "' OR 1=1 --",
    "%",
    "\u202e",
    "<script>alert(1)</script>",
    "0001-01-01",
    "9999",
    "٣",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
]


def found(browser: Client, **query: str) -> list[str]:
    return references(browser.get(reverse("register"), query))


def test_by_stage(cast: Cast, keeper: Client) -> None:
    second, third = at_stage(cast, "2"), at_stage(cast, "3")

    assert found(keeper, stage="2") == [second.reference]
    assert found(keeper, stage="3") == [third.reference]


def test_by_agency(cast: Cast, keeper: Client) -> None:
    case = at_stage(cast, "2")

    assert found(keeper, agency=cast.nursery.slug) == [case.reference]
    assert found(keeper, agency=cast.care.slug) == [case.reference]
    assert found(keeper, agency=cast.health.slug) == []


def test_by_subject(cast: Cast, keeper: Client) -> None:
    roles = at_stage(cast, "3", subject="roles")
    at_stage(cast, "3", subject="communication")

    assert found(keeper, subject="roles") == [roles.reference]


def test_only_late(cast: Cast, keeper: Client) -> None:
    late = at_stage(cast, "3")
    at_stage(cast, "4")

    assert found(keeper, late="on") == [late.reference]


def test_by_reference_as_people_type_it(cast: Cast, keeper: Client) -> None:
    at_stage(cast, "2")
    reference = str(at_stage(cast, "3").reference)

    for typed in [reference, f" {reference} ", reference.lower(), reference[-4:]]:
        assert found(keeper, reference=typed) == [reference], typed


def test_filters_narrow_together(cast: Cast, keeper: Client) -> None:
    at_stage(cast, "2")
    case = at_stage(cast, "3")

    assert found(keeper, stage="3", late="on", agency=cast.nursery.slug) == [case.reference]
    assert found(keeper, stage="4", late="on") == []


def test_the_agency_filter_does_not_tell_whom_a_restricted_case_concerns(cast: Cast, keeper: Client) -> None:
    case = at_stage(cast, "3")
    Case.objects.filter(pk=case.pk).update(restricted=True)

    assert found(keeper) == [case.reference]
    assert found(keeper, agency=cast.nursery.slug) == []


@pytest.mark.parametrize("restricted", [True, False])
def test_the_subject_filter_does_not_tell_the_subject_of_a_case_not_in_full(
    cast: Cast, keeper: Client, restricted: bool
) -> None:
    case = at_stage(cast, "3" if restricted else "2", subject="roles")
    Case.objects.filter(pk=case.pk).update(restricted=restricted)

    assert found(keeper, subject="roles") == []


def test_pages_of_25_and_the_filters_go_along(cast: Cast, keeper: Client) -> None:
    many_like(at_stage(cast, "3"), 29)

    first = keeper.get(reverse("register"), {"stage": "3"})
    second = keeper.get(reverse("register"), {"stage": "3", "page": "2"})

    assert len(references(first)) == 25
    assert len(references(second)) == 5
    assert not set(references(first)) & set(references(second))
    link = re.search(r'href="(\?[^"]*page=2)"', first.content.decode())
    assert link is not None
    assert "stage=3" in link[1]


def test_a_page_that_is_not_there_gives_the_nearest_one(cast: Cast, keeper: Client) -> None:
    a_case(cast)

    for number in ["0", "-1", "99", "two", "9" * 5000, "\x00", "1e9", "٣"]:
        response = keeper.get(reverse("register"), {"page": number})
        assert (response.status_code, len(table(response))) == (200, 1), number


@pytest.mark.parametrize("address", ["register", "register_csv"])
def test_nothing_typed_into_a_filter_breaks_the_register(cast: Cast, keeper: Client, address: str) -> None:
    broken = []
    for field in FIELDS:
        for value in NASTY:
            response = keeper.get(reverse(address), {field: value})
            body = response.getvalue()
            if response.status_code != 200 or b"<script>alert" in body:
                broken.append((field, value[:20], response.status_code))

    assert broken == []


def test_a_partnership_that_cannot_be_is_not_found(keeper: Client) -> None:
    for value in NASTY:
        assert keeper.get(reverse("register"), {"partnership": value}).status_code == 404, value[:20]


def test_a_filter_that_is_not_understood_says_so_and_narrows_nothing(cast: Cast, keeper: Client) -> None:
    case = at_stage(cast, "3", RAISED)
    for field, value, message in [
        ("stage", "zz", "Stage: choose one of the stages in the list."),
        ("agency", "nowhere", "Agency: choose one of the agencies in the list."),
        ("reference", "A" * 21, "Reference: enter 20 characters or fewer."),
        ("reference", "A\x00", "Reference: take out the characters that cannot be read."),
    ]:
        response = keeper.get(reverse("register"), {field: value})

        assert message in page(response)
        assert f'href="#id_{field}"' in response.content.decode()
        assert references(response) == [case.reference]
