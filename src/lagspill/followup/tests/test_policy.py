"""Who sees and takes work: the small world by name, and both faces side by side in generated worlds."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lagspill.access.models import StaffMember
from lagspill.access.rules import Role
from lagspill.followup import policy
from lagspill.followup.models import WorkItem
from lagspill.followup.rules import SEES, Kind
from lagspill.followup.tests.work import add_work
from lagspill.kernel.actor import Actor, Grant, system_actor
from lagspill.kernel.actor import Kind as ActorKind
from lagspill.people.models import File, Person
from lagspill.tenancy.models import Municipality, Unit
from lagspill.tenancy.scope import use_actor
from tests.world import World

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
DAY = timedelta(days=1)
PERIODS = (
    (NOW - 9 * DAY, NOW - DAY),
    (NOW - 9 * DAY, None),
    (NOW - DAY, NOW + DAY),
    (NOW + DAY, None),
)
WORLDS = 5000 if os.environ.get("LAGSPILL_LONG") == "1" else 12
SMALL = st.integers(min_value=0, max_value=7)
plans = st.fixed_dictionaries(
    {
        "grants": st.lists(
            st.tuples(SMALL, st.sampled_from(list(Role)), SMALL, st.sampled_from(PERIODS)),
            max_size=6,
        ),
        "work": st.lists(
            st.tuples(
                SMALL,
                st.sampled_from((Role.COORDINATOR, Role.NURSE, Role.UNIT_LEADER)),
                st.none() | SMALL,
                st.booleans(),
            ),
            min_size=1,
            max_size=6,
        ),
    }
)


def _pick(rows: list[Any], at: int) -> Any:
    return rows[at % len(rows)]


def _build(number: str, plan: dict[str, Any]) -> tuple[list[Actor], list[WorkItem]]:
    Municipality.objects.get_or_create(number=number, defaults={"name": number, "slug": number})
    with use_actor(system_actor("test.worlds", number)):
        ids = [uuid.uuid4() for _ in range(3)]
        units = [
            Unit.objects.create(id=ids[n], code=str(n), name=str(n), path=ids[: n + 1])
            for n in range(3)
        ]
        covers = {unit.id: frozenset(ids[n:]) for n, unit in enumerate(units)}
        staff = [StaffMember.objects.create(name=str(n)) for n in range(3)]
        grants: dict[uuid.UUID, list[Grant]] = {member.id: [] for member in staff}
        for who, role, at, (starts, ends) in plan["grants"]:
            unit = _pick(units, at)
            grants[_pick(staff, who).id].append(
                Grant(role.value, unit.id, covers[unit.id], starts, ends)
            )
        person = Person.objects.create(name="p", name_key="p")
        file = File.objects.create(caregiver=person, unit=units[2], opened_at=NOW)
        work = [
            WorkItem.objects.create(
                kind=Kind.PREPARE_TALK.value,
                file=file,
                subject_id=uuid.uuid4(),
                target_id=file.id,
                unit=_pick(units, at),
                role=role.value,
                staff=None if who is None else _pick(staff, who),
                due_on=NOW.date(),
                opened_at=NOW,
                closed_at=NOW if is_closed else None,
                closed_how="done" if is_closed else "",
            )
            for at, role, who, is_closed in plan["work"]
        ]
    actors = [
        Actor(ActorKind.STAFF, member.id, number, grants=tuple(grants[member.id]))
        for member in staff
    ]
    citizen = Actor(ActorKind.CITIZEN, uuid.uuid4(), number, person_id=person.id)
    return [*actors, citizen], work


@pytest.mark.django_db
@settings(
    max_examples=WORLDS, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(here=plans, there=plans)
def test_faces_agree_and_nothing_leaks(here: dict[str, Any], there: dict[str, Any]) -> None:
    with transaction.atomic():
        worlds = {
            number: _build(number, plan) for number, plan in (("9901", here), ("9902", there))
        }
        everything = [row for _, rows in worlds.values() for row in rows]
        for number, (actors, _) in worlds.items():
            for actor in actors:
                with use_actor(actor):
                    seen = set(policy.visible_work(actor, NOW).values_list("id", flat=True))
                    one_by_one = {
                        row.id for row in everything if policy.can_see_work(actor, row, NOW)
                    }
                    assert seen == one_by_one
                    _check(actor, [row for row in everything if row.id in seen], everything, number)
        transaction.set_rollback(True)


def _check(actor: Actor, seen: list[WorkItem], everything: list[WorkItem], number: str) -> None:
    assert all(row.municipality_id == number and row.closed_at is None for row in seen)
    if not actor.active_grants(NOW):
        assert seen == []
    for row in everything:
        may_act = [
            bool(can(actor, row, NOW))
            for can in (
                policy.can_take_work,
                policy.can_give_work,
                policy.can_release_work,
                policy.can_finish_work,
            )
        ]
        assert row in seen or not any(may_act)
        if row in seen and row.staff_id != actor.id:
            assert row.unit_id in actor.units(NOW, *SEES)
    # Taking a grant away never shows more.
    for grant in actor.grants:
        fewer = Actor(
            actor.kind, actor.id, number, grants=tuple(g for g in actor.grants if g is not grant)
        )
        assert {r.id for r in everything if policy.can_see_work(fewer, r, NOW)} <= {
            r.id for r in seen
        }


WHO = ("coordinator", "nurse", "other_nurse", "leader", "admin", "stranger", "caregiver")


@pytest.mark.parametrize(
    ("kind", "who_sees", "who_takes"),
    [
        (Kind.CALL, {"coordinator", "leader"}, {"coordinator"}),
        (Kind.PROMISE, {"coordinator", "nurse", "leader"}, {"coordinator", "nurse"}),
        (Kind.PROMISE_REPORT, {"leader"}, {"leader"}),
    ],
)
def test_each_role_sees_and_takes_its_own(
    world: World, kind: Kind, who_sees: set[str], who_takes: set[str]
) -> None:
    with use_actor(world.system):
        work = add_work(world, kind=kind)
    actors = {who: getattr(world, who) for who in WHO}
    sees, takes = set(), set()
    for who, actor in actors.items():
        with use_actor(actor):
            sees |= {who} if policy.can_see_work(actor, work, world.now) else set()
            takes |= {who} if policy.can_take_work(actor, work, world.now) else set()
    assert (sees, takes) == (who_sees, who_takes)


def test_a_report_with_one_leader_is_not_the_next_leaders(world: World) -> None:
    with use_actor(world.system):
        work = add_work(world, kind=Kind.PROMISE_REPORT, staff_id=world.admin.id)
    for actor, reason in ((world.leader, "held_by_other"), (world.admin, "holds_it")):
        with use_actor(actor):
            assert policy.can_see_work(actor, work, world.now).reason == reason


def test_only_what_no_fact_clears_is_finished_by_hand(world: World) -> None:
    with use_actor(world.system):
        call, tolk = add_work(world), add_work(world, kind=Kind.ORDER_INTERPRETER)
    with use_actor(world.coordinator):
        cleared = policy.can_finish_work(world.coordinator, call, world.now)
        assert cleared.reason == "a_fact_clears_it"
        assert policy.can_finish_work(world.coordinator, tolk, world.now)
    with use_actor(world.leader):
        assert not policy.can_finish_work(world.leader, tolk, world.now)


def test_a_system_actor_sees_all_and_takes_nothing(world: World) -> None:
    with use_actor(world.system):
        work = add_work(world)
        assert policy.can_see_work(world.system, work, world.now)
        assert work in policy.visible_work(world.system, world.now)
        assert not policy.can_take_work(world.system, work, world.now)
