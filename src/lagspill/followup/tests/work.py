"""Builders of work for the tests of this capability."""

from __future__ import annotations

import uuid
from datetime import date

from lagspill.access.rules import Role
from lagspill.followup.models import WorkItem
from lagspill.followup.rules import RULES, Kind
from lagspill.tenancy.models import Unit
from tests.world import World


def add_work(
    world: World,
    *,
    kind: Kind = Kind.CALL,
    unit: Unit | None = None,
    role: Role | None = None,
    staff_id: uuid.UUID | None = None,
    due_on: date | None = None,
) -> WorkItem:
    """Open work about the caregiver's file; the scope in force must be the municipality's."""
    subject = uuid.uuid4()
    return WorkItem.objects.create(
        kind=kind.value,
        file=world.file,
        subject_id=subject,
        target_id=subject,
        unit=unit or world.north,
        role=(role or RULES[kind].role).value,
        staff_id=staff_id,
        due_on=due_on or world.now.date(),
        opened_at=world.now,
    )
