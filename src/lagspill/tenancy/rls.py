"""Row-level security as migration operations: forced, by municipality for everyone, by person for citizens.

`(SELECT …)` around each setting makes PostgreSQL evaluate it once per statement; NULLIF because a transaction-local
setting is '' and not NULL on a used connection.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations import RunSQL

from lagspill.tenancy.data import Lock

#: What RunSQL takes; a list of plain strings is one of its forms.
Statements = list[Any]

MUNICIPALITY = "(SELECT NULLIF(current_setting('app.municipality', true), ''))"
KIND = "(SELECT current_setting('app.kind', true))"
PERSON = "(SELECT NULLIF(current_setting('app.person', true), '')::uuid)"
ACTOR = "(SELECT NULLIF(current_setting('app.actor', true), '')::uuid)"

#: Files the citizen in scope is party to now.
OWN_FILES = (
    f"SELECT party.file_id FROM people_file_party party WHERE party.person_id = {PERSON}"  # noqa: S608 -- constants only
    " AND party.starts_at <= now() AND (party.ends_at IS NULL OR party.ends_at > now())"
)


def expression(lock: Lock, citizen: str | None = None) -> str:
    """The USING expression of a table of class `lock`; `citizen` replaces the default condition for citizens."""
    same = f"municipality_id = {MUNICIPALITY}"
    if lock is Lock.OPEN:
        return f"{same} AND {KIND} IN ('staff', 'system', 'citizen', 'visitor')"
    staff = f"{KIND} IN ('staff', 'system')"
    if lock is Lock.STAFF:
        return f"{same} AND {staff}"
    defaults = {Lock.FILE: f"file_id IN ({OWN_FILES})", Lock.PERSON: f"person_id = {PERSON}"}
    return f"{same} AND ({staff} OR ({KIND} = 'citizen' AND {citizen or defaults[lock]}))"


def secure(table: str, lock: Lock, *, citizen: str | None = None, write: str = "readers") -> RunSQL:
    """Force row-level security on `table`.

    `write` says who may add and change: "readers" (whoever may read the row), "staff" (no citizen, though one may
    read), or "anyone" (whoever is in the municipality's scope may add; only readers may change).
    """
    using = expression(lock, citizen)
    change = expression(Lock.STAFF) if write == "staff" else using
    add = (
        f"municipality_id IS NULL OR municipality_id = {MUNICIPALITY}"
        if write == "anyone"
        else change
    )
    forward: Statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY scope_read ON {table} FOR SELECT USING ({using})",
        f"CREATE POLICY scope_add ON {table} FOR INSERT WITH CHECK ({add})",
        f"CREATE POLICY scope_change ON {table} FOR UPDATE USING ({change}) WITH CHECK ({change})",
        f"CREATE POLICY scope_remove ON {table} FOR DELETE USING ({change})",
    ]
    backward: Statements = [
        f"DROP POLICY scope_{act} ON {table}" for act in ("read", "add", "change", "remove")
    ]
    backward += [
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    ]
    return RunSQL(forward, backward)


def append_only(table: str) -> RunSQL:
    """Refuse UPDATE, DELETE and TRUNCATE on `table` in the database itself, for the owner too."""
    return RunSQL(
        [
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION tenancy_refuse_change()",
            f"CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION tenancy_refuse_change()",
        ],
        [f"DROP TRIGGER append_only ON {table}", f"DROP TRIGGER append_only_truncate ON {table}"],
    )
