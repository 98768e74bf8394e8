"""Log lines carry no personal data: an error's place and kind, not its words."""

import logging
import sys

from escalation.logs import NoPersonalData


def logged(message: str, *arguments: object) -> str:
    record = logging.LogRecord("cases", logging.ERROR, __file__, 1, message, arguments, sys.exc_info())
    return NoPersonalData().format(record)


# Put together while running, because the line of code that failed is logged, and code names nobody.
SOMEBODY = "Jo" + " Bloggs"


def broken_row() -> None:
    raise ValueError(f"Key (name)=({SOMEBODY}) already exists")


def test_an_error_is_logged_without_its_words() -> None:
    try:
        broken_row()
    except ValueError:
        line = logged("Could not save")

    assert SOMEBODY not in line
    assert "broken_row" in line
    assert "builtins.ValueError" in line


def test_neither_does_the_error_behind_the_error_speak() -> None:
    try:
        try:
            broken_row()
        except ValueError as cause:
            raise RuntimeError(f"{SOMEBODY} could not be saved") from cause
    except RuntimeError:
        line = logged("Could not save")

    assert SOMEBODY not in line
    assert "ValueError" in line
    assert "RuntimeError" in line


def test_an_ordinary_line_is_as_it_was_written() -> None:
    record = logging.LogRecord("cases", logging.INFO, __file__, 1, "swept %d cases", (3,), None)

    assert NoPersonalData().format(record).endswith("INFO cases swept 3 cases")
