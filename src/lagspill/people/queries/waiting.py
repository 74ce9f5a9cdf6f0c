"""What waits for the caregiver: words written without them, and yeses by telephone or paper whose copy has not left."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from lagspill.audit import operations as audit
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.people import policy
from lagspill.people.models import ItemAnswer, PendingWidening
from lagspill.people.queries.see_as import kind_label
from lagspill.people.rules import ASKED_ELSEWHERE, Audience, WideningState, words_of


def label_of(audience: str) -> str:
    """What a rung of the ladder is called, in the reader's language."""
    return str(content.audiences()[audience].label)


@dataclass(frozen=True)
class UnansweredView:
    """Words written without the caregiver, not answered yet."""

    id: uuid.UUID
    label: str
    title: str
    text: str
    audience: str
    audience_label: str
    written_at: datetime


def list_unanswered(actor: Actor, file_id: uuid.UUID, now: datetime) -> list[UnansweredView]:
    """Items of a file that are "not yet agreed with the caregiver" and not answered; audited. Newest first.

    Four queries and those of the words, however many items.
    """
    rows = list(
        policy.visible_items(actor, now)
        .filter(file_id=file_id, agreed=False, author_staff__isnull=False)
        .exclude(audience=Audience.DRAFT.value)
        .exclude(kind__in=sorted(ASKED_ELSEWHERE))
        .exclude(id__in=ItemAnswer.objects.filter(file_id=file_id).values("item_id"))
        .order_by("-id")[:100]
    )
    words = words_of(actor, [row.id for row in rows], now) if rows else {}
    audit.record_read(
        actor,
        "list_unanswered",
        "item",
        now=now,
        file_id=file_id,
        object_ids=[row.id for row in rows],
    )
    return [
        UnansweredView(
            row.id,
            kind_label(row.kind),
            words[row.id][0].title,
            words[row.id][0].text,
            row.audience,
            label_of(row.audience),
            row.written_at,
        )
        for row in rows
        if row.id in words
    ]


def has_to_answer(actor: Actor, file_id: uuid.UUID, now: datetime) -> bool:
    """True when words written without the caregiver, or a yes that waits for its copy, stand in the file. No audit."""
    return (
        policy.visible_items(actor, now)
        .filter(file_id=file_id)
        .filter(
            (
                Q(agreed=False, author_staff__isnull=False)
                & ~Q(audience=Audience.DRAFT.value)
                & ~Q(kind__in=sorted(ASKED_ELSEWHERE))
                & ~Exists(ItemAnswer.objects.filter(item_id=OuterRef("pk")))
            )
            | Exists(
                PendingWidening.objects.filter(
                    item_id=OuterRef("pk"), state=WideningState.WAITING.value
                )
            )
        )
        .exists()
    )


@dataclass(frozen=True)
class WaitingView:
    """A yes by telephone or paper that waits for its copy, with the words it is about."""

    id: uuid.UUID
    item_id: uuid.UUID
    text: str
    label: str
    sentence: str
    way: str
    taken_at: datetime


def list_waiting(actor: Actor, file_id: uuid.UUID, now: datetime) -> list[WaitingView]:
    """Yeses of a file that wait for their copy, of items that the actor reads. Read together with `list_unanswered`."""
    rows = list(
        PendingWidening.objects.filter(
            file_id=file_id,
            state=WideningState.WAITING.value,
            item__in=policy.visible_items(actor, now),
        ).order_by("-id")[:100]
    )
    words = words_of(actor, [row.item_id for row in rows], now) if rows else {}
    return [
        WaitingView(
            row.id,
            row.item_id,
            words[row.item_id][0].text if row.item_id in words else "",
            label_of(row.new),
            row.sentence,
            row.way,
            row.taken_at,
        )
        for row in rows
    ]
