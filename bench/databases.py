"""A database for each world: a copy of the migrated, empty one, dropped when it has been measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connections
from psycopg import sql


def _connect() -> psycopg.Connection[tuple[object, ...]]:
    """As the owner, outside the databases that are copied and dropped."""
    held = connections["owner"].settings_dict
    return psycopg.connect(
        dbname="postgres",
        user=held["USER"],
        password=held["PASSWORD"] or None,
        host=held["HOST"] or None,
        port=held["PORT"] or None,
        autocommit=True,
    )


@contextmanager
def copy_of_empty(name: str) -> Iterator[None]:
    """Make the database `name`, let both connections use it, and drop it in the end."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    connections.close_all()
    made = sql.Identifier(name)
    with _connect() as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(made))
        template = sql.Identifier(str(before["owner"]))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(made, template))
    try:
        for alias in before:
            connections[alias].settings_dict["NAME"] = name
        yield
    finally:
        connections.close_all()
        for alias, earlier in before.items():
            connections[alias].settings_dict["NAME"] = earlier
        with _connect() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(made))


def megabytes() -> float:
    """The size of the database in use."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return float(cursor.fetchone()[0]) / 1e6
