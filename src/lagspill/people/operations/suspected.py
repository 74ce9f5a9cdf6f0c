"""Writes about somebody who is perhaps a caregiver: noted, met, found not to be one, and deleted when nobody met them."""

from __future__ import annotations

import uuid
from datetime import datetime

from lagspill.access import operations as access
from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import events, policy, queries
from lagspill.people.models import Suspected
from lagspill.people.operations.by_hand import NewCaregiver, PassedOn, register_by_hand
from lagspill.people.operations.registration import Registered
from lagspill.people.rules import SUSPECTED_DIES_AFTER, AgeGroup, Reach, SuspectedEnd, SuspectedFrom


@operation
def note_suspected(
    *,
    actor: Actor,
    now: datetime,
    care_recipient_id: uuid.UUID,
    name: str,
    code: str,
    source: SuspectedFrom,
    key: uuid.UUID | None = None,
) -> Suspected | None:
    """Note that somebody is perhaps a caregiver: a name, a relation, and who said so. There is no file yet.

    Raises NotAllowed, NotFound for a care recipient the actor may not see, NotPossible("no_unit"). The same form twice
    notes nothing the second time.
    """
    if not policy.can_register_caregiver(actor, now) or actor.id is None:
        raise NotAllowed("wrong_role", noun="suspected")
    person = policy.visible_cards(actor, now).filter(id=care_recipient_id).first()
    if person is None:
        raise NotFound("card", care_recipient_id)
    unit_id = queries.find_serving_unit(person.id, now) or next(
        (grant.unit_id for grant in actor.active_grants(now)), None
    )
    if unit_id is None:
        raise NotPossible("no_unit")
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    row = Suspected.objects.create(
        care_recipient=person,
        unit_id=unit_id,
        name=name,
        code=code,
        source=source.value,
        noted_by_id=actor.id,
        noted_at=now,
    )
    audit.record(
        actor,
        "note_suspected",
        "suspected",
        now=now,
        object_id=row.id,
        person_id=person.id,
        fields=("name", "code", "source"),
    )
    facts.announce(events.SuspectedNoted(row.municipality_id, row.id, unit_id), now=now)
    return row


@operation
def meet_suspected(
    *,
    actor: Actor,
    now: datetime,
    suspected_id: uuid.UUID,
    reach: Reach,
    age_group: AgeGroup,
    key: uuid.UUID | None = None,
) -> Registered | PassedOn | None:
    """Somebody has been in contact, and they are a caregiver: registered as any other; what was suspected is deleted.

    Raises NotFound, NotAllowed, and what `register_by_hand` raises.
    """
    row = _locked(actor, suspected_id, now)
    made = register_by_hand(
        actor=actor,
        now=now,
        new=NewCaregiver(
            name=row.name,
            code=row.code,
            reach=reach,
            age_group=age_group,
            care_recipient_id=row.care_recipient_id,
            is_someone_else=True,
        ),
        key=key,
    )
    _end(actor, row, now, SuspectedEnd.IDENTIFIED)
    return made


@operation
def end_suspected(
    *, actor: Actor, now: datetime, suspected_id: uuid.UUID, how: SuspectedEnd
) -> None:
    """They are no caregiver, or want no contact: what was noted is deleted. Raises NotFound, NotPossible("illegal_move")."""
    if how is SuspectedEnd.IDENTIFIED:
        raise NotPossible("illegal_move")
    _end(actor, _locked(actor, suspected_id, now), now, how)


def _locked(actor: Actor, suspected_id: uuid.UUID, now: datetime) -> Suspected:
    row = (
        policy.visible_suspected(actor, now)
        .select_for_update(of=("self",))
        .filter(id=suspected_id)
        .first()
    )
    if row is None:
        raise NotFound("suspected", suspected_id)
    return row


def _end(actor: Actor, row: Suspected, now: datetime, how: SuspectedEnd) -> None:
    """Delete the words; the log keeps that it was there, and how it ended."""
    audit.record(
        actor,
        "end_suspected",
        "suspected",
        now=now,
        object_id=row.id,
        person_id=row.care_recipient_id,
        reason=how.value,
    )
    facts.announce(events.SuspectedEnded(row.municipality_id, row.id), now=now)
    row.delete()


@operation
def delete_old_suspected(*, actor: Actor, now: datetime) -> int:
    """Delete what nobody has followed up for eight weeks, in the municipality in scope. System only; returns how many."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    old = list(
        Suspected.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(noted_at__lt=now - SUSPECTED_DIES_AFTER)
        .order_by("noted_at", "id")
        .values_list("id", flat=True)[:1000]
    )
    if not old:
        return 0
    Suspected.objects.filter(id__in=old).delete()
    audit.record(
        actor, "delete_old_suspected", "suspected", now=now, object_ids=old, reason="no_contact"
    )
    for suspected_id in old:
        facts.announce(events.SuspectedEnded(actor.municipality or "", suspected_id), now=now)
    return len(old)
