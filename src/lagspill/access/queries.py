"""Builds actors and answers who works where."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, DateField, F, Func, Q, QuerySet
from django.db.models.functions import TruncMonth

from lagspill.access import identity, policy
from lagspill.access.models import BreakGlass, Membership, StaffMember
from lagspill.access.rules import Role
from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor, Grant, Kind, Opening
from lagspill.kernel.calendar import oslo_today, start_of_oslo_day
from lagspill.kernel.errors import NotFound
from lagspill.tenancy.models import Unit


@dataclass(frozen=True)
class StaffCard:
    """What anybody in the municipality may know of an employee."""

    id: uuid.UUID
    name: str
    title: str
    phone: str


def card_of(row: StaffMember) -> StaffCard:
    """An employee as a read model."""
    return StaffCard(row.id, row.name, row.title, row.phone)


KinResolver = Callable[[uuid.UUID], frozenset[uuid.UUID]]
_kin_resolver: list[KinResolver] = []


def set_kin_resolver(resolver: KinResolver) -> None:
    """Say who answers "whom does this person care for?"; `people` does, once, when the program starts."""
    _kin_resolver[:] = [resolver]


def _find_kin(person_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The employee as a private person, and those they care for."""
    return frozenset({person_id}).union(*(resolver(person_id) for resolver in _kin_resolver))


def get_staff_actor(staff_id: uuid.UUID, municipality: str) -> Actor:
    """The actor of a staff member with all memberships, ended ones included. Scope must be the municipality's.

    Raises NotFound when there is no such staff member.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.role, m.unit_id, m.starts_at, m.ends_at, array_agg(u.id), (SELECT staff_person(m.staff_id)),"
            " (SELECT array_agg(ARRAY[b.person_id::text, b.starts_at::text, b.ends_at::text]) FROM access_break_glass b"
            "  WHERE b.municipality_id = m.municipality_id AND b.staff_id = m.staff_id AND b.ends_at > now())"
            " FROM access_membership m JOIN tenancy_unit u"
            " ON u.municipality_id = m.municipality_id AND m.unit_id = ANY(u.path)"
            " WHERE m.municipality_id = %s AND m.staff_id = %s"
            " GROUP BY m.id ORDER BY m.starts_at, m.id",
            (municipality, staff_id),
        )
        rows = cursor.fetchall()
    if not rows:
        raise NotFound("staff", staff_id)
    own_person, openings = rows[0][5], rows[0][6] or ()
    return Actor(
        Kind.STAFF,
        staff_id,
        municipality,
        grants=tuple(Grant(row[0], row[1], frozenset(row[4]), row[2], row[3]) for row in rows),
        kin_ids=_find_kin(own_person) if own_person else frozenset(),
        openings=tuple(
            Opening(uuid.UUID(who), datetime.fromisoformat(start), datetime.fromisoformat(end))
            for who, start, end in openings
        ),
    )


def get_staff(staff_id: uuid.UUID) -> StaffCard:
    """Name and phone of an employee. Raises NotFound."""
    found = list_staff([staff_id])
    if not found:
        raise NotFound("staff", staff_id)
    return found[staff_id]


def list_staff(ids: list[uuid.UUID]) -> dict[uuid.UUID, StaffCard]:
    """Names and phones of employees, by id, in one query."""
    rows = StaffMember.objects.filter(id__in=ids).order_by("id")
    return {row.id: card_of(row) for row in rows}


def list_members(
    *, roles: list[str], unit_ids: list[uuid.UUID] | None, now: datetime
) -> list[StaffCard]:
    """Employees with one of `roles` now, in exactly one of the units (any unit when None), by name."""
    held = _holding(roles, now)
    if unit_ids is not None:
        held = held.filter(unit_id__in=unit_ids)
    return _cards_of(held)


def list_members_above(*, roles: list[str], unit_id: uuid.UUID, now: datetime) -> list[StaffCard]:
    """Employees with one of `roles` now in the unit or in one above it, by name."""
    path = Unit.objects.filter(id=unit_id).values_list(Func("path", function="unnest"))
    return _cards_of(_holding(roles, now).filter(unit_id__in=path))


def _holding(roles: list[str], now: datetime) -> QuerySet[Membership]:
    held = Membership.objects.filter(role__in=roles, starts_at__lte=now)
    return held.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def _cards_of(held: QuerySet[Membership]) -> list[StaffCard]:
    rows = StaffMember.objects.filter(id__in=held.values("staff_id")).order_by("name", "id")
    return [card_of(row) for row in rows]


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


def find_nearest(*, role: str, unit_path: list[uuid.UUID], now: datetime) -> StaffCard | None:
    """Whoever holds the role nearest to a unit, on the way up its `path`; the first by name where several do."""
    for unit_id in reversed(unit_path):
        for card in list_members(roles=[role], unit_ids=[unit_id], now=now):
            return card
    return None


def find_staff_by_persona(persona: str) -> StaffMember | None:
    """The cast member of the demo world, in the municipality in scope."""
    return StaffMember.objects.filter(persona=persona).first()


def list_current_roles(
    staff_ids: Sequence[uuid.UUID], now: datetime
) -> dict[uuid.UUID, frozenset[str]]:
    """Roles that employees hold now, in whatever unit, by employee; those without one are left out."""
    held: dict[uuid.UUID, set[str]] = {}
    rows = Membership.objects.filter(staff_id__in=list(staff_ids), starts_at__lte=now).filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    )
    for staff_id, role in rows.order_by("id").values_list("staff_id", "role"):
        held.setdefault(staff_id, set()).add(role)
    return {staff_id: frozenset(roles) for staff_id, roles in held.items()}


def list_private_persons(staff_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Who employees are as private persons in the municipality in scope, by employee; most are linked to none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT staff.id, staff_person(staff.id) FROM unnest(%s::uuid[]) AS staff(id)",
            (list(dict.fromkeys(staff_ids)),),
        )
        return {staff_id: person_id for staff_id, person_id in cursor.fetchall() if person_id}


# --- cards opened in an emergency --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpeningView:
    """One opening, for whoever reviews it: who, why, how long, and what was thought of it. Never whose card."""

    id: uuid.UUID
    who: StaffCard
    unit: str
    unit_id: uuid.UUID | None
    person_id: uuid.UUID
    why: str
    reason: str
    starts_at: datetime
    ends_at: datetime
    reviewed_at: datetime | None
    outcome: str
    note: str


def _opening(row: BreakGlass) -> OpeningView:
    return OpeningView(
        row.id,
        card_of(row.staff),
        row.unit.name if row.unit else "",
        row.unit_id,
        row.person_id,
        row.why,
        row.reason,
        row.starts_at,
        row.ends_at,
        row.reviewed_at,
        row.outcome,
        row.review_note,
    )


def list_openings(actor: Actor, now: datetime, *, limit: int = 50) -> tuple[OpeningView, ...]:
    """Openings that the actor may review: those that wait first, then the latest; audited."""
    rows = policy.visible_openings(actor, now).select_related("staff", "unit")
    found = list(rows.order_by(F("reviewed_at").desc(nulls_first=True), "-starts_at", "id")[:limit])
    audit.record_read(
        actor, "list_openings", "break_glass", now=now, object_ids=[row.id for row in found]
    )
    return tuple(_opening(row) for row in found)


def get_opening(actor: Actor, opening_id: uuid.UUID, now: datetime) -> OpeningView:
    """One opening that the actor may review; audited. Raises NotFound."""
    row = (
        policy.visible_openings(actor, now)
        .select_related("staff", "unit")
        .filter(id=opening_id)
        .first()
    )
    if row is None:
        raise NotFound("break_glass", opening_id)
    audit.record_read(
        actor, "get_opening", "break_glass", now=now, object_id=row.id, person_id=row.person_id
    )
    return _opening(row)


def count_openings(
    actor: Actor, now: datetime, *, months: int = 12
) -> tuple[tuple[date, int, int], ...]:
    """Openings that the actor may review, by month (its first day), latest first: how many, and how many wait."""
    today = oslo_today(now)
    at = today.year * 12 + today.month - months  # the month `months - 1` ago, counted from zero
    since = start_of_oslo_day(date(at // 12, at % 12 + 1, 1))
    rows = (
        policy.visible_openings(actor, now)
        .filter(starts_at__gte=since)
        .annotate(month=TruncMonth("starts_at", output_field=DateField()))
        .values("month")
        .annotate(count=Count("id"), waiting=Count("id", filter=Q(reviewed_at__isnull=True)))
        .order_by("-month")
    )
    return tuple((row["month"], row["count"], row["waiting"]) for row in rows)


def count_unlinked(actor: Actor, now: datetime) -> tuple[int, int]:
    """How many employees with a role now are not linked to themselves as citizens, and how many there are in all.

    For the privacy officer; zero for others.
    """
    if not actor.has_role(now, Role.PRIVACY_OFFICER):
        return 0, 0
    held = Membership.objects.filter(starts_at__lte=now)
    held = held.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))
    staff = set(held.order_by("staff_id").values_list("staff_id", flat=True))
    return len(staff - identity.linked_staff()), len(staff)


@dataclass(frozen=True)
class LinkLine:
    """An employee with a role now, and whether they are linked to themselves as a citizen. Never to whom."""

    staff: StaffCard
    is_linked: bool


def list_links(actor: Actor, now: datetime) -> tuple[LinkLine, ...]:
    """Employees with a role now, those not linked first, by name; for administrators, empty for others."""
    if not actor.has_role(now, Role.ADMIN):
        return ()
    linked = identity.linked_staff()
    cards = list_members(roles=[role.value for role in Role], unit_ids=None, now=now)
    lines = [LinkLine(card, card.id in linked) for card in cards]
    return tuple(sorted(lines, key=lambda line: line.is_linked))


def find_link(actor: Actor, staff_id: uuid.UUID, now: datetime) -> LinkLine:
    """One of them. Raises NotFound for others than administrators."""
    for line in list_links(actor, now):
        if line.staff.id == staff_id:
            return line
    raise NotFound("staff", staff_id)
