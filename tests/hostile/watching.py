"""Looks over the shoulder of a browser, the logs and the database, for canaries: words that stand only where they must.

A canary may stand in the body of a page, in a PDF, in its own table and in the To of an e-mail. Nowhere else.
"""

from __future__ import annotations

import logging
import mailbox
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from urllib.parse import unquote

from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.logging import LineFormatter
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.hostile.forms import PageForm, forms_of

#: Tables that tell what was done, with ids and codes alone.
TRACES = ("audit_entry", "audit_fact", "dispatch_outbox_message", "followup_work_item")
_ADDRESSES = re.compile(r'\b(?:href|action|src|hx-(?:get|post)|formaction)="([^"]*)"')
#: What a telephone or a mail program takes; never sent to us.
_NOT_OURS = ("tel:", "sms:", "mailto:")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


@dataclass
class Watch:
    """What was seen, by kind of place; `pages` is where canaries may stand."""

    canaries: tuple[str, ...]
    seen: dict[str, list[str]] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)

    def note(self, kind: str, text: str) -> None:
        """Something that must hold no canary."""
        self.seen.setdefault(kind, []).append(text)

    def found(self) -> list[str]:
        """Each place that holds a canary, with what stands there."""
        return [
            f"{kind}: {canary!r} in {text[:300]!r}"
            for kind, texts in self.seen.items()
            for text in dict.fromkeys(texts)
            for canary in self.canaries
            if canary.lower() in text.lower()
        ]

    def look_at_answer(self, response: HttpResponse) -> None:
        """Addresses, title and file name of an answer; its body is remembered."""
        self.note("address", unquote(response.headers.get("Location", "")))
        self.note("file name", unquote(response.headers.get("Content-Disposition", "")))
        for name, value in response.headers.items():
            self.note("header", f"{name}: {value}")
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return
        body = response.content.decode()
        self.pages.append(body)
        for title in _TITLE.findall(body):
            self.note("title", title)
        for address in _ADDRESSES.findall(body):
            if not address.startswith(_NOT_OURS):
                self.note("address", unquote(address))

    def look_at_mail(self, maildir: Path) -> int:
        """Every e-mail in the maildir, all of it save whom it is to; how many there are."""
        box = mailbox.Maildir(maildir, create=False)
        for key in list(box.iterkeys()):
            self.look_at_message(box.get_bytes(key))
        return len(box)

    def look_at_message(self, raw: bytes) -> None:
        """One e-mail."""
        message = message_from_bytes(raw, policy=default)
        for name, value in message.items():
            if name.lower() != "to":
                self.note("e-mail header", f"{name}: {value}")
        for part in message.walk():
            if not part.is_multipart():
                self.note("e-mail body", str(part.get_content()))

    def look_at_traces(self, municipality: str) -> None:
        """Rows of the log, facts, outbox and worklist, and what jobs carry."""
        with (
            use_actor(system_actor("test.canaries", municipality)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            for table in (*TRACES, "procrastinate_jobs"):
                cursor.execute(f"SELECT t::text FROM {table} t")
                for (row,) in cursor.fetchall():
                    self.note(table, row)


@contextmanager
def logs(watch: Watch) -> Iterator[None]:
    """Every logger at DEBUG, each line as production writes it."""

    class Into(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            watch.note("log", self.format(record))

    handler = Into(logging.DEBUG)
    handler.setFormatter(LineFormatter())
    known = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    before = [(logger, logger.level, logger.propagate) for logger in (*known, logging.root)]
    for logger, _, _ in before:
        logger.setLevel(logging.DEBUG)
        logger.propagate = True
    logging.root.addHandler(handler)
    try:
        yield
    finally:
        logging.root.removeHandler(handler)
        for logger, level, propagate in before:
            logger.setLevel(level)
            logger.propagate = propagate


class Person:
    """Somebody with a browser; everything they see is watched."""

    def __init__(self, actor: Actor, watch: Watch) -> None:
        self.client: Client = browser_of(actor)
        self.client.raise_request_exception = False
        self.watch = watch

    def open(self, path: str) -> HttpResponse:
        """Go to an address, and on to where it leads."""
        self.watch.note("address", unquote(path))
        return self._follow(self.client.get(path))

    def send(self, path: str, pairs: list[tuple[str, str]], **headers: str) -> HttpResponse:
        """Send a form, and go on to where it leads."""
        self.watch.note("address", unquote(path))
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        return self._follow(self.client.post(path, given, headers=headers))

    def fill(
        self, page: str, action: str, *, has: str = "", status: int = 200, **fields: str
    ) -> HttpResponse:
        """Fill in and send the form of `page` whose action ends with `action` (and that has a field or value `has`)."""
        opened = self.open(page)
        form = _the_form(
            forms_of(opened.request["PATH_INFO"], opened.content.decode()), action, has
        )
        pairs = [(name, value) for name, value in form.pairs if name not in fields]
        answer = self.send(form.action, [*pairs, *fields.items()])
        said = re.findall(
            r'class="[^"]*(?:error|validation)[^"]*"[^>]*>([^<]+)',
            answer.content.decode("utf-8", "replace"),
        )
        assert answer.status_code == status, (page, action, answer.status_code, said)
        return answer

    def _follow(self, response: HttpResponse) -> HttpResponse:
        while True:
            self.watch.look_at_answer(response)
            assert response.status_code != 500, self.watch.seen.get("log", [])[-3:]
            if response.status_code not in (302, 303):
                return response
            response = self.client.get(response.headers["Location"])


def _the_form(forms: list[PageForm], action: str, has: str) -> PageForm:
    found = [
        form
        for form in forms
        if form.action.split("?")[0].endswith(action)
        and (not has or has in {part for pair in _parts(form) for part in pair})
    ]
    assert found, (action, has, [form.action for form in forms])
    return found[0]


def _parts(form: PageForm) -> list[tuple[str, str]]:
    return [*form.pairs, *form.buttons, *form.offers.items()]
