"""A caregiver on a phone answers, loses the session, comes back, wishes for a call; the coordinator rings."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PageAt
from tests.journeys.quality import assert_accessible
from tests.world import VEFSN, World

MINE = f"/min/{VEFSN}/egen-sjekk/"
SignIn = Callable[[Page, str], Page]


def answer(page: Page, number: int, word: str) -> None:
    page.locator(".ls-scale").nth(number).get_by_text(word, exact=True).click()


def test_nothing_is_lost_and_the_call_carries_no_answer(
    world: World, page_at: PageAt, sign_in: SignIn
) -> None:
    phone = sign_in(page_at(390), "datter")
    phone.goto(MINE)
    assert_accessible(phone)
    for number, word in enumerate(("Ofte", "Av og til", "Nesten hele tiden")):
        answer(phone, number, word)
    expect(phone.locator("[data-ls-saved]")).to_contain_text("Lagret kl.")

    other = sign_in(page_at(1280), "datter")
    other.goto(MINE)
    expect(other.get_by_text("Fortsett der du slapp")).to_be_visible()
    answer(other, 3, "Sjelden")
    answer(other, 4, "Aldri")
    other.get_by_label("Ja, ring meg").press("Space")
    other.get_by_role("button", name="Send og se svarene mine").click()
    expect(other.get_by_text("av 20. Høyere tall")).to_contain_text("10")
    assert_accessible(other)
    other.get_by_role("button", name="Del svarene").click()
    expect(other.get_by_text("Delt av deg.")).to_be_visible()
    other.get_by_role("button", name="Ta tilbake").click()
    expect(other.get_by_text("Ingen andre ser dette")).to_be_visible()

    desk = sign_in(page_at(1280), "koordinator")
    desk.goto(f"/arbeid/fil/{world.file.id}/egen-sjekk/")
    expect(desk.get_by_role("heading", name="Ingenting er delt")).to_be_visible()
    assert_accessible(desk)
    desk.get_by_role("link", name="Åpne telefonen").click()
    assert_accessible(desk)
    desk.get_by_label("Vi snakket sammen").press("Space")
    desk.get_by_role("button", name="Lagre").click()
    expect(desk.get_by_text("Ute av listen")).to_be_visible()


@pytest.mark.parametrize("language", ["nn", "en"])
def test_the_whole_works_without_javascript(
    world: World, page_at: PageAt, sign_in: SignIn, language: str
) -> None:
    page = sign_in(page_at(390, language, javascript=False), "datter")
    page.goto(MINE)
    for number in range(5):
        page.locator(".ls-scale").nth(number).locator("label").nth(number % 5).click()
    buttons = page.locator("main form .ls-actions button")
    buttons.last.click()
    page.wait_for_url(f"**{MINE}")
    assert page.locator("main input[type=radio]:checked").count() == 5
    buttons.first.click()
    page.wait_for_url(f"**{MINE}*/")
    expect(page.locator("b", has_text="10")).to_be_visible()
