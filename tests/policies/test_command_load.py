from pathlib import Path

import pytest
from django.core.management.base import CommandError
from django.db import DatabaseError
from django.db.models import QuerySet

from agencies.models import Jurisdiction, Partnership
from policies.models import PolicyEdition
from policies.sources import LIBRARY
from tests.policies.commands import policy
from tests.policies.texts import changed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def harbour() -> Partnership:
    return Partnership.objects.create(
        slug="harbour",
        name="Harbour partnership",
        prefix="HAR",
        jurisdiction=Jurisdiction.SCOTLAND,
        mailbox="manager@harbour.example",
        urgent_advice="Ring the police.",
    )


def write(folder: Path, *changes: tuple[str, str]) -> str:
    file = folder / "harbour.toml"
    file.write_text(changed(*changes), encoding="utf-8")
    return str(file)


def test_a_file_is_loaded_for_a_partnership(tmp_path: Path, harbour: Partnership) -> None:
    said = policy("load", write(tmp_path), "--partnership", "harbour")
    assert said == "Loaded harbour 2026 for Harbour partnership, in force from 2026-01-01.\n"
    assert PolicyEdition.objects.get().partnership == harbour


def test_every_delivered_policy_loads() -> None:
    files = sorted(LIBRARY.glob("*.toml"))
    for file in files:
        policy("load", str(file), "--partnership", "harbour")
    assert PolicyEdition.objects.count() == len(files)
    assert {edition.policy.slug for edition in PolicyEdition.objects.all()} == {
        "torbay",
        "buckinghamshire",
        "derbyshire",
        "plymouth_nursery",
    }


def test_loading_twice_says_that_nothing_has_changed(tmp_path: Path) -> None:
    file = write(tmp_path)
    policy("load", file, "--partnership", "harbour")
    assert "Nothing has changed." in policy("load", file, "--partnership", "harbour")
    assert PolicyEdition.objects.count() == 1


def test_an_edition_with_another_text_is_refused_with_its_place(tmp_path: Path) -> None:
    policy("load", write(tmp_path), "--partnership", "harbour")
    file = write(tmp_path, ('name = "Talk"', 'name = "Speak"'))
    with pytest.raises(CommandError, match=r"harbour\.toml:4: policy\.edition: .*new edition name"):
        policy("load", file, "--partnership", "harbour")


def test_a_broken_file_is_refused_and_nothing_is_loaded(tmp_path: Path) -> None:
    file = write(tmp_path, ('tier = "chair"', 'tier = "king"'))
    with pytest.raises(CommandError, match=r"harbour\.toml:\d+: stage\[\"3\"\]\.tier"):
        policy("load", file, "--partnership", "harbour")
    assert not PolicyEdition.objects.exists()


def test_an_unknown_partnership_is_told_which_there_are(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Partnerships: harbour"):
        policy("load", write(tmp_path), "--partnership", "nowhere")


def test_without_any_partnership_it_says_so(tmp_path: Path, harbour: Partnership) -> None:
    harbour.delete()
    with pytest.raises(CommandError, match="none yet"):
        policy("load", write(tmp_path), "--partnership", "nowhere")


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        policy("load", str(tmp_path / "none.toml"), "--partnership", "harbour")


def test_the_list_shows_what_is_loaded_and_what_is_in_force(tmp_path: Path) -> None:
    for name in ("derbyshire-v2", "derbyshire-v3"):
        policy("load", str(LIBRARY / f"{name}.toml"), "--partnership", "harbour")
    said = policy("list")
    assert "harbour: derbyshire v3 from 2017-11-01, in force\n" in said
    assert "harbour: derbyshire v2 from 2014-01-01\n" in said


def test_the_list_shows_what_is_delivered_though_nothing_is_loaded() -> None:
    said = policy("list")
    assert said.startswith("No editions are loaded.\n")
    for name in ("torbay 2021-04", "buckinghamshire 1", "derbyshire v2", "derbyshire v3", "plymouth_nursery 1"):
        assert f"  {name}: " in said


def test_before_there_is_a_database_the_list_says_how_to_set_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_table(*fields: str) -> None:
        raise DatabaseError("no such table")

    monkeypatch.setattr(QuerySet, "__iter__", no_table)
    with pytest.raises(CommandError, match="migrate"):
        policy("list")
