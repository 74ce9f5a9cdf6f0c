"""Who may open a caregiver's file, as whose staff, and who serves whom."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from lagspill.access.rules import CAREGIVER_ROLES, SERVING_ROLES, Decision, Role, no, yes
from lagspill.kernel import acts
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotPossible
from lagspill.people.models import (
    File,
    FileStaff,
    Relation,
    Service,
)
from lagspill.people.policy.ages import aged_16_or_17
from lagspill.people.rules.closing import CloseReason

#: Which grants let somebody stand in `file_staff` with which role. An ended grant ends the access, whatever the row says.
FILE_STAFF_ROLES: dict[str, frozenset[Role]] = {
    "coordinator": frozenset({Role.COORDINATOR}),
    "lead": CAREGIVER_ROLES,
    "substitute": CAREGIVER_ROLES,
    "contact_person": CAREGIVER_ROLES,
}  # and "lead" by Role.CHILD_RESPONSIBLE, while the caregiver is 16 or 17

#: The role in `file_staff` of whom the privacy officer has named to read a dead person's file. Whatever grant they hold.
READER = "reader"


def now_between(now: datetime) -> Q:
    """Rows with a period (`starts_at`, `ends_at` excluded) that holds at `now`."""
    return Q(starts_at__lte=now) & (Q(ends_at__isnull=True) | Q(ends_at__gt=now))


def kin_files(actor: Actor) -> QuerySet[File]:
    """Files of the staff member's own family: theirs, and of everybody who cares for somebody they care for themselves.

    In the staff role nobody finds, opens or is given one (privacy model, "Staff who are kin"). Empty for most.
    """
    if not actor.kin_ids:
        return File.objects.none()
    shared = Relation.objects.filter(file_id=OuterRef("pk"), care_recipient_id__in=actor.kin_ids)
    return File.objects.filter(Q(caregiver_id__in=actor.kin_ids) | Exists(shared))


def not_of_kin(actor: Actor, file_field: str = "file_id") -> Q:
    """A condition on rows with a file: it is not of the staff member's own family."""
    if not actor.kin_ids:
        return Q()
    return ~Q(**{f"{file_field}__in": kin_files(actor).values("id")})


def _held_staff_roles(actor: Actor, now: datetime) -> list[str]:
    return [role for role, grants in FILE_STAFF_ROLES.items() if actor.has_role(now, *grants)]


def files_as_staff(actor: Actor, now: datetime) -> QuerySet[FileStaff]:
    """Rows that make the actor the staff of a file now."""
    return FileStaff.objects.filter(
        now_between(now),
        not_of_kin(actor),
        Q(role__in=_held_staff_roles(actor, now)) | _leads_young(actor, now),
        staff_id=actor.id,
    )


def reads_as_staff(actor: Actor, now: datetime) -> QuerySet[FileStaff]:
    """Rows by which the actor reads a file now: its staff while it is open, and a named reader after a death.

    A named reader reads and never writes: inside an operation that row gives nothing.
    """
    staff = Q(role__in=_held_staff_roles(actor, now)) | _leads_young(actor, now)
    found = staff & Q(file__closed_at__isnull=True)
    if not acts.is_writing():
        found |= _named_reader(actor, now)
    return FileStaff.objects.filter(now_between(now), not_of_kin(actor), found, staff_id=actor.id)


def _named_reader(actor: Actor, now: datetime) -> Q:
    if not actor.active_grants(now):
        return Q(pk__in=[])
    return Q(role=READER, file__closed_why=CloseReason.DIED.value)


def refuse_writing(actor: Actor, file_id: uuid.UUID, now: datetime) -> None:
    """Say to a named reader who tries to write that the file is only to be read. Raises NotPossible("file_is_read_only")."""
    if not (actor.is_staff and acts.is_writing()):
        return
    named = FileStaff.objects.filter(
        now_between(now), not_of_kin(actor), _named_reader(actor, now), staff_id=actor.id
    )
    if named.filter(file_id=file_id).exists():
        raise NotPossible("file_is_read_only")


def _leads_young(actor: Actor, now: datetime) -> Q:
    """Child-responsible staff are lead of the file of a person of 16 or 17, named; it ends by itself on the day they are 18."""
    if not actor.has_role(now, Role.CHILD_RESPONSIBLE):
        return Q(pk__in=[])
    return Q(role="lead") & aged_16_or_17(now, "file__caregiver__")


def served_persons(actor: Actor, now: datetime) -> QuerySet[Service]:
    """Services by which the actor's units serve somebody now, own family left out."""
    units = actor.units(now, *SERVING_ROLES)
    rows = Service.objects.filter(now_between(now), unit_id__in=list(units))
    return rows.exclude(person_id__in=actor.kin_ids) if actor.kin_ids else rows


def visible_files(actor: Actor, now: datetime) -> QuerySet[File]:
    """Files the actor may open: as their staff, as the caregiver whose file it is, or named to read it after a death."""
    if actor.is_staff:
        return File.objects.filter(id__in=reads_as_staff(actor, now).values("file_id"))
    if actor.is_citizen and actor.person_id:
        return File.objects.filter(caregiver_id=actor.person_id, closed_at__isnull=True)
    if actor.is_system and actor.municipality:
        return File.objects.all()
    return File.objects.none()


def can_open_file(actor: Actor, file: File, now: datetime) -> Decision:
    """May the actor open this caregiver's file? Raises NotPossible when a named reader would write in it."""
    if file.municipality_id != actor.municipality:
        return no("other_municipality")
    if actor.is_system:
        return yes("system")
    if file.closed_at is not None:
        if actor.is_staff and reads_as_staff(actor, now).filter(file_id=file.id).exists():
            return yes("named_reader")
        refuse_writing(actor, file.id, now)
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


def can_register_caregiver(actor: Actor, now: datetime) -> Decision:
    """May the actor register a caregiver?"""
    if actor.is_system:
        return yes("system")
    return (
        yes("role")
        if actor.is_staff and actor.has_role(now, *CAREGIVER_ROLES)
        else no("wrong_role")
    )
