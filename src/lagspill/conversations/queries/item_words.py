"""The words of statements and of what was prepared, for the page of one item."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from lagspill.conversations import policy
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.people.rules import ItemWords


def item_words(
    actor: Actor, ids: Sequence[uuid.UUID], now: datetime
) -> Mapping[uuid.UUID, ItemWords]:
    """Statements and prepared words among these items that the actor may read; two queries. Audited by the page."""
    said = policy.visible_statements(actor, now).filter(item_id__in=list(ids)).order_by("id")
    prepared = policy.visible_preparations(actor, now).filter(item_id__in=list(ids)).order_by("id")
    found = {
        row.item_id: ItemWords(
            row.text,
            title=_topic(row.topic),
            page="talk",
            own_page="my-talk",
            place_id=row.talk_id,
        )
        for row in said
    }
    for row in prepared:
        found[row.item_id] = ItemWords(
            row.text,
            title=_topic(row.topic),
            page="talk",
            own_page="my-preparation",
            place_id=row.talk_id,
        )
    return found


def _topic(code: str) -> str:
    known = content.topics()
    return str(known[code].title) if code in known else ""
