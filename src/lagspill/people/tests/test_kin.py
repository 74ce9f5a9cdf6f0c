"""Staff who are kin: in the staff role nobody meets own family; and a card opened in an emergency."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction

from lagspill.access import identity
from lagspill.access import queries as access
from lagspill.access.models import BreakGlass
from lagspill.access.rules import Role
from lagspill.kernel import clock
from lagspill.kernel.actor import Actor, Opening
from lagspill.kernel.national_id import make_synthetic
from lagspill.people import operations as people
from lagspill.people import policy
from lagspill.people.models import Item
from lagspill.people.rules import About, Audience, Channel, Reach
from lagspill.tenancy.scope import use_actor
from tests.world import World, add_colleague

pytestmark = pytest.mark.django_db


def linked(world: World, actor: Actor) -> Actor:
    """The same employee, linked to the caregiver of the world's file."""
    birth_on = world.caregiver_person.birth_on
    assert actor.id
    assert birth_on
    assert identity.link_staff(identity.key_hash(make_synthetic(birth_on, 0).digits), actor.id)
    return access.get_staff_actor(actor.id, actor.municipality or "")


def place(world: World, audience: Audience) -> Item:
    item = people.write_item(
        actor=world.coordinator,
        now=world.now,
        file=world.file,
        kind="statement",
        about=About.CAREGIVER,
        relation_ids=[world.relation.id],
        caregiver_present=True,
    )
    return people.place_item(
        actor=world.coordinator,
        now=world.now,
        item_id=item.id,
        audience=audience,
        sentence="",
        caregiver_present=True,
    )


def test_a_nurse_never_meets_own_family_at_work(world):
    with use_actor(world.system), transaction.atomic():
        person, file, item = world.care_recipient_person, world.file, place(world, Audience.SERVICE)
        assert policy.can_see_card(world.nurse, person, world.now)
        nurse = linked(world, world.nurse)
    assert nurse.kin_ids == {world.caregiver_person.id, person.id}
    with use_actor(nurse), transaction.atomic():
        assert policy.can_see_card(nurse, person, world.now).reason == "own_kin"
        assert not policy.visible_cards(nurse, world.now).exists()
        assert not policy.can_read_item(nurse, item, world.now)
        assert not policy.visible_items(nurse, world.now).exists()
    with use_actor(world.system), transaction.atomic():
        coordinator = linked(world, world.coordinator)
    with use_actor(coordinator), transaction.atomic():
        assert not policy.can_open_file(coordinator, file, world.now)
        assert not policy.visible_files(coordinator, world.now).exists()
        assert not policy.can_read_item(coordinator, item, world.now)  # though she wrote it


def test_a_sister_of_the_caregiver_is_kin_too(world):
    """Kin means any shared care recipient: the other caregiver's file is hidden as well."""
    with use_actor(world.system), transaction.atomic():
        birth_on = world.caregiver_person.birth_on.replace(year=1980)
        hashed = make_synthetic(birth_on, 3).digits
        sister = people.add_person(
            actor=world.system, now=world.now, name="Siri Haugen", birth_on=birth_on, digits=hashed
        )
        people.register_for(
            actor=world.system,
            now=world.now,
            caregiver_id=sister.id,
            care_recipient_id=world.care_recipient_person.id,
            code="adult_child",
            unit_id=world.south.id,
            reach=Reach(Channel.PHONE, phone="90000009"),
        )
        siri = add_colleague(
            name="Siri Haugen", role=Role.COORDINATOR, unit=world.root, now=world.now
        )
        assert policy.can_open_file(siri, world.file, world.now)
        assert identity.link_staff(identity.key_hash(hashed), siri.id)
        siri = access.get_staff_actor(siri.id, siri.municipality)
        assert not policy.can_open_file(siri, world.file, world.now)
        assert not policy.visible_files(siri, world.now).exists()


def test_an_employee_is_linked_once(world):
    with use_actor(world.system), transaction.atomic():
        assert identity.link_staff("a" * 64, world.nurse.id)
        assert identity.link_staff("a" * 64, world.nurse.id)
        assert not identity.link_staff("b" * 64, world.nurse.id)
        assert identity.linked_staff() == {world.nurse.id}
    with use_actor(world.stranger), transaction.atomic():
        assert identity.linked_staff() == frozenset()


def test_an_opened_card_shows_service_and_shared_until_it_ends(world):
    with use_actor(world.system), transaction.atomic():
        narrow, strip = place(world, Audience.TALK), place(world, Audience.SERVICE)
        BreakGlass.objects.create(
            staff_id=world.other_nurse.id,
            person_id=world.care_recipient_person.id,
            reason="Fant ham på gulvet",
            starts_at=world.now - timedelta(minutes=5),
            ends_at=world.now + timedelta(minutes=55),
        )
    opening = Opening(
        world.care_recipient_person.id,
        world.now - timedelta(minutes=5),
        world.now + timedelta(minutes=55),
    )
    nurse = replace(world.other_nurse, openings=(opening,))
    with use_actor(nurse), transaction.atomic():
        assert policy.can_see_card(nurse, world.care_recipient_person, world.now)
        seen = set(policy.visible_items(nurse, world.now).values_list("id", flat=True))
        assert seen >= {strip.id}
        assert narrow.id not in seen
        assert policy.can_read_item(nurse, strip, world.now).reason == "break_glass"
        later = world.now + timedelta(hours=1)
        assert not policy.visible_items(nurse, later).exists()
        assert not policy.can_see_card(nurse, world.care_recipient_person, later)


def test_the_session_brings_what_is_open(world):
    now = clock.now()
    with use_actor(world.system), transaction.atomic():
        for ends in (now - timedelta(hours=1), now + timedelta(hours=1)):
            BreakGlass.objects.create(
                staff_id=world.other_nurse.id,
                person_id=world.care_recipient_person.id,
                reason="Fant ham på gulvet",
                starts_at=ends - timedelta(hours=2),
                ends_at=ends,
            )
        actor = access.get_staff_actor(world.other_nurse.id, world.other_nurse.municipality)
    assert [o.ends_at for o in actor.openings] == [now + timedelta(hours=1)]
    assert actor.opened_ids(now) == {world.care_recipient_person.id}


def test_a_connection_that_never_said_its_kind_links_nobody(db):
    """Fresh, so that the setting is NULL; once set in a session it is never more than empty."""
    with psycopg.connect(**connection.get_connection_params()) as fresh:
        fresh.execute("SELECT set_config('app.municipality', '1824', true)")
        asked = fresh.execute(
            "SELECT current_setting('app.kind', true), link_staff_identity(%s, gen_random_uuid()),"
            " bind_identity(gen_random_uuid(), gen_random_uuid())",
            ("c" * 64,),
        )
        assert asked.fetchone() == (None, False, False)
        fresh.rollback()
