"""Pages of one item through a browser, for staff and citizens: readers, answers, duties, see as, the storage policy."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from lagspill.conversations import operations as conversations
from lagspill.conversations.rules import Presence
from lagspill.kernel import clock
from lagspill.people import operations, queries
from lagspill.people.models import CardEntry, Disclosure, File, Item, PendingWidening
from lagspill.people.rules import About, Audience
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import VEFSN, World

SAID = "Hun sover bedre når døra står på gløtt."


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch, now) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def kari(world: World) -> Client:
    return browser_of(world.coordinator)


@pytest.fixture
def anne(world: World) -> Client:
    return browser_of(world.caregiver)


def said(world: World, *, present: bool = True, about: About = About.CARE_RECIPIENT) -> uuid.UUID:
    """The item of a statement that staff placed in the talk."""
    lead, now = world.coordinator, world.now
    with use_actor(lead):
        talk = conversations.start_talk(
            actor=lead,
            now=now,
            file_id=world.file.id,
            presence=Presence.IN_PERSON if present else Presence.ABSENT,
        )
        made = conversations.place_statement(
            actor=lead,
            now=now,
            talk_id=talk.id,
            topic="T04",
            text=SAID,
            audience=Audience.TALK,
            about=about,
        )
        return made.item_id


class TestStaff:
    def test_the_page_says_who_reads_where_it_stands_and_where_it_is_stored(self, world, kari):
        page = kari.get(reverse("item", args=[said(world)])).text
        assert "Dette kan leses av deg og Anne Haugen. Arne Haugen kan ikke lese det." in page
        assert "Fortalt i fortrolighet" not in page  # the place, not the row's name
        assert "Den pårørendes mappe, eller det skrives ikke" in page
        assert "Kommunen har ikke godkjent disse reglene ennå." in page

    @pytest.mark.parametrize("who", ["nurse", "other_nurse", "leader", "stranger"])
    def test_others_find_nothing(self, world, who):
        client, item = browser_of(getattr(world, who)), said(world)
        assert client.get(reverse("item", args=[item])).status_code == 404
        assert client.get(reverse("item-must-record", args=[item])).status_code == 404
        assert client.get(reverse("item-disclose", args=[item])).status_code == 404
        for name in ("item-readers", "item-answer", "item-copy", "item-told"):
            assert client.post(reverse(name, args=[item])).status_code == 404, name
        assert client.get(reverse("file-entry", args=[world.file.id])).status_code == 404
        see_as = reverse("file-see-as", args=[world.file.id, "leader"])
        assert client.get(see_as).status_code == 404

    def test_a_yes_by_phone_waits_for_its_letter(self, world, kari):
        with use_actor(world.system):
            File.objects.filter(id=world.file.id).update(reach_email="")
        item = said(world)
        readers = reverse("item-readers", args=[item])
        assert kari.post(readers, {"audience": "shared"}).status_code == 422
        assert kari.post(readers, {"audience": "everyone"}).status_code == 422
        assert kari.post(readers, {"audience": "shared", "how": "phone"}).status_code == 302
        page = kari.get(reverse("item", args=[item])).text
        assert "Et ja som venter på kopien" in page
        with use_actor(world.system):
            assert Item.objects.get(id=item).audience == "talk"
            last = PendingWidening.objects.get().id
        copy = reverse("item-copy", args=[item])
        letter = kari.post(copy, {"act": "letter", "last": last})
        assert letter.headers["Content-Type"] == "application/pdf"
        assert kari.post(copy, {"act": "second", "last": last}).status_code == 422
        assert kari.post(copy, {"act": "posted", "last": last}).status_code == 302
        with use_actor(world.system):
            assert Item.objects.get(id=item).audience == "shared"
        assert kari.post(copy, {"act": "undo"}).status_code == 302
        with use_actor(world.system):
            assert Item.objects.get(id=item).audience == "talk"

    def test_what_the_caregiver_said_is_noted(self, world, kari):
        item = said(world, present=False)
        assert "Har dere snakket om det?" in kari.get(reverse("item", args=[item])).text
        answer = reverse("item-answer", args=[item])
        assert kari.post(answer, {"answer": "yes"}).status_code == 422
        assert kari.post(answer, {"answer": "yes", "how": "phone"}).status_code == 302
        assert "Ja, det stemmer." in kari.get(reverse("item", args=[item])).text

    def test_the_exact_text_is_shown_before_it_must_be_recorded(self, world, kari):
        item = said(world)
        address = reverse("item-must-record", args=[item])
        page = kari.get(address).text
        assert SAID in page
        assert "Se på dette en gang til" in page  # "sover": of whom, somebody must look
        kari.post(address, {"digest": "noe annet"})
        with use_actor(world.system):
            assert not Item.objects.get(id=item).must_record
        with use_actor(world.coordinator):
            digest = queries.get_item_page(world.coordinator, item, world.now).digest
        assert kari.post(address, {"digest": digest}).status_code == 302
        assert "Kari Moe merket dette" in kari.get(reverse("item", args=[item])).text
        card = browser_of(world.nurse).get(reverse("card", args=[world.care_recipient_person.id]))
        assert SAID in card.text

    def test_a_fact_for_the_card(self, world, kari):
        address = f"{reverse('file-entry', args=[world.file.id])}?fra={said(world)}"
        assert "Skriv en opplysning på kortet" in kari.get(address).text
        assert kari.post(address, {"text": "Falt."}).status_code == 422
        typed = {"relation": world.relation.id, "text": "Falt på badet.", "source": "caregiver"}
        assert kari.post(address, typed).status_code == 302
        with use_actor(world.system):
            assert CardEntry.objects.get().source_item_id is not None
        card = browser_of(world.nurse).get(reverse("card", args=[world.care_recipient_person.id]))
        assert "Falt på badet." in card.text
        assert "Fortalt av Anne Haugen" in card.text

    def test_a_disclosure_and_that_the_caregiver_was_told(self, world, kari, anne):
        item = said(world)
        address = reverse("item-disclose", args=[item])
        typed = {"ground": "danger", "receiver": "Legevakten", "words": SAID, "told_how": "not_yet"}
        assert kari.post(address, typed).status_code == 422
        assert kari.post(address, {**typed, "why_not_told": "Fare"}).status_code == 302
        mine = reverse("my-item", args=[VEFSN, item])
        assert "Legevakten" not in anne.get(mine).text
        with use_actor(world.system):
            made = Disclosure.objects.get().id
        told = reverse("item-told", args=[item])
        assert kari.post(told, {"disclosure": made}).status_code == 422
        assert kari.post(told, {"disclosure": made, "told_how": "phone"}).status_code == 302
        assert "Legevakten" in anne.get(mine).text

    @pytest.mark.parametrize(
        ("role", "sees"),
        [
            ("care_recipient", False),
            ("serving_staff", True),
            ("family", False),
            ("leader", False),
        ],
    )
    def test_see_as_shows_what_they_would_see(self, world, kari, anne, role, sees):
        item = said(world, about=About.CAREGIVER)
        with use_actor(world.caregiver):
            operations.change_audience(
                actor=world.caregiver,
                now=world.now,
                item_id=item,
                audience=Audience.SERVICE,
                how="portal",
                sentence="",
            )
        for client, address in (
            (kari, reverse("file-see-as", args=[world.file.id, role])),
            (anne, reverse("my-see-as", args=[VEFSN, role])),
        ):
            assert (SAID in client.get(address).text) == sees
        assert kari.get(reverse("file-see-as", args=[world.file.id, "king"])).status_code == 404

    def test_a_page_costs_the_same_for_few_and_many(
        self, world, kari, django_assert_max_num_queries
    ):
        for _ in range(3):
            said(world)
        with django_assert_max_num_queries(30):
            kari.get(reverse("file-see-as", args=[world.file.id, "leader"]))

    def test_the_administrator_approves_the_policy(self, world, kari):
        address, per = reverse("storage-policy"), browser_of(world.admin)
        assert kari.get(address).status_code == 404
        page = per.get(address).text
        assert "Ikke godkjent" in page
        per.post(address, {"digest": "en annen"})
        assert "Ikke godkjent" in per.get(address).text
        assert per.post(address, {"digest": queries.storage_digest()}).status_code == 302
        assert "Godkjent av Per Strand" in per.get(address).text


class TestCitizens:
    def test_the_caregiver_answers_what_was_written_without_them(self, world, anne):
        item = said(world, present=False)
        assert "Noe er skrevet uten deg" in anne.get(reverse("my-start")).text
        assert SAID in anne.get(reverse("my-items", args=[VEFSN])).text
        answer = reverse("my-item-answer", args=[VEFSN, item])
        assert anne.post(answer, {"answer": "correct"}).status_code == 422
        given = {"answer": "correct", "text": "Bare når det er lyst ute."}
        assert anne.post(answer, given).status_code == 302
        page = anne.get(reverse("my-item", args=[VEFSN, item])).text
        assert SAID in page
        assert "Bare når det er lyst ute." in page
        assert "Noe er skrevet uten deg" not in anne.get(reverse("my-start")).text

    def test_more_and_fewer_readers_at_once(self, world, anne):
        item = said(world)
        readers = reverse("my-item-readers", args=[VEFSN, item])
        nurse, page = browser_of(world.nurse), reverse("item", args=[item])
        assert anne.post(readers, {"audience": "shared"}).status_code == 302
        assert nurse.get(page).status_code == 200
        shown = anne.get(reverse("my-item", args=[VEFSN, item])).text
        assert "Sykepleier" in shown or "Hjemmetjenesten, sone nord" in shown
        assert anne.post(readers, {"audience": "talk"}).status_code == 302
        assert nurse.get(page).status_code == 404
        assert anne.post(readers, {"audience": "mine"}).status_code == 422

    def test_a_yes_on_the_telephone_is_taken_back(self, world, anne, kari):
        item = said(world)
        kari.post(reverse("item-readers", args=[item]), {"audience": "shared", "how": "phone"})
        assert (
            "Du har sagt ja, og det venter" in anne.get(reverse("my-item", args=[VEFSN, item])).text
        )
        assert "telefon eller papir" in anne.get(reverse("my-items", args=[VEFSN])).text
        assert anne.post(reverse("my-item-undo", args=[VEFSN, item])).status_code == 302
        with use_actor(world.system):
            assert PendingWidening.objects.get().state == "undone"

    def test_the_care_recipient_reads_and_changes_nothing(self, world, anne):
        with use_actor(world.caregiver):
            operations.agree_to_relation(
                actor=world.caregiver,
                now=world.now,
                relation_id=world.relation.id,
                how="portal",
            )
        item, arne = said(world), browser_of(world.care_recipient)
        page = reverse("my-item", args=[VEFSN, item])
        assert arne.get(page).status_code == 404
        anne.post(reverse("my-item-readers", args=[VEFSN, item]), {"audience": "shared"})
        shown = arne.get(page).text
        assert SAID in shown
        assert "Hvem har lest det" not in shown
        for name in ("my-item-readers", "my-item-answer", "my-item-undo"):
            assert arne.post(reverse(name, args=[VEFSN, item])).status_code == 404, name
        assert arne.get(reverse("my-items", args=[VEFSN])).status_code == 404
        assert arne.get(reverse("my-see-as", args=[VEFSN, "leader"])).status_code == 404
