"""Who will read an item, in one plain sentence."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.people import policy
from lagspill.people.models import (
    FileStaff,
    Item,
    ItemRelation,
    Relation,
)
from lagspill.people.queries.files import get_file_row
from lagspill.people.rules import Audience


def list_item_relations(actor: Actor, item_id: uuid.UUID, now: datetime) -> list[uuid.UUID]:
    """The relations that an item concerns, if the actor may read it. No audit: ids for an operation that has one."""
    readable = policy.visible_items(actor, now).filter(id=item_id)
    return list(
        ItemRelation.objects.filter(item__in=readable)
        .order_by("relation_id")
        .values_list("relation_id", flat=True)
    )


def reader_sentences(
    actor: Actor, file_id: uuid.UUID, relation_ids: Sequence[uuid.UUID], now: datetime
) -> dict[str, str]:
    """Who will read an item of this file, by audience, in one plain sentence in the reader's language.

    Made from the same tables as `policy.readable`: the file's staff by name, the care recipients of the relations.
    Spoken to the caregiver or to staff, as the actor is. Raises NotFound unless the actor may open the file.
    """
    file = get_file_row(actor, file_id, now)
    members = FileStaff.objects.filter(policy.now_between(now), file_id=file.id)
    staff = dict(
        members.order_by("starts_at", "id").values_list("staff_id", "staff__name")
    )  # each once, first come first
    relations = Relation.objects.filter(file_id=file.id, ends_at__isnull=True)
    if relation_ids:
        relations = relations.filter(id__in=relation_ids)
    recipients = [
        row.care_recipient for row in relations.select_related("care_recipient").order_by("id")
    ]
    instead = content.load("audiences")["instead"]
    words = {
        "staff": joined([*staff.values()]) or str(instead["staff"]),
        "care_recipient": joined([p.name for p in recipients if p.name])
        or str(instead["care_recipient"]),
        "caregiver": file.caregiver.name or str(instead["caregiver"]),
    }
    sentences = {}
    for code, audience in content.audiences().items():
        text = audience.to_caregiver if actor.is_citizen else audience.to_staff
        if "family" not in text.placeholders:
            wanted = {name: words[name] for name in text.placeholders}
            sentences[code] = text.fill(content.active_language(), **wanted)
    return sentences


def joined(names: Sequence[str], most: int = 4) -> str:
    """Names in a sentence: "Kari, Tone og Per"; beyond `most` the rest are counted."""
    and_word = {"en": "and"}.get(content.active_language(), "og")
    shown = list(names[:most])
    if len(names) > most:
        more = {"en": "{n} more", "nn": "{n} til"}.get(content.active_language(), "{n} til")
        shown.append(more.format(n=len(names) - most))
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {and_word} {shown[-1]}"


def list_old_drafts(limit: datetime, count: int = 1000) -> list[uuid.UUID]:
    """Staff drafts of the municipality in scope last edited before `limit`; their capabilities delete them."""
    return list(
        Item.objects.filter(audience=Audience.DRAFT.value, edited_at__lt=limit)
        .order_by("id")
        .values_list("id", flat=True)[:count]
    )
