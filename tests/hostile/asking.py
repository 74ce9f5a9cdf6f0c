"""Asks the site as anybody of the small world, each time as if nothing had been asked before, and looks at what was written."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection, models, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from lagspill.agreements.models import Line, Version
from lagspill.agreements.rules import LineKind
from lagspill.assessments.models import Answer, CheckInRequest
from lagspill.conversations.models import Invitation, Statement, Talk
from lagspill.followup.models import WorkItem
from lagspill.kernel.actor import system_actor
from lagspill.people.models import File, Person
from lagspill.promises.models import Promise
from lagspill.shell import cast
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.hostile.life import Life
from tests.world import HOL, VEFSN

PLACES = (VEFSN, HOL)
#: Whose rows a parameter of an address names. One that is not here is asked for with rows of every kind.
ROWS: dict[str, type[models.Model]] = {
    "answer_id": Answer,
    "file_id": File,
    "invitation_id": Invitation,
    "line_id": Line,
    "person_id": Person,
    "promise_id": Promise,
    "request_id": CheckInRequest,
    "statement_id": Statement,
    "talk_id": Talk,
    "version_id": Version,
    "work_id": WorkItem,
}
#: Parameters that are words, with some that mean something; others get any.
WORDS: dict[str, tuple[str, ...]] = {
    "number": (VEFSN, HOL, "0301", "9999", "1824 ", "١٨٢٤", "-1"),
    "kind": (*(kind.value for kind in LineKind), "no_such_kind"),
    "persona": (cast.COLLEAGUES[0].persona, cast.CITIZENS[0].persona, "nobody"),
    "name": ("gallery", "no-such-sample"),
}
#: Only the log and the sessions may grow when nothing is done.
UNWATCHED = ("audit_entry", "django_session")
NOBODY = "nobody"


@dataclass(frozen=True)
class Address:
    """A pattern of the urlconf: its route with `{parameter}` in it."""

    name: str
    route: str
    parameters: tuple[str, ...]
    ids: frozenset[str]

    def path(self, values: dict[str, str]) -> str:
        """The path with the values put in, as they are."""
        return "/" + self.route.format(**values)


def addresses() -> list[Address]:
    """Every address of the site, from the resolver itself."""
    return sorted(_walk(get_resolver(), ""), key=lambda address: address.route)


def _walk(resolver: URLResolver, before: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, route)
        elif isinstance(pattern, URLPattern):
            found = re.findall(r"<(?:(\w+):)?(\w+)>", route)
            yield Address(
                pattern.name or route,
                re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route),
                tuple(name for _, name in found),
                frozenset(name for kind, name in found if kind == "uuid"),
            )


@dataclass
class Answered:
    """What came back, and the state of all tables right after."""

    status: int
    headers: dict[str, str]
    body: str
    fault: str
    wrote: list[str] = field(default_factory=list)

    @property
    def is_html(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")


class Site:
    """The site with a browser for everybody; each request is rolled back once it has been looked at."""

    def __init__(self, life: Life) -> None:
        everybody = {**life.staff, **life.citizens}
        self.browsers = {name: browser_of(actor) for name, actor in everybody.items()}
        self.strict = {name: _strict(browser) for name, browser in self.browsers.items()}
        self.browsers[NOBODY], self.strict[NOBODY] = Client(), Client(enforce_csrf_checks=True)
        self.home = {name: actor.municipality for name, actor in everybody.items()}
        self.home |= {NOBODY: None, "unknown_citizen": None}
        self.ids = {place: {param: _ids(m, place) for param, m in ROWS.items()} for place in PLACES}
        self.every = {place: _every_id(place) for place in PLACES}
        self.untouched = state()

    def rows(self, param: str, place: str) -> list[uuid.UUID]:
        """Ids that a parameter may name in a municipality."""
        return self.ids[place].get(param, self.every[place])

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        body: bytes = b"",
        content_type: str = "application/x-www-form-urlencoded",
        *,
        headers: dict[str, str] | None = None,
        is_strict: bool = False,
        times: int = 1,
        is_looked_at: bool = True,
    ) -> Answered:
        """Ask, `times` in a row, and take back whatever it did; the last answer, with what the last one wrote.

        Not `is_looked_at`: a page on the way, whose cookies are kept and whose writes are not counted.
        """
        browser = (self.strict if is_strict else self.browsers)[who]
        before = self.untouched
        with transaction.atomic():
            for left in range(times - 1, -1, -1):
                cookies = deepcopy(browser.cookies)
                got = _send(browser, method, path, body, content_type, headers or {})
                if not is_looked_at:
                    break
                browser.cookies = cookies
                after = state()
                got.wrote = [f"{p} {t}" for (p, t), held in after.items() if before[p, t] != held]
                if left:
                    before = after
            transaction.set_rollback(True)
        return got


def state() -> dict[tuple[str, str], tuple[int, int]]:
    """Rows and a sum over their content, for each table in each municipality."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}', count(*), coalesce(sum(hashtext(t::text)::bigint), 0) FROM {table} t"
        for table in _watched_tables()
    )
    found = {}
    for place in PLACES:
        with use_actor(system_actor("test.hostile", place)), connection.cursor() as cursor:
            cursor.execute(asked)
            found |= {(place, row[0]): (row[1], int(row[2])) for row in cursor.fetchall()}
    return found


def _send(
    browser: Client,
    method: str,
    path: str,
    body: bytes,
    content_type: str,
    headers: dict[str, str],
) -> Answered:
    try:
        with transaction.atomic():
            response: HttpResponseBase = browser.generic(
                method, path, body, content_type, headers=headers
            )
            text = b"".join(response).decode("utf-8", "replace")  # type: ignore[arg-type]  # bytes in WSGI
    except (
        Exception
    ) as error:  # a bug of the site is what is looked for: noted, and the next request asked
        return Answered(500, {}, "", f"{type(error).__name__}: {error}")
    return Answered(response.status_code, dict(response.headers), text, "")


def _strict(browser: Client) -> Client:
    made = Client(enforce_csrf_checks=True)
    made.cookies.update(browser.cookies)
    return made


def _ids(model: type[models.Model], place: str) -> list[uuid.UUID]:
    with use_actor(system_actor("test.hostile", place)):
        return sorted(model.objects.values_list("pk", flat=True))


def _every_id(place: str) -> list[uuid.UUID]:
    """Ids of every table that has them, a few of each."""
    found: list[uuid.UUID] = []
    for model in _ours():
        if isinstance(model._meta.pk, models.UUIDField) and model._meta.db_table not in UNWATCHED:
            found += _ids(model, place)[:3]
    return found


def _ours() -> list[type[models.Model]]:
    ours = (m for m in apps.get_models() if m.__module__.startswith("lagspill."))
    return [model for model in ours if hasattr(model, "lock")]


def _watched_tables() -> list[str]:
    tables = [model._meta.db_table for model in _ours()]
    return sorted({*tables, "procrastinate_jobs"} - set(UNWATCHED))
