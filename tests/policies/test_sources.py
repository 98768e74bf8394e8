import datetime
from pathlib import Path

import pytest

from policies.problems import PolicyError
from policies.sources import LIBRARY, from_library, library, read_file, read_text
from tests.policies.texts import SMALL

TODAY = datetime.date(2026, 4, 2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "harbour.toml"


def test_a_file_is_read_with_its_text_and_name(file: Path) -> None:
    file.write_text(SMALL, encoding="utf-8")
    source = read_file(file)
    assert (source.path, source.text, source.policy.slug) == (str(file), SMALL, "harbour")


def test_a_file_from_windows_reads_as_any_other(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert read_text(file) == SMALL


def test_a_file_that_is_not_there_is_a_problem_with_its_name(file: Path) -> None:
    with pytest.raises(PolicyError, match=r"harbour\.toml:1: the file cannot be read") as caught:
        read_text(file)
    assert "Check the name" in caught.value.problems[0].fix


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        read_text(tmp_path)


def test_bytes_that_are_no_utf8_are_a_problem_on_their_line(file: Path) -> None:
    file.write_bytes(b'[policy]\nslug = "harbour"\nname = "caf\xe9"\n')
    with pytest.raises(PolicyError, match="not UTF-8") as caught:
        read_text(file)
    assert caught.value.problems[0].line == 3


def test_problems_in_a_file_carry_its_path(file: Path) -> None:
    file.write_text("a = 1", encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        read_file(file)
    assert {problem.file for problem in caught.value.problems} == {str(file)}


def test_the_library_is_every_file_in_its_folder() -> None:
    assert [Path(source.path) for source in library()] == sorted(LIBRARY.glob("*.toml"))


@pytest.mark.parametrize(
    ("on", "edition"),
    [("2010-01-01", "v2"), ("2014-01-01", "v2"), ("2017-10-31", "v2"), ("2017-11-01", "v3"), ("2026-04-02", "v3")],
)
def test_a_delivered_policy_is_found_in_the_edition_in_force(on: str, edition: str) -> None:
    source = from_library("derbyshire", edition=None, on=datetime.date.fromisoformat(on))
    assert source.policy.edition == edition


@pytest.mark.parametrize("edition", ["v2", "v3"])
def test_a_delivered_policy_is_found_by_edition_whatever_the_day(edition: str) -> None:
    assert from_library("derbyshire", edition=edition, on=TODAY).policy.edition == edition


def test_a_policy_that_is_not_delivered_is_told_which_are() -> None:
    with pytest.raises(LookupError, match="buckinghamshire, derbyshire, plymouth_nursery and torbay"):
        from_library("nowhere", edition=None, on=TODAY)


def test_an_edition_that_is_not_delivered_is_told_which_are() -> None:
    with pytest.raises(LookupError, match="Editions: v2 and v3"):
        from_library("derbyshire", edition="v9", on=TODAY)
