"""What the application's role may do with each table: everything ordinary, save the exceptions listed here.

Runs at the end of every `migrate`, as the owner. The role owns nothing; the guard test compares the database with this.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connections

#: Tables the application may only add to. The trigger of `rls.append_only` stands under this.
APPEND_ONLY = ("audit_entry", "audit_fact")
#: Tables the application may not touch at all: reached through the functions of `FUNCTIONS` alone.
UNREACHABLE = (
    "access_identity",
    "access_identity_place",
    "access_staff_identity",
    "access_wrong_code",
)
#: Tables that stand still for the application.
READ_ONLY = ("django_migrations",)
#: Tables without a municipality, each with the reason why.
TENANT_FREE = {
    "tenancy_municipality": "public facts about the 357 municipalities",
    "tenancy_network": "networks of municipalities, no persons",
    "tenancy_network_member": "which municipality is in which network, no persons",
    "access_identity": "keyed hash of a national id; reached only through listed functions",
    "access_identity_place": "where an identity is known; reached only through listed functions",
    "access_staff_identity": "which citizen an employee is; reached only through listed functions",
    "access_wrong_code": "when a citizen typed a wrong code; reached only through listed functions",
    "django_session": "server-side sessions, signed in by opaque key",
    "django_migrations": "schema history",
    "django_content_type": "Django's own",
    "procrastinate_jobs": "queue of jobs; arguments are ids and codes, and each job opens its own scope",
    "procrastinate_events": "when a job was queued, started and ended",
    "procrastinate_periodic_defers": "when each recurring job was last queued",
    "procrastinate_workers": "which workers live",
}
#: Functions that read past row-level security. Each returns ids only and checks inside; a guard test knows each.
FUNCTIONS: dict[str, str] = {
    "ensure_identity": "keyed hash -> identity, made when new (sign-in)",
    "identity_places": "the signed-in identity -> municipalities and persons",
    "find_identity": "keyed hash -> the person in the municipality in scope; staff and system only",
    "bind_identity": "binds a person of the municipality in scope to an identity; staff and system only",
    "link_staff_identity": "links an employee of the municipality in scope to an identity, once; staff and system only",
    "staff_person": "employee -> the person they are in the municipality in scope; staff and system only",
    "note_wrong_code": "keeps when the signed-in citizen typed a wrong code",
    "count_wrong_codes": "how many wrong codes the signed-in citizen has typed since a moment",
    "linked_staff": "employees of the municipality in scope who are linked; staff and system only",
}


def statements() -> list[str]:
    """The grants, in order."""
    app, definer = settings.DATABASE_APP_ROLE, settings.DATABASE_DEFINER_ROLE
    return [
        f'GRANT USAGE ON SCHEMA public TO "{app}"',
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{app}"',
        f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{app}"',
        "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC",
        f'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO "{app}"',
        *[f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{app}"' for table in APPEND_ONLY],
        *[f'REVOKE ALL ON {table} FROM "{app}"' for table in UNREACHABLE],
        *[f'REVOKE INSERT, UPDATE, DELETE ON {table} FROM "{app}"' for table in READ_ONLY],
        *[f'GRANT SELECT, INSERT ON {table} TO "{definer}"' for table in UNREACHABLE],
    ]


def after_migrate(using: str = "owner", **_: Any) -> None:
    """Give the grants; skips tables that do not exist in a partly migrated database."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        present = {row[0] for row in cursor.fetchall()}
        named = set(APPEND_ONLY) | set(UNREACHABLE) | set(READ_ONLY)
        for statement in statements():
            table = next((t for t in named if f" ON {t} " in statement), None)
            if table is None or table in present:
                cursor.execute(statement)
