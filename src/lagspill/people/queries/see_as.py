"""See as: what somebody else would see of what the viewer reads. Pure over the items at hand; opens and logs nothing else."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from lagspill.audit import operations as audit
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.people import policy
from lagspill.people.models import Item, ItemFamily, ItemRelation
from lagspill.people.queries.files import get_file_row
from lagspill.people.rules import (
    LADDER,
    AtHand,
    Audience,
    ItemWords,
    Onlooker,
    words_of,
    would_read,
)

MOST = 200


@dataclass(frozen=True)
class ItemAtHand:
    """One item the viewer reads, with its words, and what "see as" needs to know of it."""

    id: uuid.UUID
    label: str
    title: str
    text: str
    audience: str
    audience_label: str
    written_at: datetime
    at_hand: AtHand


@dataclass(frozen=True)
class Eyes:
    """The viewer's own items as an onlooker would see them: those shown, and how many of them are not."""

    onlooker: Onlooker
    caregiver: str
    shown: tuple[ItemAtHand, ...]
    hidden: int


def list_items_at_hand(actor: Actor, file_id: uuid.UUID, now: datetime) -> list[ItemAtHand]:
    """Items of a file with words that the actor reads, latest first; audited as the actor's own read.

    Raises NotFound unless the actor may open the file. A constant number of queries.
    """
    get_file_row(actor, file_id, now)
    holding = ItemRelation.objects.filter(item_id=OuterRef("pk"), relation__ends_at__isnull=True)
    knows = Q(relation__known_to_recipient_at__lte=now)
    rows = list(
        policy.visible_items(actor, now)
        .filter(file_id=file_id)
        .exclude(audience=Audience.DRAFT.value)
        .annotate(
            concerns=Exists(holding),
            is_known=Exists(holding.filter(knows)),
            in_family=Exists(
                ItemFamily.objects.filter(item_id=OuterRef("pk"), ends_at__isnull=True)
            ),
        )
        .order_by("-id")[:MOST]
    )
    words = words_of(actor, [row.id for row in rows], now)
    audit.record_read(
        actor,
        "list_items",
        "item",
        now=now,
        file_id=file_id,
        object_ids=[row.id for row in rows],
    )
    return [
        _view(row, words[row.id][0], AtHand(Audience(row.audience), *flags))
        for row, *flags in ((r, r.concerns, r.is_known, r.in_family) for r in rows)
        if row.id in words and words[row.id][0].text
    ]


def _view(row: Item, words: ItemWords, at_hand: AtHand) -> ItemAtHand:
    return ItemAtHand(
        row.id,
        kind_label(row.kind),
        words.title,
        words.text,
        row.audience,
        str(content.audiences()[row.audience].label),
        row.written_at,
        at_hand,
    )


def kind_label(kind: str) -> str:
    """What a kind of item is called, in the reader's language."""
    kinds = content.load("storage")["kind"]
    return str(kinds[kind] if kind in kinds else kinds["other"])


def see_as(onlooker: Onlooker, items: Sequence[ItemAtHand], caregiver: str) -> Eyes:
    """The items at hand through the onlooker's eyes. Asks no database."""
    shown = tuple(item for item in items if would_read(onlooker, item.at_hand))
    return Eyes(onlooker, caregiver, shown, len(items) - len(shown))


@dataclass(frozen=True)
class Chosen:
    """Who would see words placed with one audience, before they are placed."""

    audience: str
    label: str
    by: tuple[tuple[Onlooker, bool], ...]


def before_placing(audiences: Sequence[Audience] = LADDER) -> list[Chosen]:
    """For each audience that may be chosen, who of the onlookers would see it. Asks no database.

    Reckoned with a care recipient who knows of the relation: nobody is promised less openness than there may be.
    """
    return [
        Chosen(
            audience.value,
            str(content.audiences()[audience].label),
            tuple(
                (eyes, would_read(eyes, AtHand(audience, True, True, has_family=False)))
                for eyes in Onlooker
            ),
        )
        for audience in audiences
    ]
