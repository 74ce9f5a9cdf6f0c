"""Who may record and undo a death, and who decides that a dead person's file is read."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from lagspill.access.rules import CAREGIVER_ROLES, Decision, Role, no, yes
from lagspill.kernel.actor import Actor
from lagspill.people.models import File, FileStaff, Person, Relation
from lagspill.people.policy.files import kin_files, not_of_kin, now_between, visible_files
from lagspill.people.policy.parties import can_see_parties
from lagspill.people.rules.closing import CloseReason


def can_record_death(actor: Actor, person: Person, now: datetime) -> Decision:
    """May the actor record that this person has died? Staff who meet them: their file's, or who see their parties."""
    if person.municipality_id != actor.municipality:
        return no("other_municipality")
    if actor.is_system:
        return yes("system")
    if not (actor.is_staff and actor.has_role(now, *CAREGIVER_ROLES)):
        return no("wrong_role")
    if visible_files(actor, now).filter(caregiver_id=person.id, closed_at__isnull=True).exists():
        return yes("file_staff")
    return can_see_parties(actor, person, now)


def can_undo_death(actor: Actor, person: Person, now: datetime) -> Decision:
    """May the actor undo it? Whoever recorded it, and coordinators where the person is or has a caregiver."""
    if person.municipality_id != actor.municipality:
        return no("other_municipality")
    if person.died_on is None:
        return no("not_dead")
    if actor.is_system:
        return yes("system")
    if not (actor.is_staff and actor.has_role(now, *CAREGIVER_ROLES)):
        return no("wrong_role")
    if person.id in actor.kin_ids or kin_files(actor).filter(caregiver_id=person.id).exists():
        return no("own_kin")
    if person.death_recorded_by == actor.id:
        return yes("recorded_it")
    about = Relation.objects.filter(file_id=OuterRef("pk"), care_recipient_id=person.id)
    units = list(actor.units(now, Role.COORDINATOR))
    concerned = File.objects.filter(Q(caregiver_id=person.id) | Exists(about), unit_id__in=units)
    return yes("coordinates") if concerned.exists() else no("not_the_coordinator")


def closed_by_death(actor: Actor, now: datetime) -> QuerySet[File]:
    """Files that a death has closed, for the privacy officer, who decides whether somebody reads them. Heads, no words."""
    if not (actor.is_staff and actor.has_role(now, Role.PRIVACY_OFFICER)):
        return File.objects.none()
    return File.objects.filter(not_of_kin(actor, "id"), closed_why=CloseReason.DIED.value)


def can_decide_opening(actor: Actor, file: File, now: datetime) -> Decision:
    """May the actor decide that somebody reads this file? The privacy officer, once a death has closed it."""
    if file.municipality_id != actor.municipality:
        return no("other_municipality")
    if not (actor.is_staff and actor.has_role(now, Role.PRIVACY_OFFICER)):
        return no("wrong_role")
    if kin_files(actor).filter(id=file.id).exists():
        return no("own_kin")
    if file.closed_why != CloseReason.DIED:
        return no("not_closed_by_death")
    return yes("privacy_officer")


def named_readers(file: File, now: datetime) -> QuerySet[FileStaff]:
    """Rows by which named readers read the file now."""
    return FileStaff.objects.filter(now_between(now), file_id=file.id, role="reader")
