"""Protected addresses: code 7 hides where somebody lives, code 6 hides from lists and searches that they are there.

Two named roles are outside it: coordinators and responsible nurses who are the file's own staff.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Q, QuerySet

from lagspill.access.rules import Decision, Role, no, yes
from lagspill.kernel.actor import Actor
from lagspill.people.models import File, FileStaff, Person, Relation
from lagspill.people.policy.files import files_as_staff
from lagspill.people.rules import Protection

NAMED_ROLES = (Role.COORDINATOR, Role.RESPONSIBLE_NURSE)
_STRICT = Protection.STRICT.value


def named_files(actor: Actor, now: datetime) -> QuerySet[FileStaff]:
    """Rows that make the actor one of the two named roles in a file."""
    rows = files_as_staff(actor, now) if actor.is_staff else FileStaff.objects.none()
    return rows if actor.has_role(now, *NAMED_ROLES) else rows.none()


def listed_caregivers(actor: Actor, now: datetime, file: str = "file_id") -> Q:
    """A condition on rows with a file: the caregiver may stand in a list for this actor. Oneself always may."""
    if actor.is_system:
        return Q()
    return ~Q(**{f"{file}__in": _unlisted_files(actor, now).values("id")})


def _unlisted_files(actor: Actor, now: datetime) -> QuerySet[File]:
    hidden = File.objects.filter(caregiver__protected=_STRICT)
    if actor.is_citizen:
        return hidden.exclude(caregiver_id=actor.person_id)
    if actor.has_role(now, *NAMED_ROLES):
        return hidden.exclude(id__in=named_files(actor, now).values("file_id"))
    return hidden


def can_be_listed(actor: Actor, file_id: uuid.UUID | None, now: datetime) -> Decision:
    """May the caregiver of this file stand in a list for the actor?"""
    if actor.is_system or file_id is None:
        return yes("system" if actor.is_system else "no_file")
    is_hidden = _unlisted_files(actor, now).filter(id=file_id).exists()
    return no("protected_address") if is_hidden else yes("listed")


def listed_persons(actor: Actor, now: datetime) -> Q:
    """A condition on care recipients: they may stand in a list for this employee."""
    may = ~Q(protected=_STRICT)
    if actor.has_role(now, *NAMED_ROLES):
        around = Relation.objects.filter(
            ends_at__isnull=True, file_id__in=named_files(actor, now).values("file_id")
        )
        may |= Q(id__in=around.values("care_recipient_id"))
    return may


def can_see_address(actor: Actor, file: File, now: datetime) -> Decision:
    """May the actor see where the caregiver of this file lives? `caregiver` should be loaded."""
    if file.caregiver.protected == Protection.NONE:
        return yes("not_protected")
    if actor.is_system:
        return yes("system")
    if actor.is_citizen:
        return yes("own") if actor.person_id == file.caregiver_id else no("protected_address")
    return can_protect(actor, file, now)


def can_protect(actor: Actor, file: File, now: datetime) -> Decision:
    """May the actor see and set that the caregiver's address is protected? The two named roles, and the system."""
    if file.municipality_id != actor.municipality:
        return no("other_municipality")
    if actor.is_system:
        return yes("system")
    if named_files(actor, now).filter(file_id=file.id).exists():
        return yes("named_role")
    return no("protected_address")


def can_protect_person(actor: Actor, person: Person, now: datetime) -> Decision:
    """The same for a care recipient: the two named roles in a file about them."""
    if person.municipality_id != actor.municipality:
        return no("other_municipality")
    if actor.is_system:
        return yes("system")
    around = Relation.objects.filter(care_recipient_id=person.id, ends_at__isnull=True)
    mine = around.filter(file_id__in=named_files(actor, now).values("file_id"))
    return yes("named_role") if mine.exists() else no("protected_address")
