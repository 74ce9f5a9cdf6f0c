"""The write that closes a file: its staff stop being its staff, and whoever has work on it hears so."""

from __future__ import annotations

import uuid
from datetime import datetime

from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed, NotFound
from lagspill.people import events
from lagspill.people.models import File, FileStaff
from lagspill.people.policy.closing import can_close_file
from lagspill.people.policy.files import can_open_file
from lagspill.people.rules.closing import CloseReason


@operation
def close_file(*, actor: Actor, now: datetime, file_id: uuid.UUID, why: CloseReason) -> File:
    """Close a file; what is agreed and promised stays as it was. Raises NotFound, NotAllowed("not_the_coordinator").

    For whoever closed it the file is gone; a system actor who closes it again changes nothing.
    """
    file = File.objects.select_for_update(of=("self",)).filter(id=file_id).first()
    if file is None or not can_open_file(actor, file, now):
        raise NotFound("file", file_id)
    decision = can_close_file(actor, file, now)
    if not decision:
        raise NotAllowed(decision.reason, known=True, noun="file", object_id=file_id)
    if file.closed_at is not None:
        return file
    file.closed_at, file.closed_why = now, why.value
    file.save(update_fields=["closed_at", "closed_why"])
    FileStaff.objects.filter(file=file, ends_at__isnull=True).update(ends_at=now)
    audit.record(
        actor,
        "close_file",
        "file",
        now=now,
        object_id=file.id,
        file_id=file.id,
        fields=("closed_at",),
        reason=why.value,
    )
    facts.announce(events.FileClosed(file.municipality_id, file.id, why.value), now=now)
    return file
