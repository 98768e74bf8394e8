"""What a message holds: one recipient, a steady id, a link, and nothing about a child, a person or the subject."""

from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from pytest_django import Settings

from agencies.models import Person
from notifications.events import EVENTS
from notifications.mail import UnusableAddress, compose
from notifications.models import Notification
from tests.notifications.conftest import Tell

NASTY = "\r\nBcc: everybody@example.org\r\n\r\nBody of my own"
ADVICE = "immediate risk of harm"


def parsed(row: Notification) -> EmailMessage:
    return message_from_bytes(compose(row).message().as_bytes(), policy=policy.default)


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    content: str = body.get_content()
    return content


def test_the_message_says_reference_stage_date_and_link_in_text_and_html(
    anna: Person, tell: Tell, due: datetime
) -> None:
    message = parsed(tell(anna, due_at=due))
    assert message["Subject"] == "[TOR-2026-0042] A disagreement has reached your stage"
    assert message["To"] == "anna@nursery.example"
    for kind in ("plain", "html"):
        text = part(message, kind)
        assert "TOR-2026-0042 has reached the stage “Line managers” and you are named for it." in text
        assert "Please answer by the end of Monday 13 April 2026." in text
        assert "https://escalation.example/cases/TOR-2026-0042/" in text


def test_a_mail_program_need_not_guess_who_wrote_it_or_answer(anna: Person, tell: Tell, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Escalation <escalation@partnership.example>"
    row = tell(anna)
    message = parsed(row)
    assert message["From"] == "Escalation <escalation@partnership.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == row.message_id
    assert (message["Cc"], message["Bcc"], message["Reply-To"]) == (None, None, None)


def test_immediate_risk_says_what_to_do_outside_the_app(anna: Person, tell: Tell) -> None:
    urgent = parsed(tell(anna, key="a", event="case.moved_at_once", urgent=True))
    calm = parsed(tell(anna, key="b"))
    for kind in ("plain", "html"):
        assert ADVICE in part(urgent, kind)
        assert ADVICE not in part(calm, kind)


def test_a_mailbox_is_told_why_it_is_written_to(anna: Person, tell: Tell) -> None:
    for kind in ("plain", "html"):
        assert "Business Manager" in part(parsed(tell(None, event="contact.missing")), kind)
        assert "Business Manager" not in part(parsed(tell(anna)), kind)


@pytest.mark.parametrize("code", sorted(EVENTS))
def test_no_message_names_a_person_or_is_addressed_to_two(code: str, tell: Tell, db: None) -> None:
    """The recipient's own name and office are canaries: even those stand nowhere but in the address."""
    person = Person.objects.create_user(
        "addressee@canary.example", name="Canary Nightingale", job_title="Canary nurse", phone="01632 960999"
    )
    message = parsed(tell(person, event=code, urgent=True))
    assert message["To"].addresses[0].addr_spec == "addressee@canary.example"
    assert len(message["To"].addresses) == 1
    del message["To"]
    everything = message.as_string() + part(message, "plain") + part(message, "html")
    for secret in ("Canary", "canary", "Nightingale", "960999"):
        assert secret not in everything


@pytest.mark.parametrize("field", ["reference", "stage", "path"])
def test_a_line_break_in_any_field_begins_no_header(anna: Person, tell: Tell, field: str) -> None:
    """Even one that came into the table by another way than the outbox."""
    row = tell(anna)
    setattr(row, field, getattr(row, field) + NASTY)
    message = parsed(row)
    assert message["Bcc"] is None
    assert message["To"] == "anna@nursery.example"
    assert compose(row).recipients() == ["anna@nursery.example"]


@pytest.mark.parametrize(
    "address",
    [
        "register@partnership.example\r\nBcc: everybody@example.org",
        "register@partnership.example, everybody@example.org",
        "the register",
    ],
)
def test_what_is_not_one_address_is_written_to_by_nobody(tell: Tell, db: None, address: str) -> None:
    with pytest.raises(UnusableAddress) as refused:
        compose(tell(None, address=address))
    assert "register" not in str(refused.value)


def test_html_in_a_stages_name_stays_text(anna: Person, tell: Tell) -> None:
    message = parsed(tell(anna, stage="<script>alert(1)</script> & managers"))
    assert "<script>" not in part(message, "html")
    assert "&lt;script&gt;" in part(message, "html")
    assert "<script>alert(1)</script> & managers" in part(message, "plain")
