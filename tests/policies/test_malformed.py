"""Whatever a file holds, it is a policy that runs or a list of located problems, never an error of the program."""

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.problems import PolicyError, Problem
from policies.reading import parse
from policies.sources import LIBRARY
from tests.policies.texts import SMALL

TEXTS = [SMALL, *((LIBRARY / name).read_text(encoding="utf-8") for name in ("torbay.toml", "derbyshire-v3.toml"))]
_KEY = re.compile(r"^(\w+) = (.*)$")
#: Stands for a refusal that says nothing, which no test lets pass.
NO_PROBLEM = Problem(file="", line=0, key="", found="", fix="", message="")
_VALUES = [
    '""',
    '"nothing such"',
    "7",
    "-1",
    "0.5",
    "true",
    "[]",
    "{}",
    "[7]",
    '[""]',
    "2026-02-29",
    "1e400",
    "{ a = 1 }",
]


def refused_with_places_or_sound(text: str) -> bool:
    """Whether the text is refused; if so, every problem must have a line of the text and say what to change."""
    problems: list[Problem] = []
    try:
        parse(text, path="some.toml")
    except PolicyError as error:
        problems = error.problems or [NO_PROBLEM]
    for problem in problems:
        assert 1 <= problem.line <= text.count("\n") + 1
        assert problem.message
        assert problem.fix
        assert "Traceback" not in str(problem)
        assert "pydantic" not in str(problem)
        assert str(problem).startswith(f"some.toml:{problem.line}: ")
    return bool(problems)


def with_another_value(lines: list[str], chance: random.Random) -> list[str]:
    places = [number for number, line in enumerate(lines) if _KEY.match(line) and not line.endswith("[")]
    number = chance.choice(places)
    key = lines[number].split(" = ")[0]
    return [*lines[:number], f"{key} = {chance.choice(_VALUES)}", *lines[number + 1 :]]


def with_another_key(lines: list[str], chance: random.Random) -> list[str]:
    places = [number for number, line in enumerate(lines) if _KEY.match(line)]
    number = chance.choice(places)
    key, value = lines[number].split(" = ", 1)
    return [*lines[:number], f"{key}{chance.choice('xyz')} = {value}", *lines[number + 1 :]]


def without_a_line(lines: list[str], chance: random.Random) -> list[str]:
    number = chance.choice([number for number, line in enumerate(lines) if line.strip()])
    return [*lines[:number], *lines[number + 1 :]]


def with_a_line_twice(lines: list[str], chance: random.Random) -> list[str]:
    number = chance.randrange(len(lines))
    return [*lines[:number], lines[number], *lines[number:]]


def cut_short(lines: list[str], chance: random.Random) -> list[str]:
    text = "\n".join(lines)
    return text[: chance.randrange(len(text))].split("\n")


def with_a_wild_character(lines: list[str], chance: random.Random) -> list[str]:
    text = "\n".join(lines)
    at = chance.randrange(len(text))
    return (text[:at] + chance.choice("\"[]{}=#\\\x00\x1b\u202e'") + text[at + 1 :]).split("\n")


Way = Callable[[list[str], random.Random], list[str]]
WAYS: list[Way] = [
    with_another_value,
    with_another_key,
    without_a_line,
    with_a_line_twice,
    cut_short,
    with_a_wild_character,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("seed", range(40))
def test_a_file_with_one_thing_broken_is_located_or_still_sound(way: Way, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - chance that can be repeated, not a secret
    text = TEXTS[seed % len(TEXTS)]
    refused_with_places_or_sound("\n".join(way(text.split("\n"), chance)))


@pytest.mark.parametrize("way", [with_another_key, cut_short], ids=lambda way: way.__name__)
def test_most_broken_files_are_refused(way: Way) -> None:
    """Guards the test above: changes that leave the file sound would prove nothing."""
    refused = 0
    for seed in range(40):
        chance = random.Random(seed)  # noqa: S311
        refused += refused_with_places_or_sound("\n".join(way(SMALL.split("\n"), chance)))
    assert refused >= 35


@given(st.text())
def test_any_text_is_refused_with_places(text: str) -> None:
    assert refused_with_places_or_sound(text)


values = st.recursive(
    st.one_of(st.integers(), st.booleans(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["code", "name", "to", "duty"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(c if c.isalnum() and c.isascii() else "-" for c in value) + '"'
    if isinstance(value, list):
        return "[" + ", ".join(as_toml(item) for item in value) + "]"
    assert isinstance(value, dict)
    return "{" + ", ".join(f"{key} = {as_toml(item)}" for key, item in value.items()) + "}"


@given(st.sampled_from(["policy", "clock", "stage", "subject", "ground", "situation"]), values)
def test_any_value_in_place_of_a_table_is_refused_with_places(key: str, value: object) -> None:
    rest = re.sub(rf"(?ms)^\[\[?{key}[.\]].*?(?=^\[|\Z)", "", SMALL)
    text = f"{key} = {as_toml(value)}\n{rest}"
    none_is_allowed = key in {"subject", "ground", "situation"}
    assert refused_with_places_or_sound(text) is not (none_is_allowed and value == [])


@given(st.integers(0, 200), values)
def test_any_value_on_any_line_is_refused_with_places_or_sound(number: int, value: object) -> None:
    lines = SMALL.split("\n")
    places = [index for index, line in enumerate(lines) if _KEY.match(line)]
    index = places[number % len(places)]
    lines[index] = f"{lines[index].split(' = ')[0]} = {as_toml(value)}"
    refused_with_places_or_sound("\n".join(lines))
