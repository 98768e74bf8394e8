"""The demonstration as it is built: all of it in the week after Easter, one partnership in the night of a New Year."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import F, Q
from django.test import Client

from agencies.directory import officer_for
from agencies.models import Agency, Partnership, Person
from agencies.tiers import Tier
from cases.access import visible_to
from cases.clocks import calendar_of, local_day
from cases.models import Answer, Case, Clock, Participant, RecordEntry
from cases.record import faults
from cases.sweep import SweepReport, sweep
from escalation.demo.load import load, missing
from escalation.demo.reading import SLUGS, plan
from escalation.demo.recruits import PASSWORD
from notifications.inbox import unread_count
from notifications.models import Notification, State
from policies.models import PolicyEdition
from policies.reading import parse
from policies.sources import LIBRARY, read_text
from tests.escalation.demo_states import EVERYWHERE, STATES, raised
from tests.escalation.demos import LONDON, frozen_and_rolled_back

pytestmark = pytest.mark.django_db
ENDED = {"draft", "resolved", "withdrawn"}
#: Wednesday after Easter Monday 2026: Good Friday and Easter Monday lie in the days just past.
AFTER_EASTER = datetime(2026, 4, 8, 11, 0, tzinfo=LONDON)
#: The night of a Sunday between New Year's Day and the first working day: half the cases were raised last year.
NEW_YEAR = datetime(2027, 1, 3, 0, 30, tzinfo=LONDON)
BUILT = {"after Easter": (AFTER_EASTER, SLUGS), "New Year": (NEW_YEAR, ("torbay",))}

ALL_OF_IT = pytest.mark.parametrize("now", ["after Easter"], indirect=True)


@pytest.fixture(scope="module", params=BUILT)
def now(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Iterator[datetime]:
    """The moment at which the demonstration was built, and still is."""
    at, slugs = BUILT[request.param]
    with django_db_blocker.unblock(), frozen_and_rolled_back(at):
        for slug in slugs:
            load(slug, now=at)
        yield at


@pytest.fixture
def slugs(now: datetime) -> tuple[str, ...]:
    return next(slugs for at, slugs in BUILT.values() if at == now)


# --- People ----------------------------------------------------------------------------------------------------------


def test_nora_of_the_nursery_signs_in_on_the_page_and_finds_her_cases(now: datetime) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {"login": "nora.finch@nursery.torbay.example", "password": PASSWORD})
    assert answer.status_code == 302
    case = raised().filter(raised_by__email="nora.finch@nursery.torbay.example").first()
    assert case is not None
    assert client.get("/").status_code == 200
    assert client.get(f"/cases/{case.reference}/").status_code == 200


def test_a_director_who_is_away_without_deputy_leaves_a_request_to_the_business_manager(now: datetime) -> None:
    asked = raised().filter(requests__answer=Answer.WAITING, requests__put_before__isnull=True)
    assert [(case.partnership.slug, case.state) for case in asked] == [("torbay", "director")]
    project = Agency.objects.get(slug="torbay-family-project")
    assert asked.filter(parties__agency=project, parties__side="raising").exists()
    partnership = Partnership.objects.get(slug="torbay")
    contact = officer_for(agency=project, tier=Tier.DIRECTOR, on=local_day(now), partnership=partnership)
    assert (contact.person, contact.email) == (None, partnership.mailbox)


def test_deputies_are_asked_where_the_officer_is_away(now: datetime) -> None:
    care = Agency.objects.get(slug="torbay-care")
    contact = officer_for(
        agency=care,
        tier=Tier.LINE_MANAGER,
        on=local_day(now),
        partnership=Partnership.objects.get(slug="torbay"),
    )
    assert contact.standing_in_for == care.named_officers.get(tier=Tier.LINE_MANAGER).officer
    assert Participant.objects.filter(person=contact.person, case__partnership__slug="torbay").exists()


# --- Cases -----------------------------------------------------------------------------------------------------------


def test_every_story_ends_where_its_table_says(now: datetime, slugs: tuple[str, ...]) -> None:
    for slug in slugs:
        cases = Case.objects.filter(partnership__slug=slug)
        found = Counter(case.state if case.state in ENDED else case.stage_code for case in cases)
        assert found == Counter(story.ends for story in plan(slug).story), slug


@ALL_OF_IT
@pytest.mark.parametrize("name", STATES)
def test_there_is_a_case(now: datetime, name: str) -> None:
    assert STATES[name]().exists()


@pytest.mark.parametrize("name", EVERYWHERE)
def test_every_partnership_has_a_case(now: datetime, slugs: tuple[str, ...], name: str) -> None:
    assert {case.partnership.slug for case in STATES[name]().select_related("partnership")} == set(slugs)


def test_every_partnership_has_an_open_case_at_every_stage(now: datetime, slugs: tuple[str, ...]) -> None:
    for slug in slugs:
        policy = parse(read_text(LIBRARY / plan(slug).policies[-1]), path=slug)
        at = raised().filter(partnership__slug=slug, ended_at=None, edition__edition=policy.edition)
        assert set(at.values_list("stage_code", flat=True)) == {stage.code for stage in policy.stages}, slug


def test_every_record_is_whole(now: datetime) -> None:
    for case in raised():
        assert list(faults(case)) == [], case


def test_nothing_happened_in_the_future(now: datetime) -> None:
    today = datetime(now.year, now.month, now.day, tzinfo=LONDON)
    assert not RecordEntry.objects.filter(at__gt=now).exists()
    assert not RecordEntry.objects.filter(by__isnull=False, at__gte=today).exists()
    assert not Notification.objects.filter(Q(created_at__gt=now) | Q(sent_at__gt=now)).exists()


def test_people_worked_on_working_days_by_daylight(now: datetime) -> None:
    for case in raised().select_related("partnership"):
        calendar = calendar_of(case.partnership)
        for at in case.entries.filter(by__isnull=False).values_list("at", flat=True):
            assert calendar.is_working_day(local_day(at)), case
            assert 9 <= at.astimezone(LONDON).hour < 18, case


def test_references_count_up_by_date(now: datetime, slugs: tuple[str, ...]) -> None:
    for slug in slugs:
        cases = list(raised().filter(partnership__slug=slug).order_by("raised_at"))
        for one, other in pairwise(cases):
            assert str(one.reference) < str(other.reference)
        for case in cases:
            assert case.raised_at is not None
            assert f"-{case.raised_at.astimezone(LONDON).year}-" in str(case.reference)


def test_a_restricted_case_is_for_those_named(now: datetime) -> None:
    for case in raised().filter(restricted=True):
        named = set(case.participants.values_list("person", flat=True))
        agencies = case.parties.values("agency")
        of_the_agencies = Q(groups__role_group__agency__in=agencies)
        around = Person.objects.filter(of_the_agencies | Q(groups__role_group__partnership=case.partnership)).distinct()
        assert around.count() > 20
        assert {person.pk for person in around if visible_to(person).filter(pk=case.pk).exists()} == named


@ALL_OF_IT
def test_a_case_of_the_earlier_edition_is_open_beside_those_of_the_one_in_force(now: datetime) -> None:
    partnership = Partnership.objects.get(slug="derbyshire")
    in_force = PolicyEdition.objects.in_force(partnership, local_day(now))
    assert in_force is not None
    assert in_force.edition == "v3"
    cases = raised().filter(partnership=partnership)
    assert cases.filter(edition__edition="v2", ended_at=None).exists()
    assert not cases.filter(edition__edition="v2", raised_at__gte=datetime(2017, 11, 1, tzinfo=UTC)).exists()
    earlier = Partnership.objects.get(slug="derbyshire-v2")
    assert set(raised().filter(partnership=earlier).values_list("edition__edition", flat=True)) == {"v2"}


# --- Clocks and messages ---------------------------------------------------------------------------------------------


def test_late_is_exactly_what_is_past_its_date(now: datetime) -> None:
    still_open = raised().filter(ended_at=None)
    past = set(still_open.filter(due_at__lt=now))
    assert past == set(still_open.filter(late_since__isnull=False))
    assert past


def test_a_sweep_right_after_finds_nothing_to_do(now: datetime) -> None:
    assert not Clock.objects.filter(next_step_at__lte=now).exists()
    assert sweep(at=now) == SweepReport()


def test_every_open_case_has_a_step_to_come(now: datetime) -> None:
    for case in raised().filter(ended_at=None):
        assert case.clocks.filter(next_step_at__gt=now).exists(), case


def test_no_message_of_the_past_is_still_to_be_sent(now: datetime) -> None:
    assert Notification.objects.exists()
    assert set(Notification.objects.values_list("state", flat=True)) == {State.SENT.value}
    assert not Notification.objects.exclude(sent_at=F("created_at")).exists()


def test_some_people_have_messages_that_they_have_not_read(now: datetime) -> None:
    unread = [person for person in Person.objects.all() if unread_count(person)]
    assert 5 < len(unread) < Person.objects.count() / 2
    assert Notification.objects.filter(read_at__isnull=False).count() > Notification.objects.count() / 2


# --- Again -----------------------------------------------------------------------------------------------------------


def how_many() -> list[int]:
    return [model.objects.count() for model in (Partnership, Agency, Person, Case, RecordEntry, Notification)]


def test_only_what_is_missing_would_be_loaded(now: datetime, slugs: tuple[str, ...]) -> None:
    assert missing() == [slug for slug in SLUGS if slug not in slugs]


@ALL_OF_IT
def test_second_run_adds_nothing_and_says_so(now: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    before = how_many()
    call_command("demo")
    assert how_many() == before
    assert capsys.readouterr().out == "The demonstration is there already: nothing was added.\n"
