"""Reads about municipalities and units. Public facts: no policy beyond the scope."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import lru_cache

from django.db import connection

from lagspill.kernel.errors import NotFound
from lagspill.tenancy.models import Municipality, Unit


def database_answers() -> bool:
    """Ask the database the smallest question there is; raises when it does not answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


def get_municipality(number: str) -> Municipality:
    """The municipality by number. Raises NotFound."""
    municipality = Municipality.objects.filter(number=number).first()
    if municipality is None:
        raise NotFound("municipality")
    return municipality


@lru_cache(maxsize=400)
def municipality_name(number: str) -> str:
    """The name of a municipality; kept for the life of the process, as names change once in years. Raises NotFound."""
    return get_municipality(number).name


def root_phone() -> str:
    """The telephone number of the municipality in scope: that of its topmost unit, or nothing."""
    root = _root()
    return root.phone if root else ""


def root_unit() -> Unit:
    """The topmost unit of the municipality in scope. Raises NotFound when it has no units yet."""
    root = _root()
    if root is None:
        raise NotFound("unit")
    return root


def _root() -> Unit | None:
    return Unit.objects.filter(parent=None, is_active=True).order_by("id").first()


def list_municipalities() -> list[Municipality]:
    """All active municipalities, by name."""
    return list(Municipality.objects.filter(is_active=True).order_by("name", "number"))


def list_units() -> list[Unit]:
    """All active units of the municipality in scope, parents before children."""
    return sorted(
        Unit.objects.filter(is_active=True).order_by("name", "id"), key=lambda unit: len(unit.path)
    )


def names_of_units(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of units in scope by id, in one query."""
    return dict(Unit.objects.filter(id__in=list(ids)).values_list("id", "name"))


def get_unit(unit_id: uuid.UUID) -> Unit:
    """One unit in scope. Raises NotFound."""
    unit = Unit.objects.filter(id=unit_id).first()
    if unit is None:
        raise NotFound("unit", unit_id)
    return unit


def find_unit_by_code(code: str) -> Unit | None:
    """One unit in scope by its code, or none."""
    return Unit.objects.filter(code=code).first()
