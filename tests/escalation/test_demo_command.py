"""`manage.py demo`: what it prints and writes, and where it refuses."""

import json
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from pytest_django import Settings

from agencies.models import Partnership, Person
from escalation import demonstration
from escalation.demo import guard, load, sign_ins
from escalation.demo.recruits import PASSWORD
from tests.escalation.demos import LONDON, frozen_and_rolled_back


def run(*arguments: str) -> tuple[str, str]:
    """What the command prints on standard output, and beside it."""
    out, err = StringIO(), StringIO()
    call_command("demo", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
class TestWithOnePartnership:
    """The smallest one stands for all: the others are built in a module of their own."""

    @pytest.fixture(scope="class", autouse=True)
    def first(
        self, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[tuple[str, str]]:
        """What the first run prints, on a database without anything and with a folder that is not there yet."""
        with (
            pytest.MonkeyPatch.context() as patch,
            django_db_blocker.unblock(),
            override_settings(DATA_DIR=tmp_path_factory.mktemp("demo") / "not-there-yet"),
            frozen_and_rolled_back(datetime(2026, 6, 10, 12, 0, tzinfo=LONDON)),
        ):
            patch.setattr(load, "SLUGS", ("derbyshire-v2",))
            yield run("--sign-ins", "--json")

    def test_first_run_with_sign_ins_loads_and_keeps_its_output_clean(self, first: tuple[str, str]) -> None:
        out, err = first
        rows = json.loads(out)
        assert "Loaded Derby and Derbyshire, earlier edition (demonstration)" in err
        assert {"partnership", "agency", "role", "email", "password", "name", "tier"} == rows[0].keys()
        nesta = next(row for row in rows if row["agency"] == "Dandelion Nursery" and row["role"] == "practitioner")
        assert (nesta["partnership"], nesta["tier"], nesta["password"]) == ("derbyshire-v2", "professional", PASSWORD)

    def test_next_run_says_that_nothing_was_added(self) -> None:
        assert run() == ("The demonstration is there already: nothing was added.\n", "")

    def test_table_has_a_line_for_each_sign_in(self) -> None:
        lines = run("--sign-ins")[0].splitlines()
        assert len(lines) == len(sign_ins.rows()) + 1
        column = lines[0].index("email")
        assert all("@" in line[column:].split()[0] for line in lines[1:])

    def test_sign_in_page_finds_its_file_in_words(self) -> None:
        run()
        people = demonstration.sign_ins()
        assert {person["partnership"] for person in people} == {"Derby and Derbyshire, earlier edition (demonstration)"}
        assert {"Practitioner", "Business Manager"} <= {person["role"] for person in people}

    def test_people_whom_somebody_adds_while_trying_it_out_do_no_harm(self) -> None:
        Person.objects.create_user("me@work.invalid", name="A tester")
        assert run()[0] == "The demonstration is there already: nothing was added.\n"


@pytest.mark.django_db
class TestRefusals:
    def refused(self, *arguments: str) -> str:
        with pytest.raises(CommandError) as refusal:
            call_command("demo", *arguments)
        return str(refusal.value)

    def test_outside_a_demonstration(self, settings: Settings) -> None:
        settings.DEMONSTRATION = False
        assert "not a demonstration" in self.refused()
        assert "not a demonstration" in self.refused("--sign-ins")
        assert not Person.objects.exists()

    def test_beside_a_partnership_that_is_real(self) -> None:
        Partnership.objects.create(slug="northwater", name="Northwater", prefix="NOR", mailbox="bm@northwater.example")
        assert "Northwater" in self.refused()
        assert Partnership.objects.count() == 1

    def test_beside_a_real_partnership_of_the_same_short_name(self) -> None:
        Partnership.objects.create(slug="torbay", name="Torbay", prefix="TOR", mailbox="bm@torbay.invalid")
        assert "Torbay" in self.refused()

    def test_beside_people_who_are_real(self) -> None:
        Person.objects.create_user("somebody@work.invalid", name="Somebody")
        assert "people" in self.refused()

    def test_before_the_tables_are_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connection.introspection, "table_names", list)
        assert "manage.py migrate" in self.refused()
        assert guard.why_not_here()

    def test_json_of_nothing(self) -> None:
        assert "--sign-ins" in self.refused("--json")
