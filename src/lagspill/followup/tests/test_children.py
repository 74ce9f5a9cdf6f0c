"""Work in the child track: without a file, seen by whoever may read the track, whoever else shares the unit or holds it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lagspill.access.rules import Role
from lagspill.children import operations as children
from lagspill.children.models import ChildTrack
from lagspill.children.rules import Ending, Step, Taken
from lagspill.children.tests.made import NAME, colleagues, passed_on
from lagspill.followup import operations, policy, queries
from lagspill.followup.models import WorkItem
from lagspill.followup.queries import Filters
from lagspill.followup.rules import IN_CHILD_TRACK, Kind
from lagspill.kernel import clock
from lagspill.kernel.actor import Actor, Grant
from lagspill.kernel.actor import Kind as ActorKind
from lagspill.kernel.errors import NotAllowed, NotFound
from lagspill.tenancy.scope import use_actor
from tests.browser import browser_of
from tests.world import World

TODAY = date(2026, 11, 25)


def open_work(world: World) -> list[WorkItem]:
    with use_actor(world.system):
        kinds = [kind.value for kind in IN_CHILD_TRACK]
        return list(WorkItem.objects.filter(kind__in=kinds, closed_at__isnull=True))


def step(world: World, actor: Actor, track: ChildTrack, next_on: date | None) -> None:
    with use_actor(actor):
        children.take_step(
            actor=actor,
            now=world.now,
            track_id=track.id,
            taken=Taken(Step.ASKED, "told_us", TODAY),
            next_on=next_on,
        )


def test_a_child_passed_on_is_work_for_the_role_without_a_file(world: World):
    track = passed_on(world)
    [work] = open_work(world)
    assert (work.kind, work.role, work.file_id, work.staff_id) == (
        Kind.CHILD_NEW,
        Role.CHILD_RESPONSIBLE,
        None,
        None,
    )
    assert (work.subject_id, work.unit_id, work.due_on) == (
        track.id,
        world.north.id,
        date(2026, 11, 30),
    )


def test_a_step_moves_the_work_to_its_day_and_its_lead(world: World):
    who, track = colleagues(world), passed_on(world)
    step(world, who.liv, track, TODAY + timedelta(days=9))
    [work] = open_work(world)
    assert (work.kind, work.due_on, work.staff_id) == (
        Kind.CHILD_STEP,
        TODAY + timedelta(days=9),
        who.liv.id,
    )
    step(world, who.liv, track, None)
    assert open_work(world) == []


def test_a_closed_track_leaves_no_work(world: World):
    who, track = colleagues(world), passed_on(world)
    with use_actor(who.liv):
        children.close_track(actor=who.liv, now=world.now, track_id=track.id, how=Ending.DONE)
    assert open_work(world) == []


@pytest.mark.parametrize(
    "who", ["nurse", "coordinator", "leader", "admin", "stranger", "other_unit"]
)
def test_others_see_no_such_work_not_even_held(world: World, who: str):
    found = colleagues(world)
    actor = found.south if who == "other_unit" else getattr(world, who)
    passed_on(world)
    [work] = open_work(world)
    for staff_id in (None, actor.id):
        if actor.municipality == world.nurse.municipality:
            with use_actor(world.system):
                WorkItem.objects.filter(id=work.id).update(staff_id=staff_id)
        with use_actor(actor):
            assert not policy.visible_work(actor, world.now).filter(id=work.id).exists()
            rows = queries.list_work(actor, world.now, Filters()).rows
            assert not {row.kind for row in rows} & set(IN_CHILD_TRACK)
            with pytest.raises(NotFound):
                operations.take_work(actor=actor, now=world.now, work_id=work.id)


def test_own_family_is_not_in_the_list(world: World):
    who, track = colleagues(world), passed_on(world)
    [work] = open_work(world)
    own = Actor(
        ActorKind.STAFF,
        who.liv.id,
        who.liv.municipality,
        grants=who.liv.grants,
        kin_ids=frozenset({track.person_id}),
    )
    for actor, seen in ((who.liv, True), (own, False)):
        with use_actor(actor):
            assert policy.visible_work(actor, world.now).filter(id=work.id).exists() is seen
            assert bool(policy.can_see_work(actor, work, world.now)) is seen


def test_whoever_coordinates_too_does_not_give_it_to_somebody_outside_the_track(world: World):
    who, _track = colleagues(world), passed_on(world)
    both = Actor(
        ActorKind.STAFF,
        who.liv.id,
        who.liv.municipality,
        grants=(
            *who.liv.grants,
            Grant(
                Role.COORDINATOR,
                world.root.id,
                frozenset({world.root.id, world.north.id}),
                world.now - timedelta(days=1),
            ),
        ),
    )
    [work] = open_work(world)
    with use_actor(both), pytest.raises(NotAllowed):
        operations.give_work(
            actor=both, now=world.now, work_id=work.id, staff_id=world.nurse.id or work.id
        )


def test_the_list_leads_to_the_child_and_names_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(clock, "now", lambda: world.now)
    who, track = colleagues(world), passed_on(world)
    page = browser_of(who.liv).get("/arbeid/liste/").content.decode()
    assert f"/arbeid/barn/{track.id}/" in page
    assert "Barnesporet" in page
    assert NAME not in page
    assert "Arne" not in page
