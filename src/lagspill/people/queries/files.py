"""The head of a caregiver's file, its relations, and how to reach its owner."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from lagspill.access.queries import StaffCard, card_of
from lagspill.audit import operations as audit
from lagspill.dispatch.rules import Recipient
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound
from lagspill.people import policy
from lagspill.people.models import (
    Designation,
    File,
    FileStaff,
    Relation,
)
from lagspill.people.queries.persons import PersonLine, person_line
from lagspill.people.rules import Channel, Protection, Reach, safe_reach


@dataclass(frozen=True)
class RelationView:
    """One relation of a file, for screens."""

    id: uuid.UUID
    item_id: uuid.UUID
    care_recipient: PersonLine
    code: str
    label: str
    state: str
    is_known_to_recipient: bool
    codings: tuple[dict[str, str], ...] = ()
    designations: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileView:
    """The head of a caregiver's file: who, how to reach them safely, relations, and the file's staff."""

    id: uuid.UUID
    municipality: str
    unit_id: uuid.UUID
    caregiver: PersonLine
    age_group: str
    language: str
    interpreter: str
    reach: Reach
    is_bound: bool
    opened_at: datetime
    relations: tuple[RelationView, ...] = ()
    staff: tuple[tuple[StaffCard, str], ...] = field(default=())  # with their role in the file
    is_closed: bool = False  # by a death, and the reader is named
    is_protected: bool = False


def reach_of(file: File) -> Reach:
    """How the caregiver of the file can be reached safely; `caregiver` should be loaded. Protected: never by letter."""
    reach = Reach(
        Channel(file.reach_channel),
        file.reach_phone,
        file.reach_email,
        file.reach_address,
        file.reach_note,
        frozenset(Channel(c) for c in file.reach_blocked),
    )
    return safe_reach(reach, Protection(file.caregiver.protected))


def _shown_reach(actor: Actor, file: File, now: datetime) -> Reach:
    """The same without where they live, for those who are not to see it."""
    reach = reach_of(file)
    return reach if policy.can_see_address(actor, file, now) else replace(reach, address="")


def get_file_row(actor: Actor, file_id: uuid.UUID, now: datetime) -> File:
    """The row of a file the actor may open, for operations of other capabilities. Raises NotFound; no audit."""
    file = policy.visible_files(actor, now).select_related("caregiver").filter(id=file_id).first()
    if file is None:
        policy.refuse_writing(actor, file_id, now)
        raise NotFound("file", file_id)
    return file


def is_followed_up(actor: Actor, file_id: uuid.UUID, now: datetime) -> bool:
    """True while the file is open and the caregiver lives: nobody is to be rung about any other. No audit."""
    found = policy.visible_files(actor, now).filter(id=file_id, closed_at__isnull=True)
    return found.filter(caregiver__died_on__isnull=True).exists()


def get_file(actor: Actor, file_id: uuid.UUID, now: datetime) -> FileView:
    """The head of a file; audited as a read. Raises NotFound. Three queries and one audit row."""
    file = get_file_row(actor, file_id, now)
    view = _file_views(actor, [file], now)[0]
    audit.record_read(
        actor,
        "get_file",
        "file",
        now=now,
        object_id=file.id,
        file_id=file.id,
        person_id=file.caregiver_id,
    )
    return view


def list_own_files(actor: Actor, now: datetime) -> list[FileView]:
    """The citizen's own files in the municipality in scope (at most one)."""
    if not actor.is_citizen:
        return []
    return _file_views(
        actor,
        list(policy.visible_files(actor, now).select_related("caregiver").order_by("id")),
        now,
    )


def find_own_file(actor: Actor, now: datetime) -> uuid.UUID | None:
    """The id of the citizen's own file in the municipality in scope, for an act on it; audited by that."""
    if not actor.is_citizen:
        return None
    found: uuid.UUID | None = policy.visible_files(actor, now).values_list("id", flat=True).first()
    return found


def _file_views(actor: Actor, files: Sequence[File], now: datetime) -> list[FileView]:
    ids = [file.id for file in files]
    relations: dict[uuid.UUID, list[RelationView]] = {file_id: [] for file_id in ids}
    kinds = Designation.objects.filter(relation_id=OuterRef("pk"), ends_on__isnull=True)
    rows = (
        Relation.objects.filter(file_id__in=ids, ends_at__isnull=True)
        .select_related("care_recipient")
        .annotate(kinds=ArraySubquery(kinds.order_by("id").values("kind")))
        .order_by("id")
    )
    for row in rows:
        relations[row.file_id].append(relation_view(row, tuple(row.kinds)))
    staff: dict[uuid.UUID, list[tuple[StaffCard, str]]] = {file_id: [] for file_id in ids}
    members = FileStaff.objects.filter(file_id__in=ids, ends_at__isnull=True)
    for member in members.select_related("staff").order_by("id"):
        staff[member.file_id].append((card_of(member.staff), member.role))
    return [
        replace(
            _head(actor, file, now),
            relations=tuple(relations[file.id]),
            staff=tuple(staff[file.id]),
        )
        for file in files
    ]


def _head(actor: Actor, file: File, now: datetime) -> FileView:
    """The head alone, with the age group of today; `caregiver` must be loaded."""
    return FileView(
        file.id,
        file.municipality_id,
        file.unit_id,
        person_line(file.caregiver),
        policy.age_group(file.caregiver, now).value,
        file.caregiver.language,
        file.caregiver.interpreter,
        _shown_reach(actor, file, now),
        file.caregiver.is_bound,
        file.opened_at,
        is_closed=file.closed_at is not None,
        is_protected=file.caregiver.protected != Protection.NONE,
    )


def relation_view(row: Relation, designations: tuple[str, ...] = ()) -> RelationView:
    """A relation as a read model; `care_recipient` must be loaded."""
    return RelationView(
        row.id,
        row.item_id,
        person_line(row.care_recipient),
        row.code,
        row.label,
        row.state,
        row.known_to_recipient_at is not None,
        tuple(row.codings),
        designations,
    )


def has_ended_relation(actor: Actor, caregiver_id: uuid.UUID, recipient_id: uuid.UUID) -> bool:
    """True when these two had a relation that is over, and none now: an import must not open it again. System only."""
    rows = Relation.objects.filter(file__caregiver_id=caregiver_id, care_recipient_id=recipient_id)
    ends = set(rows.values_list("ends_at", flat=True)) if actor.is_system else set()
    return bool(ends) and None not in ends


def list_relations_to(
    actor: Actor, person_id: uuid.UUID, now: datetime
) -> list[tuple[uuid.UUID, str, RelationView]]:
    """Relations to a care recipient that the actor may know of (the relation is an item): file id, caregiver, relation."""
    rows = (
        Relation.objects.filter(care_recipient_id=person_id, ends_at__isnull=True)
        .filter(policy.listed_caregivers(actor, now), item__in=policy.visible_items(actor, now))
        .select_related("care_recipient", "file__caregiver")
        .order_by("id")
    )
    return [(row.file_id, row.file.caregiver.name, relation_view(row)) for row in rows]


def list_circle(
    actor: Actor, person_id: uuid.UUID, now: datetime
) -> list[tuple[RelationView, FileView]]:
    """Caregivers around a care recipient whom the actor may know of, each with how to reach them safely; one query.

    The way to reach somebody is for staff and for themselves. Audited by the card that shows it.
    """
    rows = (
        Relation.objects.filter(care_recipient_id=person_id, ends_at__isnull=True)
        .filter(
            policy.listed_caregivers(actor, now),
            file__closed_at__isnull=True,
            item__in=policy.visible_items(actor, now),
        )
        .select_related("care_recipient", "file__caregiver")
        .order_by("id")
    )
    return [(relation_view(row), _head(actor, row.file, now)) for row in rows]


def get_known_file(actor: Actor, file_id: uuid.UUID, now: datetime) -> FileView:
    """The caregiver of an open file, and how to reach them safely, for staff who may know of a relation in it, as on the
    card. Audited as a read. Raises NotFound.
    """
    relation = (
        Relation.objects.filter(file_id=file_id, ends_at__isnull=True, file__closed_at__isnull=True)
        .filter(item__in=policy.visible_items(actor, now))
        .select_related("file__caregiver")
        .order_by("id")
        .first()
    )
    if relation is None or not actor.is_staff:
        raise NotFound("file", file_id)
    audit.record_read(actor, "get_known_file", "file", now=now, object_id=file_id, file_id=file_id)
    return _head(actor, relation.file, now)


def find_recipient(municipality: str, file_id: uuid.UUID) -> Recipient | None:
    """Where a message to the caregiver of a file may go; what `dispatch` asks. None for a closed file and after a death.

    Runs in the scope of a system actor of `municipality`.
    """
    file = (
        File.objects.select_related("caregiver").filter(id=file_id, closed_at__isnull=True).first()
    )
    if file is None or file.caregiver.died_on is not None or file.municipality_id != municipality:
        return None
    return Recipient(
        file.reach_email, reach_of(file).allows(Channel.EMAIL), file.caregiver.language or "nb"
    )


def find_care_recipients_of(person_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Whom a person cares for, or has cared for, in the municipality in scope: what `access` asks of an employee's kin."""
    rows = Relation.objects.filter(file__caregiver_id=person_id)
    return frozenset(rows.values_list("care_recipient_id", flat=True))
