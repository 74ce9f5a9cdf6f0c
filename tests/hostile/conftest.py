"""The small world with a life in it, at the world's own moment, with e-mail going into a maildir."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections, transaction
from pytest_django import DjangoDbBlocker

from conftest import PRISTINE
from lagspill.kernel import clock
from lagspill.tenancy.scope import NOBODY, use
from tests.hostile.life import Life, build_life, now_of
from tests.world import World, build_world


@pytest.fixture
def life(world: World, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Life:
    """Everything the hostile requests may ask for."""
    settings.MAIL_URL = f"maildir://{tmp_path}/mail"
    monkeypatch.setattr(clock, "now", lambda: now_of(world))
    return build_life(world)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A copy of the empty test database to commit in: a worker has connections of its own."""
    empty = connections["owner"].settings_dict["NAME"]
    copy = f"{empty}_canaries"
    with django_db_blocker.unblock():
        connections.close_all()  # nobody may be connected to what is copied
        _as_owner(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
        _as_owner(f'CREATE DATABASE "{copy}" TEMPLATE "{empty}{PRISTINE}"')
        _point_at(copy)
        try:
            yield
        finally:
            connections.close_all()
            _point_at(empty)
            _as_owner(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


def _as_owner(statement: str) -> None:
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute(statement)


def _point_at(database: str) -> None:
    for alias in ("default", "owner"):
        connections.settings[alias]["NAME"] = database
        connections[alias].settings_dict["NAME"] = database


@pytest.fixture
def committed_world(own_database: None) -> World:
    """The small world, committed; pages look at the clock themselves."""
    with use(NOBODY), transaction.atomic():
        return build_world(clock.now() - timedelta(minutes=1))
