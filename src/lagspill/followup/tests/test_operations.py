"""Taking, giving, putting back and finishing: effects, audit rows, refusals."""

from __future__ import annotations

import uuid

import pytest

from lagspill.access.rules import Role
from lagspill.audit.models import Entry
from lagspill.followup import operations
from lagspill.followup.models import WorkItem
from lagspill.followup.operations import NewWork
from lagspill.followup.rules import Kind
from lagspill.followup.tests.work import add_work
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import policy as people
from lagspill.tenancy.scope import use_actor
from tests.world import World, add_colleague


@pytest.fixture
def work(world: World) -> WorkItem:
    with use_actor(world.system):
        return add_work(world, kind=Kind.ORDER_INTERPRETER)


def logged(world: World, verb: str) -> list[tuple[uuid.UUID | None, uuid.UUID | None]]:
    with use_actor(world.system):
        return list(Entry.objects.filter(verb=verb).values_list("actor_id", "object_id"))


def test_taking_makes_it_ones_own_and_is_logged_once(world: World, work: WorkItem) -> None:
    with use_actor(world.coordinator):
        for _ in range(2):
            operations.take_work(actor=world.coordinator, now=world.now, work_id=work.id)
        work.refresh_from_db()
    assert work.staff_id == world.coordinator.id
    assert logged(world, "take_work") == [(world.coordinator.id, work.id)]


def test_what_another_has_taken_is_not_taken_again(world: World, work: WorkItem) -> None:
    with use_actor(world.system):
        other = add_colleague(name="Ola Vik", role=Role.COORDINATOR, unit=world.root, now=world.now)
        operations.take_work(actor=other, now=world.now, work_id=work.id)
    with use_actor(world.coordinator), pytest.raises(NotPossible, match="already_taken"):
        operations.take_work(actor=world.coordinator, now=world.now, work_id=work.id)


@pytest.mark.parametrize("who", ["nurse", "other_nurse", "admin", "stranger"])
def test_what_one_does_not_see_is_not_found(world: World, work: WorkItem, who: str) -> None:
    actor: Actor = getattr(world, who)
    for act in (operations.take_work, operations.release_work, operations.finish_work):
        with use_actor(actor), pytest.raises(NotFound):
            act(actor=actor, now=world.now, work_id=work.id)


def test_a_leader_sees_but_does_not_take(world: World, work: WorkItem) -> None:
    with use_actor(world.leader), pytest.raises(NotAllowed) as refused:
        operations.take_work(actor=world.leader, now=world.now, work_id=work.id)
    assert (refused.value.known, refused.value.code) == (True, "wrong_role")


def test_put_back_it_is_the_roles_again(world: World, work: WorkItem) -> None:
    with use_actor(world.coordinator):
        operations.take_work(actor=world.coordinator, now=world.now, work_id=work.id)
        for _ in range(2):
            operations.release_work(actor=world.coordinator, now=world.now, work_id=work.id)
        work.refresh_from_db()
    assert work.staff_id is None
    assert logged(world, "release_work") == [(world.coordinator.id, work.id)]


def test_given_to_a_nurse_she_holds_it_and_may_open_the_file(world: World, work: WorkItem) -> None:
    with use_actor(world.nurse):
        assert not people.can_open_file(world.nurse, world.file, world.now)
    with use_actor(world.coordinator):
        operations.give_work(
            actor=world.coordinator, now=world.now, work_id=work.id, staff_id=world.nurse.id
        )
        work.refresh_from_db()
    assert work.staff_id == world.nurse.id
    with use_actor(world.nurse):
        assert people.can_open_file(world.nurse, world.file, world.now)


@pytest.mark.parametrize("who", ["other_nurse", "leader", "admin", "stranger"])
def test_nobody_without_a_fitting_role_there_is_given_it(
    world: World, work: WorkItem, who: str
) -> None:
    with use_actor(world.coordinator), pytest.raises(NotPossible, match="not_a_colleague_here"):
        operations.give_work(
            actor=world.coordinator,
            now=world.now,
            work_id=work.id,
            staff_id=getattr(world, who).id,
        )


def test_a_nurse_gives_nothing_away(world: World) -> None:
    with use_actor(world.system):
        promise = add_work(world, kind=Kind.PROMISE)
    with use_actor(world.nurse), pytest.raises(NotAllowed):
        operations.give_work(
            actor=world.nurse,
            now=world.now,
            work_id=promise.id,
            staff_id=world.coordinator.id,
        )


def test_finished_by_hand_it_says_so(world: World, work: WorkItem) -> None:
    with use_actor(world.coordinator):
        operations.finish_work(actor=world.coordinator, now=world.now, work_id=work.id)
        work.refresh_from_db()
        assert (work.closed_how, work.closed_by) == ("done", world.coordinator.id)
        with pytest.raises(NotFound):
            operations.finish_work(actor=world.coordinator, now=world.now, work_id=work.id)


def test_what_a_fact_clears_is_not_finished_by_hand(world: World) -> None:
    with use_actor(world.system):
        call = add_work(world, kind=Kind.CALL)
    with use_actor(world.coordinator), pytest.raises(NotPossible, match="a_fact_clears_it"):
        operations.finish_work(actor=world.coordinator, now=world.now, work_id=call.id)


def test_only_the_system_opens_and_clears(world: World) -> None:
    new = NewWork(Kind.CALL, world.file.id, uuid.uuid4(), world.north.id, world.now.date())
    with use_actor(world.coordinator):
        for act in (
            lambda: operations.open_work(actor=world.coordinator, now=world.now, work=new),
            lambda: operations.clear_work(
                actor=world.coordinator, now=world.now, how="x", kinds=[Kind.CALL]
            ),
            lambda: operations.release_all_work(
                actor=world.coordinator, now=world.now, staff_id=uuid.uuid4(), unit_ids=[]
            ),
        ):
            with pytest.raises(NotAllowed, match="system_only"):
                act()


def test_opened_again_it_moves_and_keeps_who_has_it(world: World) -> None:
    subject = uuid.uuid4()
    day = world.now.date()
    later = day.replace(day=30)
    with use_actor(world.system):
        for due_on in (day, later):
            new = NewWork(Kind.CALL, world.file.id, subject, world.north.id, due_on)
            work_id = operations.open_work(actor=world.system, now=world.now, work=new)
            operations.take_work(actor=world.coordinator, now=world.now, work_id=work_id)
        row = WorkItem.objects.get(subject_id=subject)
    assert (row.due_on, row.staff_id) == (later, world.coordinator.id)
