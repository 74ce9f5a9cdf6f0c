"""The main job from end to end in the browser: 390 px, bokmål, the keyboard alone, on a database of its own.

It begins with a file that is brought in by the command, and ends with a promise kept and one reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from playwright.sync_api import Page, expect

from lagspill.kernel import clock
from lagspill.people.models import Person
from lagspill.tenancy.scope import use_actor
from tests.journeys.keyboard import choose, pick, press, reach, write
from tests.journeys.quality import assert_accessible
from tests.world import World

SAMPLE = Path(__file__).parents[2] / "src" / "lagspill" / "fhir" / "samples" / "importert.json"
SignIn = Callable[[Page, str], Page]


@pytest.fixture
def imported(world: World) -> World:
    """Siri Eira, daughter of Ellen, as the sample Bundle brings her in to sone nord."""
    call_command(
        "import-bundle",
        str(SAMPLE),
        municipality="1824",
        unit="hjemme-nord",
        apply=True,
        verbosity=0,
    )
    return world


def _file_of(page: Page, name: str) -> None:
    """From the start page to a caregiver's file, by search."""
    page.goto("/arbeid/")
    write(page, page.get_by_label("Navn"), name)
    press(page, page.get_by_role("button", name="Søk"))
    press(page, page.get_by_role("link", name=name))
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)


def test_the_whole_path_with_the_keyboard_alone_on_a_phone(
    imported: World, page_at: Callable[..., Page], sign_in: SignIn
) -> None:
    staff = sign_in(page_at(390, "nb"), "koordinator")
    caregiver = sign_in(page_at(390, "nb"), "importert")

    _measured(caregiver)
    _invited(staff, caregiver)
    _talked(staff)
    _agreed(staff, caregiver)
    _found(imported, sign_in(page_at(390, "nb"), "sykepleier"))
    _kept(staff, caregiver, sign_in(page_at(390, "nb"), "leder"))


def _measured(page: Page) -> None:
    """Five plain questions; the result comes to her first; she asks to be rung."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("Siri Eira")
    press(page, page.get_by_role("link", name="Ta en egen-sjekk"))
    groups = page.locator("form fieldset:has(input[type=radio])")
    for at in range(5):
        choose(page, groups.nth(at).locator("input[type=radio]").nth(2))
    choose(page, groups.nth(5).locator("input[type=radio]").first)
    assert_accessible(page)
    press(page, page.get_by_role("button", name="Send og se svarene mine"))
    expect(page).to_have_url(re.compile(r"/egen-sjekk/[0-9a-f-]{36}/"))
    assert_accessible(page)


def _invited(staff: Page, caregiver: Page) -> None:
    """From the worklist's start page to a sent invitation without typing; she says yes on her own page."""
    _file_of(staff, "Siri Eira")
    assert_accessible(staff)
    press(staff, staff.get_by_role("link", name="Inviter til samtale"))
    assert_accessible(staff)
    press(staff, staff.get_by_role("button", name="Send invitasjonen").first)
    caregiver.goto("/min/")
    press(caregiver, caregiver.get_by_role("link", name="Les og svar"))
    assert_accessible(caregiver)
    choose(caregiver, caregiver.locator('input[name="answer"][value="yes"]'))
    choose(caregiver, caregiver.locator('input[name="time"]').first)
    press(caregiver, caregiver.get_by_role("button", name="Send svaret"))
    expect(caregiver.get_by_role("heading", name="Du har sagt ja")).to_be_visible()
    press(caregiver, caregiver.get_by_role("link", name="Forbered samtalen"))
    assert_accessible(caregiver)


def _talked(staff: Page) -> None:
    """Two statements placed, each with its readers; the talk is marked as held."""
    _file_of(staff, "Siri Eira")
    press(staff, staff.get_by_role("link", name="Samtale", exact=False).last)
    for topic, text, audience in (
        ("T04", "Siri handler for Ellen på lørdager.", "shared"),
        ("T12", "Siri sover lite.", "talk"),
    ):
        part = staff.locator(f"#{topic}")
        reach(staff, part.locator("summary").first)
        if part.get_attribute("open") is None:
            staff.keyboard.press("Enter")
        write(staff, part.locator("textarea"), text)
        if audience == "shared":
            choose(staff, part.locator('input[name="about"][value="care_recipient"]'))
        choose(staff, part.locator(f'input[name="audience"][value="{audience}"]'))
        press(staff, part.get_by_role("button", name="Plasser"))
        expect(staff.get_by_text(text, exact=True)).to_be_visible()
    assert_accessible(staff)
    press(staff, staff.get_by_role("button", name="Avslutt samtalen"))


def _agreed(staff: Page, caregiver: Page) -> None:
    """A line from the talk, a measure with owner and day; both say yes."""
    _file_of(staff, "Siri Eira")
    press(staff, staff.get_by_role("link", name="Lag avtale"))
    press(staff, staff.get_by_role("button", name="Start avtalen"))
    said = staff.get_by_text("Siri handler for Ellen på lørdager.")
    expect(said.first).to_be_visible()
    press(staff, staff.get_by_role("button", name="Hvem gjør hva").first)
    assert_accessible(staff)
    choose(staff, staff.locator('input[name="who"][value="caregiver"]'))
    press(staff, staff.get_by_role("button", name="Lagre", exact=True))
    press(staff, staff.get_by_role("link", name=re.compile("Skriv.*Det kommunen har lovet")))
    assert_accessible(staff)
    write(staff, staff.get_by_label("Hva lover kommunen?"), "Ringe Siri etter legetimen")
    pick(staff, staff.get_by_label("Hvem der?"), "Kari Moe")
    reach(staff, staff.get_by_label("Innen når?"))
    staff.keyboard.type(_day_that_reads_both_ways().strftime("%d%m%Y"))
    choose(staff, staff.locator('input[name="is_together"]'))
    press(staff, staff.get_by_role("button", name="Lagre", exact=True))
    expect(staff.get_by_text("Ringe Siri etter legetimen", exact=True)).to_be_visible()
    press(staff, staff.get_by_role("button", name="Foreslå", exact=True))
    expect(staff.get_by_role("heading", level=1)).to_contain_text("Avtale, versjon 1")
    caregiver.goto("/min/")
    press(caregiver, caregiver.get_by_role("link", name="Les forslaget"))
    assert_accessible(caregiver)
    press(caregiver, caregiver.get_by_role("button", name="Ja, jeg er enig"))
    staff.reload()
    press(staff, staff.get_by_role("button", name="Si ja for kommunen"))
    expect(staff.get_by_text("Ringe Siri etter legetimen").first).to_be_visible()
    assert_accessible(staff)


def _day_that_reads_both_ways() -> date:
    """The next day whose number is its month's: browsers do not agree on which part of a date is typed first."""
    day = clock.now().date()
    while True:
        day += timedelta(days=1)
        if day.day == day.month:
            return day


def _found(world: World, nurse: Page) -> None:
    """Two taps from the start page: the card, without what was said in the talk."""
    with use_actor(world.system), transaction.atomic():
        ellen = Person.objects.get(name="Ellen Eira")
    press(nurse, nurse.get_by_role("link", name="Ellen Eira"))
    expect(nurse).to_have_url(re.compile(f"/kort/{ellen.id}/"))
    expect(nurse.get_by_text("Siri handler for Ellen på lørdager.", exact=True)).to_be_visible()
    expect(nurse.get_by_text("Siri sover lite.")).to_have_count(0)
    assert_accessible(nurse)


def _kept(staff: Page, caregiver: Page, leader: Page) -> None:
    """She says that it was not followed; the leader answers; then it is kept."""
    caregiver.goto("/min/")
    press(caregiver, caregiver.get_by_role("link", name="Ringe Siri etter legetimen"))
    assert_accessible(caregiver)
    press(caregiver, caregiver.get_by_role("button", name="Det ble ikke fulgt"))
    expect(caregiver.get_by_text("Nina Dahl").first).to_be_visible()
    leader.goto("/arbeid/liste/?kind=promise_report")
    assert_accessible(leader)
    press(leader, leader.get_by_role("link", name="Siri Eira").first)
    write(leader, leader.get_by_label("Svar til den pårørende"), "Beklager. Kari ringer i dag.")
    press(leader, leader.get_by_role("button", name="Send svar"))
    _file_of(staff, "Siri Eira")
    press(staff, staff.get_by_role("link", name="Ringe Siri etter legetimen"))
    press(staff, staff.get_by_role("button", name="Løftet er holdt"))
    caregiver.reload()
    expect(caregiver.get_by_text("Beklager. Kari ringer i dag.")).to_be_visible()
    expect(caregiver.get_by_text("Holdt", exact=False).first).to_be_visible()
