"""Who may close a file."""

from __future__ import annotations

from datetime import datetime

from lagspill.access.rules import Decision, no
from lagspill.kernel.actor import Actor
from lagspill.people.models import File
from lagspill.people.policy.files import can_open_file, files_as_staff


def can_close_file(actor: Actor, file: File, now: datetime) -> Decision:
    """May the actor close this file? Its coordinators, and the system."""
    decision = can_open_file(actor, file, now)
    if not decision or actor.is_system:
        return decision
    coordinates = files_as_staff(actor, now).filter(file_id=file.id, role="coordinator")
    return decision if actor.is_staff and coordinates.exists() else no("not_the_coordinator")
