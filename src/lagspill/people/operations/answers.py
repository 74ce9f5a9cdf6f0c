"""What the caregiver says to words written without them: yes, narrower, or a correction beside them."""

from __future__ import annotations

import uuid
from datetime import datetime

from lagspill.access import operations as access
from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotPossible
from lagspill.people import events, queries
from lagspill.people.models import Correction, Item, ItemAnswer, ItemRelation
from lagspill.people.operations.items import (
    add_relations,
    changeable_item,
    end_waiting,
    new_envelope,
    set_audience,
)
from lagspill.people.rules import ASKED_ELSEWHERE, About, Answer, Audience, is_wider

LONGEST = 4000


@operation
def answer_item(
    *,
    actor: Actor,
    now: datetime,
    item_id: uuid.UUID,
    answer: Answer,
    how: str = "portal",
    text: str = "",
    sentence: str = "",
    key: uuid.UUID | None = None,
) -> ItemAnswer | None:
    """Record what the caregiver says to an item that is "not yet agreed". None when the same form was sent before.

    YES agrees to it. NARROWER agrees to it for the file's staff alone. CORRECT puts the caregiver's own words beside
    it as an item of their own, with the same readers; the note and its history stay. Staff record a yes or a narrower
    said in person or on the telephone, never a correction. Raises NotFound, NotPossible("nothing_to_answer",
    "correction_is_own", "words_missing", "too_long").
    """
    item = changeable_item(actor, item_id, now)
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    if item.agreed or item.author_staff_id is None or item.audience == Audience.DRAFT:
        raise NotPossible("nothing_to_answer")
    if item.kind in ASKED_ELSEWHERE:
        raise NotPossible("nothing_to_answer")
    if actor.is_staff and (answer is Answer.CORRECT or how not in ("in_person", "phone")):
        raise NotPossible("correction_is_own")
    correction = _correct(actor, now, item, text, sentence) if answer is Answer.CORRECT else None
    if answer is not Answer.CORRECT:
        item.agreed = True
        item.save(update_fields=["agreed"])
    wider = is_wider(Audience(item.audience), Audience.TALK)
    if answer is Answer.NARROWER and wider and not item.must_record:
        end_waiting(now, item)
        relations = queries.list_item_relations(actor, item_id, now)
        sentences = queries.reader_sentences(actor, item.file_id, relations, now)
        talk = sentences[Audience.TALK.value]
        set_audience(actor, now, item, Audience.TALK, how=how, sentence=talk)
    row = ItemAnswer.objects.create(
        file_id=item.file_id,
        item=item,
        answer=answer.value,
        how="portal" if actor.is_citizen else how,
        correction=correction,
        recorded_by_id=actor.id if actor.is_staff else None,
        given_at=now,
    )
    audit.record(
        actor,
        "answer_item",
        item.kind,
        now=now,
        object_id=item.id,
        file_id=item.file_id,
        fields=("agreed",),
        reason=answer.value,
    )
    facts.announce(
        events.ItemAnswered(
            item.municipality_id,
            item.file_id,
            item.id,
            item.file.unit_id,
            item.author_staff_id,
            answer.value,
        ),
        now=now,
    )
    return row


def _correct(actor: Actor, now: datetime, item: Item, text: str, sentence: str) -> Item:
    if not text.strip():
        raise NotPossible("words_missing")
    if len(text) > LONGEST:
        raise NotPossible("too_long")
    made = new_envelope(
        actor,
        now,
        item.file,
        kind="correction",
        about=About(item.about),
        audience=Audience.MINE,
    )
    made.placed_at = now
    made.save(force_insert=True)
    relations = ItemRelation.objects.filter(item=item).values_list("relation_id", flat=True)
    add_relations(made, list(relations))
    set_audience(actor, now, made, Audience(item.audience), how="portal", sentence=sentence)
    Correction.objects.create(
        file_id=item.file_id, item=made, of_item=item, text=text.strip(), written_at=now
    )
    return made
