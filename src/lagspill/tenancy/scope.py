"""The scope of a transaction: which municipality, what kind of actor, which person. Feeds both locks.

A ContextVar holds the scope; our database backend writes it into the transaction's settings (`app.municipality`,
`app.kind`, `app.actor`, `app.person`) when a transaction opens. Without a scope the database shows no tenant row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from lagspill.kernel.actor import Actor


class NoTenant(RuntimeError):
    """A tenant table was asked without a municipality in scope. A bug, never an answer to a user."""


@dataclass(frozen=True)
class Scope:
    """What one transaction may see: one municipality (kommunenummer), one kind of actor, for a citizen one person."""

    municipality: str = ""
    kind: str = ""
    actor: str = ""
    person: str = ""


NOBODY = Scope()
_current: ContextVar[Scope] = ContextVar("lagspill_scope", default=NOBODY)


def current() -> Scope:
    """The scope in force; `NOBODY` when none was set."""
    return _current.get()


def current_municipality() -> str:
    """The municipality in scope. Raises NoTenant without one; the default of every tenant row's `municipality`."""
    municipality = _current.get().municipality
    if not municipality:
        raise NoTenant("no municipality in scope")
    return municipality


def scope_of(actor: Actor) -> Scope:
    """The scope that belongs to `actor`."""
    return Scope(
        municipality=actor.municipality or "",
        kind=actor.kind.value,
        actor=str(actor.id or ""),
        person=str(actor.person_id or ""),
    )


def apply(connection: BaseDatabaseWrapper) -> None:
    """Write the scope in force into the open transaction of `connection`."""
    scope = _current.get()
    with connection.wrap_database_errors, connection.connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.municipality', %s, true), set_config('app.kind', %s, true),"
            " set_config('app.actor', %s, true), set_config('app.person', %s, true)",
            (scope.municipality, scope.kind, scope.actor, scope.person),
        )


def _apply_if_open() -> None:
    for connection in connections.all(initialized_only=True):
        if (
            connection.vendor != "postgresql"
            or connection.connection is None
            or connection.needs_rollback
        ):
            continue
        # 2 is INTRANS: a transaction is open and has not failed.
        if connection.connection.info.transaction_status == 2:
            apply(connection)


@contextmanager
def use(scope: Scope) -> Iterator[Scope]:
    """Put `scope` in force, also inside a transaction that is already open; restores the earlier one at the end."""
    token = _current.set(scope)
    _apply_if_open()
    try:
        yield scope
    finally:
        _current.reset(token)
        _apply_if_open()


@contextmanager
def use_actor(actor: Actor) -> Iterator[Actor]:
    """Put the scope of `actor` in force."""
    with use(scope_of(actor)):
        yield actor
