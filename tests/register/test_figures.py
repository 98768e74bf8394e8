"""The figures on top, and what the page costs."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cases.services import case_withdraw
from register.figures import Counts, figures
from register.selection import Selection
from register.stages import editions_of
from tests.cases.cast import Cast, a_case, a_cast, load_policy
from tests.cases.journeys import ask
from tests.register.builders import NOON, RAISED, at_stage, many_like, page

MOST_QUERIES = 10


def test_the_figures_count_every_ongoing_case(cast: Cast) -> None:
    a_case(cast)
    at_stage(cast, "2")
    asked = at_stage(cast, "4")
    ask(cast, asked, RAISED + timedelta(hours=5))
    case_withdraw(case=at_stage(cast, "3"), by=cast.nora, at=NOON, reasons="It is settled.")
    at_stage(a_cast("southwater"), "3")

    found = figures(Selection(cast.partnership, {}, NOON), editions_of(cast.partnership))

    assert found.whole == Counts(ongoing=3, late=1, undated=1, waiting=1)
    assert found.matching == 3
    assert [(stage.called, stage.counts) for stage in found.stages] == [
        ("Pre-escalation", Counts(ongoing=1, undated=1)),
        ("2 Manager to manager", Counts(ongoing=1, late=1)),
        ("4 Director to director", Counts(ongoing=1, waiting=1)),
    ]


def test_filters_change_the_list_and_not_the_figures(cast: Cast, keeper: Client) -> None:
    a_case(cast)
    at_stage(cast, "3")

    said = page(keeper.get(reverse("register"), {"stage": "3"}))

    assert "2 ongoing" in said
    assert "1 of 2 ongoing" in said


def test_a_case_becomes_late_one_second_after_it_was_due(cast: Cast) -> None:
    case = at_stage(cast, "2")
    assert case.due_at is not None
    editions = editions_of(cast.partnership)

    at_due = figures(Selection(cast.partnership, {}, case.due_at), editions)
    after = figures(Selection(cast.partnership, {}, case.due_at + timedelta(seconds=1)), editions)

    assert (at_due.whole.late, after.whole.late) == (0, 1)


def test_two_editions_with_ongoing_cases_are_told_apart(db: None) -> None:
    cast = a_cast("derwent", "derbyshire-v2")
    at_stage(cast, "2")
    load_policy(cast.partnership, "derbyshire-v3")
    at_stage(cast, "2")

    found = figures(Selection(cast.partnership, {}, NOON), editions_of(cast.partnership))

    assert {(stage.called, stage.edition) for stage in found.stages} == {
        ("2 Own manager's advice", "v2"),
        ("2 Own manager's advice", "v3"),
    }


def test_a_stage_that_two_editions_name_differently_is_offered_with_both_names(db: None) -> None:
    cast = a_cast("derwent", "derbyshire-v2")
    load_policy(cast.partnership, "derbyshire-v3")

    stages = dict(editions_of(cast.partnership).stages)

    assert stages["5"] == "5 Chair of the Board / 5 Appropriate level of management"
    assert stages["2"] == "2 Own manager's advice"


@pytest.mark.parametrize("query", [{}, {"stage": "3", "late": "on"}, {"state": "ended"}, {"page": "2"}])
def test_the_page_costs_the_same_few_queries_whatever_the_number_of_rows(
    cast: Cast, keeper: Client, django_assert_max_num_queries: DjangoAssertNumQueries, query: dict[str, str]
) -> None:
    case = at_stage(cast, "3")
    case_withdraw(case=at_stage(cast, "3"), by=cast.nora, at=NOON - timedelta(days=1), reasons="It is settled.")
    keeper.get(reverse("register"))
    with django_assert_max_num_queries(MOST_QUERIES) as with_one:
        keeper.get(reverse("register"), query)

    many_like(case, 60)

    with django_assert_max_num_queries(MOST_QUERIES) as with_many:
        keeper.get(reverse("register"), query)
    assert len(with_many) == len(with_one)
