"""Small invented policies for tests, and the ways tests change them."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from policies.problems import PolicyError, Problem
from policies.reading import parse
from policies.schema import Policy
from policies.sources import LIBRARY

LONDON = ZoneInfo("Europe/London")

#: Three stages, two clocks, one subject: the least that shows every kind of table.
SMALL = """\
[policy]
slug = "harbour"
name = "Harbour partnership"
edition = "2026"
effective_from = 2026-01-01
summary = "Talk, then managers, then the Chair."
scope = "For anybody who works with children at the harbour."

[[subject]]
code = "threshold"
name = "Threshold"

[[clock]]
code = "talking"
starts = "case_raised"
limit = { amount = 3, unit = "working_days", printed = "three days" }

[[clock]]
code = "deciding"
starts = "stage_entered"
limit = { unit = "agreed", printed = "soon" }

[[stage]]
code = "1"
name = "Talk"
tier = "professional"
raising = "The worker"
receiving = "The other worker"
guidance = "Talk to each other."

[[stage.duty]]
code = "settle"
owed_by = "both"
deed = "Settle it"
clock = "talking"

[[stage]]
code = "2"
name = "Managers"
tier = "line_manager"
raising = "The manager"
receiving = "The other manager"
guidance = "Meet."

[[stage.duty]]
code = "settle"
owed_by = "both"
deed = "Settle it"
clock = "deciding"

[[stage]]
code = "3"
name = "Chair"
tier = "chair"
raising = "The manager"
receiving = "The other manager"
guidance = "The Chair decides."
decides = "chair"

[[stage.duty]]
code = "decide"
owed_by = "chair"
deed = "Decide"
clock = "deciding"

[[stage.outcome]]
code = "decided"
name = "Decided"
"""


def changed(*changes: tuple[str, str], text: str = SMALL, count: int = 1) -> str:
    """`text` with each old piece, which must be in it, put for the new one."""
    for old, new in changes:
        assert old in text, f"the text to change is not there: {old}"
        text = text.replace(old, new, count)
    return text


def policy_of(*changes: tuple[str, str], text: str = SMALL) -> Policy:
    """The policy of a text with changes, which must be sound."""
    return parse(changed(*changes, text=text), path="harbour.toml")


def problems_of(text: str) -> list[Problem]:
    """What is wrong with a text, which must be refused."""
    with pytest.raises(PolicyError) as caught:
        parse(text, path="harbour.toml")
    return caught.value.problems


def only_problem(*changes: tuple[str, str], text: str = SMALL) -> Problem:
    """The one problem that the changes bring."""
    problems = problems_of(changed(*changes, text=text))
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def line_with(text: str, piece: str) -> int:
    """The number, from 1, of the first line that holds `piece`."""
    return next(number for number, line in enumerate(text.split("\n"), 1) if piece in line)


def library_policy(name: str) -> Policy:
    """A policy delivered with the product, by file name."""
    return parse((LIBRARY / f"{name}.toml").read_text(encoding="utf-8"), path=f"{name}.toml")


def at(text: str) -> datetime.datetime:
    """A moment in London: "2026-04-02 10:00" or with seconds."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=LONDON)


def end_of(text: str) -> datetime.datetime:
    """The last second of a day in London: "2026-04-13"."""
    return at(f"{text} 23:59:59")
