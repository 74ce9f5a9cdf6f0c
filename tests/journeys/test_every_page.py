"""A tour of every page at 1280 px with all checks; by turns in the dark, or on a phone without JavaScript in nn and en."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

import pytest
from django.test import override_settings
from django.urls import URLPattern, get_resolver, resolve, reverse
from playwright.sync_api import Page, Response

from lagspill.shell.cast import VEFSN
from tests.browser import browser_of
from tests.journeys import quality, test_quality
from tests.journeys.life import Life
from tests.journeys.quality import assert_accessible, assert_readable_in_dark
from tests.journeys.stops import NO_PAGE, POST_ONLY, STOPS, Stop
from tests.journeys.visits import Visits

LONG = os.environ.get("LAGSPILL_LONG") == "1"
WIDTHS = (320, 700, 1280)  # the phone of the second half is 390
#: Every piece of text a reader meets, outside what is marked as another language; also what is only read aloud.
PIECES = """
() => {
  const other = (el) => { const at = el.closest("[lang]"); return at && at !== document.documentElement; };
  const pieces = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const el = walk.currentNode.parentElement;
    if (!other(el) && !el.closest("script, style, textarea, noscript")) pieces.push(walk.currentNode.data);
  }
  for (const el of document.querySelectorAll("[aria-label], [placeholder], [alt], [title]"))
    if (!other(el)) pieces.push(...["aria-label", "placeholder", "alt", "title"].map((name) => el.getAttribute(name) || ""));
  return [...new Set(pieces.map((text) => text.trim().replace(/\\s+/g, " ")).filter(Boolean))];
}
"""
WORD = re.compile(r"[^\W\d_]+")
#: Words of bokmål that nynorsk writes otherwise, and words that no English sentence has; bokmål is its own name in both.
NOT_NYNORSK = re.compile(
    r"ikke|jeg|hva|hvem|hvor|hvordan|hvilken|hvilket|hvilke|hver|hvert|noe|noen|fra|bare|mer|selv|sammen|være|uker?"
    r"|gjøre|pårørende|pårørendekoordinator|forespørsel|deres|sykepleier|sykehjem|hjemme|hun|dere"
)
NOT_ENGLISH = re.compile(
    r"(?!bokmål$)\w*[æøå]\w*|og|ikke|av|til|som|det|fra|har|eller|etter|med|ved|samtale|avtale"
)
#: So much of a long text stands in the names of links and buttons, then an ellipsis.
BEGINNING = 59
#: What is the same in bokmål and English.
SAME = frozenset({"lagspill", "portal", "video", "status", "start", "administrator"})


def _names() -> set[str]:
    return {
        pattern.name or ""
        for found in get_resolver().url_patterns
        for pattern in getattr(found, "url_patterns", [found])
        if isinstance(pattern, URLPattern)
    }


def test_the_tour_comes_to_every_address_that_gives_a_page() -> None:
    toured = {stop.name for stop in STOPS}
    assert toured & set(NO_PAGE) == set()
    assert _names() - toured - set(NO_PAGE) == set()
    assert (toured | set(NO_PAGE)) - _names() == set()
    assert {resolve(address).url_name for address in test_quality.PAGES} == {
        "ui-gallery",
        "ui-sample",
    }


def test_what_takes_post_only_shows_no_page(life: Life) -> None:
    """So that no page hides in the list of those that need no visit."""
    readers = {
        mine: browser_of(life.actors["datter" if mine else "kari"]) for mine in (True, False)
    }
    answers = {}
    for pattern in (p for found in get_resolver().url_patterns for p in found.url_patterns):
        if pattern.name in POST_ONLY:
            kinds = pattern.pattern.converters
            given = {
                name: VEFSN if name == "number" else "x" if name == "persona" else UUID(int=1)
                for name in kinds
            }
            address = reverse(pattern.name, kwargs=given)
            answers[pattern.name] = readers[address.startswith("/min/")].get(address).status_code
    assert answers == dict.fromkeys(POST_ONLY, 405)


def _open(page: Page, stop: Stop, life: Life) -> None:
    """Come to the page of a stop, and see that it is that page and no other."""
    if stop.go:
        stop.go(page)
    else:
        response = page.goto(stop.address(life))
        assert isinstance(response, Response)
        assert response.status == stop.status
    assert page.url.endswith(stop.address(life)), f"{stop} led on to {page.url}"


def _turn(stop: Stop) -> int:
    """Which state of its address this is; the first is 0."""
    return [each for each in STOPS if each.name == stop.name].index(stop)


@pytest.mark.parametrize("stop", [stop for stop in STOPS if LONG or _turn(stop) == 0], ids=str)
def test_page(visits: Visits, stop: Stop) -> None:
    """Every address in its first state with all checks; by turns also in the dark, or on a phone in nynorsk or English.

    All of it, for every state, with --long.
    """
    turn = STOPS.index(stop) % 4
    desk = visits.page(stop.who, 1280)
    _open(desk, stop, visits.life)
    assert_accessible(desk, widths=WIDTHS)
    if LONG or turn == 0:
        assert_readable_in_dark(desk)
    bokmal = desk.evaluate(PIECES)
    for language in ("nn", "en") if LONG else {1: ("nn",), 2: ("en",)}.get(turn, ()):
        phone = visits.page(stop.who, 390, language, javascript=False)
        _open(phone, stop, visits.life)
        found = quality.faults_at_a_glance(phone)
        assert phone.locator("html").get_attribute("lang") == language
        found += untranslated(language, phone.evaluate(PIECES), bokmal, visits.life.written)
        assert not found, f"{stop} in {language} without JavaScript: {found}"


def untranslated(
    language: str, pieces: Iterable[str], bokmal: Iterable[str], written: frozenset[str]
) -> list[str]:
    """Pieces of text that are still bokmål, when all that people have written themselves is taken out."""
    known = set(bokmal)
    strange = NOT_NYNORSK if language == "nn" else NOT_ENGLISH
    found = []
    for piece in pieces:
        words = {word.lower() for word in WORD.findall(_own(piece, written))}
        foreign = {word for word in words if strange.fullmatch(word)}
        if language == "en" and piece in known:
            foreign |= {word for word in words if len(word) > 3} - SAME
        if foreign:
            found.append(f"untranslated ({', '.join(sorted(foreign))}): {piece}")
    return found


@lru_cache(maxsize=10_000)
def _own(piece: str, written: frozenset[str]) -> str:
    """A piece of text without names and sentences of people."""
    if piece in written:
        return ""
    for words in _longest_first(written):
        piece = piece.replace(words, " ")
    return piece


@lru_cache
def _longest_first(written: frozenset[str]) -> list[str]:
    begun = {words[:BEGINNING] + "…" for words in written if len(words) > BEGINNING + 1}
    return sorted((words for words in written | begun if len(words) > 2), key=len, reverse=True)


def test_sign_in_page_outside_the_demo(visits: Visits) -> None:
    with override_settings(MODE="production"):
        page = visits.page("visitor", 1280)
        page.goto(reverse("sign-in"))
        assert page.url.endswith(reverse("sign-in"))
        assert_accessible(page)
        assert_readable_in_dark(page)


@pytest.mark.parametrize("who", ["visitor", "kari", "datter"])
def test_page_that_is_not_there(visits: Visits, who: str) -> None:
    for width, language, javascript in ((1280, "nb", True), (390, "en", False)):
        page = visits.page(who, width, language, javascript=javascript)
        response = page.goto("/finnes/ikke/")
        assert isinstance(response, Response)
        assert response.status == 404
        assert_accessible(page)


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="every width, language and colour; only with --long")
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("stop", STOPS, ids=str)
def test_page_in_every_shape(visits: Visits, stop: Stop, width: int, language: str) -> None:
    page = visits.page(stop.who, width, language)
    _open(page, stop, visits.life)
    assert_accessible(page)
    assert_readable_in_dark(page)
    assert quality.faults_in_forced_colours(page) == []
