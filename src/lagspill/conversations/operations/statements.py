"""Writes about statements: drafted by staff while one talks, placed with an audience, widened and narrowed, forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from lagspill.access import operations as access
from lagspill.audit import operations as audit
from lagspill.conversations import events, policy
from lagspill.conversations.models import Statement, Talk
from lagspill.conversations.operations.minors import note_what_a_minor_does
from lagspill.conversations.operations.talks import require_staff, writable
from lagspill.conversations.rules import (
    LONGEST_TEXT,
    How,
    Presence,
    Saved,
    choosable,
    is_overtaken,
)
from lagspill.kernel import content, facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible, Stale
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.rules import DRAFT_DIES_AFTER, DRAFT_WARNS_AFTER, About, Audience, is_wider

ITEM_KIND = "statement"


@dataclass(frozen=True)
class _Place:
    """Whom words are about, who may read them, and the sentence that says so."""

    about: About
    audience: Audience
    sentence: str


@operation
def save_draft(
    *,
    actor: Actor,
    now: datetime,
    talk_id: uuid.UUID,
    topic: str,
    text: str,
    version: int = 0,
    writer: str = "",
) -> Saved:
    """Keep what is being written about a topic, for its author alone; the version now held.

    `version` is what the page was opened with, `writer` the page's own name. Raises Stale with both texts when
    another page saved in between, NotAllowed, NotFound, NotPossible("talk_cancelled"), ("unknown_topic"), ("too_long").
    """
    require_staff(actor, now)
    talk = writable(actor, talk_id, now)
    statement = _write(actor, now, talk, topic, text, Saved(version, writer))
    return Saved(statement.version, statement.writer) if statement else Saved(0, "")


@operation
def place_statement(
    *,
    actor: Actor,
    now: datetime,
    talk_id: uuid.UUID,
    topic: str,
    text: str,
    audience: Audience,
    about: About,
    version: int = 0,
    writer: str = "",
    key: uuid.UUID | None = None,
) -> Statement | None:
    """Give words their audience, chosen with the caregiver when the caregiver is there. None when done before.

    Without the caregiver they start at `talk` and are "not yet agreed". Raises as `save_draft`, and
    NotPossible("words_missing"), ("split_before_widening"), ("wide_needs_yes"), ("service_is_about_the_caregiver").
    """
    require_staff(actor, now)
    talk = writable(actor, talk_id, now)
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    if not text.strip():
        raise NotPossible("words_missing")
    presence = Presence(talk.presence)
    if audience not in choosable(about, presence):
        raise NotPossible(_why_not(about, presence))
    sentences = people_queries.reader_sentences(actor, talk.file_id, talk.relation_ids, now)
    place = _Place(about, audience, sentences[audience.value])
    statement = _write(actor, now, talk, topic, text, Saved(version, writer), place)
    if statement is None:
        return None
    note_what_a_minor_does(talk, topic, now)
    if statement.draft_of_id is None:
        return statement
    people.set_about(actor=actor, now=now, item_id=statement.item_id, about=about)
    people.place_item(
        actor=actor,
        now=now,
        item_id=statement.item_id,
        audience=audience,
        sentence=place.sentence,
        caregiver_present=presence is not Presence.ABSENT,
    )
    statement.draft_of, statement.warned_at = None, None
    statement.save(update_fields=["draft_of", "warned_at"])
    return statement


def _why_not(about: About, presence: Presence) -> str:
    if presence is Presence.ABSENT:
        return "wide_needs_yes"
    return "split_before_widening" if about is About.BOTH else "service_is_about_the_caregiver"


def _write(
    actor: Actor,
    now: datetime,
    talk: Talk,
    topic: str,
    text: str,
    seen: Saved,
    place: _Place | None = None,
) -> Statement | None:
    """Make or change the draft of a topic, or place it at once where there is none yet; none for nothing to keep."""
    if topic not in content.topics():
        raise NotPossible("unknown_topic")
    if len(text) > LONGEST_TEXT:
        raise NotPossible("too_long")
    held = _draft(actor, talk, topic)
    if held is None:
        return _begin(actor, now, talk, topic, text, seen, place)
    if is_overtaken(Saved(held.version, held.writer), version=seen.version, writer=seen.writer):
        raise Stale(mine=text, theirs=held.text)
    if held.text != text:
        held.version += held.writer != seen.writer
        held.text, held.writer, held.warned_at = text, seen.writer, None
        held.save(update_fields=["text", "version", "writer", "warned_at"])
        people.touch_item(held.item, now)
        _record(actor, "save_draft", held, now)
    return held


def _begin(
    actor: Actor,
    now: datetime,
    talk: Talk,
    topic: str,
    text: str,
    seen: Saved,
    place: _Place | None,
) -> Statement | None:
    if not text.strip():
        return None
    placed = Statement.objects.filter(talk=talk, topic=topic, draft_of__isnull=True)
    if seen.writer and placed.filter(writer=seen.writer, text=text).exists():
        return None  # a save that was under way when the same page placed these words
    if is_overtaken(None, version=seen.version, writer=seen.writer):
        raise Stale(mine=text, theirs="")
    envelope: dict[str, Any] = {
        "actor": actor,
        "now": now,
        "file": talk.file,
        "kind": ITEM_KIND,
        "relation_ids": talk.relation_ids,
        "caregiver_present": talk.presence != Presence.ABSENT.value,
    }
    if place is None:
        item = people.write_item(**envelope, about=About(content.topics()[topic].about))
    else:
        item = people.write_placed_item(**envelope, **asdict(place))
    return Statement.objects.create(
        file=talk.file,
        talk=talk,
        item=item,
        draft_of_id=actor.id if place is None else None,
        topic=topic,
        text=text,
        writer=seen.writer,
    )


def _draft(actor: Actor, talk: Talk, topic: str) -> Statement | None:
    """The actor's own draft; the talk is locked, so nobody makes another meanwhile."""
    return (
        Statement.objects.select_related("item")
        .filter(talk=talk, topic=topic, draft_of_id=actor.id)
        .first()
    )


@operation
def change_statement_audience(
    *,
    actor: Actor,
    now: datetime,
    statement_id: uuid.UUID,
    audience: Audience,
    how: How,
) -> Statement:
    """Let more or fewer read a placed statement: the caregiver in the portal, staff on a recorded yes; one by telephone
    or paper takes effect when its copy has left.

    Raises NotFound unless the actor may read it and open its file, NotPossible with the placing fault,
    ("floor_is_talk"), ("wide_needs_yes").
    """
    statement = (
        policy.visible_statements(actor, now)
        .filter(id=statement_id, draft_of__isnull=True)
        .select_related("talk", "item")
        .first()
    )
    if statement is None:
        raise NotFound("statement", statement_id)
    sentences = people_queries.reader_sentences(
        actor, statement.file_id, statement.talk.relation_ids, now
    )
    asked: dict[str, Any] = {
        "actor": actor,
        "now": now,
        "item_id": statement.item_id,
        "audience": audience,
        "how": (How.PORTAL if actor.is_citizen else how).value,
        "sentence": sentences[audience.value],
    }
    wider = is_wider(audience, Audience(statement.item.audience))
    if wider and actor.is_staff and how in (How.PHONE, How.PAPER):
        people.ask_widening(**asked)
    else:
        people.change_audience(**asked)
    return statement


@operation
def warn_of_old_drafts(*, actor: Actor, now: datetime) -> int:
    """Tell once that a draft is soon deleted. For the sweep; system only."""
    rows = _old(actor, now, now - DRAFT_WARNS_AFTER)
    count = 0
    for statement in rows:
        if statement.warned_at is not None or statement.draft_of_id is None:
            continue
        statement.warned_at = now
        statement.save(update_fields=["warned_at"])
        _record(actor, "warn_of_draft", statement, now)
        facts.announce(
            events.DraftSoonDeleted(
                statement.municipality_id,
                statement.file_id,
                statement.talk_id,
                statement.draft_of_id,
            ),
            now=now,
        )
        count += 1
    return count


@operation
def delete_old_drafts(*, actor: Actor, now: datetime) -> int:
    """Delete drafts that nobody edited for 72 hours. For the sweep; safe to run twice. System only."""
    rows = _old(actor, now, now - DRAFT_DIES_AFTER)
    if not rows:
        return 0
    for statement in rows:
        _record(actor, "delete_draft", statement, now)
    Statement.objects.filter(id__in=[row.id for row in rows]).delete()
    people.delete_drafts(actor=actor, now=now, item_ids=[row.item_id for row in rows])
    return len(rows)


def _old(actor: Actor, now: datetime, limit: datetime) -> Sequence[Statement]:
    if not actor.is_system:
        raise NotAllowed("system_only")
    return list(
        Statement.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(item_id__in=people_queries.list_old_drafts(limit), draft_of__isnull=False)
        .order_by("id")
    )


def _record(actor: Actor, verb: str, statement: Statement, now: datetime) -> None:
    audit.record(
        actor,
        verb,
        "statement",
        now=now,
        object_id=statement.item_id,
        file_id=statement.file_id,
        fields=("text",),
    )
