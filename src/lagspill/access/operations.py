"""Writes about staff and their grants."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import connection

from lagspill.access import events
from lagspill.access.models import Membership, StaffMember
from lagspill.access.rules import Role
from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed
from lagspill.kernel.ids import new_id
from lagspill.tenancy.models import Unit


def _require_admin(actor: Actor, now: datetime) -> None:
    if not (actor.is_system or actor.has_role(now, Role.ADMIN)):
        raise NotAllowed("wrong_role", noun="staff")


@operation
def add_staff_member(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    title: str = "",
    phone: str = "",
    email: str = "",
    persona: str = "",
) -> StaffMember:
    """Add an employee. Raises NotAllowed for others than administrators and system actors."""
    _require_admin(actor, now)
    staff = StaffMember.objects.create(
        name=name, title=title, phone=phone, email=email, persona=persona
    )
    audit.record(
        actor,
        "add_staff_member",
        "staff",
        now=now,
        object_id=staff.id,
        fields=("name", "title", "phone"),
    )
    return staff


@operation
def grant_membership(
    *,
    actor: Actor,
    now: datetime,
    staff: StaffMember,
    role: Role,
    unit: Unit,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> Membership:
    """Give a role in a unit for a period. Raises NotAllowed for others than administrators and system actors."""
    _require_admin(actor, now)
    membership = Membership.objects.create(
        staff=staff, role=role.value, unit=unit, starts_at=starts_at or now, ends_at=ends_at
    )
    audit.record(
        actor,
        "grant_membership",
        "membership",
        now=now,
        object_id=membership.id,
        fields=("role", "unit"),
    )
    facts.announce(
        events.MembershipGranted(
            actor.municipality or "", membership.id, staff.id, role.value, unit.id
        ),
        now=now,
    )
    return membership


@operation
def end_membership(*, actor: Actor, now: datetime, membership: Membership) -> Membership:
    """End a grant from `now` on; one that has not begun by then is taken away whole, as it never gave anything.

    Raises NotAllowed for others than administrators and system actors.
    """
    _require_admin(actor, now)
    held = Membership.objects.select_for_update(of=("self",)).get(id=membership.id)
    if held.starts_at >= now:
        Membership.objects.filter(id=held.id).delete()
    elif held.ends_at is None or held.ends_at > now:
        held.ends_at = now
        held.save(update_fields=["ends_at"])
    audit.record(
        actor, "end_membership", "membership", now=now, object_id=held.id, fields=("ends_at",)
    )
    facts.announce(
        events.MembershipEnded(
            actor.municipality or "", held.id, held.staff_id, held.role, held.unit_id
        ),
        now=now,
    )
    return held


def claim_once(*, actor: Actor, key: uuid.UUID | None, now: datetime) -> bool:
    """Claim the key of a submitted form, in the act's own transaction; False when it was done before.

    A second submit of the same form waits here for the first to end: after its commit it is told False, after its
    rollback it goes on. A form without a key is always new.
    """
    if key is None:
        return True
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_done_once (id, municipality_id, actor_id, key, at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            (new_id(), actor.municipality, actor.id, key, now),
        )
        return cursor.rowcount == 1
