"""The demonstration's people without its cases: who is named and listed, and that each of them can sign in."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth import authenticate

from agencies.models import Agency, Appointment, NamedOfficer, Partnership, Person
from agencies.roles import ROLES
from agencies.tiers import LADDER
from cases.clocks import local_day
from escalation.demo import sign_ins
from escalation.demo.days import Days
from escalation.demo.people import found
from escalation.demo.reading import SLUGS, plan
from policies.workdays import Calendar
from tests.escalation.demos import LONDON, frozen_and_rolled_back

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 8, 11, 0, tzinfo=LONDON)


@pytest.fixture(scope="module", autouse=True)
def there(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Everybody of every partnership."""
    with django_db_blocker.unblock(), frozen_and_rolled_back(NOW):
        for slug in SLUGS:
            found(plan(slug), Days(Calendar("england-and-wales"), local_day(NOW)))
        yield


def test_every_role_of_every_partnership_signs_in(there: None) -> None:
    rows = sign_ins.rows()
    for slug in SLUGS:
        assert {row["role"] for row in rows if row["partnership"] == slug} == set(ROLES)
    one_of_each = {(row["partnership"], row["role"]): row for row in rows}
    for row in one_of_each.values():
        assert authenticate(None, email=row["email"], password=row["password"]) is not None, row
    assert Person.objects.values("password").distinct().count() == 1


def test_every_person_with_a_role_is_listed_once_for_each_partnership(there: None) -> None:
    rows = Counter((row["partnership"], row["agency"], row["role"], row["email"]) for row in sign_ins.rows())
    held = Appointment.objects.filter(until__isnull=True)
    assert set(rows.values()) == {1}
    assert rows.total() == held.filter(role_group__partnership__isnull=False).count() + sum(
        held.filter(role_group__agency__partnerships__slug=slug).count() for slug in SLUGS
    )
    assert {email for *_, email in rows} == set(Person.objects.values_list("email", flat=True))


def test_named_officers_are_listed_first_and_their_deputies_next(there: None) -> None:
    listed = defaultdict(list)
    for row in sign_ins.rows():
        listed[row["agency"], row["role"]].append(row["email"])
    for named in NamedOfficer.objects.filter(agency__isnull=False).select_related("agency", "officer", "deputy"):
        people = [person.email for person in (named.officer, named.deputy) if person]
        assert listed[str(named.agency), named.tier][: len(people)] == people


def test_the_first_of_every_nursery_is_the_practitioner_with_the_most_cases(there: None) -> None:
    nurseries = {agency.name: agency for slug in SLUGS for agency in plan(slug).agencies() if agency.kind == "nursery"}
    first = {row["agency"]: row for row in reversed(sign_ins.rows()) if row["role"] == "practitioner"}
    assert {name: first[name]["name"] for name in nurseries} == {
        name: nursery.practitioner for name, nursery in nurseries.items()
    }


def test_every_tier_is_named_with_a_deputy_but_for_one_director(there: None) -> None:
    tiers = [(agency, tier) for agency in Agency.objects.all() for tier in LADDER]
    assert not [pair for pair in tiers if not pair[0].named_officers.filter(tier=pair[1]).exists()]
    alone = NamedOfficer.objects.filter(agency__isnull=False, deputy__isnull=True)
    assert [(str(named.agency), named.tier) for named in alone] == [("Lantern Family Project", "director")]
    assert NamedOfficer.objects.filter(partnership__isnull=False).count() == 2 * Partnership.objects.count()


def test_panel_pool_comes_from_four_agencies_at_least(there: None) -> None:
    for slug in SLUGS:
        pool = Person.objects.filter(groups__role_group__role="panel_pool", groups__role_group__partnership__slug=slug)
        agencies = Agency.objects.filter(rolegroup__group__user__in=pool).distinct()
        assert agencies.count() >= 4


def test_addresses_and_telephone_numbers_lead_nowhere(there: None) -> None:
    for email, phone in Person.objects.values_list("email", "phone"):
        assert email.endswith(".example")
        assert re.fullmatch(r"01632 960\d{3}", phone)
    for mailbox in Partnership.objects.values_list("mailbox", flat=True):
        assert mailbox.endswith(".example")
