"""Writes about who is staff of a file: coordinators by their unit, others by name."""

from __future__ import annotations

import uuid
from datetime import datetime

from lagspill.access import queries as access
from lagspill.access.rules import Role
from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed, NotPossible
from lagspill.people import policy
from lagspill.people.models import (
    File,
    FileStaff,
    Person,
)
from lagspill.people.rules import AgeGroup


def add_coordinators(file: File, now: datetime) -> None:
    """Make the coordinators of a new file's unit, and of the units above it, the file's staff."""
    coordinators = access.list_members_above(
        roles=[Role.COORDINATOR.value], unit_id=file.unit_id, now=now
    )
    FileStaff.objects.bulk_create(
        [
            FileStaff(file=file, staff_id=card.id, role="coordinator", starts_at=now)
            for card in coordinators
        ]
    )


def add_young_lead(file: File, caregiver: Person, now: datetime) -> None:
    """Make the nearest child-responsible colleague the lead of a file whose caregiver is 16 or 17. Idempotent."""
    if policy.age_group(caregiver, now) is not AgeGroup.SIXTEEN_SEVENTEEN:
        return
    role = Role.CHILD_RESPONSIBLE.value
    found = access.find_nearest(role=role, unit_path=list(file.unit.path), now=now)
    if found is not None and policy.kin_among(file.id, [found.id]):
        others = access.list_members_above(roles=[role], unit_id=file.unit_id, now=now)
        kin = policy.kin_among(file.id, [card.id for card in others])
        found = next((card for card in others if card.id not in kin), None)
    if found is not None:
        FileStaff.objects.get_or_create(
            file=file,
            staff_id=found.id,
            role="lead",
            ends_at=None,
            defaults={"starts_at": now},
        )


@operation
def add_coordinator_to_unit(
    *, actor: Actor, now: datetime, staff_id: uuid.UUID, unit_id: uuid.UUID
) -> None:
    """A coordinator becomes staff of every open file in the unit and below it. System only; set-based, idempotent."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    files = File.objects.filter(closed_at__isnull=True, unit__path__contains=[unit_id]).exclude(
        id__in=FileStaff.objects.filter(
            staff_id=staff_id, role="coordinator", ends_at__isnull=True
        ).values("file_id")
    )
    FileStaff.objects.bulk_create(
        [
            FileStaff(file_id=file_id, staff_id=staff_id, role="coordinator", starts_at=now)
            for file_id in files.order_by("id").values_list("id", flat=True)
        ],
        batch_size=1000,
    )
    audit.record(actor, "add_coordinator_to_unit", "file_staff", now=now, object_id=staff_id)


@operation
def end_coordinator_in_unit(
    *, actor: Actor, now: datetime, staff_id: uuid.UUID, unit_id: uuid.UUID
) -> None:
    """A coordinator stops being staff of the files in the unit and below it. System only; set-based.

    Files in units that another of their grants covers stay theirs.
    """
    if not actor.is_system:
        raise NotAllowed("system_only")
    staff = access.get_staff_actor(staff_id, actor.municipality or "")
    FileStaff.objects.filter(
        staff_id=staff_id,
        role="coordinator",
        ends_at__isnull=True,
        file__unit__path__contains=[unit_id],
    ).exclude(file__unit_id__in=staff.units(now, Role.COORDINATOR)).update(ends_at=now)
    audit.record(actor, "end_coordinator_in_unit", "file_staff", now=now, object_id=staff_id)


@operation
def add_file_staff(
    *, actor: Actor, now: datetime, file: File, staff_id: uuid.UUID, role: str
) -> FileStaff:
    """Let a colleague stand in the file's staff as lead, substitute or contact person.

    Raises NotAllowed unless the actor may open the file, NotPossible("unknown_file_staff_role"), and
    NotPossible("not_for_kin") for one whose own family it is about.
    """
    decision = policy.can_open_file(actor, file, now)
    if not decision or actor.is_citizen:
        raise NotAllowed(decision.reason, noun="file", object_id=file.id)
    if role not in policy.FILE_STAFF_ROLES:
        raise NotPossible("unknown_file_staff_role")
    if policy.kin_among(file.id, [staff_id]):
        raise NotPossible("not_for_kin")
    row, _ = FileStaff.objects.get_or_create(
        file=file, staff_id=staff_id, role=role, ends_at=None, defaults={"starts_at": now}
    )
    audit.record(
        actor,
        "add_file_staff",
        "file_staff",
        now=now,
        object_id=row.id,
        file_id=file.id,
        fields=("role",),
    )
    return row
