"""Words that people owns itself: relations, corrections, and facts on the card; and what the card shows of the last."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.people import policy
from lagspill.people.models import CardEntry, Correction, Relation
from lagspill.people.rules import ItemWords


@dataclass(frozen=True)
class CardEntryView:
    """A fact that care needs, as the card and the extract show it: exact words, and who told or saw it."""

    item_id: uuid.UUID
    text: str
    source: str
    recorded_at: datetime


def own_words(
    actor: Actor, ids: Sequence[uuid.UUID], now: datetime
) -> Mapping[uuid.UUID, ItemWords]:
    """The words of relations, corrections and card entries that the actor may read; the resolver of people."""
    readable = policy.visible_items(actor, now).filter(id__in=list(ids))
    found: dict[uuid.UUID, ItemWords] = {}
    for relation in (
        Relation.objects.filter(item__in=readable).select_related("care_recipient").order_by("id")
    ):
        words = content.relations().get(relation.code)
        name = relation.care_recipient.name or "–"
        of = words.of.fill(content.active_language(), name=name) if words else name
        found[relation.item_id] = ItemWords(
            f"{relation.label}: {name}" if relation.label else of,
            page="file",
            place_id=relation.file_id,
        )
    for row in Correction.objects.filter(item__in=readable).order_by("id"):
        found[row.item_id] = ItemWords(
            row.text, page="item", own_page="my-item", place_id=row.of_item_id
        )
    for entry in CardEntry.objects.filter(item__in=readable).order_by("id"):
        found[entry.item_id] = ItemWords(entry.text, page="file", place_id=entry.file_id)
    return found


def list_card_entries(
    actor: Actor, item_ids: Sequence[uuid.UUID], now: datetime
) -> list[CardEntryView]:
    """Those of these items that are facts for the card and that the actor may read, latest first; one query.

    The page that shows them audits.
    """
    rows = (
        CardEntry.objects.filter(
            item_id__in=list(item_ids), item__in=policy.visible_items(actor, now)
        )
        .select_related("file__caregiver", "recorded_by")
        .order_by("-id")
    )
    told_by = content.load("storage")["told_by"]
    return [
        CardEntryView(
            row.item_id,
            row.text,
            told_by[row.source].fill(
                content.active_language(),
                name=row.file.caregiver.name if row.source == "caregiver" else row.recorded_by.name,
            ),
            row.recorded_at,
        )
        for row in rows
    ]
