"""The log and the facts: added by every act, changed by nobody, read by those they concern."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connections, transaction

from lagspill.audit import operations
from lagspill.audit.models import Entry, StoredFact
from lagspill.kernel.actor import VISITOR
from lagspill.people.events import FileBound
from lagspill.tenancy.scope import use_actor
from tests.world import World


@pytest.mark.parametrize("table", ["audit_entry", "audit_fact"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_what_stands_in_the_log_stays(world: World, table: str, statement: str) -> None:
    connection = connections["default"]
    with use_actor(world.system), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        before = cursor.fetchone()
        assert before[0] > 0
    with (
        use_actor(world.system),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    with use_actor(world.system), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == before


def test_a_row_says_who_in_which_role_and_never_what_was_written(world: World) -> None:
    thing = uuid.uuid4()
    with use_actor(world.nurse):
        operations.record(
            world.nurse,
            "set_reach",
            "file",
            now=world.now,
            object_id=thing,
            file_id=world.file.id,
            fields=("reach_phone",),
        )
        row = Entry.objects.get(object_id=thing)
    assert (row.act, row.actor_kind, row.actor_id) == ("write", "staff", world.nurse.id)
    assert (row.actor_role, row.actor_unit_id) == ("frontline_staff", world.north.id)
    assert row.fields == ["reach_phone"]
    assert (row.municipality_id, row.at) == ("1824", world.now)


def test_a_system_actor_signs_with_its_name(world: World) -> None:
    with use_actor(world.system):
        operations.record_read(world.system, "sweep", "file", now=world.now)
        assert Entry.objects.get(verb="sweep").actor_role == "test.world"


def test_an_act_outside_every_municipality_is_kept_without_one(world: World) -> None:
    with use_actor(VISITOR):
        operations.record(VISITOR, "my-start", "page", now=world.now, act=operations.REFUSE)
    with use_actor(world.system):
        assert not Entry.objects.filter(verb="my-start").exists()  # no municipality's to see


def test_a_caregiver_reads_the_log_of_the_own_file_and_person_only(world: World) -> None:
    own = (world.file.id, world.caregiver_person.id)
    with use_actor(world.system):
        operations.record(world.system, "elsewhere", "file", now=world.now, file_id=uuid.uuid4())
    with use_actor(world.caregiver):
        rows = list(Entry.objects.all())
        assert rows
        assert all(row.file_id == own[0] or row.person_id == own[1] for row in rows)
        assert list(StoredFact.objects.all()) == []


def test_a_fact_is_kept_as_ids_and_codes(world: World) -> None:
    with use_actor(world.system):
        operations.store_fact(FileBound("1824", world.file.id), world.now)
        row = StoredFact.objects.get(type="FileBound")
        assert row.payload == {"municipality": "1824", "file_id": str(world.file.id)}
