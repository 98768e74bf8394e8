"""The demonstration's tables, as they stand in the files: found wanting without building anything."""

import re
from datetime import date

import pytest

from escalation.demo.days import Days, moment
from escalation.demo.deeds import DEEDS
from escalation.demo.reading import DATA, SLUGS, Story, invented_name, matters, plan, shared, titles
from policies.reading import parse
from policies.sources import LIBRARY, read_text
from policies.workdays import Calendar

ENDED = {"draft", "resolved", "withdrawn"}
WORDS_OF_TIME = {"wait", "to", "late", "up"}
STORIES = [(slug, story) for slug in SLUGS for story in plan(slug).story]


@pytest.mark.parametrize(("slug", "story"), STORIES, ids=lambda value: getattr(value, "matter", value))
def test_story_names_only_what_there_is(slug: str, story: Story) -> None:
    keys = {agency.key for agency in plan(slug).agencies()}
    assert {story.raising, story.receiving, *story.others} <= keys
    assert story.raising != story.receiving
    assert story.matter in matters()
    words = {step.strip().partition(" ")[0] for step in story.steps.split(",") if step.strip()}
    assert words <= DEEDS.keys() | WORDS_OF_TIME
    editions = [parse(read_text(LIBRARY / name), path=name) for name in plan(slug).policies]
    assert story.ends in ENDED | {stage.code for policy in editions for stage in policy.stages}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_matter_has_a_subject_of_the_policy(slug: str) -> None:
    policy = parse(read_text(LIBRARY / plan(slug).policies[-1]), path=slug)
    assert set(plan(slug).subjects.values()) <= {subject.code for subject in policy.subjects}
    assert {matter.theme for matter in matters().values()} <= plan(slug).subjects.keys()


@pytest.mark.parametrize("slug", SLUGS)
def test_partnership_has_agencies_of_many_kinds_and_a_nursery(slug: str) -> None:
    agencies = plan(slug).agencies()
    assert 6 <= len(agencies) <= 10
    assert len({agency.kind for agency in agencies}) >= 5
    assert {"nursery", "social_care", "police", "health", "school"} <= {agency.kind for agency in agencies}


def test_a_police_force_and_a_health_trust_belong_to_several_partnerships() -> None:
    several = {agency.kind for agency in shared() if len(agency.partnerships) > 1}
    assert several == {"police", "health"}


def test_register_is_full_enough_to_search_in() -> None:
    for slug in SLUGS:
        assert 20 <= len(plan(slug).story) <= 40


def test_no_two_people_are_called_alike() -> None:
    names = [invented_name(number) for number in range(len(SLUGS) * 150)]
    assert len(set(names)) == len(names)


def test_every_kind_of_agency_has_a_title_for_every_role() -> None:
    kinds = {agency.kind for slug in SLUGS for agency in plan(slug).agencies()}
    roles = {"practitioner", "line_manager", "senior_manager", "director", "named_lead", "agency_administrator"}
    for kind in kinds:
        assert titles()[kind].keys() == roles


def test_tables_hold_no_address_and_no_telephone_number() -> None:
    for path in DATA.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert "@" not in text, path.name
        assert not re.search(r"\b0\d{3,4}[ -]?\d{3}", text), path.name
        assert all(domain.endswith(".example") for domain in re.findall(r'domain = "([^"]+)"', text))


class TestDays:
    """Christmas 2026: Friday 25 December, and Monday 28 December in place of the Saturday, do not count."""

    days = Days(Calendar("england-and-wales"), date(2026, 12, 29))

    def test_zero_is_today_on_a_working_day(self) -> None:
        assert self.days[0] == date(2026, 12, 29)

    def test_zero_is_the_next_working_day_on_a_day_off(self) -> None:
        assert Days(Calendar("england-and-wales"), date(2026, 12, 26))[0] == date(2026, 12, 29)

    def test_days_off_are_not_counted_backwards(self) -> None:
        assert [self.days[number] for number in (-1, -2)] == [date(2026, 12, 24), date(2026, 12, 23)]

    def test_days_off_are_not_counted_forwards(self) -> None:
        assert [self.days[number] for number in (2, 3)] == [date(2026, 12, 31), date(2027, 1, 4)]

    def test_before_and_later_undo_each_other(self) -> None:
        assert self.days.later(self.days.before(date(2027, 1, 5), 4), 4) == date(2027, 1, 5)

    def test_a_moment_is_one_of_london(self) -> None:
        assert moment(date(2026, 7, 1), 9 * 60 + 5).isoformat() == "2026-07-01T09:05:00+01:00"
