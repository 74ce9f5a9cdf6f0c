"""The one filter every item passes. `rules.audiences_for` says which rungs a capacity reads; here capacities are found in the tables."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from lagspill.access.rules import Decision, no, yes
from lagspill.kernel.actor import Actor
from lagspill.people.models import (
    File,
    Item,
    ItemRelation,
    Relation,
)
from lagspill.people.policy.family import family_of
from lagspill.people.policy.files import kin_files, not_of_kin, reads_as_staff, served_persons
from lagspill.people.policy.parties import read_for
from lagspill.people.rules import Capacity, audiences_for
from lagspill.people.rules.closing import CloseReason

#: Nobody but a named reader reads an item of a caregiver who has died.
_HAS_DIED = Q(file__closed_why=CloseReason.DIED.value)


def capacities(actor: Actor, item: Item, now: datetime) -> frozenset[Capacity]:
    """In which capacities the actor meets the item now."""
    if item.municipality_id != actor.municipality:
        return frozenset()
    # Asked anew: a citizen who reaches nothing of the file does not find it, and is told nothing by that.
    if File.objects.filter(id=item.file_id, closed_why=CloseReason.DIED.value).exists():
        return _after_death(actor, item, now)
    found: set[Capacity] = set()
    relations = Relation.objects.filter(
        id__in=ItemRelation.objects.filter(item_id=item.id).values("relation_id"),
        ends_at__isnull=True,
    )
    if actor.is_citizen and actor.person_id:
        if File.objects.filter(
            id=item.file_id, caregiver_id=actor.person_id, closed_at__isnull=True
        ).exists():
            found.add(Capacity.CAREGIVER)
        recipients = Q(care_recipient_id=actor.person_id, care_recipient__died_on__isnull=True) | Q(
            care_recipient_id__in=read_for(actor, now).values("care_recipient_id")
        )
        if relations.filter(recipients, known_to_recipient_at__lte=now).exists():
            found.add(Capacity.CARE_RECIPIENT)
        if family_of(actor, now).filter(item_id=item.id).exists():
            found.add(Capacity.FAMILY)
    if actor.is_staff:
        if reads_as_staff(actor, now).filter(file_id=item.file_id).exists():
            found.add(Capacity.FILE_STAFF)
        served = served_persons(actor, now).values("person_id")
        if relations.filter(care_recipient_id__in=served).exists():
            found.add(Capacity.SERVING_STAFF)
        if relations.filter(care_recipient_id__in=actor.opened_ids(now)).exists():
            found.add(Capacity.BREAK_GLASS)
        if item.author_staff_id == actor.id and actor.active_grants(now):
            found.add(Capacity.AUTHOR)
        if kin_files(actor).filter(id=item.file_id).exists():
            return frozenset()
    return frozenset(found)


def _after_death(actor: Actor, item: Item, now: datetime) -> frozenset[Capacity]:
    """A caregiver who has died: whom the privacy officer has named, and nobody else."""
    named = actor.is_staff and reads_as_staff(actor, now).filter(file_id=item.file_id).exists()
    return frozenset({Capacity.FILE_STAFF}) if named else frozenset()


def can_read_item(actor: Actor, item: Item, now: datetime) -> Decision:
    """May the actor read this item? The widest capacity holds."""
    if actor.is_system and item.municipality_id == actor.municipality:
        return yes("system")
    for capacity in sorted(capacities(actor, item, now)):
        if item.audience in audiences_for(capacity):
            return yes(capacity.value)
    return no("not_in_audience")


def _rungs(capacity: Capacity) -> list[str]:
    return [audience.value for audience in audiences_for(capacity)]


def readable(actor: Actor, now: datetime) -> Q:
    """The only filter of items: a condition on `Item` that holds for what the actor may read now."""
    if actor.is_system and actor.municipality:
        return Q()
    concerned = ItemRelation.objects.filter(item_id=OuterRef("pk"), relation__ends_at__isnull=True)
    if actor.is_citizen and actor.person_id:
        own = Q(file__caregiver_id=actor.person_id, file__closed_at__isnull=True)
        recipient = Exists(
            concerned.filter(
                Q(
                    relation__care_recipient_id=actor.person_id,
                    relation__care_recipient__died_on__isnull=True,
                )
                | Q(
                    relation__care_recipient_id__in=read_for(actor, now).values("care_recipient_id")
                ),
                relation__known_to_recipient_at__lte=now,
            )
        )
        family = Exists(family_of(actor, now).filter(item_id=OuterRef("pk")))
        return (own & Q(audience__in=_rungs(Capacity.CAREGIVER))) | (
            (
                (Q(recipient) & Q(audience__in=_rungs(Capacity.CARE_RECIPIENT)))
                | (Q(family) & Q(audience__in=_rungs(Capacity.FAMILY)))
            )
            & ~_HAS_DIED
        )
    if actor.is_staff and actor.active_grants(now):
        staffed = Q(file_id__in=reads_as_staff(actor, now).values("file_id"))
        served = served_persons(actor, now).values("person_id")
        serving = Exists(concerned.filter(relation__care_recipient_id__in=served))
        alive = (Q(serving) & Q(audience__in=_rungs(Capacity.SERVING_STAFF))) | Q(
            author_staff_id=actor.id, audience__in=_rungs(Capacity.AUTHOR)
        )
        opened = actor.opened_ids(now)
        if opened:
            glass = Exists(concerned.filter(relation__care_recipient_id__in=opened))
            alive |= Q(glass) & Q(audience__in=_rungs(Capacity.BREAK_GLASS))
        found = (staffed & Q(audience__in=_rungs(Capacity.FILE_STAFF))) | (alive & ~_HAS_DIED)
        return found & not_of_kin(actor)
    return Q(pk__in=[])


def visible_items(actor: Actor, now: datetime) -> QuerySet[Item]:
    """Items the actor may read now."""
    return Item.objects.filter(readable(actor, now))


def items_concerning(person_id: uuid.UUID) -> QuerySet[ItemRelation]:
    """Which items concern a care recipient through a relation that still holds; never a permission by itself."""
    return ItemRelation.objects.filter(
        relation__care_recipient_id=person_id, relation__ends_at__isnull=True
    )
