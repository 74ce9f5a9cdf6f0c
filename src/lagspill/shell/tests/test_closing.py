"""A file is closed: what is under way ends in every capability, what is agreed and promised stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lagspill.access.queries import get_staff_actor
from lagspill.agreements import demo as agreements
from lagspill.agreements.models import Version
from lagspill.agreements.rules import LineKind
from lagspill.assessments import operations as assessments
from lagspill.assessments.models import CheckInRequest
from lagspill.audit.models import Entry, StoredFact
from lagspill.conversations import operations as conversations
from lagspill.conversations.models import Statement, Talk
from lagspill.conversations.rules import TalkState
from lagspill.followup.models import WorkItem
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound
from lagspill.people import operations, policy
from lagspill.people.models import File, FileStaff
from lagspill.people.rules.closing import CloseReason
from lagspill.promises.models import Promise
from lagspill.tenancy.scope import use_actor
from tests.world import World


def close(world: World, who: str = "coordinator") -> File:
    actor = getattr(world, who)
    with use_actor(actor):
        return operations.close_file(
            actor=actor, now=world.now, file_id=world.file.id, why=CloseReason.MOVED
        )


def test_the_coordinator_closes_it_and_it_is_gone_for_its_staff(world: World) -> None:
    assert close(world).closed_at == world.now
    with use_actor(world.system):
        assert not FileStaff.objects.filter(file=world.file, ends_at__isnull=True).exists()
        entry = Entry.objects.get(verb="close_file")
        assert (entry.actor_id, entry.reason) == (world.coordinator.id, "moved")
        assert StoredFact.objects.get(type="FileClosed").payload["why"] == "moved"
    with pytest.raises(NotFound):
        close(world)
    assert close(world, "system").closed_at == world.now
    with use_actor(world.system):
        assert Entry.objects.filter(verb="close_file").count() == 1


@pytest.mark.parametrize("who", ["nurse", "leader", "stranger", "care_recipient"])
def test_others_do_not_find_it(world: World, who: str) -> None:
    with pytest.raises(NotFound):
        close(world, who)


def test_the_caregiver_and_a_colleague_in_the_file_do_not_close_it(world: World) -> None:
    with use_actor(world.coordinator):
        operations.add_file_staff(
            actor=world.coordinator,
            now=world.now,
            file=world.file,
            staff_id=world.nurse.id,
            role="contact_person",
        )
    with use_actor(world.nurse):
        nurse = get_staff_actor(world.nurse.id, "1824")
        assert policy.can_open_file(nurse, world.file, world.now)
    with pytest.raises(NotAllowed) as refused:
        close(world, "nurse")
    assert refused.value.code == "not_the_coordinator"
    with pytest.raises(NotFound):
        close(world, "caregiver")


def test_what_is_under_way_ends_and_what_is_promised_stays(world: World) -> None:
    coordinator, file_id, now = world.coordinator, world.file.id, world.now
    measure = agreements.line(
        LineKind.MEASURE,
        "Svare om alarm",
        unit_id=world.north.id,
        due_on=oslo_today(now) + timedelta(days=10),
    )
    agreed = agreements.build_agreement(lead=coordinator, file_id=file_id, now=now, lines=[measure])
    agreements.build_draft(lead=coordinator, file_id=file_id, now=now, lines=[measure])
    with use_actor(coordinator):
        assessments.ask_check_in(actor=coordinator, now=now, file_id=file_id)
        talk = conversations.start_talk(actor=coordinator, now=now, file_id=file_id)
    with use_actor(world.system):
        Talk.objects.filter(id=talk.id).update(state=TalkState.PLANNED.value)
        assert WorkItem.objects.filter(file_id=file_id, closed_at=None).exists()
    close(world)
    with use_actor(world.system):
        assert not WorkItem.objects.filter(file_id=file_id, closed_at=None).exists()
        assert not CheckInRequest.objects.filter(file_id=file_id, state="open").exists()
        assert not Statement.objects.filter(file_id=file_id, draft_of__isnull=False).exists()
        assert Talk.objects.get(id=talk.id).state == TalkState.CANCELLED
        states = dict(Version.objects.filter(file_id=file_id).values_list("number", "state"))
        assert states == {agreed.number: "confirmed", agreed.number + 1: "withdrawn"}
        assert Promise.objects.get(file_id=file_id).state == "open"
