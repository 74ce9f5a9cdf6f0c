"""Whether agreed versions still say what both sides said yes to: their hash against what stands there now."""

from __future__ import annotations

import uuid
from datetime import datetime

from lagspill.agreements.models import Line, Version
from lagspill.agreements.queries.versions import agreed_line, in_order
from lagspill.agreements.rules import FIXED, is_intact
from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotAllowed
from lagspill.promises import queries as promises


def list_broken(actor: Actor, now: datetime) -> list[uuid.UUID]:
    """Agreed versions of the municipality whose hash no longer holds; audited. System only."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    versions = Version.objects.filter(state__in=[state.value for state in FIXED]).order_by("id")
    broken = [row.id for row in versions.iterator(500) if not _is_intact(actor, row, now)]
    audit.record_read(actor, "list_broken", "agreement", now=now, object_ids=broken)
    return broken


def _is_intact(actor: Actor, version: Version, now: datetime) -> bool:
    rows = in_order(list(Line.objects.filter(version=version)))
    made = promises.list_as_made(actor, [row.promise_id for row in rows if row.promise_id], now)
    lines = [agreed_line(row, made.get(row.promise_id) if row.promise_id else None) for row in rows]
    return version.review_on is not None and is_intact(
        version.digest, version.number, version.review_on, lines
    )
