"""Reads about invitations, and the proposal that needs no typing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from lagspill.access import queries as access
from lagspill.access.queries import StaffCard
from lagspill.access.rules import CAREGIVER_ROLES, Role
from lagspill.audit import operations as audit
from lagspill.conversations import policy
from lagspill.conversations.models import Invitation
from lagspill.conversations.queries.talks import in_usual_order
from lagspill.conversations.rules import (
    FIRST_TOPICS,
    Channel,
    Form,
    Others,
    Plan,
    State,
    best_channel,
    gone_out_before,
    inviting_fault,
    proposed_reply_by,
    proposed_time,
)
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotFound
from lagspill.people import policy as people_policy
from lagspill.people.queries import FileView
from lagspill.people.rules import AgeGroup
from lagspill.people.rules import Channel as ReachChannel
from lagspill.tenancy import queries as tenancy


@dataclass(frozen=True)
class InvitationView:
    """An invitation for screens: what was proposed (`plan`), where it stands, and what was answered."""

    id: uuid.UUID
    file_id: uuid.UUID
    plan: Plan
    lead_name: str
    lead_phone: str
    state: str
    channel: str
    sent_at: datetime
    posted_at: datetime | None
    answer: str
    answer_how: str
    answered_at: datetime | None
    chosen_time: datetime | None
    chosen_form: str
    wish: str
    needs: tuple[str, ...]
    interpreter_language: str
    talk_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Proposal:
    """What an invitation starts as: a plan, the way it would go, the ways there are, and why it cannot be sent."""

    plan: Plan
    channel: Channel
    channels: tuple[Channel, ...]
    fault: str | None


def plan_of(row: Invitation) -> Plan:
    """What was proposed in an invitation."""
    return Plan(
        lead_id=row.lead_id,
        relation_ids=tuple(row.relation_ids),
        times=tuple(row.times),
        reply_by=row.reply_by,
        topics=in_usual_order(row.topics),
        form=Form(row.form),
        place=row.place,
        others=Others(row.others),
        others_names=row.others_names,
        language=row.language,
        is_large=row.is_large,
    )


def _view(row: Any) -> InvitationView:
    return InvitationView(
        row.id,
        row.file_id,
        plan_of(row),
        row.lead.name,
        row.lead.phone,
        row.state,
        row.channel,
        row.sent_at,
        row.posted_at,
        row.answer,
        row.answer_how,
        row.answered_at,
        row.chosen_time,
        row.chosen_form,
        row.wish,
        tuple(row.needs),
        row.interpreter_language,
        row.talk_id,
    )


def _seen(actor: Actor, now: datetime) -> QuerySet[Any]:
    """Invitations the actor may read, with their lead and the talk that came of each."""
    talk = policy.visible_talks(actor, now).filter(invitation_id=OuterRef("pk")).order_by("id")
    rows = policy.visible_invitations(actor, now).select_related("lead")
    return rows.annotate(talk_id=Subquery(talk.values("id")[:1]))


def get_invitation(actor: Actor, invitation_id: uuid.UUID, now: datetime) -> InvitationView:
    """One invitation; audited as a read. Raises NotFound."""
    row = _seen(actor, now).filter(id=invitation_id).first()
    if row is None:
        raise NotFound("invitation", invitation_id)
    audit.record_read(
        actor, "get_invitation", "invitation", now=now, object_id=row.id, file_id=row.file_id
    )
    return _view(row)


def get_current_invitation(
    actor: Actor, file_id: uuid.UUID, now: datetime
) -> InvitationView | None:
    """The latest invitation of a file unless it was taken back; none when there is none or the file is not the actor's."""
    row = (
        _seen(actor, now)
        .filter(file_id=file_id)
        .exclude(state=State.CANCELLED.value)
        .order_by("-id")
        .first()
    )
    if row is None:
        return None
    audit.record_read(
        actor,
        "get_current_invitation",
        "invitation",
        now=now,
        object_id=row.id,
        file_id=file_id,
    )
    return _view(row)


def list_overdue(actor: Actor, now: datetime, count: int = 500) -> list[uuid.UUID]:
    """Invitations whose days of grace are over, oldest first; for the sweep of a system actor."""
    return list(
        policy.visible_invitations(actor, now)
        .filter(state=State.SENT.value, reply_by__lt=gone_out_before(oslo_today(now)))
        .order_by("reply_by", "id")
        .values_list("id", flat=True)[:count]
    )


def list_leads(actor: Actor, file: FileView, now: datetime) -> list[StaffCard]:
    """Who may lead a talk: whoever meets caregivers in the file's unit or above it, the actor first; with somebody of 16
    or 17 child-responsible staff too.
    """
    is_young = file.age_group == AgeGroup.SIXTEEN_SEVENTEEN
    roles = [role.value for role in (*CAREGIVER_ROLES, *[Role.CHILD_RESPONSIBLE] * is_young)]
    found = access.list_members_above(roles=roles, unit_id=file.unit_id, now=now)
    kin = people_policy.kin_among(file.id, [card.id for card in found])
    found = [card for card in found if card.id not in kin]
    own = {actor.id: access.get_staff(actor.id)} if actor.is_staff and actor.id else {}
    return [*own.values(), *(card for card in found if card.id not in own)]


def propose(actor: Actor, file: FileView, now: datetime) -> Proposal:
    """An invitation that could be sent as it stands: led by the actor, a working day a week ahead, with the first topics.

    `file` was read through `people.queries.get_file`.
    """
    age = AgeGroup(file.age_group)
    may_write = file.reach.allows(ReachChannel.LETTER)
    language = file.language if file.language in content.LANGUAGES else "nb"
    plan = Plan(
        lead_id=actor.id or uuid.UUID(int=0),
        relation_ids=tuple(relation.id for relation in file.relations),
        times=(proposed_time(now),),
        reply_by=proposed_reply_by(now),
        topics=in_usual_order(FIRST_TOPICS),
        place=tenancy.get_unit(file.unit_id).name,
        language=language,
    )
    ways = {Channel.PORTAL: file.is_bound, Channel.LETTER: may_write, Channel.PHONE: True}
    return Proposal(
        plan,
        best_channel(is_bound=file.is_bound, age=age, may_write=may_write),
        tuple(way for way, is_open in ways.items() if is_open),
        inviting_fault(age, is_alive=True),
    )
