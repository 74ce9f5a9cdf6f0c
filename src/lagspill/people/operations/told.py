"""Writes about telling somebody that they are registered (GDPR art. 14): due by a day, told, found overdue; and its letter."""

from __future__ import annotations

import uuid
from datetime import datetime

from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import events, policy, queries
from lagspill.people.models import Relation, ToldRegistered
from lagspill.people.rules import Channel, ToldFirst, tell_by
from lagspill.tenancy import queries as tenancy
from lagspill.ui import documents


def expect_to_tell(relation: Relation, now: datetime) -> None:
    """Whoever was registered by others is to be told within the municipality's days; in the registration's own act."""
    municipality = tenancy.get_municipality(relation.municipality_id)
    row = ToldRegistered.objects.create(
        file_id=relation.file_id,
        relation=relation,
        tell_by=tell_by(oslo_today(now), municipality.settings),
    )
    facts.announce(
        events.ToBeTold(
            relation.municipality_id,
            relation.file_id,
            relation.id,
            relation.file.unit_id,
            row.tell_by,
        ),
        now=now,
    )


@operation
def note_registered_told(
    *, actor: Actor, now: datetime, relation_id: uuid.UUID, how: ToldFirst
) -> None:
    """Say that the caregiver was told that they are registered, by whom, and how. Saying it again changes nothing.

    Raises NotFound unless the actor is the file's staff, or the system after a first contact.
    """
    relation = Relation.objects.filter(id=relation_id).first()
    if relation is None or actor.is_citizen or not policy.can_open_file(actor, relation.file, now):
        raise NotFound("relation", relation_id)
    mark_told(actor, now, relation, how)


def mark_told(actor: Actor, now: datetime, relation: Relation, how: ToldFirst) -> None:
    """Note it, when there was something to tell and nobody has yet; inside an act that has asked the policy."""
    row = (
        ToldRegistered.objects.select_for_update(of=("self",))
        .filter(relation=relation, told_at__isnull=True)
        .first()
    )
    if row is None:
        return
    row.told_at, row.told_how, row.told_by = now, how.value, actor.id
    row.save(update_fields=["told_at", "told_how", "told_by"])
    audit.record(
        actor,
        "note_registered_told",
        "relation",
        now=now,
        object_id=relation.id,
        file_id=relation.file_id,
        fields=("told_at",),
        reason=how.value,
    )
    facts.announce(
        events.RegisteredTold(relation.municipality_id, relation.file_id, relation.id), now=now
    )


@operation
def make_registered_letter(*, actor: Actor, now: datetime, relation_id: uuid.UUID) -> bytes:
    """The letter that tells somebody that they are registered, in their language. It is told when it is posted.

    Raises NotFound unless the actor is the file's staff, NotPossible("channel_blocked") where no letter may be sent.
    """
    relation = Relation.objects.select_related("file").filter(id=relation_id).first()
    if (
        relation is None
        or not actor.is_staff
        or not policy.can_open_file(actor, relation.file, now)
    ):
        raise NotFound("relation", relation_id)
    if not queries.reach_of(relation.file).allows(Channel.LETTER):
        raise NotPossible("channel_blocked")
    file = queries.get_file(actor, relation.file_id, now)
    title, data = queries.registered_letter(actor, file, relation_id, now)
    audit.record(
        actor,
        "make_registered_letter",
        "relation",
        now=now,
        object_id=relation.id,
        file_id=relation.file_id,
        act=audit.PRINT,
    )
    return documents.render("letter", data, lang=file.language or "nb", title=title)


@operation
def mark_untold(*, actor: Actor, now: datetime) -> int:
    """Mark whom nobody has told in time, in the municipality in scope. System only; returns how many. Two queries."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    late = list(
        ToldRegistered.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(
            told_at__isnull=True,
            overdue_at__isnull=True,
            tell_by__lt=oslo_today(now),
            file__closed_at__isnull=True,
        )
        .order_by("tell_by", "id")
        .values_list("id", "relation_id")[:1000]
    )
    if not late:
        return 0
    ToldRegistered.objects.filter(id__in=[row_id for row_id, _ in late]).update(overdue_at=now)
    audit.record(
        actor,
        "mark_untold",
        "relation",
        now=now,
        object_ids=[relation_id for _, relation_id in late],
        fields=("overdue_at",),
    )
    return len(late)
