"""Numbers in what people wrote can be rung with one press."""

import pytest

from escalation.templatetags.telephones import telephones


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Ring 999.", ["999"]),
        ("Ring 999 or 101; at night 01803 208100.", ["999", "101", "01803208100"]),
        ("01632 960999 answers to nobody", ["01632960999"]),
        ("020 7946 0999, any hour", ["02079460999"]),
        ("within 24 hours, by 2026, case 1999, 9990", []),
    ],
)
def test_numbers_are_links_and_nothing_else_is(text: str, numbers: list[str]) -> None:
    drawn = telephones(text)
    assert [part.partition('"')[0] for part in drawn.split('href="tel:')[1:]] == numbers


def test_what_was_written_stays_and_does_nothing() -> None:
    drawn = telephones("<script>999</script> & so on\nnext line")
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
    assert "&amp; so on\nnext line" in drawn
