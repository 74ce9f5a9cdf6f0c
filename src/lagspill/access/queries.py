"""Builds actors and answers who works where."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from lagspill.access.models import Membership, StaffMember
from lagspill.kernel.actor import Actor, Grant, Kind
from lagspill.kernel.errors import NotFound


@dataclass(frozen=True)
class StaffCard:
    """What anybody in the municipality may know of an employee."""

    id: uuid.UUID
    name: str
    title: str
    phone: str


def get_staff_actor(staff_id: uuid.UUID, municipality: str) -> Actor:
    """The actor of a staff member with all memberships, ended ones included. Scope must be the municipality's.

    Raises NotFound when there is no such staff member.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.role, m.unit_id, m.starts_at, m.ends_at, array_agg(u.id)"
            " FROM access_membership m JOIN tenancy_unit u"
            " ON u.municipality_id = m.municipality_id AND m.unit_id = ANY(u.path)"
            " WHERE m.municipality_id = %s AND m.staff_id = %s"
            " GROUP BY m.id, m.role, m.unit_id, m.starts_at, m.ends_at ORDER BY m.starts_at, m.id",
            (municipality, staff_id),
        )
        grants = tuple(
            Grant(row[0], row[1], frozenset(row[4]), row[2], row[3]) for row in cursor.fetchall()
        )
    if not grants:
        raise NotFound("staff", staff_id)
    return Actor(Kind.STAFF, staff_id, municipality, grants=grants)


def get_staff(staff_id: uuid.UUID) -> StaffCard:
    """Name and phone of an employee. Raises NotFound."""
    found = list_staff([staff_id])
    if not found:
        raise NotFound("staff", staff_id)
    return found[staff_id]


def list_staff(ids: list[uuid.UUID]) -> dict[uuid.UUID, StaffCard]:
    """Names and phones of employees, by id, in one query."""
    rows = StaffMember.objects.filter(id__in=ids).order_by("id")
    return {row.id: StaffCard(row.id, row.name, row.title, row.phone) for row in rows}


def list_members(
    *, roles: list[str], unit_ids: list[uuid.UUID] | None, now: datetime
) -> list[StaffCard]:
    """Employees with one of `roles` now, in exactly one of the units (any unit when None), by name."""
    held = Membership.objects.filter(role__in=roles, starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    if unit_ids is not None:
        held = held.filter(unit_id__in=unit_ids)
    rows = StaffMember.objects.filter(id__in=held.values("staff_id")).order_by("name", "id")
    return [StaffCard(row.id, row.name, row.title, row.phone) for row in rows]


def find_leader(
    unit_path: list[uuid.UUID], now: datetime, *, not_staff: uuid.UUID | None = None
) -> StaffCard | None:
    """The nearest unit leader (then director) on the way up from the unit whose `path` is given."""
    for unit_id in reversed(unit_path):
        for role in ("unit_leader", "director"):
            for leader in list_members(roles=[role], unit_ids=[unit_id], now=now):
                if leader.id != not_staff:
                    return leader
    return None


def find_staff_by_persona(persona: str) -> StaffMember | None:
    """The cast member of the demo world, in the municipality in scope."""
    return StaffMember.objects.filter(persona=persona).first()
