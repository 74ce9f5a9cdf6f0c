"""Pages of the child track through a browser: passing on from the card, the list, one child."""

from __future__ import annotations

import re
import uuid

import pytest
from django.http import HttpResponse

from lagspill.children.models import ChildStep, ChildTrack
from lagspill.children.tests.made import NAME, colleagues, passed_on
from lagspill.kernel import clock
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World

LIST = "/arbeid/barn/"
#: What differs between two answers to the same question: the form's secret and the address itself.
CHANGING = re.compile(r'value="(\w{64}|/arbeid/barn/[^"]*)"')


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch, now) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def text(response: HttpResponse) -> str:
    return response.content.decode()


def tracks(world: World) -> int:
    with use_actor(world.system):
        return ChildTrack.objects.count()


class TestPassOn:
    def address(self, world: World) -> str:
        return f"/arbeid/kort/{world.care_recipient_person.id}/barn/"

    def test_the_card_leads_to_it(self, world: World):
        card = browser_of(world.nurse).get(f"/kort/{world.care_recipient_person.id}/")
        assert self.address(world) in text(card)
        own = browser_of(world.care_recipient).get(f"/kort/{world.care_recipient_person.id}/")
        assert self.address(world) not in text(own)

    def test_one_choice_is_enough_and_nothing_comes_back(self, world: World):
        colleagues(world)
        client = browser_of(world.nurse)
        page = client.get(self.address(world))
        assert "Liv Aas" in text(page)
        answer = client.post(self.address(world), {"kin": "child", "name": NAME})
        assert (answer.status_code, tracks(world)) == (302, 1)
        after = text(client.get(self.address(world)))
        assert "Du ga beskjed 25. november 2026" in after
        assert NAME not in after

    def test_says_so_where_nobody_is_responsible(self, world: World):
        assert "Ingen er barneansvarlig her ennå" in text(
            browser_of(world.nurse).get(self.address(world))
        )

    @pytest.mark.parametrize(
        "given",
        [{}, {"kin": "uncle"}, {"kin": "child", "birth_year": "1980", "name": "Bo"}],
    )
    def test_an_unusable_form_comes_back(self, world: World, given: dict[str, str]):
        page = browser_of(world.nurse).post(self.address(world), given)
        assert (page.status_code, tracks(world)) == (422, 0)
        assert "<title>Feil: " in text(page)
        assert given.get("name", "") in text(page)

    @pytest.mark.parametrize("who", ["other_nurse", "admin", "stranger", "caregiver"])
    def test_others_find_nothing(self, world: World, who: str):
        client = browser_of(getattr(world, who))
        assert client.get(self.address(world)).status_code == 404
        assert client.post(self.address(world), {"kin": "child"}).status_code == 404
        assert tracks(world) == 0


class TestList:
    def test_shows_whom_the_reader_follows_up(self, world: World):
        who, track = colleagues(world), passed_on(world, birth_year=2015)
        page = text(browser_of(who.liv).get(LIST))
        assert NAME in page
        assert "barn av Arne Haugen" in page
        assert f"{LIST}{track.id}/" in page
        assert NAME in text(browser_of(who.liv).get(f"{LIST}?vis=new"))
        for query in ("?vis=overdue", "?vis=closed"):
            assert NAME not in text(browser_of(who.liv).get(LIST + query))

    @pytest.mark.parametrize("who", ["nurse", "coordinator", "leader", "admin", "stranger"])
    def test_is_empty_for_others(self, world: World, who: str):
        passed_on(world)
        page = browser_of(getattr(world, who)).get(LIST)
        assert page.status_code == 200
        assert NAME not in text(page)
        assert "Arne" not in text(page)

    def test_is_not_there_for_citizens(self, world: World):
        passed_on(world)
        for who in (world.caregiver, world.care_recipient):
            assert browser_of(who).get(LIST).status_code == 404


class TestChild:
    def test_notes_a_step_and_keeps_the_place(self, world: World):
        who, track = colleagues(world), passed_on(world)
        client, address = browser_of(who.liv), f"{LIST}{track.id}/"
        given = {"act": "asked", "asked-outcome": "told_us", "asked-done_on": "2026-11-24"}
        answer = client.post(address, given)
        assert (answer.status_code, answer.headers["Location"]) == (302, address)
        page = text(client.get(address))
        assert "Fortalte om barnet" in page
        assert "24. november 2026" in page

    @pytest.mark.parametrize(
        "given",
        [
            {"act": "asked"},
            {"act": "asked", "asked-outcome": "told_us", "asked-done_on": "2026-11-26"},
            {"act": "informed", "informed-outcome": "by_us", "informed-done_on": "2026-11-25"},
            {"act": "close"},
            {"act": "correct", "kin": "child", "birth_year": "1970"},
        ],
    )
    def test_an_unusable_form_comes_back(self, world: World, given: dict[str, str]):
        who, track = colleagues(world), passed_on(world)
        page = browser_of(who.liv).post(f"{LIST}{track.id}/", given)
        assert page.status_code == 422
        assert "<title>Feil: " in text(page)
        with use_actor(world.system):
            assert ChildStep.objects.count() == 0

    def test_corrects_gives_to_a_colleague_and_closes(self, world: World):
        who, track = colleagues(world), passed_on(world)
        client, address = browser_of(who.liv), f"{LIST}{track.id}/"
        assert client.post(address, {"act": "correct", "kin": "sibling"}).status_code == 302
        given = {
            "act": "followed_up",
            "followed_up-outcome": "us",
            "followed_up-lead": str(who.liv.id),
            "followed_up-done_on": "2026-11-25",
            "followed_up-next_on": "2026-12-01",
        }
        assert client.post(address, given).status_code == 302
        answer = client.post(address, {"act": "close", "how": "done"})
        assert (answer.status_code, answer.headers["Location"]) == (302, LIST)
        page = text(client.get(address))
        assert "Avsluttet 25. november 2026" in page
        assert 'name="act"' not in page
        assert client.post(address, given).status_code == 422

    def test_says_when_the_child_may_have_turned_sixteen(self, world: World):
        who, track = colleagues(world), passed_on(world, birth_year=2009)
        page = text(browser_of(who.liv).get(f"{LIST}{track.id}/"))
        assert "Kan være fylt 16 år" in page

    @pytest.mark.parametrize("who", ["nurse", "coordinator", "leader", "stranger", "caregiver"])
    def test_is_as_absent_for_others_as_one_that_is_not_there(self, world: World, who: str):
        track = passed_on(world)
        client = browser_of(getattr(world, who))
        found = [client.get(f"{LIST}{one}/") for one in (track.id, uuid.uuid4())]
        assert [page.status_code for page in found] == [404, 404]
        hidden, absent = (CHANGING.sub("", text(page)) for page in found)
        assert hidden == absent
        assert client.post(f"{LIST}{track.id}/", {"act": "close", "how": "done"}).status_code == 404

    def test_speaks_the_readers_language(self, world: World):
        who, track = colleagues(world), passed_on(world)
        for language, words in (("nn", "Noter at det er gjort"), ("en", "Note that it is done")):
            page = browser_of(who.liv, language=language).get(f"{LIST}{track.id}/")
            assert words in text(page)
