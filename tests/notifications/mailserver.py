"""A real SMTP server on this machine's own address, which can be told how to misbehave."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OK = "250 OK"
HOST = "127.0.0.1"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class MailServer:
    """Answers per address to RCPT, one answer to DATA; keeps what it took in."""

    port: int = 0
    to_recipient: dict[str, str] = field(default_factory=dict)
    to_sender: str = OK
    to_data: str = OK
    hang_up_after_data: bool = False
    connections: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.to_recipient.get(address, OK)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.to_data == OK:
            self.envelopes.append(list(envelope.rcpt_tos))
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            self.taken.append(message_from_bytes(content, policy=policy.default))
        if self.hang_up_after_data:
            assert server.transport is not None
            server.transport.close()
        return self.to_data


@contextmanager
def running() -> Iterator[MailServer]:
    server = MailServer(port=free_port())
    controller = Controller(server, hostname=HOST, port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def silent_listener() -> Iterator[int]:
    """A port where somebody picks up and never says a word."""
    with closing(socket.socket()) as listener:
        listener.bind((HOST, 0))
        listener.listen(16)
        port: int = listener.getsockname()[1]
        yield port
