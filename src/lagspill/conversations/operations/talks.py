"""Writes about talks: started without an invitation, given a time, who is present, held, cancelled."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime

from lagspill.access import operations as access
from lagspill.audit import operations as audit
from lagspill.conversations import events, policy
from lagspill.conversations.models import Talk
from lagspill.conversations.rules import (
    FIRST_TOPICS,
    Form,
    Presence,
    TalkState,
    inviting_fault,
    talk_fault,
)
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import operations as people
from lagspill.people import policy as people_policy
from lagspill.people import queries as people_queries
from lagspill.people.queries import RelationView
from lagspill.people.rules import RelationState, may_move


@operation
def start_talk(
    *,
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    presence: Presence = Presence.IN_PERSON,
    form: Form = Form.HOME,
    key: uuid.UUID | None = None,
) -> Talk | None:
    """Begin a talk that nobody was invited to: it happens now. None when this form was done before.

    Raises NotAllowed, NotFound, and NotPossible("age_unknown"), ("child_track_only"), ("file_closed").
    """
    require_staff(actor, now)
    row = people_queries.get_file_row(actor, file_id, now)
    fault = inviting_fault(
        people_policy.age_group(row.caregiver, now), is_alive=row.caregiver.died_on is None
    )
    if fault:
        raise NotPossible(fault)
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    file = people_queries.get_file(actor, file_id, now)
    if actor.id is None or not actor.is_staff:
        raise NotAllowed("wrong_role", noun="talk")
    people.add_file_staff(actor=actor, now=now, file=row, staff_id=actor.id, role="lead")
    talk = Talk.objects.create(
        file_id=file_id,
        lead_id=actor.id,
        relation_ids=[relation.id for relation in file.relations],
        at=now,
        form=form.value,
        presence=presence.value,
        topics=list(FIRST_TOPICS),
        started_at=now,
    )
    audit.record(actor, "start_talk", "talk", now=now, object_id=talk.id, file_id=file_id)
    return talk


@operation
def plan_talk(
    *,
    actor: Actor,
    now: datetime,
    talk_id: uuid.UUID,
    at: datetime,
    form: Form,
    place: str = "",
) -> Talk:
    """Agree on a time, or another one. Raises NotFound, NotPossible("time_has_passed"), ("talk_is_over")."""
    require_staff(actor, now)
    talk = locked(actor, talk_id, now)
    if talk.state != TalkState.PLANNED:
        raise NotPossible("talk_is_over")
    if at <= now:
        raise NotPossible("time_has_passed")
    if (talk.at, talk.form, talk.place) == (at, form.value, place):
        return talk
    talk.at, talk.form, talk.place = at, form.value, place
    talk.save(update_fields=["at", "form", "place"])
    audit.record(
        actor,
        "plan_talk",
        "talk",
        now=now,
        object_id=talk.id,
        file_id=talk.file_id,
        fields=("at", "form", "place"),
    )
    announce_planned(talk, now)
    return talk


@operation
def set_presence(*, actor: Actor, now: datetime, talk_id: uuid.UUID, presence: Presence) -> Talk:
    """Say whether the caregiver is there; decides what may be agreed. Raises NotFound, NotPossible("talk_cancelled")."""
    require_staff(actor, now)
    talk = writable(actor, talk_id, now)
    if talk.presence != presence.value:
        talk.presence = presence.value
        talk.save(update_fields=["presence"])
        audit.record(
            actor,
            "set_presence",
            "talk",
            now=now,
            object_id=talk.id,
            file_id=talk.file_id,
            fields=("presence",),
        )
    return talk


@operation
def hold_talk(*, actor: Actor, now: datetime, talk_id: uuid.UUID) -> Talk:
    """Say that the talk is over; its relations are then followed up. Twice changes nothing.

    Drafts stay, and may still be placed. Raises NotFound, NotPossible("talk_cancelled").
    """
    require_staff(actor, now)
    talk = writable(actor, talk_id, now)
    if talk.state == TalkState.HELD:
        return talk
    talk.state, talk.ended_at = TalkState.HELD.value, now
    talk.save(update_fields=["state", "ended_at"])
    audit.record(actor, "hold_talk", "talk", now=now, object_id=talk.id, file_id=talk.file_id)
    file = people_queries.get_file(actor, talk.file_id, now)
    move_relations(actor, now, file.relations, talk.relation_ids, RelationState.FOLLOWED_UP)
    facts.announce(
        events.TalkHeld(
            talk.municipality_id, talk.file_id, talk.id, talk.file.unit_id, talk.lead_id
        ),
        now=now,
    )
    return talk


@operation
def cancel_talk(*, actor: Actor, now: datetime, talk_id: uuid.UUID) -> Talk:
    """Call off a planned talk; the caregiver may, and needs no reason. Twice changes nothing.

    Raises NotFound, NotPossible("talk_is_over") for a held one.
    """
    talk = locked(actor, talk_id, now)
    if talk.state == TalkState.CANCELLED:
        return talk
    if talk.state != TalkState.PLANNED:
        raise NotPossible("talk_is_over")
    talk.state, talk.ended_at = TalkState.CANCELLED.value, now
    talk.save(update_fields=["state", "ended_at"])
    audit.record(actor, "cancel_talk", "talk", now=now, object_id=talk.id, file_id=talk.file_id)
    facts.announce(
        events.TalkCancelled(
            talk.municipality_id,
            talk.file_id,
            talk.id,
            talk.file.unit_id,
            talk.lead_id,
            actor.kind.value,
        ),
        now=now,
    )
    return talk


def require_staff(actor: Actor, now: datetime) -> None:
    """Refuse whoever does not meet caregivers; with which of them, the file decides."""
    if not policy.can_hold_talks(actor, now):
        raise NotAllowed("wrong_role", noun="talk")


def locked(actor: Actor, talk_id: uuid.UUID, now: datetime) -> Talk:
    """The talk, locked, if the actor may know of it. Raises NotFound."""
    talk: Talk | None = (
        policy.visible_talks(actor, now)
        .select_for_update(of=("self",))
        .select_related("file")
        .filter(id=talk_id)
        .first()
    )
    if talk is None:
        raise NotFound("talk", talk_id)
    return talk


def writable(actor: Actor, talk_id: uuid.UUID, now: datetime) -> Talk:
    """The talk, locked, if something may still be written in it. Raises NotFound, NotPossible("talk_cancelled")."""
    talk = locked(actor, talk_id, now)
    fault = talk_fault(TalkState(talk.state))
    if fault:
        raise NotPossible(fault)
    return talk


def announce_planned(talk: Talk, now: datetime) -> None:
    """Tell that a talk has its day."""
    if talk.at is None:
        return
    facts.announce(
        events.TalkPlanned(
            talk.municipality_id,
            talk.file_id,
            talk.id,
            talk.file.unit_id,
            talk.lead_id,
            oslo_today(talk.at),
        ),
        now=now,
    )


def move_relations(
    actor: Actor,
    now: datetime,
    relations: Iterable[RelationView],
    ids: Iterable[uuid.UUID],
    new: RelationState,
) -> None:
    """Move those of the relations that may go there; the others stay where they are."""
    wanted = set(ids)
    for relation in relations:
        if relation.id in wanted and may_move(RelationState(relation.state), new):
            people.move_relation(actor=actor, now=now, relation_id=relation.id, new=new)
