"""Reads about talks, what was said in them, and what was prepared at home. Each door applies the policy and is audited."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lagspill.access import queries as access
from lagspill.audit import operations as audit
from lagspill.conversations import policy
from lagspill.conversations.models import Preparation, Statement, Talk
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound
from lagspill.people.rules import DRAFT_DIES_AFTER, DRAFT_WARNS_AFTER, Audience


@dataclass(frozen=True)
class TalkView:
    """A talk for screens. `at` is none while its time is to be agreed; `important` are topics the caregiver marked."""

    id: uuid.UUID
    file_id: uuid.UUID
    relation_ids: tuple[uuid.UUID, ...]
    invitation_id: uuid.UUID | None
    lead_id: uuid.UUID
    lead_name: str
    lead_phone: str
    state: str
    at: datetime | None
    form: str
    place: str
    presence: str
    topics: tuple[str, ...]
    important: tuple[str, ...]
    needs: tuple[str, ...]
    interpreter_language: str
    ended_at: datetime | None


@dataclass(frozen=True)
class StatementView:
    """Something said or agreed to be written, with its envelope. `author` is a name; empty for the caregiver's own."""

    id: uuid.UUID
    item_id: uuid.UUID
    talk_id: uuid.UUID
    topic: str
    text: str
    audience: str
    about: str
    author: str
    written_at: datetime
    is_agreed: bool
    is_by_caregiver: bool


@dataclass(frozen=True)
class DraftView:
    """An unplaced text of the actor's own, and when it is deleted unless it is edited or placed."""

    topic: str
    text: str
    version: int
    about: str
    edited_at: datetime
    dies_at: datetime
    is_warned: bool


@dataclass(frozen=True)
class PreparedView:
    """What the caregiver prepared about a topic. The caregiver sees all of it, staff what was shared."""

    topic: str
    text: str
    version: int
    item_id: uuid.UUID
    is_shared: bool


def get_talk(actor: Actor, talk_id: uuid.UUID, now: datetime) -> TalkView:
    """One talk; audited as a read. Raises NotFound."""
    talk = policy.visible_talks(actor, now).select_related("lead").filter(id=talk_id).first()
    if talk is None:
        raise NotFound("talk", talk_id)
    audit.record_read(actor, "get_talk", "talk", now=now, object_id=talk.id, file_id=talk.file_id)
    return _view(talk)


def list_talks(actor: Actor, file_id: uuid.UUID, now: datetime) -> list[TalkView]:
    """The talks of a file, latest first. Empty when the actor may not open the file."""
    rows = (
        policy.visible_talks(actor, now)
        .select_related("lead")
        .filter(file_id=file_id)
        .order_by("-id")
    )
    found = [_view(row) for row in rows]
    audit.record_read(
        actor,
        "list_talks",
        "talk",
        now=now,
        file_id=file_id,
        object_ids=[talk.id for talk in found],
    )
    return found


def _view(talk: Talk) -> TalkView:
    return TalkView(
        talk.id,
        talk.file_id,
        tuple(talk.relation_ids),
        talk.invitation_id,
        talk.lead_id,
        talk.lead.name,
        talk.lead.phone,
        talk.state,
        talk.at,
        talk.form,
        talk.place,
        talk.presence,
        in_usual_order(talk.topics),
        in_usual_order(talk.important),
        tuple(talk.needs),
        talk.interpreter_language,
        talk.ended_at,
    )


def in_usual_order(topics: Iterable[str]) -> tuple[str, ...]:
    """Topic codes in the order of the content; those it no longer knows are left out."""
    chosen = set(topics)
    return tuple(code for code in content.topics() if code in chosen)


def list_statements(
    actor: Actor, file_id: uuid.UUID, now: datetime, talk_id: uuid.UUID | None = None
) -> list[StatementView]:
    """Placed statements of a file that the actor may read, by time; of one talk when it is named. Audited."""
    rows = (
        policy.visible_statements(actor, now)
        .filter(file_id=file_id, draft_of__isnull=True)
        .exclude(item__audience=Audience.DRAFT.value)
        .select_related("item")
        .order_by("id")
    )
    if talk_id is not None:
        rows = rows.filter(talk_id=talk_id)
    held = list(rows)
    authors = {row.item.author_staff_id for row in held if row.item.author_staff_id}
    names = access.list_staff(sorted(authors)) if authors else {}
    audit.record_read(
        actor,
        "list_statements",
        "statement",
        now=now,
        file_id=file_id,
        object_ids=[row.item_id for row in held],
    )
    return [
        StatementView(
            row.id,
            row.item_id,
            row.talk_id,
            row.topic,
            row.text,
            row.item.audience,
            row.item.about,
            names[row.item.author_staff_id].name if row.item.author_staff_id in names else "",
            row.item.written_at,
            row.item.agreed,
            row.item.author_person_id is not None,
        )
        for row in held
    ]


def list_drafts(actor: Actor, talk_id: uuid.UUID, now: datetime) -> dict[str, DraftView]:
    """The actor's own unplaced texts of a talk, by topic. Nobody else's: a draft is its author's alone."""
    rows: Iterable[Statement] = (
        policy.visible_statements(actor, now)
        .filter(talk_id=talk_id, draft_of_id=actor.id if actor.is_staff else None)
        .exclude(draft_of__isnull=True)
        .select_related("item")
        .order_by("topic")
    )
    return {
        row.topic: DraftView(
            row.topic,
            row.text,
            row.version,
            row.item.about,
            row.item.edited_at,
            row.item.edited_at + DRAFT_DIES_AFTER,
            now >= row.item.edited_at + DRAFT_WARNS_AFTER,
        )
        for row in rows
    }


def list_prepared(actor: Actor, talk_id: uuid.UUID, now: datetime) -> dict[str, PreparedView]:
    """What the caregiver prepared for a talk, by topic, as far as the actor may read it. Audited."""
    rows: list[Preparation] = list(
        policy.visible_preparations(actor, now)
        .filter(talk_id=talk_id)
        .select_related("item")
        .order_by("topic")
    )
    audit.record_read(
        actor,
        "list_prepared",
        "preparation",
        now=now,
        file_id=rows[0].file_id if rows else None,
        object_ids=[row.item_id for row in rows],
    )
    return {
        row.topic: PreparedView(
            row.topic,
            row.text,
            row.version,
            row.item_id,
            row.item.audience != Audience.MINE.value,
        )
        for row in rows
    }
