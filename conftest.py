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
    yield
    with django_db_blocker.unblock():
        connections.close_all()  # the mirror's too, or the database is still in use
        teardown_databases(made, verbosity=0)


@pytest.fixture
def now() -> datetime:
    """A Wednesday morning in Oslo."""
    return datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def world(db: None, now: datetime) -> Iterator[World]:
    """The small world, in no scope: a test puts its actor's scope in force with `use_actor`."""
    with use(NOBODY):
        yield build_world(now)
