"""Writes about invitations: sent, printed, posted, answered, taken back, expired."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from lagspill.access import operations as access
from lagspill.audit import operations as audit
from lagspill.conversations import events, policy, queries
from lagspill.conversations.models import Invitation, Talk
from lagspill.conversations.operations.talks import (
    announce_planned,
    move_relations,
    require_staff,
)
from lagspill.conversations.queries.invitations import plan_of
from lagspill.conversations.rules import (
    Answer,
    Channel,
    Form,
    How,
    Plan,
    Presence,
    Reply,
    State,
    best_channel,
    form_of,
    inviting_fault,
    may_answer,
    may_cancel,
    plan_fault,
    reply_fault,
)
from lagspill.dispatch import operations as dispatch
from lagspill.dispatch.rules import Outcome
from lagspill.kernel import content, facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import operations as people
from lagspill.people import policy as people_policy
from lagspill.people import queries as people_queries
from lagspill.people.queries import FileView
from lagspill.people.rules import AgeGroup, RelationState
from lagspill.people.rules import Channel as ReachChannel
from lagspill.ui import documents

NOTICE = "invitation"


@operation
def send_invitation(
    *,
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    plan: Plan,
    channel: Channel | None = None,
    key: uuid.UUID | None = None,
) -> Invitation | None:
    """Invite a caregiver to a talk. The one who leads becomes the file's staff. None when this form was done before.

    By `channel`, or the way that asks least; a portal notice that cannot be sent makes it a call. Raises NotAllowed,
    NotFound, and NotPossible("age_unknown"), ("child_track_only"), ("file_closed"), ("unknown_lead"),
    ("channel_blocked"), ("invitation_waits") or a fault of the plan.
    """
    require_staff(actor, now)
    row = people_queries.get_file_row(actor, file_id, now)
    age = people_policy.age_group(row.caregiver, now)
    fault = inviting_fault(age, is_alive=row.caregiver.died_on is None)
    fault = fault or plan_fault(plan, now, list(content.topics()))
    if fault:
        raise NotPossible(fault)
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    file = people_queries.get_file(actor, file_id, now)
    _check_names(actor, now, file, plan)
    if plan.form is Form.HOME and ReachChannel.IN_PERSON in file.reach.blocked:
        raise NotPossible("not_at_home")
    way = _way(file, age, channel)
    people.add_file_staff(actor=actor, now=now, file=row, staff_id=plan.lead_id, role="lead")
    invitation = _create(actor, now, file_id, plan, way)
    if way is Channel.PORTAL:
        outcome = dispatch.notify(
            actor=actor, now=now, file_id=file_id, notice=NOTICE, language=plan.language
        )
        if outcome is Outcome.NEEDS_CALL:
            invitation.channel = Channel.PHONE.value
            invitation.save(update_fields=["channel"])
    fields = ("lead", "form", "times", "topics", "reply_by")
    _record(actor, "send_invitation", invitation, now, *fields, act=audit.SEND)
    facts.announce(
        events.InvitationSent(
            row.municipality_id,
            file_id,
            invitation.id,
            row.unit_id,
            plan.lead_id,
            invitation.channel,
            plan.reply_by,
        ),
        now=now,
    )
    move_relations(actor, now, file.relations, plan.relation_ids, RelationState.CONTACTED)
    return invitation


def _check_names(actor: Actor, now: datetime, file: FileView, plan: Plan) -> None:
    if not set(plan.relation_ids) <= {relation.id for relation in file.relations}:
        raise NotPossible("unknown_relation")
    if plan.lead_id not in {lead.id for lead in queries.list_leads(actor, file, now)}:
        raise NotPossible("unknown_lead")


def _way(file: FileView, age: AgeGroup, channel: Channel | None) -> Channel:
    may_write = file.reach.allows(ReachChannel.LETTER)
    if channel is None:
        return best_channel(is_bound=file.is_bound, age=age, may_write=may_write)
    is_open = {
        Channel.PORTAL: file.is_bound,
        Channel.LETTER: may_write,
        Channel.PHONE: True,
    }
    if not is_open[channel]:
        raise NotPossible("channel_blocked")
    return channel


def _create(
    actor: Actor, now: datetime, file_id: uuid.UUID, plan: Plan, way: Channel
) -> Invitation:
    try:
        with transaction.atomic():
            return Invitation.objects.create(
                file_id=file_id,
                lead_id=plan.lead_id,
                sent_by=actor.id,
                relation_ids=list(plan.relation_ids),
                channel=way.value,
                form=plan.form.value,
                place=plan.place,
                times=sorted(plan.times),
                reply_by=plan.reply_by,
                topics=list(plan.topics),
                others=plan.others.value,
                others_names=plan.others_names,
                language=plan.language,
                is_large=plan.is_large,
                sent_at=now,
            )
    except IntegrityError as error:
        # One waiting invitation for each file: another colleague was first.
        raise NotPossible("invitation_waits") from error


@operation
def write_letter(*, actor: Actor, now: datetime, invitation_id: uuid.UUID) -> bytes:
    """The invitation as an accessible PDF, with the file's binding code when the caregiver cannot sign in yet.

    The code stands in the letter alone. Raises NotAllowed, NotFound, NotPossible("invitation_closed"), and
    NotPossible("channel_blocked") where nothing may be sent home.
    """
    require_staff(actor, now)
    invitation = _locked(actor, invitation_id, now)
    if invitation.state not in (State.SENT, State.EXPIRED):
        raise NotPossible("invitation_closed")
    file = people_queries.get_file(actor, invitation.file_id, now)
    if ReachChannel.LETTER in file.reach.blocked:
        raise NotPossible("channel_blocked")
    code = ""
    if not file.is_bound:
        code = people.make_binding_code(actor=actor, now=now, file=invitation.file)
    plan = plan_of(invitation)
    words = queries.invitation_words(
        actor,
        file,
        plan,
        language=plan.language,
        today=oslo_today(now),
        with_code=bool(code),
        code=code,
    )
    with override(plan.language):
        title = _("Brev")
    pdf = documents.render(
        "letter",
        queries.letter_data(file, plan, words, oslo_today(now)),
        lang=plan.language,
        title=title,
    )
    _record(actor, "write_letter", invitation, now, act=audit.PRINT)
    return pdf


@operation
def letter_becomes_call(*, actor: Actor, now: datetime, file_id: uuid.UUID) -> None:
    """Letters may no longer be sent: an invitation that was not posted yet is told by telephone. System only."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    waiting = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("file")
        .filter(
            file_id=file_id,
            state=State.SENT.value,
            channel=Channel.LETTER.value,
            posted_at__isnull=True,
        )
    )
    for invitation in waiting.order_by("id"):
        invitation.channel = Channel.PHONE.value
        invitation.save(update_fields=["channel"])
        _record(actor, "letter_becomes_call", invitation, now, "channel")
        facts.announce(_sent(invitation), now=now)


def _sent(invitation: Invitation) -> events.InvitationSent:
    return events.InvitationSent(
        invitation.municipality_id,
        invitation.file_id,
        invitation.id,
        invitation.file.unit_id,
        invitation.lead_id,
        invitation.channel,
        invitation.reply_by,
    )


@operation
def mark_posted(*, actor: Actor, now: datetime, invitation_id: uuid.UUID) -> Invitation:
    """Say that the letter was posted or handed over. Twice changes nothing. Raises NotFound, NotPossible."""
    require_staff(actor, now)
    invitation = _locked(actor, invitation_id, now)
    if invitation.posted_at is not None:
        return invitation
    if invitation.state not in (State.SENT, State.EXPIRED):
        raise NotPossible("invitation_closed")
    invitation.posted_at = now
    invitation.save(update_fields=["posted_at"])
    _record(actor, "mark_posted", invitation, now, "posted_at")
    facts.announce(
        events.LetterPosted(invitation.municipality_id, invitation.file_id, invitation.id), now=now
    )
    return invitation


@operation
def cancel_invitation(*, actor: Actor, now: datetime, invitation_id: uuid.UUID) -> Invitation:
    """Take back an invitation that waits. Twice changes nothing. Raises NotFound, NotPossible("invitation_closed")."""
    require_staff(actor, now)
    invitation = _locked(actor, invitation_id, now)
    if invitation.state == State.CANCELLED:
        return invitation
    if not may_cancel(State(invitation.state)):
        raise NotPossible("invitation_closed")
    invitation.state, invitation.ended_at = State.CANCELLED.value, now
    invitation.save(update_fields=["state", "ended_at"])
    _record(actor, "cancel_invitation", invitation, now, "state")
    facts.announce(
        events.InvitationCancelled(invitation.municipality_id, invitation.file_id, invitation.id),
        now=now,
    )
    return invitation


@operation
def answer_invitation(
    *,
    actor: Actor,
    now: datetime,
    invitation_id: uuid.UUID,
    reply: Reply,
    key: uuid.UUID | None = None,
) -> Invitation:
    """The caregiver answers in the portal. A yes makes a talk. Done before with the same form, it changes nothing.

    Raises NotFound unless it is the actor's own invitation, NotPossible("already_answered"), ("time_or_wish"),
    ("unknown_time"), ("time_has_passed").
    """
    if not actor.is_citizen:
        raise NotFound("invitation", invitation_id)
    return _answer(actor, now, invitation_id, reply, How.PORTAL, key)


@operation
def record_answer(
    *,
    actor: Actor,
    now: datetime,
    invitation_id: uuid.UUID,
    reply: Reply,
    how: How,
    key: uuid.UUID | None = None,
) -> Invitation:
    """Staff record an answer given by telephone, on the reply slip or face to face. Raises as `answer_invitation`."""
    require_staff(actor, now)
    if how is How.PORTAL:
        raise NotPossible("illegal_move")
    return _answer(actor, now, invitation_id, reply, how, key)


def _answer(
    actor: Actor,
    now: datetime,
    invitation_id: uuid.UUID,
    reply: Reply,
    how: How,
    key: uuid.UUID | None,
) -> Invitation:
    invitation = _locked(actor, invitation_id, now)
    if not access.claim_once(actor=actor, key=key, now=now):
        return invitation
    held = Answer(invitation.answer) if invitation.answer else None
    if not may_answer(State(invitation.state), held) or _is_replaced(actor, invitation, now):
        raise NotPossible("already_answered")
    fault = reply_fault(reply, invitation.times, now)
    if fault:
        raise NotPossible(fault)
    invitation.state, invitation.ended_at = State.ANSWERED.value, None
    invitation.answer, invitation.answer_how = reply.answer.value, how.value
    invitation.answered_at = now
    invitation.chosen_time, invitation.wish = reply.time, reply.wish.strip()
    invitation.chosen_form = form_of(reply.form, Form(invitation.form)).value
    invitation.needs = [need.value for need in reply.needs]
    invitation.interpreter_language = reply.interpreter_language
    fields = (
        *("state", "ended_at", "answer", "answer_how", "answered_at", "chosen_time", "wish"),
        *("chosen_form", "needs", "interpreter_language"),
    )
    invitation.save(update_fields=fields)
    _record(actor, "answer_invitation", invitation, now, *fields)
    talk = _make_talk(actor, now, invitation) if reply.answer is Answer.YES else None
    facts.announce(
        events.InvitationAnswered(
            invitation.municipality_id,
            invitation.file_id,
            invitation.id,
            invitation.file.unit_id,
            invitation.lead_id,
            reply.answer.value,
            talk.id if talk else None,
            oslo_today(talk.at) if talk and talk.at else None,
            tuple(invitation.needs),
        ),
        now=now,
    )
    if talk:
        announce_planned(talk, now)
    return invitation


def _is_replaced(actor: Actor, invitation: Invitation, now: datetime) -> bool:
    return (
        policy.visible_invitations(actor, now)
        .filter(file_id=invitation.file_id, id__gt=invitation.id)
        .exclude(state=State.CANCELLED.value)
        .exists()
    )


def _make_talk(actor: Actor, now: datetime, invitation: Invitation) -> Talk:
    form = Form(invitation.chosen_form)
    by_phone = form in (Form.PHONE, Form.VIDEO)
    talk = Talk.objects.create(
        file=invitation.file,
        invitation=invitation,
        lead_id=invitation.lead_id,
        relation_ids=invitation.relation_ids,
        at=invitation.chosen_time,
        form=form.value,
        place=invitation.place if form is Form.OFFICE else "",
        presence=(Presence.PHONE if by_phone else Presence.IN_PERSON).value,
        topics=invitation.topics,
        needs=invitation.needs,
        interpreter_language=invitation.interpreter_language,
        started_at=now,
    )
    audit.record(actor, "plan_talk", "talk", now=now, object_id=talk.id, file_id=talk.file_id)
    return talk


@operation
def expire_invitations(*, actor: Actor, now: datetime) -> int:
    """Invitations that nobody answered in time become one call. For the sweep; safe to run twice. System only."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    ids = queries.list_overdue(actor, now)
    rows = (
        Invitation.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("file")
        .filter(id__in=ids, state=State.SENT.value)
        .order_by("id")
    )
    count = 0
    for invitation in rows:
        invitation.state, invitation.ended_at = State.EXPIRED.value, now
        invitation.save(update_fields=["state", "ended_at"])
        _record(actor, "expire_invitation", invitation, now, "state")
        facts.announce(
            events.InvitationExpired(
                invitation.municipality_id,
                invitation.file_id,
                invitation.id,
                invitation.file.unit_id,
                invitation.lead_id,
            ),
            now=now,
        )
        count += 1
    return count


def _locked(actor: Actor, invitation_id: uuid.UUID, now: datetime) -> Invitation:
    row: Invitation | None = (
        policy.visible_invitations(actor, now)
        .select_for_update(of=("self",))
        .select_related("file")
        .filter(id=invitation_id)
        .first()
    )
    if row is None:
        raise NotFound("invitation", invitation_id)
    return row


def _record(
    actor: Actor,
    verb: str,
    invitation: Invitation,
    now: datetime,
    *fields: str,
    act: str = audit.WRITE,
) -> None:
    audit.record(
        actor,
        verb,
        "invitation",
        now=now,
        object_id=invitation.id,
        file_id=invitation.file_id,
        act=act,
        fields=fields,
    )
