"""Writes about the agreement of a file that was closed: what nobody has said yes to, and what a death left undone."""

from __future__ import annotations

import uuid
from datetime import datetime

from lagspill.agreements.models import Version
from lagspill.agreements.operations.answers import drop_version, end_version
from lagspill.agreements.rules import OPEN, VersionState
from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed
from lagspill.people.rules.closing import CloseReason


@operation
def drop_open(*, actor: Actor, now: datetime, file_id: uuid.UUID) -> None:
    """The draft or proposal of a file that was closed comes to nothing. System only; idempotent."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    waiting = Version.objects.select_for_update(of=("self",)).filter(
        file_id=file_id, state__in=[state.value for state in OPEN]
    )
    for version in waiting.order_by("id"):
        drop_version(version, now, "file_closed")
        audit.record(
            actor,
            "drop_agreement",
            "agreement",
            now=now,
            object_id=version.id,
            file_id=file_id,
            fields=("state",),
        )


@operation
def cover_gaps(*, actor: Actor, now: datetime, file_id: uuid.UUID) -> None:
    """What a dead caregiver did is seen to: the agreement ends, and the card counts no gaps from it. System only; idempotent."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    held = Version.objects.select_for_update(of=("self",)).filter(
        file_id=file_id,
        file__closed_why=CloseReason.DIED.value,
        state=VersionState.CONFIRMED.value,
    )
    for version in held.order_by("id"):
        end_version(version, now, "ended_by_death")
        audit.record(
            actor,
            "cover_gaps",
            "agreement",
            now=now,
            object_id=version.id,
            file_id=file_id,
            fields=("state",),
        )
