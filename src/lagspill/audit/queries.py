"""Reads of the log: who has read something, by role and unit, never by what stood there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from lagspill.audit.models import Entry
from lagspill.kernel.actor import Actor

#: Acts that showed the words to somebody.
SHOWING = ("read", "print", "export")


@dataclass(frozen=True)
class ReadBy:
    """One reader of a thing: the kind of actor with role and unit at the time, and when it was read last."""

    actor_id: uuid.UUID | None
    actor_kind: str
    role: str
    unit_id: uuid.UUID | None
    act: str
    at: datetime


def list_reads(
    actor: Actor,
    ids: Sequence[uuid.UUID],
    *,
    file_id: uuid.UUID,
    person_ids: Sequence[uuid.UUID] = (),
    limit: int = 200,
) -> list[ReadBy]:
    """Who has read any of the things with these ids, in a file or on the cards of `person_ids`; latest first, each once.

    System only: whoever asks has asked the policy of what was read. Machines are left out.
    """
    if not actor.is_system:
        return []
    shown = Q(object_id__in=list(ids)) | Q(object_ids__overlap=list(ids))
    where = Q(file_id=file_id) | Q(person_id__in=list(person_ids))
    rows = Entry.objects.filter(
        where, shown, municipality_id=actor.municipality, act__in=SHOWING
    ).exclude(actor_kind="system")
    found: dict[tuple[uuid.UUID | None, str, uuid.UUID | None], ReadBy] = {}
    for row in rows.order_by("-id")[:limit]:
        key = (row.actor_id, row.actor_role, row.actor_unit_id)
        found.setdefault(
            key,
            ReadBy(
                row.actor_id, row.actor_kind, row.actor_role, row.actor_unit_id, row.act, row.at
            ),
        )
    return list(found.values())
