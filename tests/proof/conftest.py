"""A municipality with life in it, committed once for each worker to a database of its own; each test takes back what it did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connections, transaction
from pytest_django import DjangoDbBlocker

from conftest import PRISTINE
from lagspill.kernel import clock
from lagspill.shell.cast import VEFSN
from lagspill.tenancy.scope import NOBODY, use
from tests.journeys.life import Life, build_life
from tests.proof import more_life


@dataclass(frozen=True)
class Lived:
    """The database and the life in it."""

    name: str
    life: Life


@pytest.fixture(scope="session")
def lived(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Lived]:
    """Build it; nobody is connected to the empty database meanwhile."""
    empty = connections["owner"].settings_dict["NAME"]
    name = f"{empty}_proof"
    with django_db_blocker.unblock():
        connections.close_all()  # nobody may be connected to what is copied
        _as_owner(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _as_owner(f'CREATE DATABASE "{name}" TEMPLATE "{empty}{PRISTINE}"')
        _point_at(name)
        try:
            with use(NOBODY), transaction.atomic():
                life = build_life(clock.now())
                more_life.add(life, VEFSN)
        finally:
            connections.close_all()
            _point_at(empty)
    yield Lived(name, life)
    with django_db_blocker.unblock():
        connections.close_all()
        _as_owner(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def life(
    lived: Lived, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Life]:
    """The life at its own moment, in no scope, inside a transaction that is taken back."""
    before = connections["owner"].settings_dict["NAME"]
    monkeypatch.setattr(clock, "now", lambda: lived.life.now)
    with django_db_blocker.unblock():
        connections.close_all()
        _point_at(lived.name)
        try:
            with use(NOBODY), transaction.atomic():
                yield lived.life
                transaction.set_rollback(True)
        finally:
            connections.close_all()
            _point_at(before)


def _as_owner(statement: str) -> None:
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute(statement)


def _point_at(database: str) -> None:
    for alias in ("default", "owner"):
        connections.settings[alias]["NAME"] = database
        connections[alias].settings_dict["NAME"] = database
