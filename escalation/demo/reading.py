"""The tables in `data/`, read and checked: a misspelt word is found at once and not half-way through a case."""

import datetime
import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

DATA = Path(__file__).resolve().parent / "data"
#: The partnerships, in the order in which they are built.
SLUGS = ("torbay", "buckinghamshire", "derbyshire", "derbyshire-v2", "plymouth")

Tier = Literal["line_manager", "senior_manager", "director"]
Kind = Literal["social_care", "police", "health", "school", "nursery", "probation", "housing", "voluntary"]


class Table(BaseModel):
    """A table of a file: nothing in it is overlooked, nothing changes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AgencyPlan(Table):
    """An agency: `key` is what stories call it, `alone` the tiers whose officer has no deputy.

    `titles` are job titles where they differ from those usual for its kind.
    """

    key: str
    name: str
    kind: Kind
    slug: str = ""
    domain: str = ""
    partnerships: tuple[str, ...] = ()
    practitioner: str = ""
    alone: tuple[Tier, ...] = ()
    titles: dict[str, str] = {}


class AbsencePlan(Table):
    """The named officer of a tier is away; days are working days from today's."""

    agency: str
    tier: Tier
    first: Annotated[int, Field(alias="from")]
    last: Annotated[int, Field(alias="to")]


class Story(Table):
    """One case: who raises what with whom, when (working days ago, or on a day), and what happens then.

    `ends` is the stage or state at which the story leaves it. `draft` says how far somebody got who has not sent it.
    `begins` is the stage at which a case of immediate risk begins; `because` why this one is opened again.
    """

    matter: str
    raising: Annotated[str, Field(alias="from")]
    receiving: Annotated[str, Field(alias="to")]
    others: tuple[str, ...] = ()
    ago: int = 0
    on: datetime.date | None = None
    draft: Literal["", "evidence", "all"] = ""
    steps: str = ""
    begins: str = ""
    ground: Literal["risk", "resources", "other"] = "risk"
    situation: str = ""
    restricted: bool = False
    because: str = ""
    ends: str


class PartnershipPlan(Table):
    """A partnership with its policy files (the one in force last), agencies and stories.

    `subjects` turns a matter's theme into a subject of the policy. `since` is the day from which its people hold
    their roles, for a partnership with old cases.
    """

    slug: str
    name: str
    prefix: str
    policies: tuple[str, ...]
    since: datetime.date | None = None
    titles: dict[str, str] = {}
    agency: tuple[AgencyPlan, ...]
    absence: tuple[AbsencePlan, ...] = ()
    subjects: dict[str, str]
    story: tuple[Story, ...]

    def agencies(self) -> list[AgencyPlan]:
        """Its own agencies, complete with slug and domain, and those that it shares with others."""
        own = [
            agency.model_copy(
                update={"slug": f"{self.slug}-{agency.key}", "domain": f"{agency.key}.{self.slug}.example"}
            )
            for agency in self.agency
        ]
        return own + [agency for agency in shared() if self.slug in agency.partnerships]


class Matter(Table):
    """What a disagreement is about, both sides of it, and how it can end."""

    theme: str
    age: int
    decision: str
    decision_by: str
    risk: str
    life: str
    voice: str
    evidence: tuple[tuple[str, str], ...]
    aim: str
    so_far: str
    answer: str
    change: str
    action: str
    who: str

    def evidence_rows(self) -> list[dict[str, str]]:
        return [{"what": what, "source": source} for what, source in self.evidence]


class Phrases(Table):
    """What people write at the stages; of each list the next is taken in turn."""

    talk: tuple[str, ...]
    talk_outcome: tuple[str, ...]
    advice: tuple[str, ...]
    advice_outcome: tuple[str, ...]
    how: tuple[str, ...]
    view: tuple[str, ...]
    ask: tuple[str, ...]
    ask_after_advice: tuple[str, ...]
    approve: tuple[str, ...]
    returned: Annotated[tuple[tuple[str, str], ...], Field(alias="return")]
    extend: tuple[str, ...]
    withdraw: tuple[str, ...]
    reopen: tuple[str, ...]
    refuse: tuple[str, ...]
    urgent: tuple[str, ...]
    immediate_action: str
    cause: str
    natural: str
    decide: tuple[str, ...]
    panel: str


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def shared() -> tuple[AgencyPlan, ...]:
    """The agencies that belong to several partnerships."""
    return tuple(AgencyPlan.model_validate(row) for row in _toml("shared")["agency"])


@cache
def plan(slug: str) -> PartnershipPlan:
    """What is to be built for the partnership. Raises pydantic's ValidationError for a table that is not in order."""
    return PartnershipPlan.model_validate(_toml(slug))


@cache
def matters() -> dict[str, Matter]:
    """The disagreements, by key."""
    return {key: Matter.model_validate(row) for key, row in _toml("matters").items()}


@cache
def phrases() -> Phrases:
    """What people write at the stages."""
    return Phrases.model_validate(_toml("phrases"))


@cache
def titles() -> dict[str, dict[str, str]]:
    """Job titles, by kind of agency and role."""
    return _toml("titles")


@cache
def _names() -> tuple[list[str], list[str]]:
    names = _toml("names")
    return names["first"], names["last"]


def invented_name(number: int) -> str:
    """The name of that number; no two numbers below 2915 (53 first names by 55 surnames) give the same."""
    first, last = _names()
    # The step of 7 keeps people from having two names that begin alike.
    return f"{first[number % len(first)]} {last[number * 7 % len(last)]}"
