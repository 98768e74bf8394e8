"""A directory written down in a TOML file: how an installation gets its partnerships, agencies and people.

Loading adds and changes what the file names and removes nothing, so the same file can be loaded again.
"""

import tomllib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, TypeVar

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from agencies.models import Agency, AgencyKind, Jurisdiction, OnExpiry, Partnership, Person
from agencies.roles import ROLES
from agencies.services import appoint, name_officer
from agencies.tiers import LADDER, PARTNERSHIP_TIERS, Tier

Row = TypeVar("Row")
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,49}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254, to_lower=True)]


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
    """A role of the person: at an agency or at a partnership, as the role wants."""

    role: str
    at: Slug

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
    return Counter(
        partnerships=len(directory.partnership),
        agencies=len(directory.agency),
        people=len(directory.person),
        officers=len(directory.officer),
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
            appoint(person=person, role=held.role, agency=_known(agencies, held.at, "agency"), at=at)
        else:
            appoint(person=person, role=held.role, partnership=_known(partnerships, held.at, "partnership"), at=at)


def _save_officer(
    part: OfficerPart, agencies: dict[str, Agency], partnerships: dict[str, Partnership], at: datetime
) -> None:
    people = {row.email: row for row in Person.objects.filter(email__in=[part.officer, part.deputy])}
    officer = _known(people, part.officer, "person")
    deputy = _known(people, part.deputy, "person") if part.deputy else None
    if part.tier in LADDER:
        agency = _known(agencies, part.at, "agency")
        name_officer(tier=part.tier, officer=officer, deputy=deputy, agency=agency, confirmed_on=at.date())
    elif part.tier in PARTNERSHIP_TIERS:
        partnership = _known(partnerships, part.at, "partnership")
        name_officer(tier=part.tier, officer=officer, deputy=deputy, partnership=partnership, confirmed_on=at.date())
    else:
        raise DirectoryFileError([f"Nobody is named at the tier {part.tier.value!r}."])
