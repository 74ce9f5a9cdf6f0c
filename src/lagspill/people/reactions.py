"""What people does when grants change: keeps the file's staff in step with who coordinates where."""

from __future__ import annotations

from datetime import datetime

from lagspill.access.events import MembershipEnded, MembershipGranted
from lagspill.access.rules import Role
from lagspill.kernel.actor import system_actor
from lagspill.kernel.facts import on
from lagspill.people import operations


@on(MembershipGranted)
def add_coordinator_to_files(fact: MembershipGranted, now: datetime) -> None:
    """A new coordinator becomes staff of every open file in the unit and below it."""
    if fact.role == Role.COORDINATOR:
        operations.add_coordinator_to_unit(
            actor=system_actor("people.file_staff", fact.municipality),
            now=now,
            staff_id=fact.staff_id,
            unit_id=fact.unit_id,
        )


@on(MembershipEnded)
def end_coordinator_in_files(fact: MembershipEnded, now: datetime) -> None:
    """A coordinator who left is no longer staff of the files in that unit and below it."""
    if fact.role == Role.COORDINATOR:
        operations.end_coordinator_in_unit(
            actor=system_actor("people.file_staff", fact.municipality),
            now=now,
            staff_id=fact.staff_id,
            unit_id=fact.unit_id,
        )
