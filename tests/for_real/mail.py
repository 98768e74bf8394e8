"""The mail server of the tests for real: takes messages in, and can be made to hold one in its hand."""

import asyncio
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.notifications.mailserver import MailServer


@dataclass
class HoldingMailServer(MailServer):
    """While `release` is not set, a message is neither accepted nor refused, and `held` says that one is there."""

    release: threading.Event = field(default_factory=threading.Event)
    held: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.release.set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if not self.release.is_set():
            self.held.set()
            await asyncio.get_running_loop().run_in_executor(None, self.release.wait, 60)
        return await super().handle_DATA(server, session, envelope)

    def taken_for(self, address: str) -> list[EmailMessage]:
        """The messages accepted for this address, the oldest first."""
        both = zip(list(self.taken), list(self.envelopes), strict=False)
        return [message for message, recipients in both if recipients == [address]]
