"""A directory written down in a TOML file: how an installation gets its partnerships, agencies and people.

Loading adds and changes what the file names and removes only what it says has ended, so the same file can be
loaded again.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, TypedDict, TypeVar

from django.db import transaction
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from agencies.models import Agency, AgencyKind, Jurisdiction, OnExpiry, Partnership, Person
from agencies.roles import ROLES
from agencies.services import appoint, end_appointment, name_officer, record_absence, role_group
from agencies.tiers import LADDER, PARTNERSHIP_TIERS, Tier

Row = TypeVar("Row")
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,49}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254, to_lower=True)]


class Places(TypedDict, total=False):
    """Where a role is held, as the services want it said: one of the two."""

    agency: Agency
    partnership: Partnership


class DirectoryFileError(ValueError):
    """What is wrong with a directory file, one line for each thing: where, what was found, what is wanted."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class PartnershipPart(_Part):
    slug: Slug
    name: Line
    prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}$")]
    mailbox: Email
    urgent_advice: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    jurisdiction: Jurisdiction = Jurisdiction.ENGLAND_AND_WALES
    on_expiry: OnExpiry = OnExpiry.ASK


class AgencyPart(_Part):
    slug: Slug
    name: Line
    kind: AgencyKind
    partnerships: tuple[Slug, ...] = Field(min_length=1)


class RolePart(_Part):
    """A role of the person: at an agency or at a partnership, as the role wants.  `ended` takes it away again."""

    role: str
    at: Slug
    ended: bool = False

    @model_validator(mode="after")
    def _known(self) -> "RolePart":
        if self.role not in ROLES:
            raise ValueError(f"there is no role {self.role!r}; choose one of {', '.join(ROLES)}")
        return self


class PersonPart(_Part):
    email: Email
    name: Line
    job_title: Annotated[str, StringConstraints(max_length=150)] = ""
    phone: Annotated[str, StringConstraints(max_length=30)] = ""
    roles: tuple[RolePart, ...] = ()


class AbsencePart(_Part):
    """Days on which a person is away, both included: their deputy is asked instead."""

    email: Email
    first_day: date
    last_day: date


class OfficerPart(_Part):
    """Whom to ring at a tier: of an agency for the ladder, of a partnership for the tiers outside it."""

    at: Slug
    tier: Tier
    officer: Email
    deputy: Email | None = None


class DirectoryFile(_Part):
    partnership: tuple[PartnershipPart, ...] = ()
    agency: tuple[AgencyPart, ...] = ()
    person: tuple[PersonPart, ...] = ()
    officer: tuple[OfficerPart, ...] = ()
    absence: tuple[AbsencePart, ...] = ()


def read_directory(text: str) -> DirectoryFile:
    """The directory that the text describes.  Raises DirectoryFileError with every problem and its place."""
    try:
        return DirectoryFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise DirectoryFileError([f"This is not TOML: {error}."]) from error
    except ValidationError as error:
        raise DirectoryFileError([_in_words(problem["loc"], problem["msg"]) for problem in error.errors()]) from error


def _in_words(place: tuple[int | str, ...], message: str) -> str:
    where = " ".join(f"no. {part + 1}" if isinstance(part, int) else part for part in place)
    return f"{where}: {message}."


@transaction.atomic
def load_directory(directory: DirectoryFile, *, at: datetime) -> Counter[str]:
    """Add and change what the file names, all or nothing; how many of each kind it names.

    People are made without a password: they ask for a link on the sign-in page.  Raises DirectoryFileError
    for a slug or an address that neither the file nor the database knows.
    """
    partnerships = {part.slug: _save_partnership(part) for part in directory.partnership}
    partnerships = {**{row.slug: row for row in Partnership.objects.all()}, **partnerships}
    for part in directory.agency:
        _save_agency(part, partnerships)
    agencies = {row.slug: row for row in Agency.objects.all()}
    for person in directory.person:
        _save_person(person, agencies, partnerships, at)
    for officer in directory.officer:
        _save_officer(officer, agencies, partnerships, at)
    for absence in directory.absence:
        _save_absence(absence)
    return Counter(
        partnerships=len(directory.partnership),
        agencies=len(directory.agency),
        people=len(directory.person),
        officers=len(directory.officer),
        absences=len(directory.absence),
    )


def _save_partnership(part: PartnershipPart) -> Partnership:
    row, _ = Partnership.objects.update_or_create(slug=part.slug, defaults=part.model_dump(exclude={"slug"}))
    return row


def _known(rows: Mapping[str, Row], slug: str, what: str) -> Row:
    if slug not in rows:
        raise DirectoryFileError([f"There is no {what} {slug!r}, neither in this file nor loaded before."])
    return rows[slug]


def _save_agency(part: AgencyPart, partnerships: dict[str, Partnership]) -> None:
    row, _ = Agency.objects.update_or_create(slug=part.slug, defaults={"name": part.name, "kind": part.kind})
    row.partnerships.add(*(_known(partnerships, slug, "partnership") for slug in part.partnerships))


def _save_person(
    part: PersonPart, agencies: dict[str, Agency], partnerships: dict[str, Partnership], at: datetime
) -> None:
    person = Person.objects.filter(email=part.email).first() or Person(email=part.email)
    person.name, person.job_title, person.phone = part.name, part.job_title, part.phone
    if person._state.adding:
        person.set_unusable_password()
    person.save()
    for held in part.roles:
        if ROLES[held.role].scope == "agency":
            places: Places = {"agency": _known(agencies, held.at, "agency")}
        else:
            places = {"partnership": _known(partnerships, held.at, "partnership")}
        _hold(person, held, places, at)


def _hold(person: Person, held: RolePart, places: Places, at: datetime) -> None:
    if not held.ended:
        appoint(person=person, role=held.role, at=at, **places)
        return
    group = role_group(role=held.role, **places)
    for appointment in person.appointments.filter(role_group=group, until__isnull=True):
        end_appointment(appointment=appointment, at=at)


def _save_absence(part: AbsencePart) -> None:
    person = Person.objects.filter(email=part.email).first()
    if person is None:
        raise DirectoryFileError([f"There is no person {part.email!r}, neither in this file nor loaded before."])
    if not person.absences.filter(first_day=part.first_day, last_day=part.last_day).exists():
        record_absence(person=person, first_day=part.first_day, last_day=part.last_day)


def _save_officer(
    part: OfficerPart, agencies: dict[str, Agency], partnerships: dict[str, Partnership], at: datetime
) -> None:
    # The day in the time zone of the installation, Europe/London, not in UTC.
    today = timezone.localdate(at)
    people = {row.email: row for row in Person.objects.filter(email__in=[part.officer, part.deputy])}
    officer = _known(people, part.officer, "person")
    deputy = _known(people, part.deputy, "person") if part.deputy else None
    if part.tier in LADDER:
        agency = _known(agencies, part.at, "agency")
        name_officer(tier=part.tier, officer=officer, deputy=deputy, agency=agency, confirmed_on=today)
    elif part.tier in PARTNERSHIP_TIERS:
        partnership = _known(partnerships, part.at, "partnership")
        name_officer(tier=part.tier, officer=officer, deputy=deputy, partnership=partnership, confirmed_on=today)
    else:
        raise DirectoryFileError([f"Nobody is named at the tier {part.tier.value!r}."])
