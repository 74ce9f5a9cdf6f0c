"""Who reads the child track: by name in the small world, and both faces side by side in generated ones."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lagspill.access.models import StaffMember
from lagspill.access.rules import Role
from lagspill.children import policy
from lagspill.children.models import ChildStep, ChildTrack
from lagspill.children.tests.made import colleagues, passed_on
from lagspill.kernel.actor import Actor, Grant, Kind, system_actor
from lagspill.people.models import Person, Service
from lagspill.tenancy.models import Municipality, Unit
from lagspill.tenancy.scope import NOBODY, Scope, use, use_actor
from tests.world import World

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
DAY = timedelta(days=1)
PERIODS = ((NOW - 9 * DAY, NOW - DAY), (NOW - 9 * DAY, None), (NOW + DAY, None))
WORLDS = 5000 if os.environ.get("LAGSPILL_LONG") == "1" else 25
SMALL = st.integers(min_value=0, max_value=7)
plans = st.fixed_dictionaries(
    {
        "grants": st.lists(
            st.tuples(SMALL, st.sampled_from(Role), SMALL, st.sampled_from(PERIODS)), max_size=6
        ),
        "kin": st.lists(st.tuples(SMALL, SMALL), max_size=2),
        "services": st.lists(st.tuples(SMALL, SMALL), max_size=3),
        "tracks": st.lists(st.tuples(SMALL, SMALL, SMALL, st.booleans()), min_size=1, max_size=4),
    }
)


class Made:
    """What one municipality of a generated world holds."""

    def __init__(self, number: str, plan: dict[str, Any]) -> None:
        Municipality.objects.get_or_create(number=number, defaults={"name": number, "slug": number})
        with use_actor(system_actor("test.worlds", number)):
            ids = [uuid.uuid4() for _ in range(3)]
            units = [
                Unit.objects.create(id=ids[n], code=str(n), name=str(n), path=ids[: n + 1])
                for n in range(3)
            ]
            staff = [StaffMember.objects.create(name=str(n)) for n in range(3)]
            self.persons = [Person.objects.create(name=n, name_key=n) for n in ("a", "b")]
            for who, at in plan["services"]:
                Service.objects.get_or_create(
                    person=self.persons[who % 2],
                    unit=units[at % 3],
                    ends_at=None,
                    defaults={"starts_at": NOW - 9 * DAY},
                )
            self.tracks = [
                ChildTrack.objects.create(
                    person=self.persons[who % 2],
                    unit=units[at % 3],
                    kin="child",
                    passed_on_by=staff[by % 3],
                    passed_on_at=NOW,
                    closed_at=NOW if is_closed else None,
                    closed_how="done" if is_closed else "",
                )
                for who, at, by, is_closed in plan["tracks"]
            ]
        grants: dict[uuid.UUID, list[Grant]] = {member.id: [] for member in staff}
        for who, role, at, (starts, ends) in plan["grants"]:
            n = at % 3
            grants[staff[who % 3].id].append(
                Grant(role.value, ids[n], frozenset(ids[n:]), starts, ends)
            )
        kin: dict[uuid.UUID, set[uuid.UUID]] = {member.id: set() for member in staff}
        for who, whose in plan["kin"]:
            kin[staff[who % 3].id].add(self.persons[whose % 2].id)
        self.actors = [
            Actor(
                Kind.STAFF,
                member.id,
                number,
                grants=tuple(grants[member.id]),
                kin_ids=frozenset(kin[member.id]),
            )
            for member in staff
        ] + [
            Actor(Kind.CITIZEN, uuid.uuid4(), number, person_id=person.id)
            for person in self.persons
        ]


def _listed(actor: Actor) -> set[uuid.UUID]:
    with use_actor(actor):
        return set(policy.visible_tracks(actor, NOW).values_list("id", flat=True))


@pytest.mark.django_db
@settings(
    max_examples=WORLDS, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(here=plans, there=plans)
def test_faces_agree_tenants_never_meet_and_only_the_role_opens(
    here: dict[str, Any], there: dict[str, Any]
) -> None:
    with transaction.atomic():
        worlds = [Made("9901", here), Made("9902", there)]
        for one in worlds:
            for actor in one.actors:
                _check(actor, one, worlds)
        transaction.set_rollback(True)


def _check(actor: Actor, one: Made, worlds: list[Made]) -> None:
    listed = _listed(actor)
    with use_actor(actor):
        for world in worlds:
            for row in world.tracks:
                assert (row.id in listed) == bool(policy.can_see_track(actor, row, NOW))
                assert row.id in listed or not policy.can_take_step(actor, row, NOW)
        for person in one.persons:
            if policy.can_pass_on(actor, person.id, NOW):
                assert actor.is_staff
                assert actor.active_grants(NOW)
    assert not listed & {row.id for world in worlds if world is not one for row in world.tracks}
    if actor.is_citizen or not actor.has_role(NOW, Role.CHILD_RESPONSIBLE):
        assert listed == set()
    assert not listed & {row.id for row in one.tracks if row.person_id in actor.kin_ids}
    for grant in actor.grants:
        left = tuple(g for g in actor.grants if g != grant)
        fewer = Actor(actor.kind, actor.id, actor.municipality, grants=left, kin_ids=actor.kin_ids)
        assert _listed(fewer) <= listed


def test_only_child_responsible_staff_of_the_unit_read(world: World) -> None:
    who, track = colleagues(world), passed_on(world)
    readers = {
        name
        for name, actor in {**vars(world), **vars(who)}.items()
        if isinstance(actor, Actor) and actor.municipality and name != "system"
        if track.id in {row.id for row in _visible(actor, world.now)}
    }
    assert readers == {"liv"}


def _visible(actor: Actor, now: datetime) -> list[ChildTrack]:
    with use_actor(actor):
        return list(policy.visible_tracks(actor, now))


def test_break_glass_and_own_family_open_nothing(world: World) -> None:
    who, track = colleagues(world), passed_on(world)
    person_id = track.person_id
    own = Actor(
        Kind.STAFF,
        who.liv.id,
        who.liv.municipality,
        grants=who.liv.grants,
        kin_ids=frozenset({person_id}),
    )
    assert _visible(who.liv, world.now) == [track]
    assert _visible(own, world.now) == []


@pytest.mark.parametrize("table", ["children_track", "children_step"])
@pytest.mark.parametrize("kind", ["citizen", "visitor", ""])
def test_the_second_lock_gives_citizens_nothing(world: World, table: str, kind: str) -> None:
    track = passed_on(world)
    with use_actor(world.system):
        ChildStep.objects.create(
            track=track, step="asked", outcome="told_us", done_on=world.now, noted_at=world.now
        )
        assert _count(table) == 1
    person = str(world.care_recipient_person.id)
    scope = Scope(municipality="1824", kind=kind, person=person) if kind else NOBODY
    with use(scope):
        assert _count(table) == 0


def _count(table: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])
