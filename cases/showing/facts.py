"""What an entry of the record holds, in words: labels and text, never the data as it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from escalation.dates import END_OF_DAY, day_words, moment_words

#: The words for what entries hold.  What has no words here is shown under its own name, spelt out.
LABELS: Mapping[str, str] = {
    "held_at": "When it took place",
    "who": "Who took part",
    "how": "How",
    "summary": "What was said",
    "outcome": "Outcome",
    "prompts": "The policy's questions",
    "view": "View",
    "evidence": "Evidence",
    "wanted": "What they want to happen",
    "due": "New date",
    "old": "Date before",
    "agreed_with": "Agreed with",
    "asked_by": "Asked by",
    "reasons": "Reasons",
    "missing": "What is missing",
    "to": "To stage",
    "from": "From stage",
    "confirmed": "Confirmed",
    "put_before": "Put before",
    "why_them": "Why they are asked",
    "what_changes": "What changes",
    "actions": "Actions",
    "review_on": "Reviewed on",
    "overtaken_by_events": "Overtaken by events",
    "cause": "What lay beneath it",
    "outcome_name": "Decision",
    "with_panel": "With a panel",
    "members": "Members",
    "people": "People",
    "dates": "Dates",
    "parties": "Agencies",
    "edition": "Policy edition",
    "decision": "Decision disputed",
    "decision_by": "Whose decision",
    "decision_on": "Date of the decision",
    "risk": "Why a child may be at risk",
    "child_life": "What life is like for the child",
    "child_voice": "What the child and family say",
    "aim": "What the raiser wants to achieve",
    "actions_to_date": "Actions to date",
    "child_birth_year": "Child's year of birth",
    "limit": "Time limit",
    "reason": "How the date came about",
}
#: Numbers and codes that stand for something else in the same entry, or mean nothing to people.
UNSAID = frozenset({"person", "decision_maker", "ends_case", "stage", "tier"})
SHORT = 80
SIDES: Mapping[str, str] = {"raising": "Raised by", "receiving": "Raised with", "other": "Also concerned"}


@dataclass(frozen=True)
class Fact:
    """One line of an entry: a label and what was said, one string for each point."""

    label: str
    lines: tuple[str, ...]

    @property
    def short(self) -> bool:
        """Whether it fits on one line with its label."""
        return len(self.lines) == 1 and len(self.lines[0]) < SHORT and "\n" not in self.lines[0]


def _moment(moment: datetime) -> str:
    """The end of a day is said as the day."""
    ends_day = timezone.localtime(moment).time() >= END_OF_DAY
    return day_words(moment) if ends_day else moment_words(moment)


def _text(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    said = str(value)
    try:
        if key in {"due", "old", "held_at"}:
            return _moment(datetime.fromisoformat(said))
        if key in {"review_on", "decision_on", "by_when"}:
            return day_words(date.fromisoformat(said))
    except ValueError:
        # A record that was tampered with must still open, for whoever verifies it.
        return said
    return said


def _evidence(row: Mapping[str, Any]) -> str:
    return f"{row.get('what', '')} (source: {row.get('source') or 'not given'})"


def _action(row: Mapping[str, Any]) -> str:
    return f"{row.get('what', '')}: {row.get('who', '')}, by {_text('by_when', row.get('by_when', ''))}"


def _seat(row: Mapping[str, Any]) -> str:
    deputy = f", deputy for {row['standing_in_for']}" if row.get("standing_in_for") else ""
    side = f"{row['agency']}: " if row.get("agency") else ""
    return f"{side}{row.get('name', '')}{deputy} ({row.get('why', '')})"


def _date(row: Mapping[str, Any]) -> str:
    return f"{_text('due', row['due']) if row.get('due') else 'No date yet'}. {row.get('reason', '')}"


def _prompt(row: Mapping[str, Any]) -> str:
    return f"{row.get('prompt', '')} – {row.get('answer', '')}"


def _party(row: Mapping[str, Any]) -> str:
    return f"{SIDES.get(str(row.get('side')), '')}: {row.get('agency', '')}"


def _member(row: Mapping[str, Any]) -> str:
    return f"{row.get('name', '')}, {row.get('agency', '')}"


def _plain(row: Mapping[str, Any]) -> str:
    return ", ".join(_text(key, value) for key, value in row.items() if value not in (None, "", []))


ROWS = {
    "evidence": _evidence,
    "actions": _action,
    "people": _seat,
    "dates": _date,
    "prompts": _prompt,
    "parties": _party,
    "members": _member,
}


def _lines(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return (_plain(value),)
    if isinstance(value, list):
        say = ROWS.get(key, _plain)
        return tuple(say(row) if isinstance(row, Mapping) else str(row) for row in value)
    return (_text(key, value),)


def _label(key: str) -> str:
    return LABELS.get(key) or key.replace("_", " ").capitalize()


def facts(content: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> list[Fact]:
    """What the entry says, point by point, left out where nothing was said.

    `names` maps a key to the words for its codes, such as those of stages for "to" and "from".
    """
    said = []
    for key in sorted(content, key=_order):
        value = content[key]
        if key in UNSAID or value in (None, "", []) or value is False:
            continue
        if isinstance(value, str) and key in names:
            value = names[key].get(value, value)
        said.append(Fact(_label(key), _lines(key, value)))
    return said


_ORDER = {key: place for place, key in enumerate(LABELS)}


def _order(key: str) -> int:
    return _ORDER.get(key, len(_ORDER))
