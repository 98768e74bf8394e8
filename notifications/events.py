"""Every occasion on which somebody is told, and what they are told, in one table.

A sentence may hold `{reference}` and `{stage}` and nothing else: an e-mail is read on phones, on trains and by
whoever sits beside, so it says nothing about a child, a person or the subject (product rule "As little about the
child as possible"). `dated` is added when there is a date and may hold `{date}` as well.
"""

from dataclasses import dataclass


class UnknownEvent(LookupError):  # noqa: N818 - it says what was asked for
    """A message was asked for that no event in the table describes."""


@dataclass(frozen=True)
class Event:
    """What a message of this kind says; `subject` follows the reference in square brackets."""

    subject: str
    sentence: str
    dated: str = "This stage is to be finished {date}."


ANSWER_BY = "Please answer {date}."

EVENTS: dict[str, Event] = {
    "case.raised": Event(
        "You are named on a disagreement",
        "A disagreement has been raised and you are named on it. Its reference is {reference}.",
        ANSWER_BY,
    ),
    "case.stage_entered": Event(
        "A disagreement has reached your stage",
        "{reference} has reached the stage “{stage}” and you are named for it.",
        ANSWER_BY,
    ),
    "case.taken_part": Event(
        "You now take part in a disagreement", "You have been added to {reference}, at the stage “{stage}”."
    ),
    "case.view_given": Event("A view has been added", "Somebody has written down their view on {reference}."),
    "case.discussion_recorded": Event(
        "A discussion has been recorded", "The record of a discussion has been added to {reference}."
    ),
    "case.date_set": Event(
        "The date has been set",
        "The people at the stage “{stage}” of {reference} have set its date.",
        "It is to be finished {date}.",
    ),
    "date.extension_asked": Event(
        "A later date is asked for",
        "A later date is asked for at the stage “{stage}” of {reference}. Please say whether you agree.",
        "The date now is {date}.",
    ),
    "date.extension_refused": Event(
        "A later date was not agreed to",
        "The later date asked for at the stage “{stage}” of {reference} was not agreed to. "
        "The reasons are on the case.",
        "The date stays {date}.",
    ),
    "case.date_needed": Event(
        "A date has to be agreed",
        "The policy gives no time limit for the stage “{stage}” of {reference}. "
        "Please agree a date with the other side and write it down.",
        "",
    ),
    "clock.remind": Event(
        "The date is near", "A reminder: your answer is waited for on {reference}, at the stage “{stage}”.", ANSWER_BY
    ),
    "clock.late": Event(
        "The date has passed",
        "The time for the stage “{stage}” of {reference} has run out. Please act now.",
        "It was to be finished {date}.",
    ),
    "request.waiting": Event(
        "A request to escalate waits for you",
        "You are asked to approve taking {reference} beyond the stage “{stage}”, or to return it with your reasons.",
    ),
    "request.approved": Event(
        "The request to escalate has been approved", "The request to take {reference} up has been approved."
    ),
    "request.returned": Event(
        "The request to escalate has been returned",
        "The request to take {reference} up has been returned with reasons. "
        "You can answer them, or ask the next in line or the named lead.",
    ),
    "case.escalated": Event(
        "A disagreement has been escalated", "{reference} has been taken up to the stage “{stage}”.", ANSWER_BY
    ),
    "case.moved_at_once": Event(
        "Moved up at once", "{reference} has been moved at once to the stage “{stage}”. Please open it now.", ANSWER_BY
    ),
    "resolution.proposed": Event(
        "A resolution is proposed", "A resolution of {reference} has been proposed. Please say whether you agree."
    ),
    "resolution.agreed": Event(
        "A resolution has been agreed to", "A party has agreed to the resolution proposed for {reference}."
    ),
    "resolution.refused": Event(
        "A resolution has been refused",
        "A party does not agree to the resolution proposed for {reference}. The reasons are on the case.",
    ),
    "case.resolved": Event(
        "The disagreement is resolved",
        "Every party has agreed: {reference} is resolved. Please confirm that your agency's file says so.",
        "",
    ),
    "case.decided": Event(
        "A decision has been made",
        "{reference} has been decided. Please read the decision and confirm that your agency's file says so.",
        "",
    ),
    "case.panel_convened": Event(
        "A panel has been called", "A resolution panel has been called for {reference} and you are part of it."
    ),
    "case.withdrawn": Event(
        "The disagreement has been withdrawn", "{reference} has been withdrawn. The reason is on the case.", ""
    ),
    "case.reopened": Event(
        "The disagreement is open again", "{reference} has been opened again, at the stage “{stage}”.", ANSWER_BY
    ),
    "register.entered": Event(
        "Entered on the register", "{reference} has been entered on the register, at the stage “{stage}”."
    ),
    "contact.missing": Event(
        "Nobody is named",
        "{reference} waits at the stage “{stage}” for somebody whom nobody has named. Please find a contact.",
        ANSWER_BY,
    ),
}


def event(code: str) -> Event:
    """The event of this code. Raises UnknownEvent, naming the code, if the table has none."""
    try:
        return EVENTS[code]
    except KeyError:
        raise UnknownEvent(f"No message is written for the event {code!r}.") from None
