"""Writes about family: a caregiver's yes to being visible there, and whom they name as readers of an item."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import policy
from lagspill.people.models import Item, ItemFamily, Relation
from lagspill.people.operations.family_rows import (
    allowed_until,
    keep_family,
    keep_parties,
    recipients_of,
)
from lagspill.people.operations.items import changeable_item
from lagspill.people.operations.known import note_answer
from lagspill.people.rules import AgeGroup, Audience
from lagspill.tenancy.scope import use_actor


@operation
def set_family_visibility(
    *, actor: Actor, now: datetime, relation_id: uuid.UUID, is_yes: bool, how: str = "portal"
) -> Relation:
    """Say whether the caregiver may be seen by the other caregivers around the same person, who have said the same.

    A no, or a yes taken back, takes every reader it gave away at once, on both sides. Raises NotFound unless the actor
    is the caregiver or the file's staff, NotPossible("relation_not_agreed", "family_adults_only", "copy_first").
    """
    relation = (
        Relation.objects.select_for_update(of=("self",))
        .select_related("file__caregiver")
        .filter(id=relation_id, ends_at__isnull=True)
        .first()
    )
    if relation is None or not policy.can_open_file(actor, relation.file, now):
        raise NotFound("relation", relation_id)
    if is_yes:
        if relation.known_to_recipient_at is None:
            raise NotPossible("relation_not_agreed")
        if policy.age_group(relation.file.caregiver, now) is not AgeGroup.ADULT:
            raise NotPossible("family_adults_only")
        if actor.is_staff and how != "in_person":
            raise NotPossible("copy_first")
    note_answer(
        relation,
        now,
        matter="family",
        is_yes=is_yes,
        how=how if actor.is_staff else "portal",
    )
    audit.record(
        actor,
        "set_family_visibility",
        "relation",
        now=now,
        object_id=relation.id,
        file_id=relation.file_id,
        fields=("family",),
        reason="yes" if is_yes else "no",
    )
    if not is_yes:
        with use_actor(system_actor("people.family", actor.municipality)):
            keep_family(relation.file, now)
    return relation


@operation
def set_family_readers(
    *,
    actor: Actor,
    now: datetime,
    item_id: uuid.UUID,
    person_ids: Sequence[uuid.UUID],
    how: str = "portal",
) -> Item:
    """Name who of the family reads an item, or nobody; by the caregiver, or by staff with the caregiver there.

    Those left out stop reading at once. Raises NotFound for an item or a person the actor may not choose, and
    NotPossible("family_needs_talk") for what is still the caregiver's alone, ("family_needs_consent") for words about
    somebody who has not let us tell, ("copy_first") for staff otherwise than in person.
    """
    item = changeable_item(actor, item_id, now)
    wanted = set(person_ids)
    system = system_actor("people.family", actor.municipality)
    with use_actor(system):
        held = set(ItemFamily.objects.filter(item=item).values_list("person_id", flat=True))
        new = wanted - held
        if new and actor.is_staff and how != "in_person":
            raise NotPossible("copy_first")
        if new and item.audience in (Audience.DRAFT, Audience.MINE):
            raise NotPossible("family_needs_talk")
        if not new <= set(choosable(item, now)):
            raise NotFound("person")
        rows = []
        for person_id in sorted(new):
            may, ends_at = allowed_until(item, person_id, now)
            if not may:
                raise NotPossible("family_needs_consent")
            rows.append(
                ItemFamily(file_id=item.file_id, item=item, person_id=person_id, ends_at=ends_at)
            )
        ItemFamily.objects.filter(item=item, person_id__in=held - wanted).delete()
        ItemFamily.objects.bulk_create(rows)
        keep_parties([item.file_id], now)
    audit.record(
        actor,
        "set_family_readers",
        item.kind,
        now=now,
        object_id=item.id,
        file_id=item.file_id,
        fields=("family",),
    )
    return item


def choosable(item: Item, now: datetime) -> list[uuid.UUID]:
    """Whom the caregiver may name as readers of the item: visible to each other around somebody it concerns."""
    yeses = policy.family_yeses(now)
    around = yeses.filter(file_id=item.file_id, care_recipient_id__in=recipients_of(item))
    others = yeses.filter(care_recipient_id__in=around.values("care_recipient_id"))
    persons = others.exclude(file_id=item.file_id).values_list("file__caregiver_id", flat=True)
    return sorted(set(persons))
