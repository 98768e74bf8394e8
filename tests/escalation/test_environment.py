"""Settings are read strictly: what is neither yes nor no, or no number, is named and refused."""

import os
import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from escalation import environment


@pytest.mark.parametrize(
    ("value", "read"),
    [("1", True), ("true", True), ("YES", True), (" on ", True), ("0", False), ("No", False), ("", False)],
)
def test_a_flag_is_read(monkeypatch: pytest.MonkeyPatch, value: str, read: bool) -> None:
    monkeypatch.setenv("X", value)

    assert environment.flag("X", default=not read) is read


def test_a_flag_that_is_not_set_takes_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("X", raising=False)

    assert environment.flag("X", default=True) is True
    assert environment.flag("X", default=False) is False


def test_a_misspelt_flag_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS", "of")

    with pytest.raises(ImproperlyConfigured, match="HTTPS='of' is neither yes nor no"):
        environment.flag("HTTPS", default=True)


def test_a_number_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMAIL_PORT", "smtp")

    with pytest.raises(ImproperlyConfigured, match="EMAIL_PORT='smtp'"):
        environment.number("EMAIL_PORT", 25)


def test_a_blank_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "  ")

    assert environment.text("X", "default") == "default"
    assert environment.number("X", 7) == 7
    assert environment.words("X") == []


def test_a_list_drops_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "a.org, b.org ,,")

    assert environment.words("X") == ["a.org", "b.org"]


def test_the_demonstrations_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "secret-key"

    first = environment.secret_kept_in(file)

    assert len(first) >= 50
    assert environment.secret_kept_in(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == ["secret-key"]


def test_postgresql_is_taken_from_its_address(tmp_path: Path) -> None:
    entry = environment.database("postgres://ann:secret@db:5433/cases", tmp_path / "unused.sqlite3")

    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert (entry["USER"], entry["HOST"], entry["PORT"], entry["NAME"]) == ("ann", "db", 5433, "cases")
    assert entry["OPTIONS"]["connect_timeout"] == 5
    assert entry["CONN_HEALTH_CHECKS"] is True


def test_without_an_address_it_is_a_file_that_waits_for_its_turn_to_write(tmp_path: Path) -> None:
    entry = environment.database("", tmp_path / "new" / "cases.sqlite3")

    assert entry["NAME"] == tmp_path / "new" / "cases.sqlite3"
    assert (tmp_path / "new").is_dir()
    assert entry["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in entry["OPTIONS"]["init_command"]


def test_a_sqlite_address_is_set_up_the_same_way(tmp_path: Path) -> None:
    entry = environment.database(f"sqlite:///{tmp_path}/other.sqlite3", tmp_path / "unused.sqlite3")

    assert entry["NAME"] == tmp_path / "other.sqlite3"
    assert entry["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
