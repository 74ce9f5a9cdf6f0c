"""Fixtures of all tests: the clock they share and the small world most of them begin with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from pytest_django import DjangoDbBlocker

from lagspill.tenancy.scope import NOBODY, use
from tests.world import World, build_world

#: What the name of the database that journeys copy ends with: made before any test, so that nobody is connected to it.
PRISTINE = "_pristine"


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Make the test database as the owner; tests then work in it as the application's role.

    In place of pytest-django's own, which makes only the aliases that tests name, and no mirror of another.
    """
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0, interactive=False, aliases={"default", "owner"}, serialized_aliases=()
        )
        pristine = f"{connections['owner'].settings_dict['NAME']}{PRISTINE}"
        connections.close_all()  # nobody may be connected to what is copied
        with connections["owner"]._nodb_cursor() as cursor:
            name = connections["owner"].settings_dict["NAME"]
            cursor.execute(f'DROP DATABASE IF EXISTS "{pristine}"')
            cursor.execute(f'CREATE DATABASE "{pristine}" TEMPLATE "{name}"')
    yield
    with django_db_blocker.unblock():
        _end_other_sessions()
        connections.close_all()  # the mirror's too, or the database is still in use
        with connections["owner"]._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{pristine}"')
        teardown_databases(made, verbosity=0)


def _end_other_sessions() -> None:
    """End what threads of earlier tests have left connected; each role may end its own."""
    for alias in ("default", "owner"):
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = current_user"
                " AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def now() -> datetime:
    """A Wednesday morning in Oslo."""
    return datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(db: None, now: datetime) -> Iterator[World]:
    """The small world, in no scope: a test puts its actor's scope in force with `use_actor`."""
    with use(NOBODY):
        yield build_world(now)
