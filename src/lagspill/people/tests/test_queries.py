"""What each read shows, hides, logs and costs."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from lagspill.audit.models import Entry
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound
from lagspill.people import operations, queries
from lagspill.people.models import File, Person, Relation, Service
from lagspill.people.rules import Channel
from lagspill.tenancy.scope import use_actor
from tests.world import World, add_caregiver


def reads(world: World, verb: str) -> list[Entry]:
    with use_actor(world.system):
        return list(Entry.objects.filter(verb=verb, act="read").order_by("id"))


def sentences(world: World, actor: Actor, language: str) -> dict[str, str]:
    with use_actor(actor), translation.override(language):
        return queries.reader_sentences(actor, world.file.id, [world.relation.id], world.now)


class TestReaderSentences:
    @pytest.mark.parametrize(
        ("language", "talk"),
        [
            ("nb", "Dette kan leses av deg og Kari Moe, men ikke av Arne Haugen."),
            ("nn", "Dette kan lesast av deg og Kari Moe, men ikkje av Arne Haugen."),
            ("en", "You and Kari Moe can read this, but Arne Haugen cannot."),
        ],
    )
    def test_names_the_staff_and_who_is_helped(self, world: World, language: str, talk: str):
        said = sentences(world, world.caregiver, language)
        assert said["talk"] == talk
        assert set(said) == {"draft", "mine", "talk", "service", "shared"}
        assert not [text for text in said.values() if "{" in text]

    def test_speaks_to_staff_of_the_caregiver_by_name(self, world: World):
        said = sentences(world, world.coordinator, "nb")
        assert (
            said["talk"] == "Dette kan leses av Anne Haugen og Kari Moe, men ikke av Arne Haugen."
        )

    def test_names_everybody_on_the_files_staff_once(self, world: World):
        with use_actor(world.coordinator):
            for role in ("lead", "contact_person"):
                operations.add_file_staff(
                    actor=world.coordinator,
                    now=world.now,
                    file=world.file,
                    staff_id=world.nurse.id,
                    role=role,
                )
        said = sentences(world, world.caregiver, "nb")
        assert "deg og Kari Moe og Tone Sæther, men" in said["talk"]

    def test_uses_a_word_where_there_is_no_name(self, world: World):
        with use_actor(world.system):
            Person.objects.filter(id=world.care_recipient_person.id).update(name="")
        assert "den du hjelper" in sentences(world, world.caregiver, "nb")["talk"]

    @pytest.mark.parametrize("who", ["nurse", "leader", "admin", "care_recipient"])
    def test_says_nothing_to_those_who_may_not_open_the_file(self, world: World, who: str):
        with pytest.raises(NotFound):
            sentences(world, getattr(world, who), "nb")


class TestFile:
    def test_the_head_of_a_file_is_one_logged_read(self, world: World):
        with use_actor(world.coordinator):
            view = queries.get_file(world.coordinator, world.file.id, world.now)
        assert view.caregiver.name == "Anne Haugen"
        assert [r.care_recipient.name for r in view.relations] == ["Arne Haugen"]
        assert [(card.id, role) for card, role in view.staff] == [
            (world.coordinator.id, "coordinator")
        ]
        assert view.reach.allows(Channel.EMAIL)
        (row,) = reads(world, "get_file")
        assert (row.file_id, row.person_id) == (world.file.id, world.caregiver_person.id)

    @pytest.mark.parametrize("who", ["nurse", "other_nurse", "leader", "admin", "care_recipient"])
    def test_others_find_nothing_and_read_nothing(self, world: World, who: str):
        actor = getattr(world, who)
        with use_actor(actor), pytest.raises(NotFound):
            queries.get_file(actor, world.file.id, world.now)
        assert reads(world, "get_file") == []

    def test_a_closed_file_is_found_by_nobody(self, world: World):
        with use_actor(world.system):
            File.objects.filter(id=world.file.id).update(closed_at=world.now)
        for actor in (world.coordinator, world.caregiver):
            with use_actor(actor), pytest.raises(NotFound):
                queries.get_file(actor, world.file.id, world.now)

    def test_a_citizen_has_their_own_file_and_staff_have_none(self, world: World):
        with use_actor(world.caregiver):
            files = queries.list_own_files(world.caregiver, world.now)
            assert [file.id for file in files] == [world.file.id]
            head = queries.get_own_head(world.caregiver, world.now)
            assert head == ("Anne Haugen", "adult")
        with use_actor(world.coordinator):
            assert queries.list_own_files(world.coordinator, world.now) == []

    def test_costs_the_same_whatever_the_number_of_relations(self, world: World):
        def cost() -> int:
            with use_actor(world.coordinator), CaptureQueriesContext(connection) as asked:
                queries.get_file(world.coordinator, world.file.id, world.now)
            return len(asked)

        before = cost()
        with use_actor(world.system):
            for number in range(4):
                person = operations.add_person(
                    actor=world.system, now=world.now, name=f"Nr {number}"
                )
                operations.register_caregiver(
                    actor=world.system,
                    now=world.now,
                    caregiver=world.caregiver_person,
                    care_recipient=person,
                    code="friend",
                    unit_id=world.north.id,
                    reach=queries.reach_of(world.file),
                )
        assert cost() == before


class TestSearch:
    def search(self, actor: Actor, text: str, world: World) -> list[str]:
        with use_actor(actor):
            found = queries.search_caregivers(actor, text, world.now)
        return [line.name for _, line in found]

    @pytest.mark.parametrize("text", ["an", "ANNE h", "haug", "  Haugen "])
    def test_finds_by_the_beginning_of_the_name_or_the_last_name(self, world: World, text: str):
        assert self.search(world.coordinator, text, world) == ["Anne Haugen"]

    @pytest.mark.parametrize("text", ["", "a", "nne", "%", "_nne", "anne'; --", "eva"])
    def test_finds_nothing_else(self, world: World, text: str):
        assert self.search(world.coordinator, text, world) == []

    def test_never_finds_what_one_may_not_open(self, world: World):
        for actor in (world.nurse, world.leader, world.admin, world.stranger):
            assert "Anne Haugen" not in self.search(actor, "anne", world)
        assert self.search(world.stranger, "eva", world) == ["Eva Li"]

    def test_the_hidden_do_not_take_up_room_in_the_list(self, world: World):
        with use_actor(world.system):
            for number in range(3):
                add_caregiver(
                    name=f"Anna Skjult {number}",
                    care_recipient=world.care_recipient_person,
                    unit=world.north,
                    now=world.now,
                )
            File.objects.exclude(id=world.file.id).update(closed_at=world.now)
        with use_actor(world.coordinator):
            found = queries.search_caregivers(world.coordinator, "ann", world.now, limit=1)
        assert [file_id for file_id, _ in found] == [world.file.id]

    def test_finds_sami_names_and_logs_what_it_showed(self, world: World):
        with use_actor(world.system):
            file, _, _ = add_caregiver(
                name="Áile Šláttu",
                care_recipient=world.care_recipient_person,
                unit=world.north,
                now=world.now,
            )
        assert self.search(world.coordinator, "ŠLÁ", world) == ["Áile Šláttu"]
        assert reads(world, "search_caregivers")[-1].object_ids == [file.id]


class TestServedAndPinned:
    def test_a_list_of_those_we_help_goes_on_where_the_page_ended(self, world: World):
        with use_actor(world.system):
            for name in ("Ole Berg", "Liv Aas", "Per Aas"):
                person = operations.add_person(actor=world.system, now=world.now, name=name)
                operations.start_service(
                    actor=world.system, now=world.now, person=person, unit_id=world.north.id
                )
        with use_actor(world.nurse):
            seen, after = [], ""
            for _ in range(4):
                lines, after = queries.list_served(world.nurse, world.now, after=after, limit=1)
                seen += [line.name for line in lines]
            assert seen == ["Liv Aas", "Per Aas", "Ole Berg", "Arne Haugen"]
            assert after == ""
            assert queries.list_served(world.nurse, world.now, after="tull")[0][0].name == "Liv Aas"
        with use_actor(world.other_nurse):
            assert queries.list_served(world.other_nurse, world.now) == ([], "")

    def test_a_pin_shows_nobody_one_no_longer_serves(self, world: World):
        person = world.care_recipient_person
        with use_actor(world.nurse):
            operations.set_pin(
                actor=world.nurse, now=world.now, person_id=person.id, is_pinned=True
            )
            assert [line.id for line in queries.list_pinned(world.nurse, world.now)] == [person.id]
            assert [
                line.id for line in queries.list_choosable_recipients(world.nurse, None, world.now)
            ] == [person.id]
        with use_actor(world.system):
            from_now = world.now + timedelta(minutes=1)
            Service.objects.filter(person=person).update(ends_at=from_now)
        with use_actor(world.nurse):
            assert queries.list_pinned(world.nurse, from_now) == []
            assert queries.list_choosable_recipients(world.nurse, str(person.id), from_now) == []

    def test_one_may_choose_the_person_one_came_from(self, world: World):
        asked = str(world.care_recipient_person.id)
        with use_actor(world.nurse):
            lines = queries.list_choosable_recipients(world.nurse, asked, world.now)
            assert [line.name for line in lines] == ["Arne Haugen"]
            assert queries.get_care_recipient(
                world.nurse, world.care_recipient_person.id, world.now
            )
        with use_actor(world.other_nurse):
            assert queries.list_choosable_recipients(world.other_nurse, asked, world.now) == []
            with pytest.raises(NotFound):
                queries.get_care_recipient(
                    world.other_nurse, world.care_recipient_person.id, world.now
                )


class TestAroundACareRecipient:
    @pytest.mark.parametrize(
        ("who", "names"),
        [
            ("nurse", ["Anne Haugen"]),
            ("coordinator", ["Anne Haugen"]),
            ("caregiver", ["Anne Haugen"]),
            ("other_nurse", []),
            ("care_recipient", []),  # until the caregiver agrees
        ],
    )
    def test_shows_the_relations_one_may_know_of(self, world: World, who: str, names: list[str]):
        actor, person = getattr(world, who), world.care_recipient_person.id
        with use_actor(actor):
            circle = queries.list_circle(actor, person, world.now)
            related = queries.list_relations_to(actor, person, world.now)
        assert [file.caregiver.name for _, file in circle] == names
        assert [name for _, name, _ in related] == names

    def test_the_relations_of_an_item_are_for_its_readers(self, world: World):
        item = world.relation.item_id
        with use_actor(world.nurse):
            assert queries.list_item_relations(world.nurse, item, world.now) == [world.relation.id]
        with use_actor(world.other_nurse):
            assert queries.list_item_relations(world.other_nurse, item, world.now) == []


class TestForTheSystem:
    def test_a_message_goes_where_it_may_and_never_after_a_death(self, world: World):
        def find(municipality: str = "1824"):
            with use_actor(world.system):
                return queries.find_recipient(municipality, world.file.id)

        found = find()
        assert found is not None
        assert found.email == "anne@example.no"
        assert find("3330") is None
        with use_actor(world.system):
            assert queries.find_recipient("1824", uuid.uuid4()) is None
            Person.objects.filter(id=world.caregiver_person.id).update(died_on=world.now.date())
        assert find() is None

    def test_an_ended_relation_is_remembered(self, world: World):
        pair = (world.caregiver_person.id, world.care_recipient_person.id)
        with use_actor(world.system):
            assert not queries.has_ended_relation(world.system, *pair)
            Relation.objects.filter(id=world.relation.id).update(ends_at=world.now)
            assert queries.has_ended_relation(world.system, *pair)
        with use_actor(world.coordinator):
            assert not queries.has_ended_relation(world.coordinator, *pair)

    def test_which_unit_serves(self, world: World):
        person = world.care_recipient_person.id
        with use_actor(world.system):
            assert queries.find_serving_unit(person, world.now) == world.north.id
            assert queries.is_served_by(world.system, person, world.north.id)
            assert not queries.is_served_by(world.system, person, world.south.id)
            assert queries.find_serving_unit(world.caregiver_person.id, world.now) is None
        with use_actor(world.nurse):
            assert not queries.is_served_by(world.nurse, person, world.north.id)
