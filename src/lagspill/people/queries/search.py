"""Finding caregivers by name, and those who look like one being registered."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Q

from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor
from lagspill.people import policy
from lagspill.people.models import (
    File,
    Person,
)
from lagspill.people.queries.persons import PersonLine, person_line
from lagspill.people.rules import Protection, last_name_key, name_key


def search_caregivers(
    actor: Actor, text: str, now: datetime, limit: int = 20
) -> list[tuple[uuid.UUID, PersonLine]]:
    """Files whose caregiver's name, or last name, begins with `text`, among those the actor may open; audited.

    The policy is applied before the limit; the prefix is a range (`>=`, `<`), which row-level security can index.
    """
    key = name_key(text)
    if len(key) < 2:
        return []
    match = Q(caregiver__name_key__gte=key, caregiver__name_key__lt=key + "\uffff") | Q(
        caregiver__last_key__gte=key, caregiver__last_key__lt=key + "\uffff"
    )
    rows = (
        policy.visible_files(actor, now)
        .filter(match, policy.listed_caregivers(actor, now, "id"))
        .select_related("caregiver")
        .order_by("caregiver__name_key", "id")[:limit]
    )
    found = [(row.id, person_line(row.caregiver)) for row in rows]
    audit.record_read(
        actor, "search_caregivers", "file", now=now, object_ids=[file_id for file_id, _ in found]
    )
    return found


def find_same_caregiver(
    actor: Actor, name: str, phone: str, now: datetime
) -> list[tuple[uuid.UUID, PersonLine]]:
    """Files the actor may open that look like the one being registered: same name, or same phone with same last name."""
    same = Q(caregiver__name_key=name_key(name))
    if phone:
        same |= Q(reach_phone=phone, caregiver__last_key=last_name_key(name))
    rows = (
        policy.visible_files(actor, now)
        .filter(same, policy.listed_caregivers(actor, now, "id"))
        .select_related("caregiver")
        .order_by("id")[:5]
    )
    return [(row.id, person_line(row.caregiver)) for row in rows]


def find_hidden_same_caregiver(caregiver: Person) -> File | None:
    """Another's file in the municipality with this name, seen by nobody: for the coordinator's quiet work."""
    return (
        File.objects.filter(caregiver__name_key=caregiver.name_key, closed_at__isnull=True)
        .exclude(caregiver=caregiver)
        .exclude(caregiver__protected=Protection.STRICT.value)
        .order_by("id")
        .first()
    )
