"""The append-only record of a case: how an entry is written, and how the chain is verified.

Content hash  = SHA-256 of salt, line feed, canonical content.
Entry hash    = SHA-256 of the canonical list [format, case uuid, number, kind, moment in UTC, person id,
                agency id, stage code, previous entry's hash, content hash].
Canonical     = JSON with sorted keys, no spaces, characters as they are.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agencies.models import Agency, Person
from cases.models import Case, RecordEntry

FORMAT = 1

#: Every kind of entry, with the words that people read for it.
KINDS: Mapping[str, str] = {
    "case.raised": "Disagreement raised",
    "stage.entered": "Stage begun",
    "person.added": "Person added",
    "view.given": "View given",
    "discussion.recorded": "Discussion recorded",
    "date.set": "Date agreed",
    "date.extension_asked": "Later date asked for",
    "date.extension_refused": "Later date not agreed to",
    "date.extended": "Date extended",
    "escalation.asked": "Escalation asked for",
    "escalation.approved": "Escalation approved",
    "escalation.returned": "Request to escalate returned",
    "case.moved_at_once": "Moved at once: immediate risk",
    "clock.late": "Time ran out",
    "resolution.proposed": "Resolution proposed",
    "resolution.agreed": "Resolution agreed to",
    "resolution.refused": "Resolution not agreed to",
    "case.resolved": "Disagreement resolved",
    "panel.convened": "Panel convened",
    "case.decided": "Decision made",
    "case.withdrawn": "Disagreement withdrawn",
    "case.reopened": "Disagreement reopened",
}


def canonical(value: object) -> str:
    """JSON that is the same for equal values: sorted keys, no spaces.  ValueError for NaN and infinity."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def content_hash(salt: str, content: object) -> str:
    return _sha(f"{salt}\n{canonical(content)}")


def entry_hash(entry: RecordEntry, case_uuid: str, previous: str) -> str:
    return _sha(
        canonical(
            [
                FORMAT,
                case_uuid,
                entry.number,
                entry.kind,
                entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
                entry.by_id,
                entry.agency_id,
                entry.stage_code,
                previous,
                entry.content_hash,
            ]
        )
    )


def write_entry(
    *,
    case: Case,
    kind: str,
    at: datetime,
    by: Person | None,
    content: Mapping[str, Any],
    agency: Agency | None = None,
) -> RecordEntry:
    """Append one entry; `by` None is the clock.

    The caller holds the lock on the case's row: it is what keeps two entries from taking one number.
    Raises ValueError for a kind that is not in KINDS.
    """
    if kind not in KINDS:
        raise ValueError(f"Unknown kind of record entry: {kind!r}")
    last = case.entries.order_by("-number").values_list("number", "entry_hash").first() or (0, "")
    entry = RecordEntry(
        case=case,
        number=last[0] + 1,
        kind=kind,
        at=at,
        by=by,
        agency=agency,
        stage_code=case.stage_code,
        content=json.loads(canonical(content)),
        salt=secrets.token_hex(16),
        previous_hash=last[1],
    )
    entry.content_hash = content_hash(entry.salt, entry.content)
    entry.entry_hash = entry_hash(entry, str(case.uuid), entry.previous_hash)
    entry.save()
    return entry


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a record: at which entry, and what."""

    number: int
    what: str


def faults(case: Case) -> Iterator[Fault]:
    """What does not hold in the chain of the case's record; nothing when it is unaltered."""
    previous = ""
    for expected, entry in enumerate(case.entries.order_by("number"), start=1):
        if entry.number != expected:
            yield Fault(expected, f"entry {expected} is missing")
            return
        if entry.previous_hash != previous:
            yield Fault(expected, "does not follow from the entry before it")
        if entry.content_hash != content_hash(entry.salt, entry.content):
            yield Fault(expected, "its content was changed")
        elif entry.entry_hash != entry_hash(entry, str(case.uuid), entry.previous_hash):
            yield Fault(expected, "who, when or what kind was changed")
        previous = entry.entry_hash
    if previous == "" and case.raised_at is not None:
        yield Fault(1, "the record is empty")
