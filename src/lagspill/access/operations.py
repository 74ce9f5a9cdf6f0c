"""Writes about staff and their grants."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import connection

from lagspill.access import events, identity, policy
from lagspill.access.models import BreakGlass, Membership, StaffMember
from lagspill.access.rules import EMERGENCY_ROLES, HOURS, Outcome, Role, Why
from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
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


@operation
def open_card(
    *, actor: Actor, now: datetime, person_id: uuid.UUID, why: Why, reason: str, hours: int
) -> BreakGlass:
    """Open one person's card to the actor for a while. `people` has asked who the person is, and whether it may be.

    Raises NotAllowed for others than those who meet and serve people, NotPossible("card_open_already") while another
    is open, NotPossible("open_two_hours").
    """
    grants = [grant for grant in actor.active_grants(now) if grant.role in EMERGENCY_ROLES]
    if not grants or actor.id is None or person_id in actor.kin_ids:
        raise NotAllowed("wrong_role", noun="card")
    if hours not in HOURS:
        raise NotPossible("open_two_hours")
    # One at a time, also from two windows: both would wait here for the same row.
    StaffMember.objects.select_for_update(of=("self",)).get(id=actor.id)
    if BreakGlass.objects.filter(staff_id=actor.id, ends_at__gt=now).exists():
        raise NotPossible("card_open_already")
    row = BreakGlass.objects.create(
        staff_id=actor.id,
        unit_id=grants[0].unit_id,
        person_id=person_id,
        why=why.value,
        reason=reason,
        starts_at=now,
        ends_at=now + timedelta(hours=hours),
    )
    audit.record(
        actor,
        "open_card",
        "break_glass",
        now=now,
        act=audit.BREAK_GLASS,
        object_id=row.id,
        person_id=person_id,
        reason=why.value,
    )
    facts.announce(
        events.CardOpened(actor.municipality or "", row.id, actor.id, grants[0].unit_id), now=now
    )
    return row


@operation
def close_card(*, actor: Actor, now: datetime) -> bool:
    """Close the card that the actor has open; False when none was."""
    held = BreakGlass.objects.select_for_update(of=("self",)).filter(
        staff_id=actor.id, starts_at__lt=now, ends_at__gt=now
    )
    rows = list(held)
    for row in rows:
        row.ends_at = now
        row.save(update_fields=["ends_at"])
        audit.record(
            actor,
            "close_card",
            "break_glass",
            now=now,
            act=audit.BREAK_GLASS,
            object_id=row.id,
            person_id=row.person_id,
        )
    return bool(rows)


@operation
def review_opening(
    *, actor: Actor, now: datetime, opening_id: uuid.UUID, outcome: Outcome, note: str
) -> BreakGlass:
    """Say what somebody else thinks of an opening. Raises NotFound, NotPossible("reviewed_already", "review_needs_note")."""
    row = BreakGlass.objects.select_for_update(of=("self",)).filter(id=opening_id).first()
    if row is None or not policy.can_review_opening(actor, row, now):
        raise NotFound("break_glass", opening_id)
    if row.reviewed_at is not None:
        raise NotPossible("reviewed_already")
    if outcome is not Outcome.OK and not note.strip():
        raise NotPossible("review_needs_note")
    row.reviewed_by, row.reviewed_at = actor.id, now
    row.outcome, row.review_note = outcome.value, note.strip()
    row.save(update_fields=["reviewed_by", "reviewed_at", "outcome", "review_note"])
    audit.record(
        actor,
        "review_opening",
        "break_glass",
        now=now,
        object_id=row.id,
        person_id=row.person_id,
        fields=("outcome", "review_note"),
        reason=outcome.value,
    )
    facts.announce(events.OpeningReviewed(actor.municipality or "", row.id, outcome.value), now=now)
    return row


@operation
def link_staff(*, actor: Actor, now: datetime, staff_id: uuid.UUID, digits: str) -> None:
    """Link an employee to themselves as a citizen, by a checked national id, once: then nobody meets own family at work.

    Only the keyed hash is kept, where the application cannot read it. Linking to the same one again changes nothing.
    Raises NotAllowed for others than administrators and system actors, NotFound, NotPossible("linked_otherwise").
    """
    _require_admin(actor, now)
    if not StaffMember.objects.filter(id=staff_id).exists():
        raise NotFound("staff", staff_id)
    if not identity.link_staff(identity.key_hash(digits), staff_id):
        raise NotPossible("linked_otherwise")
    audit.record(actor, "link_staff", "staff", now=now, object_id=staff_id, fields=("identity",))
