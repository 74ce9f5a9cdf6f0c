"""Scheduled work of conversations."""

from __future__ import annotations

from datetime import datetime

from lagspill.conversations import operations
from lagspill.kernel.actor import Actor


def sweep_invitations(actor: Actor, now: datetime) -> int:
    """Let invitations run out that nobody answered."""
    return operations.expire_invitations(actor=actor, now=now)


def sweep_drafts(actor: Actor, now: datetime) -> int:
    """Delete staff drafts that have lain for 72 hours."""
    return operations.delete_old_drafts(actor=actor, now=now)
