"""From invitation to placed words: the coordinator invites without typing, the caregiver answers and prepares, they talk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from lagspill.conversations import demo
from lagspill.conversations.rules import Answer
from lagspill.tenancy.scope import use_actor
from tests.journeys.conftest import PageAt
from tests.journeys.quality import assert_accessible
from tests.world import VEFSN, World

SignIn = Callable[[Page, str], Page]


def choose(page: Page, words: str) -> None:
    page.locator("label", has_text=words).first.click()


def open_topic(page: Page, name: str) -> None:
    page.locator("summary", has_text=name).first.click()


def test_invited_prepared_and_talked(world: World, page_at: PageAt, sign_in: SignIn) -> None:
    desk = sign_in(page_at(1280), "koordinator")
    desk.goto(f"/arbeid/fil/{world.file.id}/invitasjon/")
    assert_accessible(desk)
    desk.get_by_role("button", name="Send invitasjonen").first.click()
    expect(desk.get_by_text("Venter på svar")).to_be_visible()
    assert_accessible(desk)
    invitation = desk.url.rstrip("/").rpartition("/")[2]

    phone = sign_in(page_at(390), "datter")
    phone.goto(f"/min/{VEFSN}/invitasjon/{invitation}/")
    assert_accessible(phone)
    choose(phone, "Ja, gjerne")
    choose(phone, "kl. 10.00")
    choose(phone, "Hjemme")
    assert_accessible(phone)
    phone.get_by_role("button", name="Send svaret").click()
    expect(phone.get_by_role("heading", name="Du har sagt ja")).to_be_visible()
    phone.get_by_role("link", name="Forbered samtalen").click()
    assert_accessible(phone)
    open_topic(phone, "Hvor mye du gjør")
    box = phone.locator("#T03-text")
    box.fill("Nettene er verst.")
    expect(phone.locator("#T03 [data-ls-saved]")).to_contain_text("Lagret kl.")
    phone.locator("#T03").get_by_role("button", name="Del før samtalen").click()
    expect(phone.get_by_text("Delt.", exact=True)).to_be_visible()

    desk.reload()
    desk.get_by_role("link", name="Gå til samtalen").click()
    assert_accessible(desk)
    open_topic(desk, "Hvor mye du gjør")
    expect(desk.get_by_text("Nettene er verst.", exact=True)).to_be_visible()
    open_topic(desk, "Hva er viktig for deg?")
    desk.locator("#T01-text").fill("Ro om kvelden.")
    expect(desk.locator("#T01 [data-ls-saved]")).to_contain_text("Lagret kl.")
    desk.reload()
    expect(desk.locator("#T01-text")).to_have_value("Ro om kvelden.")
    desk.locator("#T01").get_by_role("button", name="Plasser").click()
    expect(desk.get_by_text("Plassert. Bare de som står under")).to_be_visible()
    assert_accessible(desk)
    desk.get_by_role("button", name="Avslutt samtalen").click()
    expect(desk.get_by_role("link", name="Lag avtalen")).to_be_visible()

    phone.goto(phone.url.replace("forberedelse", "samtale").partition("?")[0])
    expect(phone.get_by_text("Ro om kvelden.", exact=True)).to_be_visible()
    assert_accessible(phone)


@pytest.mark.parametrize("language", ["nn", "en"])
def test_words_are_kept_and_placed_without_javascript(
    world: World, page_at: PageAt, sign_in: SignIn, language: str
) -> None:
    with use_actor(world.coordinator), transaction.atomic():
        invitation = demo.invite(actor=world.coordinator, now=world.now, file_id=world.file.id)
        talk_id = demo.answer(
            actor=world.coordinator, now=world.now, invitation=invitation, answer=Answer.YES
        )
    save, place = {"nn": ("Lagre utkast", "Plasser"), "en": ("Save draft", "Place")}[language]
    page = sign_in(page_at(390, language=language, javascript=False), "koordinator")
    page.goto(f"/arbeid/samtale/{talk_id}/")
    page.locator("#T01 > summary").click()
    page.locator("#T01-text").fill("Sápmi ♥")
    page.locator("#T01").get_by_role("button", name=save).click()
    expect(page.locator("#T01-text")).to_have_value("Sápmi ♥")
    page.locator("#T01").get_by_role("button", name=place, exact=True).click()
    expect(page.locator("#T01").get_by_text("Sápmi ♥", exact=True)).to_be_visible()
    expect(page.locator("#T01-text")).to_have_value("")
