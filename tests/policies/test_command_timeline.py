import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management.base import CommandError
from django.db import DatabaseError

from agencies.models import Jurisdiction, Partnership
from policies.chosen import choose
from policies.loader import load_edition
from policies.sources import LIBRARY
from tests.policies.commands import policy
from tests.policies.texts import SMALL, at, changed

TORBAY = str(LIBRARY / "torbay.toml")
BEFORE_EASTER = "2026-04-02T10:00"


def stages(*arguments: str) -> list[dict[str, Any]]:
    found = json.loads(policy("timeline", *arguments, "--json"))
    assert list(found) == ["stages"]
    return list(found["stages"])


def dues(*arguments: str) -> dict[str, str | None]:
    return {stage["code"]: stage["due"] for stage in stages(*arguments)}


def partnership(slug: str, prefix: str, jurisdiction: Jurisdiction) -> Partnership:
    return Partnership.objects.create(
        slug=slug,
        name=f"{slug} partnership",
        prefix=prefix,
        jurisdiction=jurisdiction,
        mailbox=f"manager@{slug}.example",
        urgent_advice="Ring the police.",
    )


def load(owner: Partnership, text: str = SMALL) -> None:
    load_edition(partnership=owner, text=text, path="x.toml", at=at("2026-01-01 09:00"))


# From a file, which needs no database


def test_a_file_gives_the_dates_of_torbay_as_json() -> None:
    assert dues(TORBAY, "--raised", BEFORE_EASTER) == {
        "pre": None,
        "1": "2026-04-13T23:59:59+01:00",
        "2": "2026-04-13T23:59:59+01:00",
        "3": "2026-04-20T23:59:59+01:00",
        "4": "2026-05-05T23:59:59+01:00",
        "5": None,
    }


def test_json_gives_each_stage_its_code_tier_moments_limit_and_reason() -> None:
    stage = stages(TORBAY, "--raised", BEFORE_EASTER)[3]
    assert set(stage) == {"code", "name", "tier", "entered", "due", "limit", "reason"}
    assert stage["tier"] == "senior_manager"
    assert stage["entered"] == "2026-04-13T23:59:59+01:00"
    assert stage["limit"] == "5 further working days"
    assert "Monday 20 April 2026" in stage["reason"]


def test_moments_of_winter_carry_the_offset_of_winter() -> None:
    found = stages(TORBAY, "--raised", "2026-12-22T10:00")
    assert found[0]["entered"] == "2026-12-22T10:00:00+00:00"
    assert found[1]["due"] == "2026-12-31T23:59:59+00:00"


@pytest.mark.parametrize(
    ("jurisdiction", "raised", "due"),
    [
        ("england-and-wales", "2026-12-30T10:00", "2027-01-07"),
        ("scotland", "2026-12-30T10:00", "2027-01-08"),
        ("england-and-wales", "2026-07-09T10:00", "2026-07-16"),
        ("northern-ireland", "2026-07-09T10:00", "2026-07-17"),
    ],
)
def test_the_jurisdiction_can_be_given(jurisdiction: str, raised: str, due: str) -> None:
    found = dues(TORBAY, "--raised", raised, "--jurisdiction", jurisdiction)["1"]
    assert found is not None
    assert found.startswith(due)


def test_a_file_counts_by_england_and_wales_unless_told() -> None:
    assert dues(TORBAY, "--raised", "2026-12-30T10:00")["1"] == "2027-01-07T23:59:59+00:00"


@pytest.mark.parametrize(
    ("raised", "entered"),
    [
        ("2026-04-02T10:00", "2026-04-02T10:00:00+01:00"),
        ("2026-04-02", "2026-04-02T00:00:00+01:00"),
        ("2026-04-02T09:00Z", "2026-04-02T10:00:00+01:00"),
        ("2026-04-02T10:00:30+02:00", "2026-04-02T09:00:30+01:00"),
        ("2026-03-29T01:30", "2026-03-29T02:30:00+01:00"),
    ],
    ids=["London", "a day", "UTC", "another zone", "a time that the clocks leave out"],
)
def test_the_moment_of_raising_is_londons_unless_it_says_otherwise(raised: str, entered: str) -> None:
    assert stages(TORBAY, "--raised", raised)[0]["entered"] == entered


@pytest.mark.parametrize("raised", ["yesterday", "2026-02-30", "02/04/2026", "", "0001-01-01T00:00+14:00"])
def test_a_moment_that_is_none_is_refused_and_shows_how_to_write_one(raised: str) -> None:
    with pytest.raises(CommandError, match=r"2026-04-02T10:00|too far away"):
        policy("timeline", TORBAY, "--raised", raised)


def test_the_table_is_for_people() -> None:
    said = policy("timeline", TORBAY, "--raised", BEFORE_EASTER)
    assert "Torbay: resolving disagreements between professionals, edition 2021-04" in said
    assert "Raised Thursday 2 April 2026 10:00, working days of england-and-wales" in said
    assert "Monday 13 April 2026 23:59" in said
    assert "to be agreed" in said
    assert "Good Friday" in said


def test_the_columns_of_the_table_stand_under_their_headings() -> None:
    lines = policy("timeline", TORBAY, "--raised", BEFORE_EASTER).split("\n")
    (heading,) = [line for line in lines if line.startswith("Stage ")]
    (row,) = [line for line in lines if line.startswith("4 Director")]
    assert row[heading.index("Tier") :].startswith("director")
    assert row[heading.index("Entered") :].startswith("Monday 20 April")
    assert row[heading.index("Due") :].startswith("Tuesday 5 May")


def test_the_ground_chooses_the_branch() -> None:
    file = str(LIBRARY / "derbyshire-v3.toml")
    by_resources = {
        stage["code"]: stage["reason"] for stage in stages(file, "--raised", BEFORE_EASTER, "--ground", "resources")
    }
    assert by_resources["4a"].startswith("Off the usual route.")


def test_an_unknown_ground_is_refused() -> None:
    with pytest.raises(CommandError, match="not a ground of this policy"):
        policy("timeline", TORBAY, "--raised", BEFORE_EASTER, "--ground", "risk")


def test_a_broken_file_is_refused_with_its_places(tmp_path: Path) -> None:
    file = tmp_path / "broken.toml"
    file.write_text(changed(('tier = "chair"', 'tier = "king"')), encoding="utf-8")
    with pytest.raises(CommandError, match=r"broken\.toml:\d+: stage"):
        policy("timeline", str(file), "--raised", BEFORE_EASTER)


def test_a_file_holds_its_own_edition_only() -> None:
    with pytest.raises(CommandError, match='holds edition "2021-04", not "v9"'):
        policy("timeline", TORBAY, "--raised", BEFORE_EASTER, "--edition", "v9")


def test_dates_past_the_known_years_are_refused_in_words() -> None:
    with pytest.raises(CommandError, match="bank holidays of 2029 are not known"):
        policy("timeline", TORBAY, "--raised", "2028-12-29T10:00")


# By name


@pytest.mark.django_db
def test_a_name_that_nobody_has_loaded_is_found_among_the_delivered() -> None:
    assert dues("torbay", "--raised", BEFORE_EASTER)["4"] == "2026-05-05T23:59:59+01:00"
    assert "delivered with the product, not loaded" in policy("timeline", "torbay", "--raised", BEFORE_EASTER)


@pytest.mark.django_db
@pytest.mark.parametrize(("raised", "edition"), [("2015-06-01", "v2"), ("2026-06-01", "v3")])
def test_a_name_means_the_edition_in_force_when_the_case_is_raised(raised: str, edition: str) -> None:
    assert f"edition {edition} " in policy("timeline", "derbyshire", "--raised", raised)


@pytest.mark.django_db
def test_the_edition_can_be_given() -> None:
    assert [stage["code"] for stage in stages("derbyshire", "--raised", BEFORE_EASTER, "--edition", "v2")] == list(
        "123456"
    )


@pytest.mark.django_db
def test_a_loaded_policy_counts_by_its_partnerships_jurisdiction() -> None:
    load(partnership("harbour", "HAR", Jurisdiction.SCOTLAND))
    assert dues("harbour", "--raised", "2027-03-24T10:00")["1"] == "2027-03-30T23:59:59+01:00"
    by_england = dues("harbour", "--raised", "2027-03-24T10:00", "--jurisdiction", "england-and-wales")
    assert by_england["1"] == "2027-03-31T23:59:59+01:00"


@pytest.mark.django_db
def test_a_loaded_edition_goes_before_the_delivered_one() -> None:
    load(partnership("torbay", "TOR", Jurisdiction.ENGLAND_AND_WALES), changed(('slug = "harbour"', 'slug = "torbay"')))
    assert list(dues("torbay", "--raised", BEFORE_EASTER)) == ["1", "2", "3"]


@pytest.mark.django_db
def test_of_two_partnerships_with_one_policy_the_one_named_counts() -> None:
    load(partnership("harbour", "HAR", Jurisdiction.SCOTLAND))
    load(partnership("moor", "MOO", Jurisdiction.ENGLAND_AND_WALES))
    arguments = ("harbour", "--raised", "2027-03-24T10:00", "--partnership")
    assert dues(*arguments, "harbour")["1"] == "2027-03-30T23:59:59+01:00"
    assert dues(*arguments, "moor")["1"] == "2027-03-31T23:59:59+01:00"


@pytest.mark.django_db
def test_a_partnership_that_has_not_loaded_the_policy_is_refused() -> None:
    with pytest.raises(CommandError, match='"moor" has not loaded a policy "torbay"'):
        policy("timeline", "torbay", "--raised", BEFORE_EASTER, "--partnership", "moor")


@pytest.mark.django_db
def test_an_edition_that_is_not_loaded_is_told_which_are() -> None:
    load(partnership("harbour", "HAR", Jurisdiction.SCOTLAND))
    with pytest.raises(CommandError, match="Loaded editions: 2026"):
        policy("timeline", "harbour", "--raised", BEFORE_EASTER, "--edition", "v9")


@pytest.mark.django_db
def test_an_unknown_name_is_told_what_there_is() -> None:
    with pytest.raises(CommandError, match="plymouth_nursery and torbay"):
        policy("timeline", "nowhere", "--raised", BEFORE_EASTER)


def test_before_there_is_a_database_the_delivered_policies_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoTable:
        def for_slug(self, slug: str) -> "NoTable":
            return self

        def select_related(self, *fields: str) -> "NoTable":
            return self

        def values_list(self, *fields: str, flat: bool) -> list[str]:
            raise DatabaseError("no such table")

    monkeypatch.setattr("policies.chosen.PolicyEdition.objects", NoTable())
    found = choose("torbay", edition=None, partnership=None, on=datetime.date(2026, 4, 2))
    assert found.policy.slug == "torbay"
    assert found.jurisdiction == "england-and-wales"


def test_the_name_of_a_file_that_is_not_there_is_a_located_problem() -> None:
    with pytest.raises(CommandError, match=r"none\.toml:1: the file cannot be read"):
        policy("timeline", "none.toml", "--raised", BEFORE_EASTER)
