import string
from datetime import UTC, datetime

import pytest

from notifications.events import EVENTS, UnknownEvent, event
from notifications.wording import by_when, one_line, word

PROMISED = {
    "case.raised",
    "case.stage_entered",
    "case.taken_part",
    "case.view_given",
    "case.discussion_recorded",
    "case.date_set",
    "case.date_needed",
    "clock.remind",
    "clock.late",
    "request.waiting",
    "request.approved",
    "request.returned",
    "case.escalated",
    "case.moved_at_once",
    "resolution.proposed",
    "resolution.agreed",
    "resolution.refused",
    "case.resolved",
    "case.decided",
    "case.panel_convened",
    "case.withdrawn",
    "case.reopened",
    "register.entered",
    "contact.missing",
}


def names_in(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_every_occasion_that_others_may_ask_for_has_its_words() -> None:
    assert set(EVENTS) >= PROMISED


def test_an_unknown_event_is_refused_by_its_name() -> None:
    with pytest.raises(UnknownEvent, match="gossiped"):
        event("case.gossiped")


@pytest.mark.parametrize("code", sorted(EVENTS))
def test_an_event_can_say_nothing_but_reference_stage_and_date(code: str) -> None:
    assert names_in(EVENTS[code].subject) == set()
    assert names_in(EVENTS[code].sentence) <= {"reference", "stage"}
    assert names_in(EVENTS[code].dated) <= {"date"}


@pytest.mark.parametrize("code", sorted(EVENTS))
def test_every_message_has_a_short_subject_and_whole_sentences(code: str) -> None:
    due = datetime(2026, 4, 13, 22, 59, 59, tzinfo=UTC)
    wording = word(code, reference="TOR-2026-0042", stage="Line managers", due_at=due, urgent=True)
    assert wording.subject.startswith("[TOR-2026-0042] Urgent: ")
    assert len(wording.subject) <= 78
    assert all(sentence.endswith(".") for sentence in wording.sentences)
    assert not any("{" in sentence for sentence in wording.sentences)


def test_the_date_is_told_where_there_is_one() -> None:
    due = datetime(2026, 4, 13, 22, 59, 59, tzinfo=UTC)
    dated = word("clock.late", reference="TOR-2026-0042", stage="Line managers", due_at=due)
    assert dated.sentences == (
        "The time for the stage “Line managers” of TOR-2026-0042 has run out. Please act now.",
        "It was to be finished by the end of Monday 13 April 2026.",
    )
    assert len(word("clock.late", reference="TOR-2026-0042", stage="Line managers", due_at=None).sentences) == 1


def test_an_ended_case_is_told_without_a_date_that_no_longer_binds() -> None:
    due = datetime(2026, 4, 13, 22, 59, 59, tzinfo=UTC)
    assert len(word("case.withdrawn", reference="TOR-2026-0042", stage="", due_at=due).sentences) == 1


def test_a_message_about_no_case_has_no_empty_brackets() -> None:
    wording = word("contact.missing", reference="", stage="Line managers", due_at=None)
    assert wording.subject == "Nobody is named"
    assert wording.sentences[0].startswith("A case waits at the stage")


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 4, 13, 22, 59, 59, tzinfo=UTC), "by the end of Monday 13 April 2026"),
        (datetime(2026, 1, 12, 23, 59, 59, tzinfo=UTC), "by the end of Monday 12 January 2026"),
        (datetime(2026, 4, 13, 9, 0, tzinfo=UTC), "by 10:00 on Monday 13 April 2026"),
        # The night when the clocks go back: 00:30 and 01:30 UTC are both half past one in London.
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "by 01:30 on Sunday 25 October 2026"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "by 01:30 on Sunday 25 October 2026"),
        # The night when they go forward: the day is 23 hours long.
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "by 02:00 on Sunday 29 March 2026"),
    ],
)
def test_dates_are_those_of_london_in_summer_and_winter(moment: datetime, words: str) -> None:
    assert by_when(moment) == words


@pytest.mark.parametrize(
    "nasty",
    [
        "Line\r\nBcc: all@example.org",
        "Line\nBcc: all@example.org",
        "Line\x00\x1bBcc: all@example.org",
        "Line\u2028Bcc: all@example.org",
        "Line\u202eBcc: all@example.org",
    ],
)
def test_what_stands_in_a_header_is_one_plain_line(nasty: str) -> None:
    assert one_line(nasty) == "Line Bcc: all@example.org"
    assert word("case.escalated", reference=nasty, stage=nasty, due_at=None).subject.splitlines() == [
        "[Line Bcc: all@example.org] A disagreement has been escalated"
    ]
