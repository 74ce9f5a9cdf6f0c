"""Reads of invitations, preparations and talks, as read models."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.access import queries as access
from lagspill.audit import operations as audit
from lagspill.conversations import policy
from lagspill.conversations.models import Invitation, Preparation, Statement, Talk
from lagspill.conversations.rules import InvitationState, TalkState
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound
from lagspill.people.rules import DRAFT_WARNS_AFTER


@dataclass(frozen=True)
class InvitationView:
    """An invitation as a screen shows it."""

    id: uuid.UUID
    file_id: uuid.UUID
    lead_id: uuid.UUID
    lead: str
    state: str
    channel: str
    form: str
    place: str
    others: str
    topics: tuple[str, ...]
    language: str
    is_large: bool
    proposed_at: datetime
    reply_by: date
    sent_at: datetime
    posted_at: datetime | None
    answer: str
    wish: str
    needs: tuple[str, ...]
    answered_at: datetime | None
    talk_id: uuid.UUID | None

    @property
    def waits_for_answer(self) -> bool:
        """True until somebody answered; one that ran out may still be answered."""
        return self.state in (InvitationState.SENT, InvitationState.EXPIRED)


@dataclass(frozen=True)
class TalkView:
    """A talk as a screen shows it."""

    id: uuid.UUID
    file_id: uuid.UUID
    lead_id: uuid.UUID
    lead: str
    state: str
    form: str
    place: str
    is_present: bool
    starts_at: datetime | None
    held_at: datetime | None

    @property
    def is_planned(self) -> bool:
        """True until it is held or called off."""
        return self.state == TalkState.PLANNED


@dataclass(frozen=True)
class StatementView:
    """A piece of what was said, with its envelope."""

    id: uuid.UUID
    item_id: uuid.UUID
    topic: str
    text: str
    audience: str
    about: str
    author: str
    is_agreed: bool
    written_at: datetime
    version: int
    dies_soon: bool = False


@dataclass(frozen=True)
class PreparationView:
    """What the caregiver wrote at home on a topic."""

    id: uuid.UUID
    topic: str
    text: str
    is_important: bool
    is_shared: bool


def find_current_invitation(
    actor: Actor, file_id: uuid.UUID, now: datetime
) -> InvitationView | None:
    """The newest invitation of a file the actor may open, or none."""
    row = policy.visible_invitations(actor, now).filter(file_id=file_id).order_by("-id").first()
    return _invitations([row])[0] if row else None


def get_invitation(actor: Actor, invitation_id: uuid.UUID, now: datetime) -> InvitationView:
    """One invitation; audited. Raises NotFound."""
    row = policy.visible_invitations(actor, now).filter(id=invitation_id).first()
    if row is None:
        raise NotFound("invitation", invitation_id)
    audit.record_read(
        actor, "get_invitation", "invitation", now=now, object_id=row.id, file_id=row.file_id
    )
    return _invitations([row])[0]


def get_talk(actor: Actor, talk_id: uuid.UUID, now: datetime) -> TalkView:
    """One talk; audited. Raises NotFound."""
    row = policy.visible_talks(actor, now).filter(id=talk_id).first()
    if row is None:
        raise NotFound("talk", talk_id)
    audit.record_read(actor, "get_talk", "talk", now=now, object_id=row.id, file_id=row.file_id)
    return _talks([row])[0]


def list_talks(actor: Actor, file_id: uuid.UUID, now: datetime) -> list[TalkView]:
    """Talks of a file, newest first."""
    rows = policy.visible_talks(actor, now).filter(file_id=file_id).order_by("-id")[:50]
    return _talks(list(rows))


def list_statements(
    actor: Actor, file_id: uuid.UUID, now: datetime, talk_id: uuid.UUID | None = None
) -> list[StatementView]:
    """Placed statements of a file (of one talk, when given) that the actor may read, in order; audited."""
    rows = policy.visible_statements(actor, now).filter(file_id=file_id, is_placed=True)
    if talk_id is not None:
        rows = rows.filter(talk_id=talk_id)
    found = list(rows.select_related("item", "author").order_by("id")[:500])
    audit.record_read(
        actor,
        "list_statements",
        "statement",
        now=now,
        object_ids=[row.item_id for row in found],
        file_id=file_id,
    )
    return [_statement(row, now) for row in found]


def list_drafts(actor: Actor, talk_id: uuid.UUID, now: datetime) -> dict[str, StatementView]:
    """The actor's own drafts in a talk, by topic."""
    rows = policy.visible_statements(actor, now).filter(
        talk_id=talk_id, is_placed=False, author_id=actor.id
    )
    return {
        row.topic: _statement(row, now)
        for row in rows.select_related("item", "author").order_by("id")
    }


def list_preparations(
    actor: Actor, talk_id: uuid.UUID, now: datetime
) -> dict[str, PreparationView]:
    """What the caregiver wrote for a talk, by topic, as far as it reaches the actor; audited."""
    rows = list(
        policy.visible_preparations(actor, now)
        .filter(talk_id=talk_id)
        .select_related("item")
        .order_by("topic")
    )
    audit.record_read(
        actor,
        "list_preparations",
        "preparation",
        now=now,
        object_ids=[row.item_id for row in rows],
        file_id=rows[0].file_id if rows else None,
    )
    return {row.topic: _preparation(row) for row in rows}


def _preparation(row: Preparation) -> PreparationView:
    return PreparationView(
        row.id, row.topic, row.text, row.is_important, row.item.audience != "mine"
    )


def _statement(row: Statement, now: datetime) -> StatementView:
    return StatementView(
        row.id,
        row.item_id,
        row.topic,
        row.text,
        row.item.audience,
        row.item.about,
        row.author.name,
        row.item.agreed,
        row.item.written_at,
        row.version,
        not row.is_placed and now - row.item.edited_at > DRAFT_WARNS_AFTER,
    )


def _invitations(rows: Sequence[Invitation]) -> list[InvitationView]:
    leads = access.list_staff([row.lead_id for row in rows])
    return [
        InvitationView(
            row.id,
            row.file_id,
            row.lead_id,
            leads[row.lead_id].name,
            row.state,
            row.channel,
            row.form,
            row.place,
            row.others,
            tuple(row.topics),
            row.language,
            row.is_large,
            row.proposed_at,
            row.reply_by,
            row.sent_at,
            row.posted_at,
            row.answer,
            row.wish,
            tuple(row.needs),
            row.answered_at,
            row.talk_id,
        )
        for row in rows
    ]


def _talks(rows: Sequence[Talk]) -> list[TalkView]:
    leads = access.list_staff([row.lead_id for row in rows])
    return [
        TalkView(
            row.id,
            row.file_id,
            row.lead_id,
            leads[row.lead_id].name,
            row.state,
            row.form,
            row.place,
            row.is_present,
            row.starts_at,
            row.held_at,
        )
        for row in rows
    ]
