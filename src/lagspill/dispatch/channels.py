"""E-mail: a notice as a message that reveals nothing, and its way out by SMTP or into a maildir.

LAGSPILL_MAIL_URL chooses: `smtp://`, `smtps://` or `maildir://`. Errors become codes here and nowhere is the server's
answer kept or passed on: it may quote the address.
"""

from __future__ import annotations

import mailbox
import smtplib
import ssl
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from lagspill.kernel import content
from lagspill.kernel.content import Text

#: Seconds for each step of talking to the mail server.
PATIENCE = 15.0
_GENERAL = "message"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NotSent(Exception):
    """The message did not leave. `code` says why; `is_final` that trying again would not help."""

    def __init__(self, code: str, *, is_final: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_final = is_final


class Channel(Protocol):
    """A way out."""

    def send(self, message: EmailMessage) -> None:
        """Hand the message over. Raises NotSent."""


@dataclass(frozen=True)
class Notice:
    """The words of a notice."""

    subject: Text
    body: Text


@lru_cache(maxsize=1)
def notices() -> dict[str, Notice]:
    """Every notice with words of its own, by code."""
    rows = content.load("notices")["notice"]
    return {row["code"]: Notice(row["subject"], row["body"]) for row in rows}


def notice(code: str) -> Notice:
    """The words of the notice; the general ones when it has none of its own."""
    known = notices()
    return known.get(code) or known[_GENERAL]


def language_of(code: str) -> str:
    """The language to write in: one that we have, bokmål for all others."""
    return code if code in content.LANGUAGES else "nb"


def compose(
    *, message_id: uuid.UUID, email: str, code: str, language: str, now: datetime
) -> EmailMessage:
    """The notice as an e-mail in plain text. Raises NotSent when the address is none.

    Its Message-ID is made of the outbox's id: a mail server can tell that a second copy is the same message.
    """
    words = notice(code)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = words.subject.in_(language)
    message["From"] = Address("Lagspill", addr_spec=settings.MAIL_FROM)
    message["To"] = _address(email)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{message_id}@{settings.MAIL_FROM.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    link = f"{settings.SITE_URL.rstrip('/')}/min/"
    body = words.body.fill(language, link=link)
    message.set_content(f"{body}\n", charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = language  # here, as set_content drops what describes the content
    return message


def _address(email: str) -> Address:
    try:
        validate_email(
            email
        )  # as the form did that took it; letters outside ASCII only in the domain
        user, _, domain = email.rpartition("@")
        return Address(username=user, domain=domain.encode("idna").decode("ascii"))
    except (ValidationError, ValueError):
        raise NotSent("address", is_final=True) from None


def channel() -> Channel | None:
    """The way out that the settings name; none when e-mail is not set up."""
    parts = urlsplit(settings.MAIL_URL)
    if not settings.MAIL_URL:
        return None
    if parts.scheme == "maildir":
        return Maildir(Path(unquote(parts.path)))
    return Smtp(
        host=parts.hostname or "localhost",
        port=parts.port or (465 if parts.scheme == "smtps" else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_wrapped=parts.scheme == "smtps",
    )


@dataclass(frozen=True)
class Maildir:
    """A directory that mail programs can open: for demo, tests, and a mail server on the same machine."""

    path: Path

    def send(self, message: EmailMessage) -> None:
        """Put the message into `new/`."""
        try:
            # Made here, as `mailbox` fails where two workers make the same one at once.
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for folder in (self.path, *(self.path / name for name in ("tmp", "new", "cur"))):
                folder.mkdir(mode=0o700, exist_ok=True)
            mailbox.Maildir(self.path, factory=None, create=False).add(message.as_bytes())
        except (OSError, mailbox.Error):
            raise NotSent("unreachable") from None


@dataclass(frozen=True)
class Smtp:
    """A mail server. TLS when the server offers it, and always before a password, save to this very machine."""

    host: str
    port: int
    user: str
    password: str
    is_wrapped: bool

    def send(self, message: EmailMessage) -> None:
        """Hand the message to the server. Raises NotSent."""
        try:
            self._send(message)
        except smtplib.SMTPRecipientsRefused as error:
            replies = [reply for reply, _ in error.recipients.values()]
            raise _refused(min(replies, default=550)) from None
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code) from None
        except smtplib.SMTPAuthenticationError:
            raise NotSent("login") from None
        except smtplib.SMTPSenderRefused:
            raise NotSent("sender") from None
        except (smtplib.SMTPException, OSError):
            raise NotSent("unreachable") from None

    def _send(self, message: EmailMessage) -> None:
        own_name = settings.MAIL_FROM.rpartition("@")[2]
        tls = ssl.create_default_context()
        server: smtplib.SMTP
        if self.is_wrapped:
            server = smtplib.SMTP_SSL(
                self.host, self.port, local_hostname=own_name, timeout=PATIENCE, context=tls
            )
        else:
            server = smtplib.SMTP(self.host, self.port, local_hostname=own_name, timeout=PATIENCE)
        try:
            server.ehlo()
            is_safe = self.is_wrapped or self.host in _LOOPBACK
            if not self.is_wrapped and server.has_extn("starttls"):
                server.starttls(context=tls)
                server.ehlo()
                is_safe = True
            if self.user:
                if not is_safe:
                    raise NotSent("insecure")
                server.login(self.user, self.password)
            server.send_message(message)
            # The message is taken now: what the server says to this must not make us send it again.
            with suppress(smtplib.SMTPException, OSError):
                server.docmd("QUIT")
        finally:
            server.close()


def _refused(reply: int) -> NotSent:
    return NotSent("refused", is_final=True) if reply >= 500 else NotSent("deferred")
