"""What an error while sending means: try again, give up on this message, or stop for now."""

import re
import smtplib
from dataclasses import dataclass
from enum import StrEnum

from notifications.mail import UnusableAddress
from notifications.wording import one_line

ADDRESS = re.compile(r"<?[^\s<>@,;:]+@[^\s<>,;:]+>?")
LONGEST_REASON = 300
SHUTTING_DOWN = 421
PERMANENT = range(500, 600)


class Meaning(StrEnum):
    """PERMANENT: no later attempt can succeed. TEMPORARY: this message, later. UNREACHABLE: no message, for now."""

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Refusal:
    """`reason` is plain words and the server's own answer; e-mail addresses are taken out of it."""

    meaning: Meaning
    reason: str


def read(error: Exception) -> Refusal:
    """What this error means for the message it happened to.

    Only an answer to the recipient or to the message itself can be permanent. A refused sender, sign-in or encryption
    is a mistake in the settings: every message would meet it, and all of them can go once it is mended.
    """
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=answers):
            code, answer = next(iter(answers.values()))
            return _by_code("The mail server refused the address", code, answer)
        case smtplib.SMTPDataError(smtp_code=code, smtp_error=answer):
            return _by_code("The mail server refused the message", code, answer)
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=answer):
            return Refusal(Meaning.UNREACHABLE, _words("The mail server did not let us send", code, answer))
        case OSError():  # every other error of smtplib, and those of the network beneath it
            return Refusal(Meaning.UNREACHABLE, f"The mail server could not be reached ({type(error).__name__}).")
        case UnusableAddress():
            return Refusal(Meaning.PERMANENT, "The e-mail address is not one that a message can be sent to.")
    return Refusal(Meaning.TEMPORARY, f"The message could not be made ({type(error).__name__}).")


def _by_code(what: str, code: int, answer: bytes | str) -> Refusal:
    meaning = Meaning.TEMPORARY
    if code in PERMANENT:
        meaning = Meaning.PERMANENT
    elif code == SHUTTING_DOWN:
        meaning = Meaning.UNREACHABLE
    return Refusal(meaning, _words(what, code, answer))


def _words(what: str, code: int, answer: bytes | str) -> str:
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
    return f"{what}: {code} {ADDRESS.sub('(address)', one_line(text))}"[:LONGEST_REASON]
