import datetime

import pytest

from policies.wording import counted, day_in_words, listed


@pytest.mark.parametrize(
    ("words", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_words_are_put_in_a_row(words: list[str], expected: str) -> None:
    assert listed(words) == expected


def test_the_last_word_may_be_joined_by_another() -> None:
    assert listed(["a", "b", "c"], "or") == "a, b or c"


def test_a_day_is_said_with_and_without_its_year() -> None:
    day = datetime.date(2026, 4, 3)
    assert day_in_words(day) == "Friday 3 April 2026"
    assert day_in_words(day, year=False) == "Friday 3 April"


@pytest.mark.parametrize(("number", "words"), [(0, "0 days"), (1, "1 day"), (2, "2 days")])
def test_an_amount_of_one_is_singular(number: int, words: str) -> None:
    assert counted(number, "days") == words
