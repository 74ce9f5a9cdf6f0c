"""The database agrees: forced locks on every tenant table, a role that owns nothing, a log that only grows.

Runs against the migrated test database, so what is checked is what migrations really make.
"""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connections, transaction

from lagspill.audit.models import Entry, StoredFact
from lagspill.kernel.actor import system_actor
from lagspill.tenancy import grants
from lagspill.tenancy.data import Lock
from lagspill.tenancy.models import Municipality
from lagspill.tenancy.scope import use_actor

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

CLASSED = {
    model._meta.db_table: model.lock
    for model in apps.get_models()
    if model.__module__.startswith("lagspill.") and hasattr(model, "lock")
}


def ask(sql: str, *parameters: Any, using: str = "default") -> list[tuple[Any, ...]]:
    with connections[using].cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def tables() -> dict[str, tuple[Any, ...]]:
    """Every table in the schema: its owner, and whether its row-level security is on and forced."""
    rows = ask(
        "SELECT relname, relowner::regrole::text, relrowsecurity, relforcerowsecurity FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    return {row[0]: row[1:] for row in rows}


def tenant_tables() -> list[str]:
    return sorted(set(tables()) - set(grants.TENANT_FREE))


def test_every_tenant_free_table_exists_and_has_a_reason():
    assert sorted(set(grants.TENANT_FREE) - set(tables())) == []
    assert all(len(reason) > 5 for reason in grants.TENANT_FREE.values())


def test_every_other_table_carries_its_municipality():
    with_municipality = {
        row[0]
        for row in ask(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'municipality_id'"
        )
    }
    assert [table for table in tenant_tables() if table not in with_municipality] == []


def test_every_tenant_table_has_a_classed_model():
    assert sorted(set(tenant_tables()) ^ set(CLASSED)) == []


def test_every_tenant_table_forces_row_level_security():
    found = tables()
    assert [table for table in tenant_tables() if found[table][1:] != (True, True)] == []


def test_every_tenant_table_has_a_policy_for_each_command_inside_the_municipality():
    policies: dict[str, dict[str, str]] = {}
    for table, command, using, check, permissive, roles in ask(
        "SELECT tablename, cmd, coalesce(qual, ''), coalesce(with_check, ''), permissive, roles::text"
        " FROM pg_policies WHERE schemaname = 'public'"
    ):
        assert command not in policies.setdefault(table, {}), (
            f"{table}: two policies widen {command}"
        )
        assert (permissive, roles) == ("PERMISSIVE", "{public}"), table
        policies[table][command] = using + check
    assert set(policies) == set(tenant_tables())
    for table, commands in policies.items():
        assert set(commands) == {"SELECT", "INSERT", "UPDATE", "DELETE"}, table
        for command, expression in commands.items():
            assert "app.municipality" in expression, (table, command)


def test_what_a_citizen_reaches_fits_the_class_of_the_table():
    """FILE: through the party table or as oneself. PERSON: as oneself. STAFF: not at all."""
    reads = dict(ask("SELECT tablename, qual FROM pg_policies WHERE cmd = 'SELECT'"))
    for table, lock in CLASSED.items():
        condition = reads.get(table, "")
        assert "app.kind" in condition, table
        assert ("'citizen'" in condition) == (lock is not Lock.STAFF), table
        if lock is Lock.FILE:
            assert "people_file_party" in condition, table
        if lock is Lock.PERSON:
            assert "app.person" in condition or "app.actor" in condition, table


def test_views_ask_with_the_rights_of_who_asks():
    """A view would read as its owner; materialised views cannot do otherwise and are not used."""
    views = ask(
        "SELECT relname, relkind::text, coalesce(reloptions::text, '') FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')"
    )
    assert [
        name for name, kind, options in views if kind == "m" or "invoker=true" not in options
    ] == []


def test_the_application_signs_in_as_a_role_without_powers():
    role, can_bypass, is_super, can_create_role, can_create_db = ask(
        "SELECT rolname, rolbypassrls, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles"
        " WHERE rolname = current_user"
    )[0]
    assert role == settings.DATABASE_APP_ROLE
    assert not any((can_bypass, is_super, can_create_role, can_create_db))
    groups = ask("SELECT 1 FROM pg_auth_members WHERE member = current_user::regrole")
    assert groups == []


def test_the_application_owns_nothing_and_can_make_nothing():
    owned = ask(
        "SELECT relname FROM pg_class WHERE relowner = current_user::regrole"
        " AND relpersistence <> 't'"
        " UNION ALL SELECT proname FROM pg_proc WHERE proowner = current_user::regrole"
        " UNION ALL SELECT nspname FROM pg_namespace WHERE nspowner = current_user::regrole"
        " UNION ALL SELECT datname FROM pg_database WHERE datdba = current_user::regrole"
    )
    assert owned == []
    assert ask("SELECT has_schema_privilege('public', 'CREATE')") == [(False,)]


def test_the_application_cannot_truncate_or_hang_triggers():
    able = ask(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p')"
        " AND (has_table_privilege(oid, 'TRUNCATE') OR has_table_privilege(oid, 'TRIGGER'))"
    )
    assert able == []


@pytest.mark.parametrize("table", grants.UNREACHABLE)
def test_the_application_cannot_touch_what_is_unreachable(table):
    held = ask("SELECT has_table_privilege(%s, 'SELECT, INSERT, UPDATE, DELETE')", table)
    assert held == [(False,)]
    assert ask("SELECT has_any_column_privilege(%s, 'SELECT, INSERT, UPDATE')", table) == [(False,)]


@pytest.mark.parametrize("table", grants.READ_ONLY)
def test_the_application_only_reads_what_stands_still(table):
    assert ask("SELECT has_table_privilege(%s, 'INSERT, UPDATE, DELETE')", table) == [(False,)]


@pytest.mark.parametrize("table", grants.APPEND_ONLY)
def test_the_application_only_adds_to_the_log(table):
    assert ask("SELECT has_table_privilege(%s, 'INSERT')", table) == [(True,)]
    assert ask("SELECT has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE')", table) == [(False,)]
    assert ask("SELECT has_any_column_privilege(%s, 'UPDATE')", table) == [(False,)]


def test_every_table_of_the_log_is_append_only():
    of_audit = {model._meta.db_table for model in apps.get_app_config("audit").get_models()}
    assert set(grants.APPEND_ONLY) >= {Entry._meta.db_table, StoredFact._meta.db_table}
    assert of_audit >= {table for table in grants.APPEND_ONLY if table.startswith("audit_")}


@pytest.fixture
def logged(now):
    """One row in each table of the log, written by the owner, in the scope that sees them."""
    system = system_actor("test.guard", "1824")
    Municipality.objects.using("owner").get_or_create(
        number="1824",
        defaults={"name": "Vefsn", "slug": "vefsn", "county_number": "18", "county": "Nordland"},
    )
    with transaction.atomic(using="owner"), use_actor(system):
        entry = Entry(
            municipality_id="1824", at=now, act="read", verb="v", noun="n", actor_kind="system"
        )
        entry.object_id = uuid.uuid4()
        entry.save(using="owner", force_insert=True)
        fact = StoredFact(municipality_id="1824", at=now, type="Happened", payload={})
        fact.save(using="owner", force_insert=True)
        assert Entry.objects.using("owner").filter(id=entry.id).exists()
        assert StoredFact.objects.using("owner").filter(id=fact.id).exists()
        yield


@pytest.mark.parametrize("table", grants.APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET at = now()", "DELETE FROM {}"])
def test_the_log_refuses_changes_even_from_the_owner(logged, table, change):
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic(using="owner"):
        ask(change.format(table), using="owner")


@pytest.mark.parametrize("table", grants.APPEND_ONLY)
def test_the_log_cannot_be_emptied_even_by_the_owner(table):
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic(using="owner"):
        ask(f"TRUNCATE {table} CASCADE", using="owner")


def definers() -> dict[str, tuple[str, str]]:
    """Functions that run with their owner's rights, in every schema of ours: owner and settings."""
    rows = ask(
        "SELECT proname, proowner::regrole::text, coalesce(proconfig::text, '') FROM pg_proc"
        " WHERE prosecdef AND pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema')"
    )
    return {row[0]: row[1:] for row in rows}


def test_functions_that_read_past_the_locks_are_exactly_those_listed():
    assert set(definers()) == set(grants.FUNCTIONS)
    assert all(len(reason) > 10 for reason in grants.FUNCTIONS.values())


def test_each_of_them_has_its_own_search_path_and_the_definer_as_owner():
    for name, (owner, config) in definers().items():
        assert owner == settings.DATABASE_DEFINER_ROLE, name
        assert "search_path=" in config, name
        assert config.rstrip('"}').endswith("pg_temp"), f"{name}: pg_temp must come last"


def test_nobody_but_the_application_may_call_them():
    open_to_all = ask(
        "SELECT proname FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner)))"
        " WHERE prosecdef AND grantee = 0 AND pronamespace = 'public'::regnamespace"
    )
    assert open_to_all == []


def test_the_definer_cannot_sign_in_and_reaches_no_more_than_it_needs():
    definer = settings.DATABASE_DEFINER_ROLE
    assert ask("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = %s", definer) == [
        (False, False)
    ]
    changeable = ask(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') AND has_table_privilege(%s, oid, 'DELETE, TRUNCATE')",
        definer,
    )
    assert changeable == []
