"""The register as a CSV file that a spreadsheet can open without running anything."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Protocol

from django.utils import timezone

from cases.models import Case
from register.rows import Row, rows
from register.selection import Selection
from register.stages import Editions

CHUNK = 200
#: Tells spreadsheets that the file is UTF-8.
BOM = "\ufeff"
HEADINGS = (
    "Reference",
    "Stage",
    "Raised by",
    "Raised with",
    "Also concerned",
    "Subject",
    "Raised on",
    "At this stage since",
    "Working days at this stage",
    "Due",
    "Late",
    "Working days late",
    "Waiting for approval by",
    "Who must act",
    "How it ended",
    "Ended on",
    "Not shown in full",
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# What a spreadsheet takes for the start of a formula, the full-width forms among them.
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]")


def harmless(value: object) -> str:
    """The cell as text that no spreadsheet runs: an apostrophe before whatever would begin a formula.

    A control character at the front (tab, carriage return) also earns one; everywhere, control characters become
    spaces.
    """
    text = "" if value is None else str(value)
    clean = _CONTROL.sub(" ", text)
    return f"'{clean}" if _FORMULA.match(clean) or _CONTROL.match(text) else clean


class _Echo:
    """A file that gives back what is written to it, so that a line can be sent before the next is made."""

    def write(self, line: str) -> str:
        return line


class _Writer(Protocol):
    def writerow(self, row: Sequence[str], /) -> str: ...


def csv_lines(selection: Selection, editions: Editions) -> Iterator[str]:
    """The file, line by line: the rows of the selection on every page, as they stand when each is read."""
    writer: _Writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    yield BOM + writer.writerow(HEADINGS)
    for cases in _chunks(selection.cases().iterator(chunk_size=CHUNK)):
        for row in rows(cases, partnership=selection.partnership, editions=editions, at=selection.at):
            yield writer.writerow([harmless(cell) for cell in cells(row)])


def _chunks(cases: Iterable[Case]) -> Iterator[list[Case]]:
    chunk: list[Case] = []
    for case in cases:
        chunk.append(case)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def cells(row: Row) -> list[object]:
    """The cells of a row, in the order of HEADINGS; days as 2026-04-13, moments Europe/London."""
    due, detail = row.due, row.detail
    return [
        row.reference,
        row.stage,
        _listed(row.raising),
        _listed(row.receiving),
        _listed(row.others),
        detail.subject if detail else "",
        _day(detail.raised_on) if detail else "",
        _day(detail.since) if detail else "",
        detail.days if detail else "",
        _moment(due.at) if due else "",
        "Yes" if due and due.late else "",
        due.days_late if due and due.late else "",
        _listed(detail.approvals) if detail else "",
        _listed(detail.must_act) if detail else "",
        row.ended,
        _day(row.ended_on),
        row.withheld,
    ]


def _listed(words: Sequence[str]) -> str:
    return "; ".join(words)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
