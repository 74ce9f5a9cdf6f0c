"""The list by key, the counts, the number of queries: the same for one row and for sixty."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lagspill.access.rules import Role
from lagspill.followup import queries
from lagspill.followup.models import WorkItem
from lagspill.followup.queries import Counts, Filters, UnitCount
from lagspill.followup.rules import Kind, Span, Who
from lagspill.followup.tests.work import add_work
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound
from lagspill.kernel.ids import new_id
from lagspill.tenancy import operations as tenancy
from lagspill.tenancy.scope import use_actor
from tests.world import World, add_colleague

TODAY = date(2026, 11, 25)
DAY = timedelta(days=1)
EVERYTHING = Filters()


@pytest.fixture
def world(world: World) -> World:
    """The small world, with the work of its own registration out of the way."""
    for actor in (world.system, world.stranger):
        with use_actor(actor):
            WorkItem.objects.filter(closed_at=None).delete()
    return world


def read(actor: Actor, world: World, filters: Filters = EVERYTHING, limit: int = 50) -> list[str]:
    """Ids of the whole list, page by page."""
    found, after = [], ""
    with use_actor(actor):
        for _ in range(100):
            page = queries.list_work(actor, world.now, filters, after, limit)
            found += [str(row.id) for row in page.rows]
            if not page.next:
                return found
            after = page.next
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize("who", ["coordinator", "nurse", "leader"])
def test_pages_hold_each_row_once_in_order_under_ties(world: World, who: str) -> None:
    chance = random.Random(7)
    actor = getattr(world, who)
    with use_actor(world.system):
        for _ in range(23):
            add_work(
                world,
                kind=chance.choice([Kind.CALL, Kind.PROMISE]),
                unit=chance.choice([world.north, world.south, world.home_care]),
                due_on=TODAY + chance.randrange(3) * DAY,
                staff_id=chance.choice([None, world.nurse.id, world.coordinator.id]),
            )
    with use_actor(actor):
        rows = queries.policy.visible_work(actor, world.now).order_by("due_on", "id")
        expected = [str(row.id) for row in rows]
    assert len(expected) > 5
    for limit in (1, 4, 50):
        assert read(actor, world, limit=limit) == expected


def test_filters_narrow_to_who_kind_unit_and_span(world: World) -> None:
    with use_actor(world.system):
        mine = add_work(world, staff_id=world.coordinator.id)
        free = add_work(world, unit=world.south, due_on=TODAY - DAY)
        talk = add_work(world, kind=Kind.HOLD_TALK, staff_id=world.nurse.id, due_on=TODAY + 3 * DAY)
    coordinator = world.coordinator
    for filters, rows in (
        (Filters(), [free, mine, talk]),
        (Filters(who=Who.ME), [mine]),
        (Filters(who=Who.NOBODY), [free]),
        (Filters(who=Who.UNIT), [free, mine, talk]),
        (Filters(kind=Kind.HOLD_TALK), [talk]),
        (Filters(unit_id=world.south.id), [free]),
        (Filters(unit_id=world.hol_file.unit_id), []),
        (Filters(span=Span.OVERDUE), [free]),
        (Filters(span=Span.TODAY), [mine]),
        (Filters(span=Span.WEEK), [talk]),
    ):
        assert read(coordinator, world, filters) == [str(row.id) for row in rows]
        with use_actor(coordinator):
            assert queries.count_work(coordinator, world.now, filters).matching == len(rows)
    assert read(world.nurse, world) == [str(talk.id)]
    assert read(world.nurse, world, Filters(who=Who.UNIT)) == [str(talk.id)]


def test_what_one_holds_elsewhere_is_in_the_list(world: World) -> None:
    with use_actor(world.system):
        away = add_work(world, unit=world.south, staff_id=world.nurse.id)
    assert read(world.nurse, world) == [str(away.id)]
    assert read(world.nurse, world, Filters(who=Who.UNIT)) == []


def test_counts_are_those_of_the_rows(world: World) -> None:
    with use_actor(world.system):
        add_work(world, due_on=TODAY - 4 * DAY)
        add_work(world, due_on=TODAY - DAY, staff_id=world.coordinator.id)
        add_work(world)
        add_work(world, unit=world.south, due_on=date(2026, 11, 29))
        add_work(world, due_on=date(2026, 11, 30))
    with use_actor(world.coordinator):
        counts = queries.count_work(world.coordinator, world.now)
    assert counts == Counts(
        overdue=2,
        today=1,
        week=1,
        unassigned=4,
        matching=5,
        oldest_on=TODAY - 4 * DAY,
        units=(
            UnitCount(world.north.id, "Hjemmetjenesten, sone nord", 4),
            UnitCount(world.south.id, "Hjemmetjenesten, sone sør", 1),
        ),
    )


@pytest.mark.parametrize("who", ["admin", "stranger"])
def test_others_see_nothing(world: World, who: str) -> None:
    with use_actor(world.system):
        work = add_work(world)
    actor = getattr(world, who)
    assert read(actor, world) == []
    with use_actor(actor):
        assert queries.count_work(actor, world.now) == Counts()
        with pytest.raises(NotFound):
            queries.get_work(actor, work.id, world.now)
        assert queries.list_for_file(actor, world.file.id, world.now) == ()


def test_a_row_names_who_and_why_and_says_what_one_may_do(world: World) -> None:
    with use_actor(world.system):
        add_work(world, kind=Kind.PROMISE, due_on=TODAY - DAY)
        add_work(world, staff_id=world.coordinator.id)
    with use_actor(world.coordinator):
        promise, call = queries.list_work(world.coordinator, world.now, Filters()).rows
    assert (promise.name, str(promise.label), promise.staff_name) == ("Anne Haugen", "Løfte", "")
    assert (promise.may_take, promise.is_mine, promise.opens_directly) == (True, False, True)
    assert (call.staff_name, call.may_take, call.is_mine) == ("Kari Moe", False, True)
    with use_actor(world.leader):
        promise, call = queries.list_work(world.leader, world.now, Filters()).rows
    assert (promise.name, promise.may_take, promise.opens_directly) == ("Anne Haugen", False, False)


def test_one_files_work_is_for_those_who_may_open_it(world: World) -> None:
    with use_actor(world.system):
        late, soon = add_work(world, due_on=TODAY - DAY), add_work(world)
    with use_actor(world.coordinator):
        rows = queries.list_for_file(world.coordinator, world.file.id, world.now)
    assert [row.id for row in rows] == [late.id, soon.id]


def test_the_summary_counts_all_and_shows_the_first(world: World) -> None:
    with use_actor(world.system):
        rows = [add_work(world, due_on=TODAY + n * DAY) for n in range(7)]
    with use_actor(world.coordinator):
        found = queries.summary(world.coordinator, world.now)
    assert (found.counts.matching, [row.id for row in found.first]) == (
        7,
        [row.id for row in rows[:5]],
    )


@pytest.mark.parametrize("units", [1, 15])
def test_queries_are_as_many_for_one_row_as_for_sixty(world: World, units: int) -> None:
    with use_actor(world.system):
        for n in range(units):
            tenancy.create_unit(code=f"u{n}", name=f"Sone {n}", parent=world.home_care)
        actor = add_colleague(
            name="Ola Vik", role=Role.COORDINATOR, unit=world.home_care, now=world.now
        )
    asked = []
    for more in (1, 2, 57):
        with use_actor(world.system):
            for _ in range(more):
                add_work(world)
        with (
            use_actor(actor),
            CaptureQueriesContext(
                connection,
            ) as captured,
        ):
            queries.list_work(actor, world.now, Filters())
            queries.count_work(actor, world.now)
        asked.append(len(captured))
    assert asked == [4, 4, 4]


def test_the_list_walks_an_index_in_order_and_never_the_table(world: World) -> None:
    with use_actor(world.system):
        WorkItem.objects.bulk_create(
            WorkItem(
                kind=Kind.CALL.value,
                file=world.file,
                subject_id=new_id(),
                target_id=world.file.id,
                unit=unit,
                role=Role.COORDINATOR.value,
                due_on=TODAY + (n % 90) * DAY,
                opened_at=world.now,
            )
            for n in range(1500)
            for unit in (world.north, world.south, world.home_care)
        )
    with use_actor(world.coordinator):
        with CaptureQueriesContext(connection) as captured:
            queries.list_work(world.coordinator, world.now, Filters())
        asked = next(q["sql"] for q in captured if "LATERAL" in q["sql"])
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + asked)
            plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan using work_by_" in plan
    assert "Seq Scan on followup_work_item" not in plan
