"""Writes of the caregiver's preparation: their own words at home, private until shared."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from lagspill.audit import operations as audit
from lagspill.conversations import policy
from lagspill.conversations.models import Preparation, Talk
from lagspill.conversations.rules import TalkState
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.rules import About, Audience


@transaction.atomic
def save_preparation(
    *,
    actor: Actor,
    now: datetime,
    talk_id: uuid.UUID,
    topic: str,
    text: str,
    is_important: bool = False,
) -> Preparation:
    """Save the caregiver's own words on a topic; `mine` from the first key. Saving the same changes nothing.

    Raises NotFound for others than the caregiver, NotPossible("unknown_topic") and ("talk_over").
    """
    talk = _own_talk(actor, talk_id, now)
    if topic not in content.topics():
        raise NotPossible("unknown_topic")
    held = (
        Preparation.objects.select_for_update(of=("self",)).filter(talk=talk, topic=topic).first()
    )
    if held is None:
        file = people_queries.get_file_row(actor, talk.file_id, now)
        item = people.write_item(
            actor=actor,
            now=now,
            file=file,
            kind="preparation",
            about=About.CAREGIVER,
            relation_ids=[relation.id for relation in people_queries.list_relation_states(file.id)],
        )
        return Preparation.objects.create(
            file_id=file.id, talk=talk, item=item, topic=topic, text=text, is_important=is_important
        )
    if (held.text, held.is_important) != (text, is_important):
        held.text, held.is_important, held.version = text, is_important, held.version + 1
        held.save(update_fields=["text", "is_important", "version"])
        people.touch_item(held.item, now)
        audit.record(
            actor,
            "save_preparation",
            "preparation",
            now=now,
            object_id=held.item_id,
            file_id=held.file_id,
            fields=("text", "is_important"),
        )
    return held


@transaction.atomic
def share_preparation(
    *, actor: Actor, now: datetime, preparation_id: uuid.UUID, is_shared: bool, sentence: str
) -> Preparation:
    """Share what was written with the file's staff (`talk`), or take it back (`mine`). `sentence` is what was shown.

    Raises NotFound for others than the caregiver.
    """
    held = policy.visible_preparations(actor, now).filter(id=preparation_id).first()
    if held is None or not actor.is_citizen:
        raise NotFound("preparation", preparation_id)
    if is_shared:
        people.place_item(
            actor=actor, now=now, item_id=held.item_id, audience=Audience.TALK, sentence=sentence
        )
    else:
        people.change_audience(
            actor=actor,
            now=now,
            item_id=held.item_id,
            audience=Audience.MINE,
            how="portal",
            sentence=sentence,
        )
    return held


def _own_talk(actor: Actor, talk_id: uuid.UUID, now: datetime) -> Talk:
    talk = policy.visible_talks(actor, now).filter(id=talk_id).first()
    if talk is None or not actor.is_citizen:
        raise NotFound("talk", talk_id)
    if talk.state != TalkState.PLANNED:
        raise NotPossible("talk_over")
    return talk
