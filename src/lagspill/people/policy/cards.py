"""Who may see a care recipient's agreed-now card."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from lagspill.access.rules import Decision, no, yes
from lagspill.kernel.actor import Actor
from lagspill.people.models import (
    Person,
    Relation,
)
from lagspill.people.policy.files import files_as_staff, served_persons
from lagspill.people.policy.parties import represented


def can_see_card(actor: Actor, person: Person, now: datetime) -> Decision:
    """May the actor see the agreed-now card of this care recipient?

    Staff serving them now, staff of a file about them, the care recipient and who lawfully reads for them, and
    caregivers with a relation to them.
    """
    if person.municipality_id != actor.municipality:
        return no("other_municipality")
    if actor.is_staff:
        if person.id in actor.kin_ids:
            return no("own_kin")
        if person.id in actor.opened_ids(now):
            return yes("break_glass")
        if served_persons(actor, now).filter(person_id=person.id).exists():
            return yes("serving")
        about = Relation.objects.filter(care_recipient_id=person.id, ends_at__isnull=True)
        if about.filter(file_id__in=files_as_staff(actor, now).values("file_id")).exists():
            return yes("file_staff")
        return no("not_serving")
    if actor.is_citizen and actor.person_id:
        if actor.person_id == person.id:
            return yes("own_card") if person.died_on is None else no("has_died")
        if represented(actor, now).filter(care_recipient_id=person.id).exists():
            return yes("representative")
        mine = Relation.objects.filter(
            care_recipient_id=person.id,
            file__caregiver_id=actor.person_id,
            file__closed_at__isnull=True,
            ends_at__isnull=True,
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
            Q(id__in=served_persons(actor, now).values("person_id"))
            | Q(id__in=staffed)
            | Q(id__in=actor.opened_ids(now))
        ).exclude(id__in=actor.kin_ids)
    if actor.is_citizen and actor.person_id:
        mine = Relation.objects.filter(
            file__caregiver_id=actor.person_id, file__closed_at__isnull=True, ends_at__isnull=True
        )
        others = Q(id__in=mine.values("care_recipient_id")) | Q(
            id__in=represented(actor, now).values("care_recipient_id")
        )
        return Person.objects.filter(
            Q(id=actor.person_id, died_on__isnull=True) | (others & ~Q(id=actor.person_id))
        )
    return Person.objects.none()
