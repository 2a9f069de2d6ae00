"""A real mail server that keeps what it takes, and says what a test tells it to."""

import email
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from hymy.programs import free_port
from sync_server.mail.settings import Mail, MailServer

SENDER = "Hymy <hymy@shop.example>"
ADDRESS = "https://hymy.shop.example"


class Mailbox:
    """answers: what is said to MAIL, RCPT or DATA, by name; None or nothing: yes."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.connections = 0
        self.answers: dict[str, Callable[[str], str | None]] = {}
        self.mail = Mail()

    def answer(self, step: str, words: str) -> None:
        self.answers[step] = lambda receiver: words

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := self._say("MAIL", address):
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if said := self._say("RCPT", address):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        made = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(made, EmailMessage)
        if said := self._say("DATA", envelope.rcpt_tos[0]):
            if said == "take and hang up":
                self.messages.append(made)
            if server.transport and said.endswith("hang up"):
                server.transport.abort()
            return said
        self.messages.append(made)
        return "250 taken"

    def _say(self, step: str, receiver: str) -> str | None:
        return self.answers[step](receiver) if step in self.answers else None


@contextmanager
def mailbox(**smtp: Any) -> Iterator[Mailbox]:
    """smtp: for aiosmtpd's SMTP, like a tls_context."""
    box = Mailbox()
    port = free_port(0)
    controller = Controller(box, hostname="127.0.0.1", port=port, **smtp)
    controller.start()
    box.mail = Mail(MailServer("127.0.0.1", port), SENDER, ADDRESS)
    try:
        yield box
    finally:
        controller.stop()
