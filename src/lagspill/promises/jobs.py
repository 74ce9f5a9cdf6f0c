"""Scheduled work of promises."""

from __future__ import annotations

from datetime import datetime

from lagspill.kernel.actor import Actor
from lagspill.promises import operations


def sweep_overdue(actor: Actor, now: datetime) -> int:
    """Mark what is overdue in the municipality in scope."""
    return operations.mark_overdue(actor=actor, now=now)
