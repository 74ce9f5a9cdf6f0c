"""Who may open a card in an emergency, and whose. Which cards are open rides on the actor (ADR 13)."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from lagspill.access.rules import EMERGENCY_ROLES, Decision, no, yes
from lagspill.kernel.actor import Actor
from lagspill.people.models import Person, Relation, Service


def can_break_glass(actor: Actor, now: datetime) -> Decision:
    """May the actor open a card in an emergency? Those whose work is to meet and serve people."""
    if actor.is_staff and actor.has_role(now, *EMERGENCY_ROLES):
        return yes("role")
    return no("wrong_role")


def openable(actor: Actor, now: datetime) -> QuerySet[Person]:
    """Whose card the actor may open in an emergency: anybody who gets or got help or care here, living.

    Never own kin, and nobody with the strictest protection (code 6): both answer as somebody unknown does.
    """
    if not can_break_glass(actor, now):
        return Person.objects.none()
    served = Service.objects.filter(person_id=OuterRef("pk"))
    cared_for = Relation.objects.filter(care_recipient_id=OuterRef("pk"), ends_at__isnull=True)
    return (
        Person.objects.filter(Q(Exists(served)) | Q(Exists(cared_for)), died_on__isnull=True)
        .exclude(protected="6")
        .exclude(id__in=actor.kin_ids)
    )


def can_be_opened(actor: Actor, person: Person, now: datetime) -> Decision:
    """May the actor open this person's card in an emergency?"""
    if person.municipality_id != actor.municipality:
        return no("other_municipality")
    if not (role := can_break_glass(actor, now)):
        return role
    if person.id in actor.kin_ids:
        return no("own_kin")
    if person.protected == "6" or person.died_on is not None:
        return no("not_found")
    is_served = Service.objects.filter(person_id=person.id).exists()
    about = Relation.objects.filter(care_recipient_id=person.id, ends_at__isnull=True)
    return yes("break_glass") if is_served or about.exists() else no("not_found")
