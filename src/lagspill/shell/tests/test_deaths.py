"""A death, through every capability: what stops, what is kept, how a wrong one is undone, and who reads the file after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from lagspill.access.rules import Role
from lagspill.agreements import demo as agreements
from lagspill.agreements import queries as agreement_queries
from lagspill.agreements.rules import LineKind, Who
from lagspill.audit.models import Entry
from lagspill.dispatch.models import OutboxMessage
from lagspill.followup import operations as followup
from lagspill.followup.models import WorkItem
from lagspill.kernel.actor import Actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import operations, policy, queries
from lagspill.people.models import (
    File,
    FileOpening,
    Item,
    Person,
    Relation,
    Representation,
    Service,
    SharingConsent,
)
from lagspill.people.rules import About, ActsBy, Audience, Channel, Reach, Scope
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World, add_colleague

pytestmark = pytest.mark.django_db


def agree(world: World) -> None:
    """Two tasks of the caregiver and one of the service stand on the card, known to the care recipient."""
    with use_actor(world.system):
        operations.agree_to_relation(
            actor=world.system, now=world.now, relation_id=world.relation.id, how="portal"
        )
    agreements.build_agreement(
        lead=world.coordinator,
        file_id=world.file.id,
        now=world.now,
        lines=[
            agreements.line(LineKind.TASK, "Handle", who=Who.CAREGIVER, audience=Audience.SHARED),
            agreements.line(LineKind.TASK, "Vaske", who=Who.CAREGIVER, audience=Audience.SHARED),
            agreements.line(LineKind.TASK, "Medisiner", who=Who.SERVICE, audience=Audience.SHARED),
        ],
    )


def die(world: World, person: Person, who: str = "coordinator", days: int = 1) -> Person:
    actor: Actor = getattr(world, who)
    with use_actor(actor):
        return operations.record_death(
            actor=actor,
            now=world.now,
            person_id=person.id,
            died_on=oslo_today(world.now) - timedelta(days=days),
        )


def undo(world: World, person: Person, who: str = "coordinator") -> None:
    actor: Actor = getattr(world, who)
    with use_actor(actor):
        operations.undo_death(actor=actor, now=world.now + timedelta(hours=1), person_id=person.id)


def open_kinds(world: World) -> list[str]:
    with use_actor(world.system):
        rows = WorkItem.objects.filter(closed_at__isnull=True).order_by("kind")
        return list(rows.values_list("kind", flat=True))


def officer(world: World) -> Actor:
    with use_actor(world.system):
        return add_colleague(
            name="Rune Vik", role=Role.PRIVACY_OFFICER, unit=world.root, now=world.now
        )


def give_access(world: World, decider: Actor, **given: Any) -> FileOpening:
    with use_actor(decider):
        return operations.open_closed_file(
            **{
                "actor": decider,
                "now": world.now,
                "file_id": world.file.id,
                "staff_id": world.nurse.id,
                "why": "Klage fra familien",
                "last_on": oslo_today(world.now) + timedelta(days=7),
                **given,
            }
        )


class TestCareRecipient:
    def test_consents_representation_and_services_stop_and_the_file_stays(self, world: World):
        agree(world)
        person, now = world.care_recipient_person, world.now
        with use_actor(world.system):
            other = operations.add_person(
                actor=world.system, now=now, name="Per Verge", age_group="adult"
            )
            act = Representation.objects.create(
                care_recipient=person,
                person=other,
                ground=ActsBy.GUARDIAN.value,
                scopes=[Scope.PERSONAL.value],
                verified_by=world.coordinator.id,
                verified_at=now,
                starts_at=now - timedelta(days=9),
            )
            consent = SharingConsent.objects.create(
                care_recipient=person,
                topic="everyday",
                purpose="care",
                how="in_person",
                starts_at=now - timedelta(days=9),
            )
        die(world, person)
        with use_actor(world.system):
            act.refresh_from_db()
            consent.refresh_from_db()
            assert act.ends_at == consent.withdrawn_at == now
            assert not Service.objects.filter(person=person, ends_at__isnull=True).exists()
            relation = Relation.objects.get(id=world.relation.id)
            assert (relation.state, relation.state_before) == ("bereaved", "identified")
            assert File.objects.get(id=world.file.id).closed_at is None
            assert Entry.objects.filter(verb="record_death").count() == 1
        assert open_kinds(world).count("bereaved") == 1
        assert "ask_consent" not in open_kinds(world)
        with use_actor(world.caregiver):
            assert policy.can_open_file(world.caregiver, world.file, now)
        with use_actor(world.nurse):
            assert not policy.can_see_card(world.nurse, person, now)

    def test_the_dead_read_nothing_by_their_own_sign_in(self, world: World):
        agree(world)
        reader = world.care_recipient
        with use_actor(reader):
            assert policy.visible_items(reader, world.now).exists()
            assert policy.visible_cards(reader, world.now).exists()
        die(world, world.care_recipient_person)
        with use_actor(reader):
            assert not policy.visible_items(reader, world.now).exists()
            assert not policy.visible_cards(reader, world.now).exists()
            assert not policy.visible_parties(reader, world.now).exists()
            assert not Item.objects.exists()  # the database's own lock
        assert browser_of(reader).get(reverse("card", args=[reader.person_id])).status_code == 404

    def test_nothing_is_sent(self, world: World):
        agree(world)
        with use_actor(world.system):
            before = OutboxMessage.objects.count()
        die(world, world.care_recipient_person)
        with use_actor(world.system):
            assert OutboxMessage.objects.count() == before

    def test_undoing_restores_all_but_consent_and_representation(self, world: World):
        agree(world)
        person = world.care_recipient_person
        with use_actor(world.system):
            SharingConsent.objects.create(
                care_recipient=person,
                topic="everyday",
                purpose="care",
                how="in_person",
                starts_at=world.now,
            )
        die(world, person)
        undo(world, person)
        with use_actor(world.system):
            assert Person.objects.get(id=person.id).died_on is None
            assert Service.objects.filter(person=person, ends_at__isnull=True).count() == 1
            relation = Relation.objects.get(id=world.relation.id)
            assert (relation.state, relation.state_before) == ("identified", "")
            assert not SharingConsent.objects.filter(withdrawn_at__isnull=True).exists()
        assert "bereaved" not in open_kinds(world)
        assert "ask_consent" in open_kinds(world)
        with use_actor(world.care_recipient):
            assert policy.visible_items(world.care_recipient, world.now).exists()


class TestCaregiver:
    def test_the_lines_leave_the_card_and_become_gaps_and_work(self, world: World):
        agree(world)
        recipient = world.care_recipient_person
        with use_actor(world.nurse):
            before = agreement_queries.get_card(world.nurse, recipient.id, world.now)
        assert (len(before.groups), before.gaps) == (2, 0)
        die(world, world.caregiver_person)
        for reader in (world.nurse, world.care_recipient):
            with use_actor(reader):
                card = agreement_queries.get_card(reader, recipient.id, world.now)
            assert (card.groups, card.caregivers, card.gaps) == ((), (), 2)
        page = browser_of(world.nurse).get(reverse("card", args=[recipient.id])).content.decode()
        assert "2 oppgaver har ingen nå" in page
        assert "Handle" not in page
        assert "Anne Haugen" not in page
        assert open_kinds(world) == ["gap"]
        with use_actor(world.system):
            work = WorkItem.objects.get(kind="gap")
            assert (work.target_id, work.unit_id) == (recipient.id, world.north.id)
        with use_actor(world.coordinator):
            followup.take_work(actor=world.coordinator, now=world.now, work_id=work.id)
        desk = browser_of(world.coordinator)
        assert desk.get(reverse("work-item", args=[work.id])).status_code == 200
        with use_actor(world.coordinator):
            followup.finish_work(actor=world.coordinator, now=world.now, work_id=work.id)
        with use_actor(world.nurse):
            assert agreement_queries.get_card(world.nurse, recipient.id, world.now).gaps == 0

    def test_the_file_closes_for_everybody(self, world: World):
        agree(world)
        die(world, world.caregiver_person)
        with use_actor(world.system):
            closed = File.objects.get(id=world.file.id)
        for reader in (world.coordinator, world.nurse, world.caregiver, world.care_recipient):
            with use_actor(reader):
                assert not policy.can_open_file(reader, closed, world.now)
                assert not policy.visible_items(reader, world.now).exists()
        with use_actor(world.system):
            assert queries.find_recipient("1824", world.file.id) is None

    def test_undoing_gives_back_file_staff_and_card(self, world: World):
        agree(world)
        die(world, world.caregiver_person)
        undo(world, world.caregiver_person)
        with use_actor(world.coordinator):
            assert policy.can_open_file(world.coordinator, File.objects.get(), world.now)
        with use_actor(world.caregiver):
            assert policy.visible_files(world.caregiver, world.now).exists()
        with use_actor(world.nurse):
            card = agreement_queries.get_card(
                world.nurse, world.care_recipient_person.id, world.now
            )
        assert (len(card.groups), card.gaps) == (2, 0)
        assert "gap" not in open_kinds(world)

    def test_both_deaths_undone_in_either_order_restore_the_relation(self, world: World):
        die(world, world.care_recipient_person)
        die(world, world.caregiver_person)
        undo(world, world.caregiver_person)
        undo(world, world.care_recipient_person)
        with use_actor(world.system):
            assert Relation.objects.get(id=world.relation.id).state == "identified"


class TestWhoMay:
    def test_never_in_the_future_nor_before_birth_nor_twice(self, world: World):
        person = world.care_recipient_person
        for days, code in ((-1, "death_in_future"), (40_000, "death_before_birth")):
            with pytest.raises(NotPossible) as refused:
                die(world, person, days=days)
            assert refused.value.code == code
        die(world, person, days=0)
        with pytest.raises(NotPossible) as refused:
            die(world, person)
        assert refused.value.code == "death_recorded"

    @pytest.mark.parametrize("who", ["leader", "admin", "other_nurse", "stranger", "caregiver"])
    def test_others_find_nothing(self, world: World, who: str):
        for act in (die, undo):
            with pytest.raises(NotFound):
                act(world, world.care_recipient_person, who)

    def test_whoever_recorded_it_may_undo_it(self, world: World):
        die(world, world.care_recipient_person, "nurse")
        with pytest.raises(NotFound):
            undo(world, world.care_recipient_person, "other_nurse")
        undo(world, world.care_recipient_person, "nurse")


class TestReadingAfterwards:
    def placed(self, world: World) -> Item:
        with use_actor(world.coordinator):
            item = operations.write_item(
                actor=world.coordinator,
                now=world.now,
                file=world.file,
                kind="statement",
                about=About.CAREGIVER,
                relation_ids=[world.relation.id],
                caregiver_present=True,
            )
            return operations.place_item(
                actor=world.coordinator,
                now=world.now,
                item_id=item.id,
                audience=Audience.TALK,
                sentence="",
                caregiver_present=True,
            )

    def test_the_named_reader_reads_and_writes_nothing(self, world: World):
        item, nurse = self.placed(world), world.nurse
        die(world, world.caregiver_person)
        row = give_access(world, officer(world))
        with use_actor(nurse):
            assert (
                policy.can_open_file(nurse, File.objects.get(), world.now).reason == "named_reader"
            )
            assert policy.can_read_item(nurse, Item.objects.get(id=item.id), world.now)
            for act in (
                lambda: operations.set_reach(
                    actor=nurse,
                    now=world.now,
                    file=File.objects.get(),
                    reach=Reach(Channel.PHONE, "1"),
                ),
                lambda: operations.change_audience(
                    actor=nurse,
                    now=world.now,
                    item_id=item.id,
                    audience=Audience.SHARED,
                    how="in_person",
                    sentence="",
                ),
            ):
                with pytest.raises(NotPossible) as refused:
                    act()
                assert refused.value.code == "file_is_read_only"
        page = browser_of(nurse).get(reverse("file", args=[world.file.id]))
        assert page.status_code == 200
        assert "mappen er lukket" in page.content.decode()
        later = row.ends_at + timedelta(seconds=1)
        with use_actor(nurse):
            assert not policy.visible_files(nurse, later).exists()
        for other in (world.coordinator, world.other_nurse):
            with use_actor(other):
                assert not policy.visible_files(other, world.now).exists()

    def test_ending_it_and_undoing_the_death_take_it_away(self, world: World):
        die(world, world.caregiver_person)
        decider = officer(world)
        row = give_access(world, decider)
        with use_actor(decider):
            operations.end_opening(actor=decider, now=world.now, opening_id=row.id)
        with use_actor(world.nurse):
            assert not policy.visible_files(world.nurse, world.now).exists()
        give_access(world, decider)
        undo(world, world.caregiver_person)
        with use_actor(world.nurse):
            assert not policy.visible_files(world.nurse, world.now + timedelta(hours=2)).exists()

    def test_only_the_officer_decides_never_for_oneself_and_not_too_long(self, world: World):
        decider = officer(world)
        with pytest.raises(NotFound):
            give_access(world, decider)  # the caregiver lives
        die(world, world.caregiver_person)
        with pytest.raises(NotFound):
            give_access(world, world.coordinator)
        for given, code in (
            ({"staff_id": decider.id}, "not_for_oneself"),
            ({"last_on": oslo_today(world.now) + timedelta(days=31)}, "opening_too_long"),
            ({"last_on": oslo_today(world.now) - timedelta(days=1)}, "period_backwards"),
        ):
            with pytest.raises(NotPossible) as refused:
                give_access(world, decider, **given)
            assert refused.value.code == code


class TestPages:
    def test_recorded_and_undone_in_the_browser(self, world: World):
        agree(world)
        desk, person = browser_of(world.coordinator), world.caregiver_person
        at = reverse("death", args=[person.id])
        assert at in desk.get(reverse("file", args=[world.file.id])).content.decode()
        assert "lukkes for alle" in desk.get(at).content.decode()
        day = oslo_today(world.now).isoformat()
        assert desk.post(at, {"died_on": day}).status_code == 422  # not read
        assert desk.post(at, {"died_on": "2999-01-01", "is_read": "on"}).status_code == 422
        assert desk.post(at, {"died_on": day, "is_read": "on"}).status_code in (302, 303)
        assert "kommer ikke tilbake" in desk.get(at).content.decode()
        assert desk.post(reverse("death-undo", args=[person.id])).status_code in (302, 303)
        assert desk.get(reverse("file", args=[world.file.id])).status_code == 200

    def test_the_officer_decides_in_the_browser(self, world: World):
        die(world, world.caregiver_person)
        decider = officer(world)
        desk = browser_of(decider)
        assert "Anne Haugen" in desk.get(reverse("dead-files")).content.decode()
        at = reverse("dead-file", args=[world.file.id])
        day = (oslo_today(world.now) + timedelta(days=3)).isoformat()
        given = {"staff": str(world.nurse.id), "why": "Klage", "last_on": day}
        assert desk.post(at, {**given, "staff": ""}).status_code == 422
        assert desk.post(at, given).status_code in (302, 303)
        assert "Klage" in desk.get(at).content.decode()
        with use_actor(world.system):
            row = FileOpening.objects.get()
        assert desk.post(reverse("opening-end", args=[row.id])).status_code in (302, 303)
        assert browser_of(world.coordinator).get(at).status_code == 404
        assert (
            browser_of(world.coordinator).post(reverse("opening-end", args=[row.id])).status_code
            == 404
        )
