"""For people of an agency that is not a party, the case does not exist at any address."""

import re
from collections.abc import Iterator

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone
from playwright.sync_api import APIRequestContext, expect

from agencies.models import AgencyKind, Person
from agencies.services import appoint
from cases.forms.raising import ORDER
from cases.models import Case
from cases.views.acts import FORMS
from tests.browser.desks import Desks
from tests.cases.cast import Cast, a_case, a_partnership, a_person, an_agency

#: What stands in a page for every request anew, or is the address that was asked for.
CHANGES = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|name="next" value="[^"]*"')


def addresses(case: Case, reference: str) -> Iterator[str]:
    """Every address of the site that has a reference or a draft in it, filled in."""
    values = {"reference": [reference], "draft": [str(case.uuid)], "act": list(FORMS), "step": list(ORDER)}
    names = get_resolver().reverse_dict
    for name in sorted(name for name in names if isinstance(name, str)):
        for [(_, wanted)], *_ in names.getlist(name):
            if {"reference", "draft"} & set(wanted):
                for chosen in _combined(wanted, values):
                    yield reverse(name, kwargs=chosen)


def _combined(wanted: list[str], values: dict[str, list[str]]) -> Iterator[dict[str, str]]:
    if not wanted:
        yield {}
        return
    for value in values[wanted[0]]:
        for rest in _combined(wanted[1:], values):
            yield {wanted[0]: value, **rest}


def answers(request: APIRequestContext, address: str, token: str) -> list[tuple[int, str]]:
    """Status and page for reading and for sending a form."""
    both = (
        request.get(address, max_redirects=0),
        request.post(address, form={"csrfmiddlewaretoken": token}, max_redirects=0),
    )
    return [(answer.status, CHANGES.sub("", answer.text())) for answer in both]


@pytest.mark.parametrize("who", ["colleague", "director", "neighbour"])
def test_every_address_of_the_case_answers_as_if_it_did_not_exist(desks: Desks, cast: Cast, who: str) -> None:
    case = a_case(cast, timezone.now())
    reference = str(case.reference)
    page = desks.of(person_outside(cast, who))
    page.goto("/")
    expect(page.get_by_role("main")).not_to_contain_text(reference)
    token = str(page.locator("input[name=csrfmiddlewaretoken]").first.input_value())

    walked = list(addresses(case, reference))
    nothing = list(addresses(Case(), reference[:-4] + "9999"))
    assert len(walked) >= len(FORMS) + 2
    for hidden, nonexistent in zip(walked, nothing, strict=True):
        found = answers(page.context.request, hidden, token)
        assert {status for status, _ in found} <= {404, 405}, hidden
        assert found[0][0] == 404, hidden
        assert found == answers(page.context.request, nonexistent, token), hidden
    assert case.entries.exclude(by__in=[cast.nora]).filter(by__isnull=False).count() == 0


def person_outside(cast: Cast, who: str) -> Person:
    """A practitioner and a director of an agency that is no party, and somebody of another partnership."""
    if who == "colleague":
        return cast.outsider
    if who == "director":
        return cast.officer(cast.police, "director")
    school = an_agency(a_partnership("elsewhere"), "elsewhere-school", AgencyKind.SCHOOL)
    neighbour = a_person("Nell Elsewhere")
    appoint(person=neighbour, role="line_manager", agency=school, at=timezone.now())
    return neighbour


def test_the_page_says_not_found_and_nothing_else(desks: Desks, cast: Cast) -> None:
    case = a_case(cast, timezone.now())
    page = desks.of(cast.outsider)
    with desks.refused():
        answer = page.goto(f"/cases/{case.reference}/")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("main")).not_to_contain_text(str(case.reference))
    expect(page.get_by_role("main")).not_to_contain_text(cast.nursery.name)
