"""Cases for the register: at a stage, in numbers, and the page read back as rows."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Protocol
from zoneinfo import ZoneInfo

from cases.models import Case, Participant, Party
from tests.cases.cast import Cast, a_case
from tests.cases.journeys import climb

LONDON = ZoneInfo("Europe/London")
#: Thursday 2 April 2026, 10:00; stages 1 and 2 of Torbay run out at the end of Monday 13 April.
RAISED = datetime(2026, 4, 2, 10, 0, tzinfo=LONDON)
#: Thursday 16 April 2026, noon: three working days after that.
NOON = datetime(2026, 4, 16, 12, 0, tzinfo=LONDON)

_ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


class Answer(Protocol):
    """A page that came back."""

    @property
    def content(self) -> bytes: ...


def at_stage(cast: Cast, code: str, raised: datetime = RAISED, **answers: object) -> Case:
    """A case of Nora's that has climbed to the stage `code` within two hours of `raised`."""
    case = a_case(cast, raised, **answers)
    hours = 0
    while case.stage_code != code:
        hours += 1
        climb(cast, case, raised + timedelta(minutes=20 * hours))
    return case


def many_like(case: Case, number: int) -> list[Case]:
    """More cases like `case`, with its parties and people, each due a minute later than the one before."""
    fields = [field.attname for field in Case._meta.concrete_fields if field.attname not in {"id", "uuid", "reference"}]
    base = {name: getattr(case, name) for name in fields}
    copies = [Case(**base, reference=f"MANY-2026-{index:04d}") for index in range(1, number + 1)]
    for index, copy in enumerate(copies, start=1):
        copy.due_at = case.due_at + timedelta(minutes=index) if case.due_at else None
    made = Case.objects.bulk_create(copies)
    Party.objects.bulk_create(
        Party(case=copy, agency_id=party.agency_id, side=party.side) for copy in made for party in case.parties.all()
    )
    Participant.objects.bulk_create(
        Participant(case=copy, person_id=one.person_id, tier=one.tier, why=one.why, since=one.since)
        for copy in made
        for one in case.participants.all()
        if one.tier == case.state
    )
    return made


def words(html: str) -> str:
    """What a person reads of a piece of a page: no tags, single spaces."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def page(response: Answer) -> str:
    return words(response.content.decode())


def table(response: Answer, marked: str = "app-register") -> list[str]:
    """The rows of the page's table of cases in words, its heading left out."""
    html = response.content.decode()
    if marked not in html:
        return []
    body = html.split(marked, 1)[1].split("</table>", 1)[0].split("<tbody", 1)[1]
    return [words(row) for row in _ROW.findall(body)]


def references(response: Answer) -> list[str]:
    """The references on the page, in its order."""
    return [row.split(" ", 1)[0] for row in table(response)]
