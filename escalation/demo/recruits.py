"""People taken on by the dozen: made, and given their roles, with a handful of statements for a whole agency.

The role groups and their permissions are made by `agencies.services.role_group`; only the rows of people, memberships
and appointments are written here, all at once, which `agencies.services.appoint` does one person at a time.
"""

from datetime import datetime
from functools import cache

from django.contrib.auth.hashers import make_password

from agencies.models import Agency, Appointment, Partnership, Person, RoleGroup
from agencies.services import role_group
from escalation.demo.reading import SLUGS, invented_name

#: Everybody's in a demonstration, and no secret; long enough for the rules on passwords, easy to type on a telephone.
PASSWORD = "otters-share-the-river"  # noqa: S105  # nosec B105

#: Telephone numbers that are set aside for drama and lead nowhere: 01632 960000 to 960999.
FIRST_PHONE, PHONES = 960000, 1000
NAMES_EACH = 150


@cache
def hashed_password() -> str:
    """Hashing is slow on purpose; of one password for everybody, once is enough."""
    return make_password(PASSWORD)


class Recruits:
    """Takes people on, each under the next invented name. Until `take_up` none of them is in the database."""

    def __init__(self, slug: str, since: datetime) -> None:
        self.number = SLUGS.index(slug) * NAMES_EACH
        self.made = 0
        self.since = since
        self._people: list[Person] = []
        self._given: list[tuple[Person, RoleGroup]] = []

    def person(self, domain: str, job_title: str, name: str = "") -> Person:
        """The next person, who signs in with a readable address at `domain`."""
        name = name or invented_name(self.number)
        self.number += 1
        self.made += 1
        person = Person(
            name=name,
            email=f"{name.lower().replace(' ', '.')}@{domain}",
            job_title=job_title,
            phone=f"01632 {FIRST_PHONE + self.number * 7 % PHONES}",
            password=hashed_password(),
            date_joined=self.since,
        )
        self._people.append(person)
        return person

    def give(self, person: Person, group: RoleGroup) -> None:
        """Give the person the role."""
        self._given.append((person, group))

    def take_up(self) -> None:
        """Write down everybody who is new, and the roles that they hold from `since` on."""
        Person.objects.bulk_create(self._people)
        membership = Person.groups.through
        membership.objects.bulk_create(
            membership(person_id=person.pk, group_id=group.group_id) for person, group in self._given
        )
        Appointment.objects.bulk_create(
            Appointment(person=person, role_group=group, since=self.since) for person, group in self._given
        )
        self._people, self._given = [], []


class Place:
    """The roles at one agency or partnership, each group looked up once."""

    def __init__(self, *, agency: Agency | None = None, partnership: Partnership | None = None) -> None:
        self.agency = agency
        self.partnership = partnership
        self._groups: dict[str, RoleGroup] = {}

    def group(self, role: str) -> RoleGroup:
        """The role's group at the place, made if it is the first time."""
        if role not in self._groups:
            self._groups[role] = role_group(role=role, agency=self.agency, partnership=self.partnership)
        return self._groups[role]
