"""Words that people owns itself: relations, corrections, and facts on the card; and what the card shows of the last."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.people import policy
from lagspill.people.models import CardEntry, Correction, Relation
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

    One query when there are none, else one more and those of the words. The page that shows them audits.
    """
    if not item_ids:
        return []
    # What stands as an agreed line is on the card already.
    wanted = Q(kind="card_entry") | (Q(must_record=True) & ~Q(kind="agreement_line"))
    items = policy.visible_items(actor, now).filter(wanted, id__in=list(item_ids))
    if file_id is not None:
        items = items.filter(file_id=file_id)
    held = {item.id: item for item in items.select_related("file__caregiver").order_by("-id")}
    if not held:
        return []
    entries = {
        row.item_id: row
        for row in CardEntry.objects.filter(item_id__in=list(held))
        .select_related("recorded_by")
        .order_by("id")
    }
    words = words_of(actor, [item_id for item_id in held if item_id not in entries], now)
    found = []
    for item_id, item in held.items():
        entry, name = entries.get(item_id), item.file.caregiver.name
        if entry is not None:
            name = name if entry.source == "caregiver" else entry.recorded_by.name
            source = _told_by(entry.source, name)
            found.append(CardEntryView(item_id, entry.text, source, entry.recorded_at))
        elif item_id in words:
            said = words[item_id][0].text
            found.append(CardEntryView(item_id, said, _told_by("caregiver", name), item.written_at))
    return found


def _told_by(source: str, name: str) -> str:
    text = content.load("storage").text_at(f"told_by.{source}")
    return text.fill(content.active_language(), name=name)
