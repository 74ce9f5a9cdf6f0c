"""Who may read what: the one filter every item passes, in two faces that must agree (`visible_…` and `can_…`).

`rules.audiences_for` says which rungs a capacity reads; here capacities are found in the tables.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from lagspill.access.rules import CAREGIVER_ROLES, SERVING_ROLES, Decision, Role, no, yes
from lagspill.kernel.actor import Actor
from lagspill.people.models import (
    File,
    FileStaff,
    Item,
    ItemFamily,
    ItemRelation,
    Person,
    Relation,
    Service,
)
from lagspill.people.rules import Capacity, audiences_for

#: Which grants let somebody stand in `file_staff` with which role. An ended grant ends the access, whatever the row says.
FILE_STAFF_ROLES: dict[str, frozenset[Role]] = {
    "coordinator": frozenset({Role.COORDINATOR}),
    "lead": CAREGIVER_ROLES,
    "substitute": CAREGIVER_ROLES,
    "contact_person": CAREGIVER_ROLES,
}


def now_between(now: datetime) -> Q:
    """Rows with a period (`starts_at`, `ends_at` excluded) that holds at `now`."""
    return Q(starts_at__lte=now) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def _held_staff_roles(actor: Actor, now: datetime) -> list[str]:
    return [role for role, grants in FILE_STAFF_ROLES.items() if actor.has_role(now, *grants)]


def files_as_staff(actor: Actor, now: datetime) -> QuerySet[FileStaff]:
    """Rows that make the actor the staff of a file now."""
    return FileStaff.objects.filter(
        now_between(now), staff_id=actor.id, role__in=_held_staff_roles(actor, now)
    )


def served_persons(actor: Actor, now: datetime) -> QuerySet[Service]:
    """Services by which the actor's units serve somebody now."""
    units = actor.units(now, *SERVING_ROLES)
    return Service.objects.filter(now_between(now), unit_id__in=list(units))


def visible_files(actor: Actor, now: datetime) -> QuerySet[File]:
    """Files the actor may open: as their staff, or as the caregiver whose file it is."""
    if actor.is_staff:
        return File.objects.filter(
            id__in=files_as_staff(actor, now).values("file_id"), closed_at__isnull=True
        )
    if actor.is_citizen and actor.person_id:
        return File.objects.filter(caregiver_id=actor.person_id, closed_at__isnull=True)
    if actor.is_system and actor.municipality:
        return File.objects.all()
    return File.objects.none()


def can_open_file(actor: Actor, file: File, now: datetime) -> Decision:
    """May the actor open this caregiver's file?"""
    if file.municipality_id != actor.municipality:
        return no("other_municipality")
    if actor.is_system:
        return yes("system")
    if file.closed_at is not None:
        return no("file_closed")
    if actor.is_citizen:
        return (
            yes("own_file")
            if actor.person_id and file.caregiver_id == actor.person_id
            else no("not_yours")
        )
    if actor.is_staff:
        return (
            yes("file_staff")
            if files_as_staff(actor, now).filter(file_id=file.id).exists()
            else no("not_file_staff")
        )
    return no("not_signed_in")


def capacities(actor: Actor, item: Item, now: datetime) -> frozenset[Capacity]:
    """In which capacities the actor meets the item now."""
    if item.municipality_id != actor.municipality:
        return frozenset()
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
        if relations.filter(
            care_recipient_id=actor.person_id, known_to_recipient_at__lte=now
        ).exists():
            found.add(Capacity.CARE_RECIPIENT)
        if ItemFamily.objects.filter(item_id=item.id, person_id=actor.person_id).exists():
            found.add(Capacity.FAMILY)
    if actor.is_staff:
        if (
            files_as_staff(actor, now)
            .filter(file_id=item.file_id, file__closed_at__isnull=True)
            .exists()
        ):
            found.add(Capacity.FILE_STAFF)
        served = served_persons(actor, now).values("person_id")
        if relations.filter(care_recipient_id__in=served).exists():
            found.add(Capacity.SERVING_STAFF)
        if item.author_staff_id == actor.id and actor.active_grants(now):
            found.add(Capacity.AUTHOR)
    return frozenset(found)


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
                relation__care_recipient_id=actor.person_id,
                relation__known_to_recipient_at__lte=now,
            )
        )
        family = Exists(
            ItemFamily.objects.filter(item_id=OuterRef("pk"), person_id=actor.person_id)
        )
        return (
            (own & Q(audience__in=_rungs(Capacity.CAREGIVER)))
            | (Q(recipient) & Q(audience__in=_rungs(Capacity.CARE_RECIPIENT)))
            | (Q(family) & Q(audience__in=_rungs(Capacity.FAMILY)))
        )
    if actor.is_staff and actor.active_grants(now):
        staffed = Q(
            file_id__in=files_as_staff(actor, now).values("file_id"), file__closed_at__isnull=True
        )
        served = served_persons(actor, now).values("person_id")
        serving = Exists(concerned.filter(relation__care_recipient_id__in=served))
        return (
            (staffed & Q(audience__in=_rungs(Capacity.FILE_STAFF)))
            | (Q(serving) & Q(audience__in=_rungs(Capacity.SERVING_STAFF)))
            | Q(author_staff_id=actor.id, audience__in=_rungs(Capacity.AUTHOR))
        )
    return Q(pk__in=[])


def visible_items(actor: Actor, now: datetime) -> QuerySet[Item]:
    """Items the actor may read now."""
    return Item.objects.filter(readable(actor, now))


def items_concerning(person_id: uuid.UUID) -> QuerySet[ItemRelation]:
    """Which items concern a care recipient through a relation that still holds; never a permission by itself."""
    return ItemRelation.objects.filter(
        relation__care_recipient_id=person_id, relation__ends_at__isnull=True
    )


def can_see_card(actor: Actor, person: Person, now: datetime) -> Decision:
    """May the actor see the agreed-now card of this care recipient?

    Staff serving them now, staff of a file about them, the care recipient, and caregivers with a relation to them.
    """
    if person.municipality_id != actor.municipality:
        return no("other_municipality")
    if actor.is_staff:
        if served_persons(actor, now).filter(person_id=person.id).exists():
            return yes("serving")
        about = Relation.objects.filter(care_recipient_id=person.id, ends_at__isnull=True)
        if about.filter(file_id__in=files_as_staff(actor, now).values("file_id")).exists():
            return yes("file_staff")
        return no("not_serving")
    if actor.is_citizen and actor.person_id:
        if actor.person_id == person.id:
            return yes("own_card")
        mine = Relation.objects.filter(
            care_recipient_id=person.id, file__caregiver_id=actor.person_id, ends_at__isnull=True
        )
        return yes("caregiver") if mine.exists() else no("not_yours")
    return no("not_signed_in")


def visible_cards(actor: Actor, now: datetime) -> QuerySet[Person]:
    """Care recipients whose card the actor may see."""
    if actor.is_staff:
        staffed = Relation.objects.filter(
            ends_at__isnull=True, file_id__in=files_as_staff(actor, now).values("file_id")
        ).values("care_recipient_id")
        return Person.objects.filter(
            Q(id__in=served_persons(actor, now).values("person_id")) | Q(id__in=staffed)
        )
    if actor.is_citizen and actor.person_id:
        mine = Relation.objects.filter(file__caregiver_id=actor.person_id, ends_at__isnull=True)
        return Person.objects.filter(
            Q(id=actor.person_id) | Q(id__in=mine.values("care_recipient_id"))
        )
    return Person.objects.none()


def can_register_caregiver(actor: Actor, now: datetime) -> Decision:
    """May the actor register a caregiver?"""
    if actor.is_system:
        return yes("system")
    return (
        yes("role")
        if actor.is_staff and actor.has_role(now, *CAREGIVER_ROLES)
        else no("wrong_role")
    )
