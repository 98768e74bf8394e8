"""The cast is as the product's own services would have made it."""

import pytest

from agencies.models import Appointment, Person
from agencies.services import appoint
from tests.cases.cast import SINCE, Cast

pytestmark = pytest.mark.django_db


def test_everybody_holds_their_role_as_if_appointed_one_by_one(cast: Cast) -> None:
    """`appoint` changes nothing for who holds the role already, so it must find nothing to do."""
    held = list(Appointment.objects.select_related("person", "role_group__agency", "role_group__partnership"))
    memberships = Person.groups.through.objects.count()
    assert len(held) == memberships > 30
    for appointment in held:
        group = appointment.role_group
        again = appoint(
            person=appointment.person,
            role=group.role,
            at=SINCE,
            agency=group.agency,
            partnership=group.partnership,
        )
        assert again == appointment
    assert Person.groups.through.objects.count() == memberships


def test_nobody_of_the_cast_can_sign_in_without_a_password(cast: Cast) -> None:
    assert not any(person.has_usable_password() for person in Person.objects.all())
