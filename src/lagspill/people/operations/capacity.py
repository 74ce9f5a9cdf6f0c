"""Writes about who decides: capacity stated by matter, and who is nearest, by naming, by the law's order or as parent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.access import operations as access
from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import policy, queries
from lagspill.people.models import CapacityStatement, Designation, Relation
from lagspill.people.operations.consents import as_keeper
from lagspill.people.rules import (
    Ability,
    Matter,
    NearestBasis,
    current_age_group,
    nearest_fault,
)


@dataclass(frozen=True)
class NewStatement:
    """What was decided about one matter, by whom, when and why, and who has been told."""

    care_recipient_id: uuid.UUID
    matter: Matter
    ability: Ability
    decided_on: date
    decided_by: str
    why: str
    is_told_recipient: bool
    is_told_nearest: bool


@operation
def state_capacity(
    *, actor: Actor, now: datetime, new: NewStatement, key: uuid.UUID | None = None
) -> CapacityStatement | None:
    """Record what was decided about somebody's capacity in one matter; the latest holds. None when done before.

    Raises NotFound, NotAllowed for others than those with the overview, NotPossible("day_to_come"),
    NotPossible("why_missing").
    """
    person = queries.find_party(actor, new.care_recipient_id, now)
    decision = policy.can_verify(actor, person, now)
    if not decision:
        raise NotAllowed(decision.reason, noun="capacity", object_id=person.id)
    if new.decided_on > oslo_today(now):
        raise NotPossible("day_to_come")
    if not (new.why.strip() and new.decided_by.strip()):
        raise NotPossible("why_missing")
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    row = CapacityStatement.objects.create(
        care_recipient=person,
        matter=new.matter.value,
        ability=new.ability.value,
        decided_on=new.decided_on,
        decided_by=new.decided_by.strip(),
        why=new.why.strip(),
        is_told_recipient=new.is_told_recipient,
        is_told_nearest=new.is_told_nearest,
        recorded_by=actor.id,
        stated_at=now,
    )
    audit.record(
        actor,
        "state_capacity",
        "capacity",
        now=now,
        object_id=row.id,
        person_id=person.id,
        fields=("matter", "ability", "decided_by", "why"),
    )
    return row


@operation
def designate_nearest(
    *, actor: Actor, now: datetime, relation_id: uuid.UUID, basis: NearestBasis
) -> Designation:
    """Register a caregiver as nearest: as the care recipient names them, by the law's order, or as parent. Idempotent.

    The care recipient names in the portal; staff record the rest. Suitability is asked of nobody. Raises NotFound, and
    NotPossible with the fault of the rule.
    """
    relation = _relation(actor, relation_id, now)
    if actor.is_citizen and (
        actor.person_id != relation.care_recipient_id or basis is not NearestBasis.NAMED
    ):
        raise NotFound("relation", relation_id)
    held = Designation.objects.filter(
        relation__care_recipient_id=relation.care_recipient_id,
        kind="nearest",
        ends_on__isnull=True,
    )
    today = oslo_today(now)
    recipient, caregiver = relation.care_recipient, relation.file.caregiver
    fault = nearest_fault(
        basis=basis,
        code=relation.code,
        caregiver_age=current_age_group(caregiver.birth_on, caregiver.age_group, today),
        recipient_age=current_age_group(recipient.birth_on, recipient.age_group, today),
        ability=_ability_to_name(relation.care_recipient_id),
        has_named=held.filter(basis=NearestBasis.NAMED.value).exists(),
    )
    if fault:
        raise NotPossible(fault)
    with as_keeper(actor):
        row, is_new = Designation.objects.get_or_create(
            file_id=relation.file_id,
            relation=relation,
            kind="nearest",
            ends_on=None,
            defaults={
                "basis": basis.value,
                "recorded_by": actor.id if actor.is_staff else None,
                "starts_on": today,
            },
        )
        if is_new:
            audit.record(
                actor,
                "designate_nearest",
                "designation",
                now=now,
                object_id=row.id,
                file_id=relation.file_id,
                person_id=relation.care_recipient_id,
                fields=("basis",),
            )
    return row


def _ability_to_name(person_id: uuid.UUID) -> Ability | None:
    """Health care is the matter in which the nearest has rights; somebody unable in that cannot name one."""
    return policy.current_ability(person_id, Matter.HEALTH_CARE)


def _relation(actor: Actor, relation_id: uuid.UUID, now: datetime) -> Relation:
    """A relation the actor may know of, to a care recipient whose parties they may see. Raises NotFound."""
    row = (
        Relation.objects.filter(
            id=relation_id,
            ends_at__isnull=True,
            item__in=policy.visible_items(actor, now),
            care_recipient__in=policy.visible_parties(actor, now),
        )
        .select_related("file__caregiver", "care_recipient")
        .first()
    )
    if row is None:
        raise NotFound("relation", relation_id)
    return row


@operation
def end_nearest(*, actor: Actor, now: datetime, designation_id: uuid.UUID) -> Designation:
    """Somebody is no longer registered as nearest: the care recipient, or staff, say so. Raises NotFound."""
    row = (
        Designation.objects.filter(id=designation_id, kind="nearest").select_related("relation")
    ).first()
    if row is None:
        raise NotFound("designation", designation_id)
    relation = _relation(actor, row.relation_id, now)
    if actor.is_citizen and actor.person_id != relation.care_recipient_id:
        raise NotFound("designation", designation_id)
    if row.ends_on is None:
        with as_keeper(actor):
            row.ends_on = max(oslo_today(now), row.starts_on)
            row.save(update_fields=["ends_on"])
            audit.record(
                actor,
                "end_nearest",
                "designation",
                now=now,
                object_id=row.id,
                file_id=row.file_id,
                person_id=relation.care_recipient_id,
                fields=("ends_on",),
            )
    return row
