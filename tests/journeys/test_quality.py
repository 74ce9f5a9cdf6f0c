"""The harness itself: the gallery passes every check, and a page broken on purpose does not."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import PageAt
from tests.journeys.quality import assert_accessible, assert_readable_in_dark, faults

PAGES = [
    "/ui/",
    "/ui/eksempel/forside/",
    "/ui/eksempel/start/",
    "/ui/eksempel/avtale/",
    "/ui/eksempel/arbeidsliste/",
    "/ui/eksempel/feil/",
    "/ui/eksempel/dialog/",
]
SMALLEST = "/ui/eksempel/dialog/"
# What is done to a good page, and the beginning of the fault that must be found.
DAMAGE = {
    "document.documentElement.removeAttribute('lang')": "axe html-has-lang: ",
    "document.title = ' – Lagspill'": "the page has no title",
    "document.querySelector('h1').insertAdjacentHTML('afterend', '<h1>To</h1>')": "2 first-level",
    "document.querySelector('label').remove()": "axe label: ",
    "document.querySelector('h1').style.color = '#999'": "axe color-contrast: ",
    "document.querySelector('h1').style.minWidth = '50rem'": "at 320 px: 8",
    "document.querySelector('main form button').style.cssText = 'block-size: 30px; min-block-size: 0'": (
        "target 358×30 px, at least 44: <button"
    ),
    "document.querySelector('main form button').style.outline = 'none'": "focus without an outline",
    "document.querySelector('main form button').tabIndex = 3": "positive tabindex: <button",
    "document.querySelector('main form').style.cssText = 'display: flex; flex-direction: column-reverse'": (
        "reversed: <form"
    ),
    "document.querySelector('.ls-actions').style.order = -1": "moved by CSS order: <div.ls-actions",
    "document.querySelector('main form').style.cssText = 'position: absolute; top: -60rem'": (
        "focus out of view: "
    ),
    "document.querySelector('h1').style.cssText = 'block-size: 8px; overflow: hidden'": (
        "text cut off: <h1"
    ),
    "setTimeout(() => { throw new Error('broken') }, 0)": "script: broken",
    "document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')": "console: ",
    "document.body.insertAdjacentHTML('beforeend', '<img alt=\"\" src=\"/static/no.png\">')": "404 from ",
}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("address", PAGES)
def test_gallery_page_is_accessible(page_at: PageAt, address: str, width: int) -> None:
    page = page_at(width)
    page.goto(address)
    assert_accessible(page)
    assert_readable_in_dark(page)


@pytest.mark.parametrize("language", ["nn", "en"])
def test_gallery_speaks_the_readers_language(page_at: PageAt, language: str) -> None:
    page = page_at(390, language)
    page.goto(SMALLEST)
    assert page.locator("html").get_attribute("lang") == language
    assert_accessible(page)


def test_page_without_javascript_is_accessible(page_at: PageAt) -> None:
    page = page_at(390, javascript=False)
    page.goto("/ui/eksempel/arbeidsliste/")
    assert page.locator("[data-ls-print]").is_hidden()
    assert_accessible(page)


def test_open_dialog_is_accessible_and_gives_focus_back(page_at: PageAt) -> None:
    page = page_at(390)
    page.goto("/ui/")
    page.get_by_role("link", name="Åpne som dialog").click()
    dialog = page.get_by_role("dialog", name="Endre tidspunkt")
    dialog.get_by_label("Når passer det?").wait_for()
    assert_accessible(page)
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.id") == "g-open"


def test_damage_of_every_kind_is_found(page_at: PageAt) -> None:
    missed = []
    for damage, expected in DAMAGE.items():
        page = page_at(390)
        page.goto(SMALLEST)
        page.evaluate(f"() => {{ {damage} }}")
        page.wait_for_timeout(100)  # for what is noticed a moment later
        found = faults(page, widths=(320,))
        if not any(fault.startswith(expected) for fault in found):
            missed.append((damage, found))
    assert missed == []


def test_dark_page_without_contrast_is_found(page_at: PageAt) -> None:
    page = page_at(390)
    page.goto(SMALLEST)
    page.evaluate("document.querySelector('h1').style.color = '#222'")
    with pytest.raises(AssertionError, match="color-contrast"):
        assert_readable_in_dark(page)
