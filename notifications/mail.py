"""One notification as one e-mail to one recipient."""

import smtplib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.validators import validate_email
from django.template.loader import render_to_string

from notifications.models import Notification
from notifications.wording import word


class UnusableAddress(Exception):  # noqa: N818 - the address is at fault, not the program
    """Nothing can be sent to this address. It is not repeated here: it would end up in a log."""


def compose(notification: Notification) -> EmailMultiAlternatives:
    """The message in plain text and HTML; reference, stage, date and link, and nothing else about the case.

    Raises UnknownEvent, or UnusableAddress.
    """
    person = notification.recipient
    address = person.email if person else notification.address
    try:
        validate_email(address)
    except ValidationError:
        # The mail library would put quotation marks round it and send it somewhere.
        raise UnusableAddress from None
    wording = word(
        notification.event,
        reference=notification.reference,
        stage=notification.stage,
        due_at=notification.due_at,
        urgent=notification.urgent,
    )
    context = {
        "wording": wording,
        "link": settings.SITE_URL + notification.path,
        "urgent": notification.urgent,
        "site_name": settings.SITE_NAME,
        "to_a_mailbox": person is None,
    }
    message = EmailMultiAlternatives(
        subject=wording.subject,
        body=render_to_string("email/notification.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[address],
        headers={
            # The same at every attempt: should one be accepted twice, the reader's mail program shows it once.
            "Message-ID": notification.message_id,
            # Tells an out-of-office assistant not to answer (RFC 3834).
            "Auto-Submitted": "auto-generated",
        },
    )
    message.attach_alternative(render_to_string("email/notification.html", context), "text/html")
    return message


def send(message: EmailMultiAlternatives) -> None:
    """Hand the message to the mail server, on a connection of its own, and return once the server has accepted it.

    Raises what smtplib and the network raise; `notifications.refusals.read` says what it means.
    """
    message.connection = get_connection(timeout=settings.EMAIL_TIMEOUT)
    if message.send() != 1:
        raise smtplib.SMTPServerDisconnected("The message was not taken.")
