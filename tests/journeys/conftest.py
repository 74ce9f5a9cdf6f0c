"""What a browser journey needs: a database of its own, a running site, a Chromium, and pages at a given width.

Each journey gets a copy of the empty test database, so that it commits for real and leaves nothing behind.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections, transaction
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from conftest import PRISTINE
from lagspill.kernel import clock
from lagspill.tenancy.scope import NOBODY, use
from tests.journeys import quality
from tests.journeys.life import Life, build_life
from tests.journeys.visits import Visits, new_context
from tests.world import World, build_world

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("journey")


@pytest.fixture
def now() -> datetime:
    """The real time: the site looks at the clock itself."""
    return clock.now()


@pytest.fixture
def journey_database(
    browser: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A copy of the empty test database, that both aliases and the site's threads use until the test ends.

    The browser comes first: connections made before its event loop runs cannot be closed from inside it.
    """
    empty = connections["owner"].settings_dict["NAME"]
    with django_db_blocker.unblock(), _copy_of(f"{empty}{PRISTINE}", f"{empty}_journey"):
        yield


@contextmanager
def _copy_of(template: str, copy: str) -> Iterator[None]:
    """Work on a copy of a database that nobody is connected to, until the block ends."""
    _make_copy(template, copy)
    before = connections["owner"].settings_dict["NAME"]
    _point_at(copy)
    try:
        yield
    finally:
        connections.close_all()
        _point_at(before)
        _drop(copy)


def _make_copy(template: str, copy: str) -> None:
    connections.close_all()  # nobody may be connected to what is copied
    _drop(copy)
    _as_owner(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')


def _drop(database: str) -> None:
    _as_owner(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _as_owner(statement: str) -> None:
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute(statement)


def _point_at(database: str) -> None:
    for alias in ("default", "owner"):
        connections.settings[alias]["NAME"] = database
        connections[alias].settings_dict["NAME"] = database


@pytest.fixture(scope="session")
def lived(
    browser: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, Life]]:
    """A database in which people have lived, built once for each worker; nobody works in it, it is copied."""
    empty = connections["owner"].settings_dict["NAME"]
    name = f"{empty}_lived"
    with django_db_blocker.unblock():
        _make_copy(f"{empty}{PRISTINE}", name)
        _point_at(name)
        try:
            with use(NOBODY), transaction.atomic():
                life = build_life(clock.now())
        finally:
            connections.close_all()
            _point_at(empty)
    yield name, life
    with django_db_blocker.unblock():
        _drop(name)


@pytest.fixture(scope="module")
def life(lived: tuple[str, Life], django_db_blocker: DjangoDbBlocker) -> Iterator[Life]:
    """The municipality with life in it, committed, for all tests of a file."""
    template, built = lived
    with django_db_blocker.unblock(), _copy_of(template, f"{template}_copy"), use(NOBODY):
        yield built


@pytest.fixture(scope="module")
def visits(browser: Browser, life: Life) -> Iterator[Visits]:
    """The site on that database, and pages on it that are signed in already."""
    with _serving(get_wsgi_application()) as url:
        opened = Visits(browser, url, life)
        yield opened
        opened.close()


@pytest.fixture
def world(journey_database: None, now: datetime) -> Iterator[World]:
    """The small world of `tests/world.py`, committed."""
    with use(NOBODY):
        with transaction.atomic():
            built = build_world(now)
        yield built


@dataclass(frozen=True)
class Site:
    """A running site: its address without the last slash."""

    url: str


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: what matters is in the answers."""


@pytest.fixture
def site(journey_database: None) -> Iterator[Site]:
    """The site on a free port, on the journey's database; static files come from the packages themselves."""
    with _serving(get_wsgi_application()) as url:
        yield Site(url)


@contextmanager
def _serving(application: Any) -> Iterator[str]:
    """Serve a WSGI application from threads of this process until the block ends; gives its address."""
    server = ThreadedWSGIServer(("127.0.0.1", 0), _QuietHandler)
    server.daemon_threads = True
    server.set_app(application)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for each worker."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.fail("No Chromium: run the tests with ./run test, or name one in CHROMIUM.")
    env: dict[str, str | float | bool] = dict(os.environ)
    libraries = os.environ.get("LAGSPILL_CHROMIUM_LIBS")
    if libraries:
        env["LD_LIBRARY_PATH"] = libraries
    # Playwright keeps an event loop running in this thread; the ORM is used between its calls, never inside one.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        launched = playwright.chromium.launch(executable_path=program, args=FLAGS, env=env)
        yield launched
        launched.close()


PageAt = Callable[..., Page]


@pytest.fixture
def page_at(browser: Browser, site: Site) -> Iterator[PageAt]:
    """Make a page: `page_at(390, "nn", javascript=False, dark=True)`. Each is a browser of its own, signed in as nobody."""
    contexts = []

    def make(
        width: int, language: str = "nb", *, javascript: bool = True, dark: bool = False
    ) -> Page:
        context = new_context(browser, site.url, width, language, javascript=javascript, dark=dark)
        contexts.append(context)
        page = context.new_page()
        quality.watch(page, javascript=javascript)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(site: Site) -> Callable[[Page, str], Page]:
    """Sign in as one of the cast, as `/demo/` does: `sign_in(page, "koordinator")`; ends on that person's start page."""

    def enter(page: Page, persona: str) -> Page:
        page.goto("/demo/")
        page.locator(f'form[action="/demo/inn/{persona}/"] button').click()
        page.wait_for_url(lambda url: "/demo/" not in url)
        return page

    return enter
