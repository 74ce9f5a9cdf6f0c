"""Reads about a death: what it changes or has changed, and the files that the privacy officer decides about."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.access import queries as access
from lagspill.access.rules import Role
from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound
from lagspill.people import policy
from lagspill.people.models import File, FileOpening, Person, Relation
from lagspill.people.queries.persons import PersonLine, person_line
from lagspill.people.rules import Protection


@dataclass(frozen=True)
class DeathView:
    """Somebody of whom a death may be recorded, or undone."""

    person: PersonLine
    died_on: date | None
    caregivers: int  # open files of others about this person
    file_id: uuid.UUID | None  # the own one as caregiver
    may_undo: bool


@dataclass(frozen=True)
class OpeningLine:
    """One decision that somebody reads a dead person's file."""

    id: uuid.UUID
    reader: str
    title: str
    decided_by: str
    why: str
    starts_at: datetime
    ends_at: datetime
    holds: bool


@dataclass(frozen=True)
class DeadFile:
    """A file that a death has closed, and who reads it. The head alone: the privacy officer reads no text."""

    id: uuid.UUID
    name: str
    died_on: date | None
    closed_at: datetime | None
    unit: str
    readers: int
    openings: tuple[OpeningLine, ...] = ()


def get_death(actor: Actor, person_id: uuid.UUID, now: datetime) -> DeathView:
    """What recording a death would do, or what it did. Raises NotFound unless the actor may record or undo it; audited."""
    person = Person.objects.filter(id=person_id).first()
    if person is None:
        raise NotFound("person", person_id)
    may_undo = bool(policy.can_undo_death(actor, person, now))
    if not may_undo and not policy.can_record_death(actor, person, now):
        raise NotFound("person", person_id)
    around = Relation.objects.filter(
        care_recipient_id=person.id, ends_at__isnull=True, file__closed_at__isnull=True
    )
    own = File.objects.filter(caregiver_id=person.id).values_list("id", flat=True).first()
    audit.record_read(
        actor, "get_death", "person", now=now, object_id=person.id, person_id=person.id
    )
    return DeathView(
        person_line(person),
        person.died_on,
        around.values("file_id").distinct().count(),
        own,
        may_undo,
    )


def list_dead_files(actor: Actor, now: datetime, limit: int = 100) -> list[DeadFile]:
    """Files that a death has closed, latest first, with how many read each now; for the privacy officer, audited."""
    rows = list(
        policy.closed_by_death(actor, now)
        .exclude(caregiver__protected=Protection.STRICT.value)
        .select_related("caregiver", "unit")
        .order_by("-closed_at", "id")[:limit]
    )
    held = FileOpening.objects.filter(policy.now_between(now), file__in=rows)
    reading = list(held.order_by("id").values_list("file_id", flat=True))
    audit.record_read(
        actor, "list_dead_files", "file", now=now, object_ids=[row.id for row in rows]
    )
    return [_dead_file(row, reading.count(row.id)) for row in rows]


def _dead_file(row: File, readers: int, openings: tuple[OpeningLine, ...] = ()) -> DeadFile:
    return DeadFile(
        row.id,
        row.caregiver.name,
        row.caregiver.died_on,
        row.closed_at,
        row.unit.name,
        readers,
        openings,
    )


def get_dead_file(actor: Actor, file_id: uuid.UUID, now: datetime) -> DeadFile:
    """One of them, with every decision about it. Raises NotFound; audited."""
    row = (
        policy.closed_by_death(actor, now)
        .select_related("caregiver", "unit")
        .filter(id=file_id)
        .first()
    )
    if row is None:
        raise NotFound("file", file_id)
    rows = list(
        FileOpening.objects.filter(file=row).select_related("staff").order_by("-starts_at", "-id")
    )
    deciders = access.list_staff([opening.decided_by for opening in rows])
    lines = tuple(
        OpeningLine(
            opening.id,
            opening.staff.name,
            opening.staff.title,
            deciders[opening.decided_by].name if opening.decided_by in deciders else "",
            opening.why,
            opening.starts_at,
            opening.ends_at,
            opening.ends_at > now,
        )
        for opening in rows
    )
    audit.record_read(actor, "get_dead_file", "file", now=now, object_id=row.id, file_id=row.id)
    return _dead_file(row, sum(line.holds for line in lines), lines)


def list_possible_readers(
    actor: Actor, file_id: uuid.UUID, now: datetime
) -> list[access.StaffCard]:
    """Whom the privacy officer may name: everybody who works with people here, but the officer and own family."""
    file = policy.closed_by_death(actor, now).filter(id=file_id).first()
    if file is None:
        return []
    roles = [role.value for role in Role if role is not Role.ADMIN]
    cards = access.list_members(roles=roles, unit_ids=None, now=now)
    kin = policy.kin_among(file.id, [card.id for card in cards])
    return [card for card in cards if card.id != actor.id and card.id not in kin]
