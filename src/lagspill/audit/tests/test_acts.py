"""An act is whole or undone, however many operations it calls, and its rows are written together as it ends."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lagspill.audit import operations as audit
from lagspill.audit.models import Entry, StoredFact
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotPossible
from lagspill.people import operations as people
from lagspill.people.events import FileBound
from lagspill.people.models import Person
from lagspill.tenancy.scope import use_actor
from tests.world import World


@operation
def inner(world: World, verb: str, *, refuse: bool = False) -> None:
    people.add_person(actor=world.system, now=world.now, name=verb)
    audit.record(world.system, verb, "kettle", now=world.now)
    if refuse:
        raise NotPossible("code_unknown")


@operation
def outer(world: World, *, refuse: bool = False) -> None:
    inner(world, "fill")
    inner(world, "boil", refuse=refuse)


@operation
def forgiving(world: World) -> None:
    inner(world, "fill")
    try:
        with transaction.atomic():
            inner(world, "boil", refuse=True)
    except NotPossible:
        audit.record(world.system, "forgive", "kettle", now=world.now)


def verbs() -> list[str]:
    rows = Entry.objects.filter(noun="kettle").order_by("id")
    return list(rows.values_list("verb", flat=True))


def names() -> set[str]:
    return set(Person.objects.filter(name__in=["fill", "boil"]).values_list("name", flat=True))


def test_a_refusal_that_a_view_catches_undoes_the_whole_act_and_nothing_else(world: World) -> None:
    with use_actor(world.system), transaction.atomic():
        audit.record(world.system, "look", "kettle", now=world.now)
        with pytest.raises(NotPossible):
            outer(world, refuse=True)
        assert (verbs(), names()) == (["look"], set())
        outer(world)
    with use_actor(world.system):
        assert (verbs(), names()) == (["look", "fill", "boil"], {"fill", "boil"})


def test_an_act_that_goes_on_after_a_refusal_undoes_that_part_with_its_rows(world: World) -> None:
    with use_actor(world.system):
        forgiving(world)
        assert (verbs(), names()) == (["fill", "forgive"], {"fill"})


def test_an_act_opens_one_savepoint_and_writes_its_log_in_one_statement(world: World) -> None:
    with use_actor(world.system), CaptureQueriesContext(connection) as sent:
        outer(world)
    statements = [query["sql"] for query in sent]
    assert sum(s.startswith("SAVEPOINT") for s in statements) == 1
    assert sum('INSERT INTO "audit_entry"' in s for s in statements) == 1


def test_rows_are_written_in_the_municipality_they_were_made_in(world: World) -> None:
    thing = uuid.uuid4()

    @operation
    def reach_over() -> None:
        with use_actor(world.system):
            audit.record(world.system, "reach", "kettle", now=world.now, object_id=thing)
            audit.store_fact(FileBound("1824", thing), world.now)
        audit.record(world.stranger, "reach", "kettle", now=world.now, object_id=thing)

    with use_actor(world.stranger):
        reach_over()
        assert Entry.objects.get(object_id=thing).municipality_id == world.stranger.municipality
    with use_actor(world.system):
        assert Entry.objects.get(object_id=thing).municipality_id == "1824"
        assert StoredFact.objects.filter(type="FileBound").exists()


def test_what_is_undone_at_the_end_leaves_no_row(world: World) -> None:
    @operation
    def rehearse() -> None:
        inner(world, "fill")
        transaction.set_rollback(True)

    with use_actor(world.system):
        rehearse()
        assert (verbs(), names()) == ([], set())
