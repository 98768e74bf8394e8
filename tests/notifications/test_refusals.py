import smtplib
import socket
import ssl

import pytest

from notifications.mail import UnusableAddress
from notifications.refusals import LONGEST_REASON, Meaning, read


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no")}), Meaning.PERMANENT),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (599, b"no")}), Meaning.PERMANENT),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (500, b"no")}), Meaning.PERMANENT),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (499, b"later")}), Meaning.TEMPORARY),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (451, b"later")}), Meaning.TEMPORARY),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (421, b"closing")}), Meaning.UNREACHABLE),
        (smtplib.SMTPDataError(552, b"too much"), Meaning.PERMANENT),
        (smtplib.SMTPDataError(451, b"later"), Meaning.TEMPORARY),
        (smtplib.SMTPDataError(421, b"closing"), Meaning.UNREACHABLE),
        (smtplib.SMTPSenderRefused(550, b"who are you", "a@b.example"), Meaning.UNREACHABLE),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), Meaning.UNREACHABLE),
        (smtplib.SMTPConnectError(554, b"no service"), Meaning.UNREACHABLE),
        (smtplib.SMTPHeloError(501, b"bad name"), Meaning.UNREACHABLE),
        (smtplib.SMTPServerDisconnected("gone"), Meaning.UNREACHABLE),
        (smtplib.SMTPNotSupportedError("no STARTTLS"), Meaning.UNREACHABLE),
        (ConnectionRefusedError(), Meaning.UNREACHABLE),
        (TimeoutError(), Meaning.UNREACHABLE),
        (socket.gaierror(), Meaning.UNREACHABLE),
        (ssl.SSLError(), Meaning.UNREACHABLE),
        (UnusableAddress(), Meaning.PERMANENT),
        (ValueError("a header nobody foresaw"), Meaning.TEMPORARY),
        (KeyError("a template's mistake"), Meaning.TEMPORARY),
    ],
)
def test_only_an_answer_to_this_message_can_be_permanent(error: Exception, meaning: Meaning) -> None:
    assert read(error).meaning is meaning


@pytest.mark.parametrize(
    "answer",
    [
        b"<anna@nursery.example>: unknown",
        b"anna@nursery.example unknown",
        b"user anna@nursery.example, at mx",
        b"=?x?=anna@nursery.example",
    ],
)
def test_no_address_stays_in_the_reason(answer: bytes) -> None:
    reason = read(smtplib.SMTPRecipientsRefused({"anna@nursery.example": (550, answer)})).reason
    assert "anna" not in reason
    assert "(address)" in reason


def test_an_answer_of_many_lines_or_odd_bytes_becomes_one_short_line() -> None:
    reason = read(smtplib.SMTPDataError(550, b"5.7.1 refused\r\n5.7.1 \xff\x00 for good " + b"x" * 2000)).reason
    assert len(reason) == LONGEST_REASON
    assert reason.splitlines() == [reason]
    assert "5.7.1 refused 5.7.1" in reason


def test_a_server_may_answer_in_text_as_well() -> None:
    assert read(smtplib.SMTPDataError(550, "refused")).reason == "The mail server refused the message: 550 refused"
