"""Writes about the relation as an item: the caregiver's yes or no to the care recipient knowing, and taking it back."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import policy, queries
from lagspill.people.models import AudienceChange, PendingWidening, Relation
from lagspill.people.operations.items import change_audience, changeable_item, end_waiting
from lagspill.people.operations.known import note_answer
from lagspill.people.operations.told import mark_told
from lagspill.people.operations.widening import ask_widening
from lagspill.people.rules import Audience, ToldFirst


@operation
def answer_relation(
    *, actor: Actor, now: datetime, relation_id: uuid.UUID, is_yes: bool, how: str = "portal"
) -> Relation | PendingWidening:
    """The caregiver's answer to whether the care recipient may know of the relation. None of them needs a reason.

    A yes: they know at once; by telephone or paper when the copy has left, as with other words. A no, or a yes taken
    back, hides it at once from them, who reads for them, and family. Raises NotFound unless the actor is the caregiver
    or the file's staff, NotPossible("wide_needs_yes", "recipient_knows", "must_be_recorded").
    """
    relation = Relation.objects.filter(id=relation_id, ends_at__isnull=True).first()
    if relation is None or not policy.can_open_file(actor, relation.file, now):
        raise NotFound("relation", relation_id)
    if actor.is_staff and how not in ("in_person", "phone", "paper"):
        raise NotPossible("wide_needs_yes")
    how = how if actor.is_staff else "portal"
    item = changeable_item(actor, relation.item_id, now)
    sentences = queries.reader_sentences(actor, relation.file_id, [relation.id], now)
    named: dict[str, Any] = {"actor": actor, "now": now, "item_id": item.id}
    if is_yes and relation.known_to_recipient_at is None:
        shared: dict[str, Any] = {
            "audience": Audience.SHARED,
            "how": how,
            "sentence": sentences["shared"],
        }
        if how in ("phone", "paper"):
            return ask_widening(**named, **shared)
        change_audience(**named, **shared)
    elif not is_yes and relation.known_to_recipient_at is not None:
        before = _before(relation)
        change_audience(**named, audience=before, how=how, sentence=sentences[before.value])
    elif not is_yes:
        end_waiting(now, item)
        note_answer(relation, now, matter="known", is_yes=False, how=how)
        mark_told(actor, now, relation, ToldFirst.ANSWERED)
    audit.record(
        actor,
        "answer_relation",
        "relation",
        now=now,
        object_id=relation.id,
        file_id=relation.file_id,
        fields=("known_to_recipient_at",),
        reason="yes" if is_yes else "no",
    )
    relation.refresh_from_db()
    return relation


def _before(relation: Relation) -> Audience:
    """Who read it before the care recipient did: those serving, or the file's staff alone."""
    changes = AudienceChange.objects.filter(
        item_id=relation.item_id, new=Audience.SHARED.value
    ).exclude(old=Audience.SHARED.value)
    last = changes.order_by("-id").values_list("old", flat=True).first()
    return Audience.SERVICE if last == Audience.SERVICE else Audience.TALK
