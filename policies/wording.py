"""Days and lists as people read them."""

import datetime
from collections.abc import Sequence


def listed(words: Sequence[str], last: str = "and") -> str:
    """The words in a row: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def day_in_words(day: datetime.date, *, year: bool = True) -> str:
    """Says a day: "Monday 13 April 2026", or without the year."""
    return f"{day:%A} {day.day} {day:%B}" + (f" {day.year}" if year else "")


def counted(number: int, unit: str) -> str:
    """Says an amount: "1 working day", "5 working days"; `unit` is in the plural."""
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}"
