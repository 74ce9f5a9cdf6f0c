"""Doors: every address says who may knock, every read and write says who asks, every write leaves a trace."""

from __future__ import annotations

import ast
from fnmatch import fnmatchcase

import pytest

from scripts.figures import offered_functions, untyped_doors, views_without_door
from tests.architecture.calls import asks_database, functions, reaches

#: What another operation calls inside its own act: that one asks, checks and logs.
PART_OF_AN_ACT = {
    "lagspill.audit.operations.store_fact": "the sink that kernel.facts calls; the fact names the act",
    "lagspill.people.operations.items.touch_item": "part of saving a draft's words",
    "lagspill.people.operations.items.note_copies": "part of sending or printing, which is logged",
}
#: Below audit and access: no actor is known here yet.
BELOW_AUDIT = {
    "lagspill.tenancy.operations.slug_of": "a pure word function of this room",
    "lagspill.tenancy.operations.load_municipalities": "public facts from a file in the repository",
    "lagspill.tenancy.operations.create_unit": "its callers check and log",
    "lagspill.tenancy.operations.create_network": "its callers check and log",
}
NO_ACTOR = {**PART_OF_AN_ACT, **BELOW_AUDIT}
NO_ROW = {
    **NO_ACTOR,
    "lagspill.access.operations.claim_once": "remembers a form's key; the act it belongs to is logged",
    "lagspill.dispatch.operations.run_sweeps": "calls the sweeps registered with it; each logs its own acts",
}
POSITIONAL = {
    "lagspill.audit.operations.record": "one line in each operation: actor, verb, noun; the rest by name",
    "lagspill.audit.operations.record_read": "one line in each query: actor, verb, noun; the rest by name",
    "lagspill.audit.operations.store_fact": "the shape that kernel.facts calls",
    "lagspill.people.operations.items.touch_item": "a step, with the row it works on first",
    "lagspill.tenancy.operations.slug_of": "a pure word function of this room",
    "lagspill.tenancy.operations.load_municipalities": "one argument",
}
#: Queries that ask the database and take no actor, each with the reason why.
OPEN_QUERIES = {
    "lagspill.tenancy.queries.*": "municipalities are public, names of units open inside one",
    "lagspill.access.queries.get_staff_actor": "makes the actor",
    "lagspill.access.queries.get_staff": "names of staff are open inside the municipality",
    "lagspill.access.queries.list_staff": "names of staff are open inside the municipality",
    "lagspill.access.queries.list_members": "who holds a role, for facts and jobs; names are open",
    "lagspill.access.queries.list_members_above": "who holds a role, for facts and jobs; names are open",
    "lagspill.access.queries.list_current_roles": "who works here now, to name readers; shown as names alone",
    "lagspill.access.queries.list_private_persons": "ids, to leave out of readers those whose own family it is",
    "lagspill.access.queries.find_leader": "who leads a unit, for facts and jobs; names are open",
    "lagspill.access.queries.find_nearest": "who holds a role nearest to a unit; names are open",
    "lagspill.access.queries.find_staff_by_persona": "the cast of the demo",
    "lagspill.people.queries.search.find_hidden_same_caregiver": "for the coordinator's quiet work; shown to nobody",
    "lagspill.people.queries.persons.find_serving_unit": "an id, for facts and jobs",
    "lagspill.people.queries.files.find_care_recipients_of": "ids: whom an employee never meets at work",
    "lagspill.people.queries.files.find_recipient": "the recipient resolver of dispatch; shown to nobody",
    "lagspill.people.queries.readers.list_old_drafts": "ids for the sweep that deletes them",
}

WRITES = (
    *("create", "bulk_create", "get_or_create", "update_or_create"),
    *("save", "delete", "update", "bulk_update"),
)
OPERATIONS = offered_functions("operations")
QUERIES = offered_functions("queries")


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


def is_audit(called: str) -> bool:
    return called in ("lagspill.audit.operations.record", "lagspill.audit.operations.record_read")


def is_write(called: str) -> bool:
    """A call that changes rows. Writes inside `audit` are the log itself."""
    last = called.rpartition(".")[2]
    return last in WRITES and not called.startswith("lagspill.audit.")


def test_there_are_doors_to_guard():
    assert len(OPERATIONS) > 20
    assert len(QUERIES) > 20


def test_every_address_names_its_door():
    assert views_without_door() == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_takes_the_actor_first(name):
    if name not in NO_ACTOR:
        assert parameters(OPERATIONS[name])[:1] == ["actor"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_takes_keywords_only(name):
    arguments = OPERATIONS[name].args
    if name not in POSITIONAL:
        assert not arguments.args
        assert not arguments.posonlyargs


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_writes_a_row_in_the_log(name):
    """It calls `audit.record`, or something of ours that does. That every way through it does is for its own tests."""
    if name not in NO_ROW and not is_audit(name):
        assert reaches(name, is_audit)


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_that_asks_the_database_takes_the_actor(name):
    """Functions that only shape what they are given need none: somebody with an actor asked for it."""
    is_open = any(fnmatchcase(name, pattern) for pattern in OPEN_QUERIES)
    if not is_open and asks_database(name):
        assert "actor" in parameters(QUERIES[name])


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_writes_nothing_but_the_log(name):
    assert not reaches(name, lambda called: is_write(called) and called not in functions())


def test_every_door_says_what_it_returns():
    assert untyped_doors()[1] == []


def test_no_exception_is_stale():
    unlogged = {name for name in OPERATIONS if not reaches(name, is_audit)}
    assert (
        set(NO_ACTOR) - {n for n in OPERATIONS if "actor" not in parameters(OPERATIONS[n])} == set()
    )
    assert set(NO_ROW) - unlogged == set()
    assert set(POSITIONAL) - {n for n in OPERATIONS if OPERATIONS[n].args.args} == set()
    open_now = [n for n in QUERIES if "actor" not in parameters(QUERIES[n]) and asks_database(n)]
    assert [p for p in OPEN_QUERIES if not any(fnmatchcase(n, p) for n in open_now)] == []
