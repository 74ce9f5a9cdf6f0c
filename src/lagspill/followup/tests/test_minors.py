"""A caregiver of 16 or 17: what they do at home is work for a grown-up, and never a task of theirs."""

from __future__ import annotations

from datetime import date

import pytest

from lagspill.access.rules import Role
from lagspill.agreements import demo as agreement_demo
from lagspill.agreements import operations as agreements
from lagspill.agreements.rules import LineKind, Who
from lagspill.conversations import operations as conversations
from lagspill.followup import policy
from lagspill.followup.models import WorkItem
from lagspill.followup.rules import Kind
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotPossible
from lagspill.people import queries as people
from lagspill.people.models import File
from lagspill.people.rules import About, Audience
from lagspill.tenancy.scope import use_actor
from tests.world import World, add_caregiver, add_colleague

SAID = "Jeg lager middag hver dag. KANARI"


@pytest.fixture
def liv(world: World) -> Actor:
    """Child-responsible in home care."""
    with use_actor(world.system):
        return add_colleague(
            name="Liv Aas", role=Role.CHILD_RESPONSIBLE, unit=world.home_care, now=world.now
        )


def file_of(world: World, birth_on: date) -> File:
    with use_actor(world.system):
        return add_caregiver(
            name="Emma Vik",
            care_recipient=world.care_recipient_person,
            unit=world.north,
            now=world.now,
            code="child",
            birth_on=birth_on,
        )[0]


def say(world: World, lead: Actor, file: File, topic: str) -> None:
    with use_actor(lead):
        talk = conversations.start_talk(actor=lead, now=world.now, file_id=file.id)
        conversations.place_statement(
            actor=lead,
            now=world.now,
            talk_id=talk.id,
            topic=topic,
            text=SAID,
            audience=Audience.TALK,
            about=About.CAREGIVER,
        )


def helps(world: World) -> list[WorkItem]:
    with use_actor(world.system):
        return list(WorkItem.objects.filter(kind=Kind.MINOR_HELPS.value))


@pytest.mark.parametrize(
    ("birth_on", "topic", "is_work"),
    [
        (date(2009, 6, 15), "T04", True),
        (date(2009, 6, 15), "T01", False),
        (date(1990, 6, 15), "T04", False),
    ],
)
def test_what_a_minor_does_at_home_is_work_for_the_lead(
    world: World, liv: Actor, birth_on: date, topic: str, is_work: bool
):
    file = file_of(world, birth_on)
    lead = liv if birth_on.year == 2009 else world.coordinator
    say(world, lead, file, topic)
    found = [(w.file_id, w.staff_id, w.role) for w in helps(world)]
    assert found == ([(file.id, liv.id, Role.CHILD_RESPONSIBLE)] if is_work else [])


def test_the_work_is_seen_by_those_responsible_for_children_alone(world: World, liv: Actor):
    say(world, liv, file_of(world, date(2009, 6, 15)), "T04")
    [work] = helps(world)
    readers = set()
    for name in ("liv", "nurse", "coordinator", "leader", "other_nurse", "stranger"):
        actor = liv if name == "liv" else getattr(world, name)
        with use_actor(actor):
            if policy.visible_work(actor, world.now).filter(id=work.id).exists():
                readers.add(name)
    assert readers == {"liv"}


@pytest.mark.parametrize("who", [Who.CAREGIVER, Who.SHARED])
def test_no_task_is_a_minors_whatever_was_stored_of_their_age(world: World, liv: Actor, who: Who):
    file = file_of(world, date(2009, 6, 15))
    with use_actor(liv):
        assert file.caregiver.age_group == "adult"  # as stored: the birth date decides
        assert people.get_file(liv, file.id, world.now).age_group == "16_17"
        version = agreements.start_draft(actor=liv, now=world.now, file_id=file.id, talk_id=None)
        with pytest.raises(NotPossible) as refusal:
            agreements.add_line(
                actor=liv,
                now=world.now,
                version_id=version.id,
                new=agreement_demo.line(LineKind.TASK, "Lage middag", who=who),
            )
        assert refusal.value.code == "minor_no_tasks"
        agreements.add_line(
            actor=liv,
            now=world.now,
            version_id=version.id,
            new=agreement_demo.line(LineKind.TASK, "Lage middag", who=Who.SERVICE),
        )
