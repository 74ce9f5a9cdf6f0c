"""Words that people owns itself: relations, corrections, and facts on the card; and what the card shows of the last."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.people import policy
from lagspill.people.models import CardEntry, Correction, RecordDuty, Relation
from lagspill.people.rules import ItemWords, words_of


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
    actor: Actor, item_ids: Sequence[uuid.UUID], now: datetime, *, file_id: uuid.UUID | None = None
) -> list[CardEntryView]:
    """Those of these items that are facts for the card, or must be recorded, and that the actor may read; latest first.

    Two queries, and those of the words where something must be recorded. The page that shows them audits.
    """
    readable = policy.visible_items(actor, now).filter(id__in=list(item_ids))
    if file_id is not None:
        readable = readable.filter(file_id=file_id)
    rows = CardEntry.objects.filter(item__in=readable).select_related(
        "file__caregiver", "recorded_by"
    )
    found = [
        CardEntryView(
            row.item_id,
            row.text,
            _told_by(
                row.source,
                row.file.caregiver.name if row.source == "caregiver" else row.recorded_by.name,
            ),
            row.recorded_at,
        )
        for row in rows.order_by("-id")
    ]
    # What stands as an agreed line is on the card already.
    marked = list(
        RecordDuty.objects.filter(item__in=readable.exclude(kind="agreement_line"))
        .select_related("file__caregiver")
        .order_by("-id")
    )
    words = words_of(actor, [row.item_id for row in marked], now) if marked else {}
    found += [
        CardEntryView(
            row.item_id,
            words[row.item_id][0].text,
            _told_by("caregiver", row.file.caregiver.name),
            row.marked_at,
        )
        for row in marked
        if row.item_id in words
    ]
    return found


def _told_by(source: str, name: str) -> str:
    text = content.load("storage").text_at(f"told_by.{source}")
    return text.fill(content.active_language(), name=name)
