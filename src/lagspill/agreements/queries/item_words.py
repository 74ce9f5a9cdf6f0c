"""The words of agreed lines and of the caregiver's answers, for the page of one item."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from lagspill.agreements import policy
from lagspill.agreements.models import Line, Reply
from lagspill.agreements.queries.documents import EXTRACT_HEADINGS, sentence_of
from lagspill.agreements.rules import LineKind
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.people import policy as people
from lagspill.people.rules import ItemWords


def item_words(
    actor: Actor, ids: Sequence[uuid.UUID], now: datetime
) -> Mapping[uuid.UUID, ItemWords]:
    """Lines and answers among these items that the actor may read; two queries. Audited by the page.

    A line of the agreement in force is read by whoever its item is open to, also outside the file (the card).
    """
    wanted = list(ids)
    headings = content.load("agreement")["heading"]
    found: dict[uuid.UUID, ItemWords] = {}
    of_file = policy.visible_lines(actor, now).filter(item_id__in=wanted).values("id")
    of_card = policy.visible_card_lines(actor, now).filter(item_id__in=wanted).values("id")
    for line in Line.objects.filter(Q(id__in=of_file) | Q(id__in=of_card)).order_by("id"):
        found[line.item_id] = ItemWords(
            sentence_of(line),
            title=str(headings[EXTRACT_HEADINGS[LineKind(line.kind)]]),
            page="agreement",
            own_page="my-agreement",
            place_id=line.version_id,
        )
    replies = Reply.objects.filter(item__in=people.visible_items(actor, now), item_id__in=wanted)
    for reply in replies.order_by("id"):
        found[reply.item_id] = ItemWords(
            reply.text, page="agreement", own_page="my-agreement", place_id=reply.version_id
        )
    return found
