"""Who reads a promise and a report: by name in the small world, and both faces side by side in generated ones."""

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
from lagspill.kernel.actor import Actor, Grant, Kind, system_actor
from lagspill.people.models import File, FileParty, FileStaff, Item, ItemRelation, Person, Relation
from lagspill.people.rules import LADDER, Audience
from lagspill.promises import policy
from lagspill.promises.models import Promise, PromiseReport
from lagspill.promises.tests.made import made, reported
from lagspill.tenancy.models import Municipality, Unit
from lagspill.tenancy.scope import use_actor
from tests.world import World

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
DAY = timedelta(days=1)
PERIODS = ((NOW - 9 * DAY, NOW - DAY), (NOW - 9 * DAY, None), (NOW + DAY, None))
WORLDS = 500 if os.environ.get("LAGSPILL_LONG") == "1" else 10
SMALL = st.integers(min_value=0, max_value=7)
ROLES = (Role.COORDINATOR, Role.NURSE, Role.UNIT_LEADER, Role.DIRECTOR, Role.ADMIN)
WHO = (
    "caregiver",
    "coordinator",
    "nurse",
    "other_nurse",
    "leader",
    "admin",
    "stranger",
    "care_recipient",
)
plans = st.fixed_dictionaries(
    {
        "grants": st.lists(
            st.tuples(SMALL, st.sampled_from(ROLES), SMALL, st.sampled_from(PERIODS)), max_size=6
        ),
        "staff_of": st.lists(st.tuples(SMALL, st.sampled_from(PERIODS)), max_size=3),
        "promises": st.lists(
            st.tuples(
                st.sampled_from((Audience.DRAFT, *LADDER)),
                SMALL,
                st.none() | SMALL,
                st.lists(
                    st.tuples(SMALL, st.none() | SMALL, st.none() | SMALL, st.booleans()),
                    max_size=2,
                ),
            ),
            min_size=1,
            max_size=4,
        ),
    }
)


def _pick(rows: list[Any], at: int | None) -> Any:
    return None if at is None else rows[at % len(rows)]


class Made:
    """What one municipality of a generated world holds."""

    def __init__(self, number: str, plan: dict[str, Any]) -> None:
        self.number = number
        Municipality.objects.get_or_create(number=number, defaults={"name": number, "slug": number})
        with use_actor(system_actor("test.worlds", number)):
            ids = [uuid.uuid4() for _ in range(3)]
            self.units = [
                Unit.objects.create(id=ids[n], code=str(n), name=str(n), path=ids[: n + 1])
                for n in range(3)
            ]
            self.staff = [StaffMember.objects.create(name=str(n)) for n in range(3)]
            self._file(plan)
            self.promises: list[Promise] = []
            self.reports: list[PromiseReport] = []
            for row in plan["promises"]:
                self._promise(*row)
        self._actors(plan, ids)

    def _file(self, plan: dict[str, Any]) -> None:
        self.persons = [Person.objects.create(name=n, name_key=n) for n in ("c", "r", "x")]
        caregiver, recipient, _ = self.persons
        self.file = File.objects.create(
            caregiver=caregiver, unit=self.units[2], opened_at=NOW - 9 * DAY
        )
        for person, basis in ((caregiver, "caregiver"), (recipient, "care_recipient")):
            FileParty.objects.create(
                file=self.file, person=person, basis=basis, starts_at=NOW - 9 * DAY
            )
        item = self._item(Audience.SHARED, "relation")
        self.relation = Relation.objects.create(
            file=self.file,
            item=item,
            care_recipient=recipient,
            code="friend",
            state_changed_at=NOW,
            starts_at=NOW,
            known_to_recipient_at=NOW - DAY,
        )
        for who, (starts, ends) in plan["staff_of"]:
            FileStaff.objects.get_or_create(
                file=self.file,
                staff=_pick(self.staff, who),
                role="lead",
                ends_at=ends,
                defaults={"starts_at": starts},
            )

    def _item(self, audience: Audience, kind: str) -> Item:
        return Item.objects.create(
            file=self.file,
            kind=kind,
            about="caregiver",
            audience=audience.value,
            author_capacity="system",
            written_at=NOW,
            edited_at=NOW,
        )

    def _promise(
        self, audience: Audience, unit: int, owner: int | None, reports: list[Any]
    ) -> None:
        item = self._item(audience, "promise")
        ItemRelation.objects.create(file=self.file, item=item, relation=self.relation)
        promise = Promise.objects.create(
            file=self.file,
            item=item,
            text="t",
            owner_unit=_pick(self.units, unit),
            owner_staff=_pick(self.staff, owner),
            due_on=NOW.date(),
            made_at=NOW,
        )
        self.promises.append(promise)
        for at, leader, answerer, is_open in reports[:1] + [(*r[:3], False) for r in reports[1:]]:
            self.reports.append(
                PromiseReport.objects.create(
                    file=self.file,
                    promise=promise,
                    item=self._item(Audience.TALK, "promise_report"),
                    unit=_pick(self.units, at),
                    leader_staff=_pick(self.staff, leader),
                    answered_by=None if is_open else _pick(self.staff, answerer),
                    words="w",
                    reported_at=NOW,
                    answer_by=NOW.date(),
                    answered_at=None if is_open else NOW,
                )
            )

    def _actors(self, plan: dict[str, Any], ids: list[uuid.UUID]) -> None:
        grants: dict[uuid.UUID, list[Grant]] = {member.id: [] for member in self.staff}
        for who, role, at, (starts, ends) in plan["grants"]:
            n = at % 3
            grants[_pick(self.staff, who).id].append(
                Grant(role.value, ids[n], frozenset(ids[n:]), starts, ends)
            )
        self.actors = [
            Actor(Kind.STAFF, member.id, self.number, grants=tuple(grants[member.id]))
            for member in self.staff
        ] + [
            Actor(Kind.CITIZEN, uuid.uuid4(), self.number, person_id=person.id)
            for person in self.persons
        ]


@pytest.mark.django_db
@settings(
    max_examples=WORLDS, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(here=plans, there=plans)
def test_faces_agree_tenants_never_meet_and_reports_stay_narrow(
    here: dict[str, Any], there: dict[str, Any]
) -> None:
    with transaction.atomic():
        worlds = [Made("9901", here), Made("9902", there)]
        for one in worlds:
            for actor in one.actors:
                _check(actor, one, worlds)
        transaction.set_rollback(True)


def _check(actor: Actor, one: Made, worlds: list[Made]) -> None:
    with use_actor(actor):
        promises = set(policy.visible_promises(actor, NOW).values_list("id", flat=True))
        reports = set(policy.visible_reports(actor, NOW).values_list("id", flat=True))
        for world in worlds:
            for row in world.promises:
                assert (row.id in promises) == bool(policy.can_see(actor, row, NOW))
                assert row.id in promises or not policy.can_keep(actor, row, NOW)
            for report in world.reports:
                assert (report.id in reports) == bool(policy.can_see_report(actor, report, NOW))
                assert report.id in reports or not policy.can_answer(actor, report, NOW)
    others = [world for world in worlds if world is not one]
    assert not promises & {row.id for world in others for row in world.promises}
    caregiver, _recipient, nobody = one.persons
    if actor.is_citizen:
        if actor.person_id == caregiver.id:
            assert reports == {row.id for row in one.reports}
        else:
            assert reports == set()
        if actor.person_id == nobody.id:
            assert promises == set()
    elif not actor.active_grants(NOW):
        assert promises == reports == set()
    for grant in actor.grants:
        fewer = Actor(
            actor.kind, actor.id, one.number, grants=tuple(g for g in actor.grants if g != grant)
        )
        with use_actor(fewer):
            left = set(policy.visible_promises(fewer, NOW).values_list("id", flat=True))
            of_reports = set(policy.visible_reports(fewer, NOW).values_list("id", flat=True))
        assert left <= promises
        assert of_reports <= reports


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Audience.TALK, {"caregiver", "coordinator"}),
        (Audience.SERVICE, {"caregiver", "coordinator", "nurse"}),
    ],
)
def test_ladder_says_who_reads_an_owned_promise(
    world: World, audience: Audience, readers: set[str]
) -> None:
    promise = made(world, audience=audience, owner_staff_id=world.coordinator.id)
    assert seen_by(world, promise) == readers


def test_whoever_must_keep_it_reads_it(world: World) -> None:
    mine = made(world, owner_staff_id=world.other_nurse.id)
    the_units = made(world, unit=world.south)
    assert seen_by(world, mine) == {"caregiver", "coordinator", "other_nurse"}
    assert seen_by(world, the_units) == {"caregiver", "coordinator", "other_nurse"}


def test_a_report_opens_it_to_the_leader_until_answered(world: World) -> None:
    promise = made(world, owner_staff_id=world.coordinator.id)
    assert "leader" not in seen_by(world, promise)
    report = reported(world, promise)
    assert seen_by(world, promise) == {"caregiver", "coordinator", "leader"}
    with use_actor(world.system):
        PromiseReport.objects.filter(id=report.id).update(
            answered_at=world.now, answered_by_id=world.leader.id
        )
    assert seen_by(world, promise) == {"caregiver", "coordinator"}


def seen_by(world: World, promise: Promise) -> set[str]:
    found = set()
    for who in WHO:
        actor = getattr(world, who)
        with use_actor(actor):
            if policy.visible_promises(actor, world.now).filter(id=promise.id).exists():
                found.add(who)
    return found
