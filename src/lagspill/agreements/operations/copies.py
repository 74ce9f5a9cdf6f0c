"""Copies that leave: the agreement as PDF, and the extract for the health record. Each leaves a note on every item."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lagspill.agreements import queries
from lagspill.audit import operations as audit
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import operations as people
from lagspill.people import policy as people_policy
from lagspill.ui import documents


def _items(actor: Actor, ids: Iterable[uuid.UUID], now: datetime) -> list[Any]:
    return list(people_policy.visible_items(actor, now).filter(id__in=list(ids)).order_by("id"))


@operation
def make_agreement_pdf(
    *, actor: Actor, now: datetime, version_id: uuid.UUID, is_large: bool = False
) -> bytes:
    """The agreement as PDF, of what the actor may read; `is_large` gives large print. Raises NotFound."""
    version, data = queries.agreement_data(actor, version_id, now, is_large=is_large)
    pdf = documents.render(
        "agreement",
        data,
        lang=content.active_language(),
        title=str(content.load("agreement")["heading"]["title"]),
    )
    people.note_copies(
        items=_items(actor, [line.item_id for line in version.lines], now),
        channel="pdf",
        receiver=actor.kind.value,
        now=now,
    )
    audit.record(
        actor,
        "make_agreement_pdf",
        "agreement",
        now=now,
        object_id=version.id,
        object_ids=[line.item_id for line in version.lines],
        file_id=version.file_id,
        act=audit.PRINT,
    )
    return pdf


@operation
def make_extract_pdf(
    *, actor: Actor, now: datetime, version_id: uuid.UUID, person_id: uuid.UUID
) -> bytes:
    """The extract for one care recipient's health record as PDF: what is `shared` and nothing else.

    Raises NotFound, NotPossible("extract_is_empty").
    """
    extracts = queries.list_extracts(actor, version_id, now)
    extract = next((found for found in extracts if found.person_id == person_id), None)
    if extract is None:
        raise NotFound("extract", person_id)
    if not extract.lines:
        raise NotPossible("extract_is_empty")
    pdf = documents.render(
        "extract",
        queries.extract_data(extract, queries.municipality_words(actor.municipality or "")),
        lang=content.active_language(),
        title=str(content.load("agreement")["extract"]["title"]),
    )
    ids = [line.item_id for line in extract.lines]
    people.note_copies(
        items=_items(actor, ids, now), channel="epj", receiver="care_recipient", now=now
    )
    audit.record(
        actor,
        "make_extract_pdf",
        "extract",
        now=now,
        object_id=version_id,
        object_ids=ids,
        person_id=person_id,
        act=audit.EXPORT,
    )
    return pdf
