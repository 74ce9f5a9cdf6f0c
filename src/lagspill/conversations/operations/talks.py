"""Writes of the talk itself: drafts saved while one writes, statements placed with their audience, and its end."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from lagspill.access import operations as access
from lagspill.audit import operations as audit
from lagspill.conversations import events, policy
from lagspill.conversations.models import Statement, Talk
from lagspill.conversations.operations.invitations import move_relations
from lagspill.conversations.rules import Form, TalkState
from lagspill.kernel import content, facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible, Stale
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.rules import DRAFT_DIES_AFTER, About, Audience, RelationState


@transaction.atomic
def start_talk(
    *, actor: Actor, now: datetime, file_id: uuid.UUID, form: Form, key: uuid.UUID | None = None
) -> Talk | None:
    """Begin a talk that nobody was invited to: the caregiver rang or came by. None when the form was done before.

    The one who begins it leads it and becomes the file's staff. Raises NotFound.
    """
    file = people_queries.get_file_row(actor, file_id, now)
    if not actor.is_staff or actor.id is None:
        raise NotFound("file", file_id)
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    people.add_file_staff(actor=actor, now=now, file=file, staff_id=actor.id, role="lead")
    talk = Talk.objects.create(file=file, lead_id=actor.id, form=form.value, starts_at=now)
    audit.record(actor, "start_talk", "talk", now=now, object_id=talk.id, file_id=file.id)
    return talk


@transaction.atomic
def save_draft(
    *, actor: Actor, now: datetime, talk_id: uuid.UUID, topic: str, text: str, version: int
) -> Statement | None:
    """Save the actor's draft on a topic. `version` is what the page began from (0: nothing yet).

    Nobody else reads it. Empty text with no draft saves nothing. Raises NotFound, NotPossible("unknown_topic") and
    ("talk_over"), and Stale with both texts when another device saved in between.
    """
    talk = _staff_talk(actor, talk_id, now)
    if topic not in content.topics():
        raise NotPossible("unknown_topic")
    held = _draft(actor, talk, topic)
    if held is None:
        return _new_draft(actor, now, talk, topic, text) if text else None
    if held.text == text:
        return held
    if held.version != version:
        raise Stale(mine=text, theirs=held.text)
    held.text, held.version = text, held.version + 1
    held.save(update_fields=["text", "version"])
    people.touch_item(held.item, now)
    audit.record(
        actor,
        "save_draft",
        "statement",
        now=now,
        object_id=held.item_id,
        file_id=held.file_id,
        fields=("text",),
    )
    return held


def _draft(actor: Actor, talk: Talk, topic: str) -> Statement | None:
    return (
        Statement.objects.select_for_update(of=("self",))
        .filter(talk=talk, topic=topic, author_id=actor.id, is_placed=False)
        .select_related("item")
        .first()
    )


def _new_draft(actor: Actor, now: datetime, talk: Talk, topic: str, text: str) -> Statement:
    about = About(content.topics()[topic].about)
    item = people.write_item(
        actor=actor,
        now=now,
        file=talk.file,
        kind="statement",
        about=about,
        relation_ids=[row.id for row in people_queries.list_relation_states(talk.file_id)],
        caregiver_present=talk.is_present,
    )
    # Another device may be doing the same: the constraint lets one draft a topic stand, and it is locked above.
    return Statement.objects.create(
        file_id=talk.file_id, talk=talk, item=item, author_id=actor.id, topic=topic, text=text
    )


@transaction.atomic
def place_statement(
    *,
    actor: Actor,
    now: datetime,
    talk_id: uuid.UUID,
    topic: str,
    text: str,
    version: int,
    about: About,
    audience: Audience,
    sentence: str,
    key: uuid.UUID | None = None,
) -> Statement | None:
    """Give what was written its audience, chosen with the caregiver; `sentence` is the one that was shown.

    None when the same form was done before. Raises NotFound, Stale, NotPossible("nothing_written") and the placing
    faults of `people.rules.placing_fault`.
    """
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    if not text:
        raise NotPossible("nothing_written")
    held = save_draft(
        actor=actor, now=now, talk_id=talk_id, topic=topic, text=text, version=version
    )
    if held is None:
        raise NotPossible("nothing_written")
    people.set_about(actor=actor, now=now, item_id=held.item_id, about=about)
    people.place_item(
        actor=actor,
        now=now,
        item_id=held.item_id,
        audience=audience,
        sentence=sentence,
        caregiver_present=held.talk.is_present,
    )
    held.is_placed = True
    held.save(update_fields=["is_placed"])
    return held


@transaction.atomic
def change_readers(
    *,
    actor: Actor,
    now: datetime,
    statement_id: uuid.UUID,
    audience: Audience,
    how: str,
    sentence: str,
) -> Statement:
    """Let more or fewer people read a placed statement. Raises NotFound and what `people.change_audience` raises."""
    held = policy.visible_statements(actor, now).filter(id=statement_id, is_placed=True).first()
    if held is None:
        raise NotFound("statement", statement_id)
    people.change_audience(
        actor=actor, now=now, item_id=held.item_id, audience=audience, how=how, sentence=sentence
    )
    return held


@transaction.atomic
def set_presence(*, actor: Actor, now: datetime, talk_id: uuid.UUID, is_present: bool) -> Talk:
    """Say whether the caregiver is in the room or on the line: only then is an audience chosen together."""
    talk = _staff_talk(actor, talk_id, now)
    talk.is_present = is_present
    talk.save(update_fields=["is_present"])
    audit.record(
        actor,
        "set_presence",
        "talk",
        now=now,
        object_id=talk.id,
        file_id=talk.file_id,
        fields=("is_present",),
    )
    return talk


@transaction.atomic
def hold_talk(*, actor: Actor, now: datetime, talk_id: uuid.UUID) -> Talk:
    """Say that the talk was held. Twice changes nothing. Raises NotFound, NotPossible("drafts_left")."""
    talk = (
        Talk.objects.select_for_update(of=("self",))
        .select_related("file")
        .filter(id=talk_id)
        .first()
    )
    if talk is None or not actor.is_staff or not policy.can_see_talk(actor, talk, now):
        raise NotFound("talk", talk_id)
    if talk.state == TalkState.HELD:
        return talk
    if Statement.objects.filter(talk=talk, author_id=actor.id, is_placed=False).exists():
        raise NotPossible("drafts_left")
    talk.state, talk.held_at = TalkState.HELD.value, now
    talk.save(update_fields=["state", "held_at"])
    move_relations(actor, now, talk.file_id, RelationState.FOLLOWED_UP)
    audit.record(
        actor,
        "hold_talk",
        "talk",
        now=now,
        object_id=talk.id,
        file_id=talk.file_id,
        fields=("state",),
    )
    facts.announce(
        events.TalkHeld(
            talk.municipality_id, talk.file_id, talk.id, talk.file.unit_id, talk.lead_id
        ),
        now=now,
    )
    return talk


@transaction.atomic
def delete_old_drafts(*, actor: Actor, now: datetime) -> int:
    """Delete staff drafts 72 hours after their last edit, in the municipality in scope. System only; returns how many."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    old = people_queries.list_old_drafts(now - DRAFT_DIES_AFTER)
    rows = Statement.objects.filter(item_id__in=old, is_placed=False)
    items = list(rows.order_by("id").values_list("item_id", flat=True))
    rows.delete()
    people.delete_drafts(actor=actor, now=now, item_ids=items)
    return len(items)


def _staff_talk(actor: Actor, talk_id: uuid.UUID, now: datetime) -> Talk:
    talk = policy.visible_talks(actor, now).select_related("file").filter(id=talk_id).first()
    if talk is None or not actor.is_staff:
        raise NotFound("talk", talk_id)
    if talk.state != TalkState.PLANNED:
        raise NotPossible("talk_over")
    return talk
