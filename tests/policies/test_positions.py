import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.positions import line_of, positions
from policies.problems import Place
from policies.sources import LIBRARY
from tests.policies.texts import SMALL

MIXED = '''\
# a comment with [brackets] and "quotes"
title = "one" # and after a value

[first]
plain = 1
"quoted key" = 2
'single' = 3
a.b = { c = 1, "d" = [1, 2,
  3] }
text = """
[not a table]
key = "no key" \\""" still text
"""
literal = \'\'\'
[[nor this]]\'\'\'

  [ first . inner ]
deep = [
  "x", # why
  { y = 1 },
  [ "z" ],
]

[[list]]
name = "a"
  [[list.below]]
  v = 1
  [[list.below]]
  v = 2
  [list.below.table]
  w = 3
[[list]]
name = "b"
  [[list.below]]
  v = 4
'''


@pytest.fixture(scope="module")
def mixed() -> dict[Place, int]:
    return dict(positions(MIXED))


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("title",), 2),
        (("first",), 4),
        (("first", "plain"), 5),
        (("first", "quoted key"), 6),
        (("first", "single"), 7),
        (("first", "a"), 8),
        (("first", "a", "b"), 8),
        (("first", "a", "b", "c"), 8),
        (("first", "a", "b", "d", 0), 8),
        (("first", "a", "b", "d", 2), 9),
        (("first", "text"), 10),
        (("first", "literal"), 14),
        (("first", "inner"), 17),
        (("first", "inner", "deep"), 18),
        (("first", "inner", "deep", 0), 19),
        (("first", "inner", "deep", 1, "y"), 20),
        (("first", "inner", "deep", 2, 0), 21),
        (("list",), 24),
        (("list", 0), 24),
        (("list", 0, "name"), 25),
        (("list", 0, "below", 0, "v"), 27),
        (("list", 0, "below", 1), 28),
        (("list", 0, "below", 1, "v"), 29),
        (("list", 0, "below", 1, "table"), 30),
        (("list", 0, "below", 1, "table", "w"), 31),
        (("list", 1), 32),
        (("list", 1, "name"), 33),
        (("list", 1, "below", 0, "v"), 35),
    ],
)
def test_each_place_stands_on_its_line(mixed: dict[Place, int], place: Place, line: int) -> None:
    assert mixed[place] == line


def test_text_in_strings_and_comments_is_no_place(mixed: dict[Place, int]) -> None:
    names = {step for place in mixed for step in place}
    assert not names & {"not a table", "key", "nor this", "brackets"}


def test_a_place_the_file_does_not_hold_is_on_the_line_of_the_table_around_it(mixed: dict[Place, int]) -> None:
    assert line_of(mixed, ("list", 1, "missing")) == 32
    assert line_of(mixed, ("first", "a", "b", "e")) == 8
    assert line_of(mixed, ("nowhere",)) == 1
    assert line_of(mixed, ()) == 1


def test_lines_that_end_in_two_characters_are_counted_once() -> None:
    assert positions(MIXED.replace("\n", "\r\n")) == positions(MIXED)


def test_a_text_without_a_last_line_end_is_read_to_its_end() -> None:
    assert positions("a = 1\n[t]\nb = 2") == {("a",): 1, ("t",): 2, ("t", "b"): 3}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "  \t\n# one\n# two\n"])
def test_a_text_with_nothing_in_it_has_no_places(text: str) -> None:
    assert positions(text) == {}


@pytest.mark.parametrize(
    "value",
    [
        '"a\\"b"',
        "'a\\'",
        '"""a""""',
        "'''b'''''",
        '"\\\\"',
        '"""\\\\"""',
        "[]",
        "{}",
        "[[], [{}]]",
        "1979-05-27T07:32:00Z",
    ],
)
def test_the_end_of_every_kind_of_value_is_found(value: str) -> None:
    text = f"one = {value}\ntwo = 2\n"
    assert set(tomllib.loads(text)) == {"one", "two"}
    assert positions(text)[("two",)] == 2


def places(value: object, place: Place = ()) -> Iterator[Place]:
    if place:
        yield place
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*place, index))


@pytest.mark.parametrize("name", sorted(path.name for path in LIBRARY.glob("*.toml")))
def test_every_place_in_a_delivered_policy_is_found(name: str) -> None:
    text = (LIBRARY / name).read_text(encoding="utf-8")
    lines = positions(text)
    rows = text.split("\n")
    for place in places(tomllib.loads(text)):
        row = rows[lines[place] - 1]
        if isinstance(place[-1], str):
            assert place[-1] in row
        else:
            assert row.strip()


keys = st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True)
scalars = st.one_of(
    st.integers(-99, 99).map(str),
    st.booleans().map(lambda flag: str(flag).lower()),
    st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\\\"'"), max_size=8).map(
        lambda text: f'"{text}"'
    ),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: "[" + ",\n # and\n".join(items) + "]"),
        st.dictionaries(keys, inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key} = {value}" for key, value in pairs.items()) + "}"
        ),
    ),
    max_leaves=8,
)


@given(st.dictionaries(keys, values, max_size=4), st.dictionaries(keys, values, max_size=4))
def test_every_place_of_a_generated_text_is_found_on_a_line_of_it(top: dict[str, str], table: dict[str, str]) -> None:
    """Whatever `tomllib` reads, its places are exactly those that are found, and keys stand on their lines."""
    rows = [f"{key} = {value}" for key, value in top.items()]
    rows += [row for key, value in table.items() for row in ("[[t_t_t_t]]", f"{key} = {value}")]
    text = "\n".join(rows)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # A line end inside braces is not TOML yet.
    lines = positions(text)
    assert set(lines) == set(places(data))
    for place, line in lines.items():
        if isinstance(place[-1], str):
            assert place[-1] in text.split("\n")[line - 1]


def test_places_come_in_the_order_of_the_lines() -> None:
    lines = list(positions(SMALL).values())
    assert lines == sorted(lines)
