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
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections, transaction
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from conftest import PRISTINE
from lagspill.kernel import clock
from lagspill.tenancy.scope import NOBODY, use
from tests.journeys import quality
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
HEIGHTS = {True: 844, False: 900}  # a phone, a screen
PHONE = 480
PATIENCE = 10_000  # milliseconds a page may take


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
    """A copy of the empty test database; both aliases, and the site's threads, use it until the test ends.

    The browser comes first: connections made before its event loop runs cannot be closed from inside it.
    """
    empty = connections["owner"].settings_dict["NAME"]
    copy = f"{empty}_journey"
    with django_db_blocker.unblock():
        connections.close_all()  # nobody may be connected to what is copied
        with connections["owner"]._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{empty}{PRISTINE}"')
        _point_at(copy)
        try:
            yield
        finally:
            connections.close_all()
            _point_at(empty)
            with connections["owner"]._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


def _point_at(database: str) -> None:
    for alias in ("default", "owner"):
        connections.settings[alias]["NAME"] = database
        connections[alias].settings_dict["NAME"] = database


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
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": HEIGHTS[width <= PHONE]},
            has_touch=width <= PHONE,
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="nb-NO",
            timezone_id="Europe/Oslo",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.add_cookies(
            [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": site.url}]
        )
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
