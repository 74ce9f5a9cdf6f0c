"""Who lawfully reads for a care recipient, and who may see and record whom staff may speak with."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from lagspill.access.rules import CAREGIVER_ROLES, SERVING_ROLES, Decision, Role, no, yes
from lagspill.kernel.actor import Actor
from lagspill.people.models import (
    CapacityStatement,
    Person,
    Relation,
    Representation,
    SharingConsent,
)
from lagspill.people.policy.files import files_as_staff, now_between, served_persons
from lagspill.people.rules import READING_SCOPES, Ability, Matter

#: Who may state capacity and verify a representation: those with the overview of one user.
VERIFYING_ROLES = frozenset({Role.COORDINATOR, Role.DEMENTIA_COORDINATOR, Role.RESPONSIBLE_NURSE})


def represented(actor: Actor, now: datetime) -> QuerySet[Representation]:
    """Representations by which the citizen lawfully reads for a care recipient now. Being a caregiver gives none.

    Asked anew at each request and each confirmation; a dead person is represented by nobody.
    """
    if not (actor.is_citizen and actor.person_id):
        return Representation.objects.none()
    return Representation.objects.filter(
        now_between(now),
        person_id=actor.person_id,
        scopes__overlap=sorted(scope.value for scope in READING_SCOPES),
        care_recipient__died_on__isnull=True,
        person__died_on__isnull=True,
    )


def read_for(actor: Actor, now: datetime) -> QuerySet[Representation]:
    """Those of `represented` by which the citizen reads items of caregivers' files.

    A representative who is also a caregiver of that person does not by that read what other caregivers have shared.
    """
    own = Relation.objects.filter(
        care_recipient_id=OuterRef("care_recipient_id"),
        file__caregiver_id=actor.person_id,
        ends_at__isnull=True,
    )
    return represented(actor, now).filter(~Exists(own))


def visible_parties(actor: Actor, now: datetime) -> QuerySet[Person]:
    """Care recipients whose consents, capacity and representatives the actor may see.

    The person, who lawfully reads for them, staff who serve them now, and staff of a file about them; never by
    break-glass, which opens the card alone.
    """
    if actor.is_staff and actor.has_role(now, *CAREGIVER_ROLES, *SERVING_ROLES):
        staffed = Relation.objects.filter(
            ends_at__isnull=True, file_id__in=files_as_staff(actor, now).values("file_id")
        )
        return Person.objects.filter(
            Q(id__in=served_persons(actor, now).values("person_id"))
            | Q(id__in=staffed.values("care_recipient_id"))
        ).exclude(id__in=actor.kin_ids)
    if actor.is_citizen and actor.person_id:
        return Person.objects.filter(
            Q(id=actor.person_id, died_on__isnull=True)
            | Q(id__in=represented(actor, now).values("care_recipient_id"))
        )
    return Person.objects.none()


def can_see_parties(actor: Actor, person: Person, now: datetime) -> Decision:
    """May the actor see the care recipient's consents, capacity and representatives?"""
    if person.municipality_id != actor.municipality:
        return no("other_municipality")
    if actor.is_staff:
        if person.id in actor.kin_ids:
            return no("own_kin")
        if not actor.has_role(now, *CAREGIVER_ROLES, *SERVING_ROLES):
            return no("wrong_role")
        if served_persons(actor, now).filter(person_id=person.id).exists():
            return yes("serving")
        about = Relation.objects.filter(care_recipient_id=person.id, ends_at__isnull=True)
        if about.filter(file_id__in=files_as_staff(actor, now).values("file_id")).exists():
            return yes("file_staff")
        return no("not_serving")
    if actor.is_citizen and actor.person_id:
        if actor.person_id == person.id:
            return yes("own") if person.died_on is None else no("has_died")
        if represented(actor, now).filter(care_recipient_id=person.id).exists():
            return yes("representative")
        return no("not_yours")
    return no("not_signed_in")


def can_verify(actor: Actor, person: Person, now: datetime) -> Decision:
    """May the actor state capacity and verify who acts for the care recipient?"""
    if not (actor.is_staff and actor.has_role(now, *VERIFYING_ROLES)):
        return no("wrong_role")
    return can_see_parties(actor, person, now)


def visible_consents(actor: Actor, now: datetime) -> QuerySet[SharingConsent]:
    """Consents of care recipients whose parties the actor may see."""
    return SharingConsent.objects.filter(
        care_recipient_id__in=visible_parties(actor, now).values("id")
    )


def can_see_consent(actor: Actor, consent: SharingConsent, now: datetime) -> Decision:
    """May the actor see this consent?"""
    return can_see_parties(actor, consent.care_recipient, now)


def current_ability(person_id: uuid.UUID, matter: Matter) -> Ability | None:
    """What was decided last about a care recipient in one matter; none when nothing was. Asked by operations, of rules."""
    rows = CapacityStatement.objects.filter(care_recipient_id=person_id, matter=matter.value)
    found = rows.order_by("-decided_on", "-stated_at").values_list("ability", flat=True).first()
    return Ability(found) if found else None
