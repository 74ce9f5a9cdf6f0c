"""The relation as an item, being told of it, names only suspected, and family readers: rules, rows and pages."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from lagspill.audit.models import Entry
from lagspill.followup.models import OPEN, WorkItem
from lagspill.kernel import clock
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import operations, policy, queries
from lagspill.people.models import (
    File,
    FileParty,
    Item,
    ItemFamily,
    PendingWidening,
    Person,
    Relation,
    RelationAnswer,
    Suspected,
    ToldRegistered,
)
from lagspill.people.rules import About, Audience, SuspectedFrom, tell_by
from lagspill.people.tests.test_parties import (
    add_guardian,
    agree,
    give,
    other_caregiver,
    rows,
    shared_item,
)
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World, citizen


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch, now) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


def text(response: HttpResponse) -> str:
    return response.content.decode()


def own_page(relation: Relation) -> str:
    return f"/min/1824/relasjon/{relation.id}/"


def staff_page(relation: Relation) -> str:
    return f"/arbeid/relasjon/{relation.id}/"


def knows(world: World) -> bool:
    """Does the care recipient find the caregiver in any way: circle, file rows, items, own pages?"""
    arne = world.care_recipient
    with use_actor(arne):
        in_circle = queries.list_circle(arne, world.care_recipient_person.id, world.now)
        listed = queries.list_relations_to(arne, world.care_recipient_person.id, world.now)
        items = policy.visible_items(arne, world.now).filter(file_id=world.file.id).exists()
    person_id = world.care_recipient_person.id
    client = browser_of(arne)
    pages = [text(client.get(path)) for path in ("/min/", f"/kort/{person_id}/")]
    pages.append(text(client.get(f"/min/1824/om/{person_id}/")))
    found = {
        bool(in_circle),
        bool(listed),
        items,
        rows(arne, "people_relation") > 0,
        any("Anne Haugen" in page for page in pages),
    }
    assert len(found) == 1, "every way says the same"
    return found.pop()


class TestTheRelationIsAnItem:
    def test_a_yes_and_taking_it_back_change_every_way_at_once(self, world: World):
        assert not knows(world)
        client = browser_of(world.caregiver)
        page = text(client.get(own_page(world.relation)))
        assert "Kan Arne Haugen vite det?" in page
        assert client.post(own_page(world.relation), {"known": "yes"}).status_code == 302
        assert knows(world)
        guardian = add_guardian(world)
        assert rows(guardian, "people_relation") == 1
        assert client.post(own_page(world.relation), {"known": "no"}).status_code == 302
        assert not knows(world)
        assert rows(guardian, "people_relation") == 0
        assert client.post(own_page(world.relation), {"known": "yes"}).status_code == 302
        assert knows(world)
        assert rows(guardian, "people_relation") == 1

    def test_a_no_needs_no_reason_and_is_remembered(self, world: World):
        client = browser_of(world.caregiver)
        assert client.post(own_page(world.relation), {"known": "no"}).status_code == 302
        assert not knows(world)
        assert "Du sa nei" in text(client.get(own_page(world.relation)))
        assert "sa nei" in text(browser_of(world.coordinator).get(staff_page(world.relation)))

    def test_staff_write_down_a_yes_in_person_at_once_and_by_telephone_with_a_copy(
        self, world: World
    ):
        kari = browser_of(world.coordinator)
        data = {"known": "yes", "how": "phone"}
        assert kari.post(staff_page(world.relation), data).status_code == 302
        assert not knows(world)
        with use_actor(world.system):
            row = PendingWidening.objects.get()
            operations.widen_on_notice(actor=world.system, now=world.now, file_id=world.file.id)
            row.refresh_from_db()
            assert row.state == "done"
        assert knows(world)
        undone = {"known": "no", "how": "phone"}
        assert kari.post(staff_page(world.relation), undone).status_code == 302
        assert not knows(world)
        in_person = {"known": "yes", "how": "in_person"}
        assert kari.post(staff_page(world.relation), in_person).status_code == 302
        assert knows(world)
        assert kari.post(staff_page(world.relation), {"known": "no"}).status_code == 422

    def test_narrowing_the_item_itself_hides_the_relation(self, world: World):
        agree(world)
        with use_actor(world.caregiver):
            operations.change_audience(
                actor=world.caregiver,
                now=world.now,
                item_id=world.relation.item_id,
                audience=Audience.TALK,
                how="portal",
                sentence="s",
            )
        assert not knows(world)

    def test_what_must_be_recorded_is_not_hidden_with_it(self, world: World):
        agree(world)
        item = shared_item(world, world.relation)
        with use_actor(world.system):
            Item.objects.filter(id=item.id).update(must_record=True)
        with use_actor(world.caregiver), pytest.raises(NotPossible, match="must_be_recorded"):
            operations.answer_relation(
                actor=world.caregiver, now=world.now, relation_id=world.relation.id, is_yes=False
            )
        assert knows(world)

    @pytest.mark.parametrize("who", ["nurse", "care_recipient", "stranger", "unknown_citizen"])
    def test_others_find_no_page_and_change_nothing(self, world: World, who: str):
        agree(world)
        client = browser_of(getattr(world, who))
        absent = uuid.uuid4()
        for page in (own_page(world.relation), staff_page(world.relation)):
            hidden, gone = (
                client.get(page),
                client.get(page.replace(str(world.relation.id), str(absent))),
            )
            assert hidden.status_code == gone.status_code == 404
            assert client.post(page, {"known": "no", "how": "phone"}).status_code == 404
        assert knows(world)

    def test_the_same_number_of_queries_whether_hidden_or_absent(self, world: World):
        counts = set()
        for relation_id in (world.relation.id, uuid.uuid4()):
            with (
                use_actor(world.nurse),
                CaptureQueriesContext(connection) as caught,
                pytest.raises(NotFound),
            ):
                queries.get_relation_page(world.nurse, relation_id, world.now)
            counts.add(len(caught))
        assert len(counts) == 1


class TestOwnCircle:
    def typed(self, **changes: str) -> dict[str, str]:
        return {
            "name": "Leif Dahl",
            "relation": "neighbour",
            "age_group": "adult",
            "phone": "900 00 088",
            **changes,
        }

    def test_the_care_recipient_names_somebody_and_knows_at_once(self, world: World):
        client = browser_of(world.care_recipient)
        path = "/min/1824/parorende/ny/"
        assert client.get(path).status_code == 200
        assert client.post(path, self.typed()).status_code == 302
        page = text(client.get(f"/min/1824/om/{world.care_recipient_person.id}/"))
        assert "Leif Dahl" in page
        with use_actor(world.system):
            made = Relation.objects.get(registered_by="care_recipient")
            assert made.known_to_recipient_at == world.now
            assert ToldRegistered.objects.filter(relation=made, told_at=None).exists()
        with use_actor(world.coordinator), pytest.raises(NotPossible, match="recipient_knows"):
            operations.answer_relation(
                actor=world.coordinator,
                now=world.now,
                relation_id=made.id,
                is_yes=False,
                how="phone",
            )
        assert client.post(path, self.typed()).status_code == 422  # already there

    def test_a_hidden_caregiver_of_the_same_name_is_not_told_of(self, world: World):
        client = browser_of(world.care_recipient)
        named = self.typed(name="Anne Haugen")
        assert client.post("/min/1824/parorende/ny/", named).status_code == 302
        with use_actor(world.system):
            assert WorkItem.objects.filter(OPEN, kind="check_duplicate").exists()
            world.relation.refresh_from_db()
            assert world.relation.known_to_recipient_at is None

    def test_a_child_is_passed_on_and_others_name_nobody(self, world: World):
        path = "/min/1824/parorende/ny/"
        child = self.typed(relation="child", age_group="under_16", phone="")
        assert browser_of(world.care_recipient).post(path, child).status_code == 302
        with use_actor(world.system):
            assert not Person.objects.filter(name__startswith="Leif").exists()
        assert browser_of(world.caregiver).post(path, self.typed()).status_code == 404


class TestToldThatOneIsRegistered:
    def test_is_due_within_the_municipalitys_days_and_never_more_than_a_month(self, now):
        today = now.date()
        assert (tell_by(today, {}) - today).days == 14
        assert (tell_by(today, {"tell_registered_days": 7}) - today).days == 7
        assert (tell_by(today, {"tell_registered_days": 60}) - today).days == 14

    def test_work_until_it_is_told_and_a_sweep_that_marks_the_late(self, world: World):
        with use_actor(world.system):
            row = ToldRegistered.objects.get(relation=world.relation)
            work = WorkItem.objects.get(OPEN, kind="tell_registered")
            assert work.due_on == row.tell_by
            late = world.now + timedelta(days=20)
            assert operations.mark_untold(actor=world.system, now=late) == 1
            assert operations.mark_untold(actor=world.system, now=late) == 0
        kari = browser_of(world.coordinator)
        assert "Fortell at noen er registrert" in text(kari.get(f"/arbeid/fil/{world.file.id}/"))
        page = staff_page(world.relation)
        assert kari.post(page, {"told": "yes"}).status_code == 422
        assert kari.post(page, {"told": "yes", "how": "check_in"}).status_code == 302
        assert "Vet at de er registrert" in text(kari.get(page))
        with use_actor(world.system):
            assert not WorkItem.objects.filter(OPEN, kind="tell_registered").exists()

    def test_a_letter_says_it_without_naming_the_care_recipient(self, world: World):
        with use_actor(world.coordinator):
            file = queries.get_file(world.coordinator, world.file.id, world.now)
            _title, data = queries.registered_letter(
                world.coordinator, file, world.relation.id, world.now
            )
        assert "Arne" not in str(data)
        assert "ser det ikke før du selv har sagt ja" in str(data)
        answer = browser_of(world.coordinator).post(f"{staff_page(world.relation)}brev/")
        assert answer.headers["Content-Type"] == "application/pdf"

    def test_a_blocked_letter_is_not_made(self, world: World):
        with use_actor(world.system):
            File.objects.filter(id=world.file.id).update(reach_blocked=["letter"])
        with use_actor(world.coordinator), pytest.raises(NotPossible, match="channel_blocked"):
            operations.make_registered_letter(
                actor=world.coordinator, now=world.now, relation_id=world.relation.id
            )


class TestSuspected:
    def noted(self, world: World, actor: Actor | None = None) -> Suspected:
        actor = actor or world.coordinator
        with use_actor(actor):
            row = operations.note_suspected(
                actor=actor,
                now=world.now,
                care_recipient_id=world.care_recipient_person.id,
                name="Gerd Vik",
                code="neighbour",
                source=SuspectedFrom.GP,
            )
        assert row is not None
        return row

    def test_holds_three_facts_and_no_file(self, world: World):
        path = f"/arbeid/person/{world.care_recipient_person.id}/kanskje/"
        client = browser_of(world.nurse)
        assert client.get(path).status_code == 200
        assert client.post(path, {"name": "", "relation": "neighbour"}).status_code == 422
        data = {"name": "Gerd Vik", "relation": "neighbour", "source": "neighbour"}
        assert client.post(path, data).status_code == 302
        with use_actor(world.system):
            assert Suspected.objects.get().name == "Gerd Vik"
            assert not Person.objects.filter(name="Gerd Vik").exists()
            assert WorkItem.objects.filter(OPEN, kind="contact_suspected", file=None).count() == 1

    def test_met_becomes_identified_and_the_words_are_gone(self, world: World):
        row = self.noted(world)
        path = f"/arbeid/kanskje/{row.id}/"
        kari = browser_of(world.coordinator)
        assert "Gerd Vik" in text(kari.get(path))
        assert kari.post(path, {}).status_code == 422
        data = {"phone": "900 00 099", "age_group": "adult"}
        assert kari.post(path, data).status_code == 302
        with use_actor(world.system):
            assert not Suspected.objects.exists()
            made = Relation.objects.get(file__caregiver__name="Gerd Vik")
            assert made.state == "identified"
            assert not WorkItem.objects.filter(OPEN, kind="contact_suspected").exists()

    @pytest.mark.parametrize("how", ["not_a_caregiver", "declined"])
    def test_ends_without_a_trace_of_the_name(self, world: World, how: str):
        row = self.noted(world)
        answer = browser_of(world.coordinator).post(f"/arbeid/kanskje/{row.id}/", {"end": how})
        assert answer.status_code == 302
        with use_actor(world.system):
            assert not Suspected.objects.exists()
            assert Entry.objects.filter(verb="end_suspected", reason=how).exists()

    def test_is_deleted_after_eight_weeks(self, world: World):
        row = self.noted(world)
        with use_actor(world.system):
            day = world.now + timedelta(weeks=8)
            assert operations.delete_old_suspected(actor=world.system, now=day) == 0
            later = day + timedelta(minutes=1)
            assert operations.delete_old_suspected(actor=world.system, now=later) == 1
            assert not Suspected.objects.exists()
            assert Entry.objects.filter(verb="delete_old_suspected").count() == 1
            assert not WorkItem.objects.filter(OPEN, subject_id=row.id).exists()

    def test_both_faces_agree_and_others_see_nothing(self, world: World):
        row = self.noted(world)
        seen = []
        for who in ("coordinator", "nurse", "other_nurse", "admin", "caregiver", "care_recipient"):
            actor = getattr(world, who)
            with use_actor(actor):
                listed = policy.visible_suspected(actor, world.now).filter(id=row.id).exists()
                assert listed == bool(policy.can_see_suspected(actor, row, world.now))
            seen += [who] if listed else []
            if actor.is_citizen:
                assert rows(actor, "people_suspected") == 0
        assert seen == ["coordinator", "nurse"]
        assert browser_of(world.other_nurse).get(f"/arbeid/kanskje/{row.id}/").status_code == 404


@pytest.fixture
def berit(world: World) -> tuple[Relation, Actor]:
    """The other caregiver of Arne, signed in; both relations are known to him."""
    relation, person = other_caregiver(world)
    agree(world)
    agree(world, relation)
    with use_actor(world.system):
        return relation, citizen(person, 1)


def visible(actor: Actor, relation: Relation, world: World, *, is_yes: bool = True) -> None:
    with use_actor(actor):
        operations.set_family_visibility(
            actor=actor, now=world.now, relation_id=relation.id, is_yes=is_yes
        )


def placed(world: World, about: About = About.CAREGIVER) -> Item:
    with use_actor(world.caregiver):
        return operations.write_placed_item(
            actor=world.caregiver,
            now=world.now,
            file=world.file,
            kind="statement",
            about=about,
            audience=Audience.TALK,
            sentence="s",
            relation_ids=[world.relation.id],
        )


def name_readers(world: World, item: Item, *persons: uuid.UUID) -> None:
    with use_actor(world.caregiver):
        operations.set_family_readers(
            actor=world.caregiver, now=world.now, item_id=item.id, person_ids=persons
        )


def reads(actor: Actor, item: Item, world: World) -> bool:
    with use_actor(actor):
        listed = policy.visible_items(actor, world.now).filter(id=item.id).exists()
        assert listed == bool(policy.can_read_item(actor, item, world.now))
        return listed


class TestFamily:
    def test_nobody_is_seen_before_both_said_yes(self, world: World, berit):
        relation, beritha = berit
        item = placed(world)
        visible(world.caregiver, world.relation, world)
        with use_actor(world.caregiver):
            around = world.care_recipient_person.id
            assert queries.list_relatives(world.caregiver, around, world.now) == []
        with pytest.raises(NotFound):
            name_readers(world, item, beritha.person_id)
        visible(beritha, relation, world)
        with use_actor(world.caregiver):
            found = queries.list_relatives(world.caregiver, around, world.now)
        assert [one.name for _, one in found] == ["Berit Haugen"]

    def test_a_named_reader_reads_until_either_takes_the_yes_back(self, world: World, berit):
        relation, beritha = berit
        item = placed(world)
        for who, own in ((world.caregiver, world.relation), (beritha, relation)):
            visible(world.caregiver, world.relation, world)
            visible(beritha, relation, world)
            name_readers(world, item, beritha.person_id)
            assert reads(beritha, item, world)
            assert rows(beritha, "people_item_family") == 1
            visible(who, own, world, is_yes=False)
            assert not reads(beritha, item, world)
            assert rows(beritha, "people_item_family") == 0
            with use_actor(world.system):
                assert not ItemFamily.objects.exists()
                assert not FileParty.objects.filter(basis="family", ends_at=None).exists()

    def test_hiding_the_relation_ends_it_too(self, world: World, berit):
        relation, beritha = berit
        item = placed(world)
        visible(world.caregiver, world.relation, world)
        visible(beritha, relation, world)
        name_readers(world, item, beritha.person_id)
        with use_actor(beritha):
            operations.answer_relation(
                actor=beritha, now=world.now, relation_id=relation.id, is_yes=False
            )
        assert not reads(beritha, item, world)
        agree(world, relation)  # known again, and asked anew about the family
        assert not reads(beritha, item, world)

    def test_what_speaks_of_the_care_recipient_needs_their_consent(self, world: World, berit):
        relation, beritha = berit
        item = placed(world, About.CARE_RECIPIENT)
        visible(world.caregiver, world.relation, world)
        visible(beritha, relation, world)
        with pytest.raises(NotPossible, match="family_needs_consent"):
            name_readers(world, item, beritha.person_id)
        (given,) = give(world, world.care_recipient, to_person_id=beritha.person_id, how="portal")
        name_readers(world, item, beritha.person_id)
        assert reads(beritha, item, world)
        with use_actor(world.care_recipient):
            operations.withdraw_consent(
                actor=world.care_recipient, now=world.now, consent_id=given.id
            )
        assert not reads(beritha, item, world)

    def test_refuses_the_unagreed_the_young_and_what_is_still_private(self, world: World):
        with pytest.raises(NotPossible, match="relation_not_agreed"):
            visible(world.caregiver, world.relation, world)
        agree(world)
        with use_actor(world.system):
            Person.objects.filter(id=world.caregiver_person.id).update(
                birth_on=None, age_group="unknown"
            )
        with pytest.raises(NotPossible, match="family_adults_only"):
            visible(world.caregiver, world.relation, world)

    def test_pages_name_readers_and_show_who_is_visible(self, world: World, berit):
        relation, beritha = berit
        item = placed(world)
        anne, other = browser_of(world.caregiver), browser_of(beritha)
        assert anne.post(own_page(world.relation), {"family": "yes"}).status_code == 302
        assert other.post(own_page(relation), {"family": "yes"}).status_code == 302
        assert "Berit Haugen" in text(anne.get(own_page(world.relation)))
        page = f"/min/1824/tekst/{item.id}/"
        assert "Berit Haugen" in text(anne.get(page))
        chosen = {"family": [str(beritha.person_id)]}
        assert anne.post(f"{page}familien/", chosen).status_code == 302
        assert reads(beritha, item, world)
        assert other.post(f"{page}familien/", {}).status_code == 404
        assert reads(beritha, item, world)
        kari = browser_of(world.coordinator)
        assert kari.post(f"/arbeid/tekst/{item.id}/familien/", {}).status_code == 302
        assert not reads(beritha, item, world)

    def test_the_readers_named_are_those_who_read(self, world: World, berit):
        relation, beritha = berit
        item = placed(world)
        visible(world.caregiver, world.relation, world)
        visible(beritha, relation, world)
        name_readers(world, item, beritha.person_id)
        with use_actor(world.system):
            assert [p.id for p in policy.readers_of(item, world.now).family] == [beritha.person_id]
            RelationAnswer.objects.filter(relation=relation, matter="family").update(is_yes=False)
            assert policy.readers_of(item, world.now).family == ()
        assert not reads(beritha, item, world)
