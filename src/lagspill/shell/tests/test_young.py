"""The pages of somebody of 16 or 17: who does not see them, whom to call, a way out, titles that tell nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import HttpResponse

from lagspill.access.rules import Role
from lagspill.children.tests.made import passed_on
from lagspill.kernel import clock, content
from lagspill.kernel.actor import Actor
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World, add_caregiver, add_colleague, citizen


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch, now) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def liv(world: World) -> Actor:
    """Child-responsible in home care."""
    with use_actor(world.system):
        return add_colleague(
            name="Liv Aas", role=Role.CHILD_RESPONSIBLE, unit=world.home_care, now=world.now
        )


def text(response: HttpResponse) -> str:
    return response.content.decode()


def page_of(world: World, birth_on: date, language: str = "nb") -> str:
    with use_actor(world.system):
        _file, _relation, person = add_caregiver(
            name="Emma Vik",
            care_recipient=world.care_recipient_person,
            unit=world.north,
            now=world.now,
            code="child",
            serial=7,
            birth_on=birth_on,
        )
        emma = citizen(person, 7)
    return text(browser_of(emma, language=language).get("/min/"))


def test_the_page_says_who_does_not_see_it_and_whom_to_call(world: World, liv: Actor):
    page = page_of(world, date(2009, 6, 15))
    assert "Foreldrene dine ser ikke dette." in page
    assert "Arne Haugen leser bare det du selv velger å dele." in page
    assert "Ring Liv Aas" in page
    for one in content.load("youth")["help"]:
        assert f'href="tel:{one["number"]}"' in page


def test_there_is_a_way_out_and_the_title_tells_nothing(world: World, liv: Actor):
    page = page_of(world, date(2009, 6, 15))
    assert "<title>Min side</title>" in page
    assert f'href="{content.load("youth")["leave_to"]}"' in page
    assert 'rel="noreferrer"' in page


def test_a_grown_up_gets_none_of_it(world: World):
    page = page_of(world, date(2008, 11, 25))  # eighteen today
    assert "Emma Vik" in page
    assert "Foreldrene dine" not in page
    assert "116111" not in page
    assert "data-ls-leave" not in page
    assert "<title>Min side – Lagspill" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("nn", "Foreldra dine ser ikkje dette."), ("en", "Your parents do not see this.")],
)
def test_speaks_the_readers_language(world: World, liv: Actor, language: str, words: str):
    assert words in page_of(world, date(2009, 6, 15), language)


def test_the_start_page_counts_children_for_those_who_follow_them_up(world: World, liv: Actor):
    passed_on(world)
    page = text(browser_of(liv).get("/arbeid/"))
    assert "Barn som pårørende" in page
    assert 'href="/arbeid/barn/?vis=new"' in page
    for other in (world.nurse, world.coordinator, world.leader):
        page = text(browser_of(other).get("/arbeid/"))
        assert "/arbeid/barn/" not in page


def test_numbers_to_call_carry_the_day_they_were_noted():
    assert all(isinstance(one["noted_on"], date) for one in content.load("youth")["help"])
