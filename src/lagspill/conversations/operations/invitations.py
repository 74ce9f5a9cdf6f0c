"""Writes of invitations: sent, posted, answered, run out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from lagspill.access import operations as access
from lagspill.audit import operations as audit
from lagspill.conversations import events, policy
from lagspill.conversations.models import Invitation, Talk
from lagspill.conversations.rules import (
    Answer,
    Channel,
    Form,
    InvitationState,
    Need,
    has_run_out,
    may_answer,
    reply_by,
)
from lagspill.dispatch import operations as dispatch
from lagspill.dispatch.rules import Outcome
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.calendar import OSLO, oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.rules import AgeGroup, RelationState, may_move
from lagspill.people.rules import Channel as Reached
from lagspill.tenancy.scope import use_actor


@dataclass(frozen=True)
class NewInvitation:
    """What the sender chose; everything has a default, so that nothing need be typed."""

    lead_staff_id: uuid.UUID
    proposed_at: datetime
    form: Form
    topics: Sequence[str]
    place: str = ""
    others: str = ""
    is_large: bool = False


@dataclass(frozen=True)
class GivenAnswer:
    """What the caregiver said, and what it takes to come. `starts_at` none: another time, in `wish`."""

    answer: Answer
    form: Form | None = None
    starts_at: datetime | None = None
    wish: str = ""
    needs: frozenset[Need] = frozenset()
    ask_again_on: date | None = None


@transaction.atomic
def send_invitation(
    *,
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    new: NewInvitation,
    key: uuid.UUID | None = None,
) -> Invitation | None:
    """Invite the caregiver: in the portal when they can sign in and a notice may reach them, else by letter, else by phone.

    The lead becomes the file's staff. None when the same form was done before. Raises NotFound,
    NotPossible("age_group_missing") and ("too_young_to_invite"), NotPossible("already_invited").
    """
    file = people_queries.get_file_row(actor, file_id, now)
    _check_age(file.caregiver.age_group)
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    if Invitation.objects.filter(file=file, state=InvitationState.SENT.value).exists():
        raise NotPossible("already_invited")
    people.add_file_staff(actor=actor, now=now, file=file, staff_id=new.lead_staff_id, role="lead")
    language = file.caregiver.language or "nb"
    channel = (
        Channel.LETTER if people_queries.reach_of(file).allows(Reached.LETTER) else Channel.PHONE
    )
    if file.caregiver.is_bound and _is_notified(actor, now, file.id, language):
        channel = Channel.PORTAL
    invitation = Invitation.objects.create(
        file=file,
        lead_id=new.lead_staff_id,
        channel=channel.value,
        form=new.form.value,
        place=new.place,
        others=new.others,
        topics=list(new.topics),
        language=language,
        is_large=new.is_large,
        proposed_at=new.proposed_at,
        reply_by=reply_by(oslo_today(now)),
        sent_at=now,
    )
    move_relations(actor, now, file.id, RelationState.CONTACTED)
    audit.record(
        actor,
        "send_invitation",
        "invitation",
        now=now,
        object_id=invitation.id,
        file_id=file.id,
        act=audit.SEND,
    )
    facts.announce(
        events.InvitationSent(
            file.municipality_id,
            file.id,
            invitation.id,
            file.unit_id,
            new.lead_staff_id,
            channel.value,
            invitation.reply_by,
        ),
        now=now,
    )
    return invitation


def _check_age(age_group: str) -> None:
    """Unknown blocks; under 16 is the child track's (privacy model, "Young people")."""
    if age_group == AgeGroup.UNKNOWN:
        raise NotPossible("age_group_missing")
    if age_group == AgeGroup.UNDER_SIXTEEN:
        raise NotPossible("too_young_to_invite")


def _is_notified(actor: Actor, now: datetime, file_id: uuid.UUID, language: str) -> bool:
    outcome = dispatch.notify(
        actor=actor, now=now, file_id=file_id, notice="message", language=language, place="/min/"
    )
    return outcome is Outcome.SENT


def move_relations(actor: Actor, now: datetime, file_id: uuid.UUID, new: RelationState) -> None:
    """Move every living relation of the file that may go to `new`."""
    for relation in people_queries.list_relation_states(file_id):
        if may_move(RelationState(relation.state), new):
            people.move_relation(actor=actor, now=now, relation_id=relation.id, new=new)


@transaction.atomic
def mark_posted(*, actor: Actor, now: datetime, invitation_id: uuid.UUID) -> Invitation:
    """Say that the letter is in the post. Twice changes nothing. Raises NotFound, NotPossible("not_a_letter")."""
    invitation = _locked(actor, invitation_id, now)
    if invitation.channel != Channel.LETTER:
        raise NotPossible("not_a_letter")
    if invitation.posted_at is None:
        invitation.posted_at = now
        invitation.save(update_fields=["posted_at"])
        audit.record(
            actor,
            "mark_posted",
            "invitation",
            now=now,
            object_id=invitation.id,
            file_id=invitation.file_id,
            act=audit.SEND,
        )
        facts.announce(
            events.LetterPosted(invitation.municipality_id, invitation.file_id, invitation.id),
            now=now,
        )
    return invitation


@transaction.atomic
def answer_invitation(
    *, actor: Actor, now: datetime, invitation_id: uuid.UUID, given: GivenAnswer
) -> Invitation:
    """Answer an invitation: the caregiver in the portal, or staff who took the answer by phone or letter.

    A yes plans the talk. Answering again changes nothing. Raises NotFound, NotPossible("invitation_closed").
    """
    invitation = _locked(actor, invitation_id, now)
    if invitation.state == InvitationState.ANSWERED and invitation.answer == given.answer:
        return invitation
    if not may_answer(InvitationState(invitation.state)):
        raise NotPossible("invitation_closed")
    talk = _planned_talk(invitation, given) if given.answer is Answer.YES else None
    invitation.state = InvitationState.ANSWERED.value
    invitation.answer = given.answer.value
    invitation.wish = given.wish
    invitation.needs = sorted(need.value for need in given.needs)
    invitation.answered_at = now
    invitation.ask_again_on = given.ask_again_on
    invitation.talk = talk
    fields = ["state", "answer", "wish", "needs", "answered_at", "ask_again_on", "talk"]
    invitation.save(update_fields=fields)
    audit.record(
        actor,
        "answer_invitation",
        "invitation",
        now=now,
        object_id=invitation.id,
        file_id=invitation.file_id,
        fields=fields,
    )
    # Work and relations are staff's tables: the act is the caregiver's, what follows from it the system's.
    with use_actor(system_actor("conversations.answer", invitation.municipality_id)) as system:
        if given.answer is Answer.NO:
            move_relations(system, now, invitation.file_id, RelationState.DECLINED)
        _announce_answer(invitation, talk, now)
    return invitation


def _planned_talk(invitation: Invitation, given: GivenAnswer) -> Talk:
    form = given.form or Form(invitation.form)
    return Talk.objects.create(
        file_id=invitation.file_id,
        lead_id=invitation.lead_id,
        form=form.value,
        place=invitation.place if form == invitation.form else "",
        starts_at=given.starts_at,
    )


def _announce_answer(invitation: Invitation, talk: Talk | None, now: datetime) -> None:
    file = invitation.file
    talk_on = talk.starts_at.astimezone(OSLO).date() if talk and talk.starts_at else None
    facts.announce(
        events.InvitationAnswered(
            file.municipality_id,
            file.id,
            invitation.id,
            file.unit_id,
            invitation.lead_id,
            invitation.answer,
            talk.id if talk else None,
            talk_on,
            tuple(invitation.needs),
        ),
        now=now,
    )
    if talk is not None and talk_on is not None:
        facts.announce(
            events.TalkPlanned(
                file.municipality_id, file.id, talk.id, file.unit_id, talk.lead_id, talk_on
            ),
            now=now,
        )


@transaction.atomic
def expire_invitations(*, actor: Actor, now: datetime) -> int:
    """Let invitations run out that nobody answered, in the municipality in scope. System only; returns how many."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    today = oslo_today(now)
    rows = [
        row
        for row in Invitation.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(state=InvitationState.SENT.value, reply_by__lt=today)
        .select_related("file")
        .order_by("reply_by", "id")[:1000]
        if has_run_out(row.reply_by, today)
    ]
    if not rows:
        return 0
    ids = [row.id for row in rows]
    Invitation.objects.filter(id__in=ids).update(state=InvitationState.EXPIRED.value)
    audit.record(
        actor, "expire_invitations", "invitation", now=now, object_ids=ids, fields=("state",)
    )
    for row in rows:
        facts.announce(
            events.InvitationExpired(
                row.municipality_id, row.file_id, row.id, row.file.unit_id, row.lead_id
            ),
            now=now,
        )
    return len(rows)


def _locked(actor: Actor, invitation_id: uuid.UUID, now: datetime) -> Invitation:
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("file")
        .filter(id=invitation_id)
        .first()
    )
    if invitation is None or not policy.can_see_invitation(actor, invitation, now):
        raise NotFound("invitation", invitation_id)
    return invitation
