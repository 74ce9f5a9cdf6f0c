"""Raw SQL as the application's role, past all policies: with wrong or empty settings no tenant table gives or takes a row.

The tables come from the database's own catalogue, their rows from the life; a table without a row fails, or stands in
`NO_ROW` with a reason.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from lagspill.kernel.actor import Kind
from lagspill.tenancy import grants
from lagspill.tenancy.data import Lock
from lagspill.tenancy.scope import Scope, use
from tests.architecture.test_database import CLASSED, ask, tenant_tables
from tests.journeys.life import Life
from tests.proof.crawl import PLACES

HERE, THERE = PLACES
SYSTEM = Scope(municipality=HERE, kind=Kind.SYSTEM.value)
SOMEBODY = {"actor": str(uuid.UUID(int=7)), "person": str(uuid.UUID(int=8))}
#: Settings under which nothing of a municipality is there, whatever the table.
NOWHERE = {
    "nothing": Scope(),
    "no municipality, system": Scope(kind="system"),
    "no municipality, staff": Scope(kind="staff", **SOMEBODY),
    "no municipality, citizen": Scope(kind="citizen", **SOMEBODY),
    "no kind": Scope(municipality=HERE),
    "a kind that is none": Scope(municipality=HERE, kind="owner", **SOMEBODY),
    "another municipality, system": Scope(municipality=THERE, kind="system"),
    "another municipality, staff": Scope(municipality=THERE, kind="staff", **SOMEBODY),
    "a municipality without a life": Scope(municipality="0301", kind="system"),
}
#: Settings under which only open tables (names of units and staff) may be read, and nothing written.
OUTSIDE = {
    "a visitor": Scope(municipality=HERE, kind="visitor"),
    "a citizen who is nobody": Scope(municipality=HERE, kind="citizen"),
    "another person": Scope(municipality=HERE, kind="citizen", **SOMEBODY),
}
WRONG = NOWHERE | OUTSIDE
#: Tables of which the life holds no row, each with the reason why; a stale one fails.
NO_ROW: dict[str, str] = {}
REFUSED = "42501"  # what PostgreSQL answers to a broken policy and to a missing right


@pytest.fixture
def rows(life: Life) -> dict[str, dict[str, Any]]:
    """One row of each tenant table, as the system in the municipality reads it."""
    found = {}
    with use(SYSTEM):
        for table in tenant_tables():
            held = ask(
                f"SELECT to_jsonb(t) FROM {table} t WHERE municipality_id = %s LIMIT 1", HERE
            )
            if held:
                row = held[0][0]
                found[table] = json.loads(row) if isinstance(row, str) else row
    return found


def test_every_tenant_table_holds_a_row(rows: dict[str, dict[str, Any]]) -> None:
    """Nothing is given by a table that holds nothing."""
    empty = sorted(set(tenant_tables()) - set(rows))
    assert empty == sorted(NO_ROW), ", ".join(empty)


@pytest.mark.parametrize("settings", WRONG)
def test_nothing_is_read(rows: dict[str, dict[str, Any]], settings: str) -> None:
    found = []
    with use(WRONG[settings]):
        for table in rows:
            (count,) = ask(f"SELECT count(*) FROM {table} WHERE municipality_id = %s", HERE)[0]
            is_open = settings in OUTSIDE and CLASSED[table] is Lock.OPEN
            if count and not is_open:
                found.append((table, count))
    assert found == []


@pytest.mark.parametrize("settings", WRONG)
def test_nothing_is_added(rows: dict[str, dict[str, Any]], settings: str) -> None:
    found = []
    with use(WRONG[settings]):
        for table, row in rows.items():
            may_log = table in grants.APPEND_ONLY and WRONG[settings].municipality == HERE
            if not may_log and _state(_adding(table), json.dumps(row)) != REFUSED:
                found.append(table)
    assert found == []


@pytest.mark.parametrize("settings", WRONG)
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET municipality_id = municipality_id", "DELETE FROM {}"]
)
def test_nothing_is_changed(rows: dict[str, dict[str, Any]], settings: str, change: str) -> None:
    found = []
    with use(WRONG[settings]):
        for table in rows:
            done = _state(f"{change.format(table)} WHERE municipality_id = %s", HERE)
            if done not in (REFUSED, 0):
                found.append((table, done))
    assert found == []


def test_no_row_is_moved_to_another_municipality(rows: dict[str, dict[str, Any]]) -> None:
    """Neither written there from here, nor taken along."""
    found = []
    with use(SYSTEM):
        for table, row in rows.items():
            foreign = json.dumps(row | {"municipality_id": THERE})
            if _state(_adding(table), foreign) != REFUSED:
                found.append(f"{table}: added")
            if table in grants.APPEND_ONLY:
                continue
            moved = _state(
                f"UPDATE {table} SET municipality_id = %s WHERE municipality_id = %s", THERE, HERE
            )
            if not isinstance(moved, str):
                found.append(f"{table}: moved {moved}")
    assert found == []


@pytest.mark.parametrize("settings", WRONG)
def test_listed_functions_answer_nothing_out_of_scope(life: Life, settings: str) -> None:
    """Whoever is linked and known here is not found by another municipality, another kind or another citizen."""
    with use(SYSTEM):
        linked = [row[0] for row in ask("SELECT staff FROM linked_staff()")]
        persons = [ask("SELECT staff_person(%s)", staff)[0][0] for staff in linked]
    citizen = next(actor for name, actor in life.actors.items() if name == "datter")
    own = Scope(kind="citizen", actor=str(citizen.id))
    with use(own):
        assert len(ask("SELECT * FROM identity_places(%s)", citizen.id)) == len(PLACES)
    with use(WRONG[settings]):
        assert ask("SELECT * FROM identity_places(%s)", citizen.id) == []
        assert ask("SELECT count_wrong_codes(%s, now())", citizen.id) == [(0,)]
        assert not {row[0] for row in ask("SELECT staff FROM linked_staff()")} & set(linked)
        for staff, person in zip(linked, persons, strict=True):
            assert person is None or ask("SELECT staff_person(%s)", staff) == [(None,)]


def _state(statement: str, *parameters: Any) -> str | int:
    """How many rows it changed; or the code with which the database refused. Nothing of it stays."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            count = cursor.rowcount
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(getattr(error.__cause__, "sqlstate", "")) or "unknown"
    return count


def _adding(table: str) -> str:
    """An INSERT of one row given as JSON, save what the database makes itself."""
    names = [
        row[0]
        for row in ask(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
            table,
        )
    ]
    columns = ", ".join(f'"{name}"' for name in names)
    return (
        f"INSERT INTO {table} ({columns})"  # names from the catalogue
        f" SELECT {columns} FROM jsonb_populate_record(NULL::{table}, %s::jsonb)"
    )
