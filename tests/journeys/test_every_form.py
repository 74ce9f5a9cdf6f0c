"""Every form at 1280 px: refused with what was typed kept, then taken, without JavaScript, in nynorsk or English."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.urls import resolve, reverse
from playwright.sync_api import Locator, Page, Response

from lagspill.people import operations as people
from lagspill.people import queries
from lagspill.tenancy.scope import use_actor
from tests.journeys import quality
from tests.journeys.quality import assert_accessible
from tests.journeys.sheets import FIRST, MAIN, SHEETS, TOO_LONG, Sheet
from tests.journeys.visits import Visits


def form_of(page: Page, button: str) -> Locator:
    """The form that a button sends."""
    return page.locator(button).first.locator("xpath=ancestor::form[1]")


def unfold(page: Page, button: str) -> None:
    """Open whatever stands in the way, from the outermost inwards, as a reader does."""
    form = form_of(page, button)
    for folded in (
        form.locator("xpath=ancestor::details[not(@open)]"),
        form.locator("details:not([open])"),
    ):
        while folded.count():
            folded.first.locator("> summary").click()


def fill(page: Page, button: str, values: dict[str, str]) -> None:
    """Fill fields by name, whatever they are made of."""
    form = form_of(page, button)
    for name, value in values.items():
        field = form.locator(f'[name="{name}"]:not([type="hidden"])')
        kind = field.first.evaluate("el => el.type")
        if kind in ("radio", "checkbox"):
            is_any = value in (FIRST, "on")
            chosen = field if is_any else field.and_(page.locator(f'[value="{value}"]'))
            if not chosen.first.is_checked():
                chosen.first.press("Space")
        elif kind == "select-one":
            field.select_option(**({"index": 1} if value == FIRST else {"value": value}))
        elif value == TOO_LONG:  # a browser cuts it off, what else speaks to us does not
            field.evaluate("(el, text) => { el.value = text; }", value)
        else:
            field.fill(value)


def held(page: Page, button: str, name: str) -> str:
    """What stands in a field now."""
    field = form_of(page, button).locator(f'[name="{name}"]:not([type="hidden"])')
    if field.first.evaluate("el => el.type") in ("radio", "checkbox"):
        field = field.and_(page.locator(":checked"))
    return str(field.first.evaluate("el => el.value")) if field.count() else ""


def send(page: Page, button: str) -> Response:
    """Press the button; the answer of the page that comes, after what it leads on to."""
    with page.expect_navigation() as coming:
        page.locator(button).first.click()
    answer = coming.value
    assert isinstance(answer, Response)
    return answer


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_form(visits: Visits, sheet: Sheet) -> None:
    desk = visits.page(sheet.stop.who, 1280)
    refuse(desk, sheet, sheet.stop.address(visits.life))
    assert_accessible(desk, widths=(1280,))

    plain = visits.page(sheet.stop.who, 1280, sheet.language, javascript=False)
    refuse(plain, sheet, sheet.stop.address(visits.life))
    assert plain.locator("html").get_attribute("lang") == sheet.language
    assert quality.faults_at_a_glance(plain) == []
    unfold(plain, sheet.button)
    fill(plain, sheet.button, sheet.right)
    assert send(plain, sheet.button).status == 200
    assert resolve(urlsplit(plain.url).path).url_name == sheet.leads_to
    assert plain.locator("[data-ls-errors]").count() == 0


def refuse(page: Page, sheet: Sheet, address: str) -> None:
    """Send what cannot be taken: the answer says so on a whole page, beside the field, and keeps every word."""
    page.goto(address)
    unfold(page, sheet.button)
    fill(page, sheet.button, sheet.wrong)
    assert send(page, sheet.button).status == 422
    assert page.title().startswith(("Feil: ", "Error: "))
    assert page.locator("[data-ls-errors]").is_visible()
    assert {name: held(page, sheet.button, name) for name in sheet.wrong} == sheet.wrong


def test_code_of_a_letter(visits: Visits) -> None:
    """A code that is none is refused and stays; the one that the letter holds opens the file."""
    life, kari = visits.life, visits.life.actors["kari"]
    with use_actor(kari), transaction.atomic():
        file = queries.get_file_row(kari, life.ids["file.gudrun"], life.now)
        code = people.make_binding_code(actor=kari, now=life.now, file=file)
    page = visits.page("ukjent", 1280, "nn", javascript=False)
    page.goto(reverse("my-code"))
    fill(page, MAIN, {"code": "1824-ABCD-EFGH"})
    assert send(page, MAIN).status == 422
    assert held(page, MAIN, "code") == "1824-ABCD-EFGH"
    assert quality.faults_at_a_glance(page) == []
    fill(page, MAIN, {"code": code})
    send(page, MAIN)
    assert page.url.endswith(reverse("my-start"))
