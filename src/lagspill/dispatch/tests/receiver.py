"""A real mail server for the tests of dispatch, in a thread of its own, that takes, refuses or fails as it is told."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


class Receiver:
    """What has arrived, and what the server answers: a reply to RCPT or to DATA instead of yes."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.rcpt_reply = ""
        self.data_reply = ""
        self.port = 0
        self.logins: list[str] = []
        self.slowness = 0.0  # seconds between the end of a message and the answer
        self.began = threading.Event()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def messages(self) -> list[EmailMessage]:
        """Everything taken, as e-mails."""
        parsed = []
        for envelope in self.envelopes:
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            parsed.append(message)
        return parsed

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt_reply:
            return self.rcpt_reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- as above
        self.began.set()
        await asyncio.sleep(self.slowness)
        if self.data_reply:
            return self.data_reply
        self.envelopes.append(envelope)
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        self.logins.append(data.login.decode())
        return AuthResult(success=data.password == b"riktig", handled=False)


@contextmanager
def receiving(**options: Any) -> Iterator[Receiver]:
    """A receiver that listens on a free port until the end."""
    receiver = Receiver()
    with socket.create_server(("127.0.0.1", 0)) as free:
        receiver.port = free.getsockname()[1]
    controller = Controller(receiver, hostname="127.0.0.1", port=receiver.port, **options)
    controller.start()
    try:
        yield receiver
    finally:
        controller.stop()


@contextmanager
def signing_in() -> Iterator[Receiver]:
    """A receiver that wants a password first ("riktig"), without TLS."""
    held: list[Receiver] = []

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        return held[0].authenticate(server, session, envelope, mechanism, data)

    with receiving(auth_require_tls=False, authenticator=authenticate) as receiver:
        held.append(receiver)
        yield receiver
