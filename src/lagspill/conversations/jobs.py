"""What falls due by itself: invitations nobody answered, drafts nobody edited. Swept by dispatch, one municipality at a time."""

from __future__ import annotations

from datetime import datetime

from lagspill.conversations import operations
from lagspill.kernel.actor import Actor


def expire_invitations(actor: Actor, now: datetime) -> int:
    """Silence after the days of grace becomes one call."""
    return operations.expire_invitations(actor=actor, now=now)


def warn_of_old_drafts(actor: Actor, now: datetime) -> int:
    """An author is told a day before a draft is deleted."""
    return operations.warn_of_old_drafts(actor=actor, now=now)


def delete_old_drafts(actor: Actor, now: datetime) -> int:
    """A draft lives 72 hours after its last edit."""
    return operations.delete_old_drafts(actor=actor, now=now)
