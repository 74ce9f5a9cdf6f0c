"""Scheduled work of people."""

from __future__ import annotations

from datetime import datetime

from lagspill.kernel.actor import Actor
from lagspill.people import operations


def mark_untold(actor: Actor, now: datetime) -> int:
    """Mark whom nobody has told in time that they are registered."""
    return operations.mark_untold(actor=actor, now=now)


def delete_old_suspected(actor: Actor, now: datetime) -> int:
    """Delete names that nobody has followed up."""
    return operations.delete_old_suspected(actor=actor, now=now)
