"""Writes of the caregiver at home: own words by topic, the mark of importance, sharing and taking back."""

from __future__ import annotations

import uuid
from datetime import datetime

from lagspill.audit import operations as audit
from lagspill.conversations.models import Preparation, Talk
from lagspill.conversations.operations.minors import note_what_a_minor_does
from lagspill.conversations.operations.talks import writable
from lagspill.conversations.rules import LONGEST_TEXT, How, Saved, is_overtaken
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotFound, NotPossible, Stale
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.rules import About, Audience

ITEM_KIND = "preparation"


@operation
def save_preparation(
    *,
    actor: Actor,
    now: datetime,
    talk_id: uuid.UUID,
    topic: str,
    text: str,
    version: int = 0,
    writer: str = "",
) -> Saved:
    """Keep the caregiver's own words about a topic: `mine` from the first key. The version now held.

    Raises Stale with both texts when another page saved in between, NotFound unless it is the actor's own talk,
    NotPossible("take_back_first") for words that are shared, ("talk_cancelled"), ("unknown_topic"), ("too_long").
    """
    talk = _own(actor, talk_id, now)
    if topic not in content.topics():
        raise NotPossible("unknown_topic")
    if len(text) > LONGEST_TEXT:
        raise NotPossible("too_long")
    held = _held(talk, topic)
    if held is None:
        if not text.strip():
            return Saved(0, "")
        made = _begin(actor, now, talk, topic, text, writer)
        return Saved(made.version, made.writer)
    if is_overtaken(Saved(held.version, held.writer), version=version, writer=writer):
        raise Stale(mine=text, theirs=held.text)
    if held.text == text:
        return Saved(held.version, held.writer)
    if held.item.audience != Audience.MINE.value:
        raise NotPossible("take_back_first")
    held.version += held.writer != writer
    held.text, held.writer = text, writer
    held.save(update_fields=["text", "version", "writer"])
    people.touch_item(held.item, now)
    _record(actor, "save_preparation", held, now, "text")
    return Saved(held.version, held.writer)


def _begin(
    actor: Actor, now: datetime, talk: Talk, topic: str, text: str, writer: str
) -> Preparation:
    item = people.write_item(
        actor=actor,
        now=now,
        file=talk.file,
        kind=ITEM_KIND,
        about=About(content.topics()[topic].about),
        relation_ids=talk.relation_ids,
    )
    return Preparation.objects.create(
        file=talk.file, talk=talk, item=item, topic=topic, text=text, writer=writer
    )


@operation
def mark_topic(
    *, actor: Actor, now: datetime, talk_id: uuid.UUID, topic: str, is_important: bool
) -> Talk:
    """Mark a topic as important, which the one who leads sees (N45), or take the mark away. Raises as saving."""
    talk = _own(actor, talk_id, now)
    if topic not in content.topics():
        raise NotPossible("unknown_topic")
    marked = set(talk.important)
    wanted = marked | {topic} if is_important else marked - {topic}
    if wanted != marked:
        talk.important = sorted(wanted)
        talk.save(update_fields=["important"])
        audit.record(
            actor,
            "mark_topic",
            "talk",
            now=now,
            object_id=talk.id,
            file_id=talk.file_id,
            fields=("important",),
        )
    return talk


@operation
def share_preparation(
    *, actor: Actor, now: datetime, talk_id: uuid.UUID, topic: str
) -> Preparation:
    """Let the file's staff read what was prepared about a topic. Twice changes nothing. Raises NotFound."""
    shared = _set_audience(actor, now, talk_id, topic, Audience.TALK)
    note_what_a_minor_does(shared.talk, topic, now)
    return shared


@operation
def take_back_preparation(
    *, actor: Actor, now: datetime, talk_id: uuid.UUID, topic: str
) -> Preparation:
    """Keep it to oneself again, at once. Twice changes nothing. Raises NotFound."""
    return _set_audience(actor, now, talk_id, topic, Audience.MINE)


def _set_audience(
    actor: Actor, now: datetime, talk_id: uuid.UUID, topic: str, audience: Audience
) -> Preparation:
    talk = _own(actor, talk_id, now)
    held = _held(talk, topic)
    if held is None:
        raise NotFound("preparation")
    if held.item.audience == audience.value:
        return held
    sentences = people_queries.reader_sentences(actor, talk.file_id, talk.relation_ids, now)
    people.change_audience(
        actor=actor,
        now=now,
        item_id=held.item_id,
        audience=audience,
        how=How.PORTAL.value,
        sentence=sentences[audience.value],
    )
    held.refresh_from_db()
    return held


def _own(actor: Actor, talk_id: uuid.UUID, now: datetime) -> Talk:
    if not actor.is_citizen:
        raise NotFound("talk", talk_id)
    return writable(actor, talk_id, now)


def _held(talk: Talk, topic: str) -> Preparation | None:
    """The talk is locked, so nobody makes another meanwhile."""
    return Preparation.objects.select_related("item").filter(talk=talk, topic=topic).first()


def _record(actor: Actor, verb: str, held: Preparation, now: datetime, *fields: str) -> None:
    audit.record(
        actor,
        verb,
        "preparation",
        now=now,
        object_id=held.item_id,
        file_id=held.file_id,
        fields=fields,
    )
