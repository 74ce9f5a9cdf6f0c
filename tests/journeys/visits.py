"""Pages on a site that are signed in already: one browser context for each reader, language and kind of page."""

from __future__ import annotations

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import browser_of
from tests.journeys import quality
from tests.journeys.life import Life

HEIGHTS = {True: 844, False: 900}  # a phone, a screen
PHONE = 480
PATIENCE = 10_000  # milliseconds a page may take


def new_context(
    browser: Browser,
    url: str,
    width: int,
    language: str = "nb",
    *,
    javascript: bool = True,
    dark: bool = False,
) -> BrowserContext:
    """A browser of its own at a width, speaking a language, signed in as nobody."""
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": HEIGHTS[width <= PHONE]},
        has_touch=width <= PHONE,
        java_script_enabled=javascript,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="nb-NO",
        timezone_id="Europe/Oslo",
    )
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": url}])
    return context


class Visits:
    """Pages for the people of a `Life`, each kept for its reader, width and language until the file's tests are over."""

    def __init__(self, browser: Browser, url: str, life: Life) -> None:
        self.browser, self.url, self.life = browser, url, life
        self._pages: dict[tuple[str, int, str, bool], Page] = {}

    def page(self, who: str, width: int, language: str = "nb", *, javascript: bool = True) -> Page:
        """The page signed in as `who`, watched anew for what goes wrong behind it."""
        key = (who, width, language, javascript)
        if key not in self._pages:
            context = new_context(self.browser, self.url, width, language, javascript=javascript)
            actor = self.life.actors[who]
            if actor.id is not None:
                held = browser_of(actor).cookies[settings.SESSION_COOKIE_NAME].value
                context.add_cookies(
                    [{"name": settings.SESSION_COOKIE_NAME, "value": held, "url": self.url}]
                )
            self._pages[key] = context.new_page()
            quality.watch(self._pages[key], javascript=javascript)
        quality.forget(self._pages[key])
        return self._pages[key]

    def close(self) -> None:
        """Close every browser that was opened."""
        for page in self._pages.values():
            page.context.close()
