"""Who reads one item now: the filter turned round, from an item to its readers. Agrees with `readable` (tested)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from lagspill.access import queries as access
from lagspill.people.models import (
    FileStaff,
    Item,
    ItemRelation,
    Person,
    Relation,
    Representation,
)
from lagspill.people.policy.family import family_readers
from lagspill.people.policy.files import FILE_STAFF_ROLES, READER, now_between
from lagspill.people.policy.kin import kin_among
from lagspill.people.rules import READING_SCOPES, Audience, Capacity, audiences_for
from lagspill.people.rules.closing import CloseReason


@dataclass(frozen=True)
class Readers:
    """Who reads an item. `outside` are care recipients it concerns who do not; `served` those whose serving staff do."""

    caregiver: Person | None = None
    staff_ids: tuple[uuid.UUID, ...] = ()
    author_id: uuid.UUID | None = None
    served: tuple[Person, ...] = ()
    recipients: tuple[Person, ...] = ()
    outside: tuple[Person, ...] = ()
    representatives: tuple[tuple[Person, Person], ...] = ()  # who reads, for whom
    family: tuple[Person, ...] = ()


def readers_of(item: Item, now: datetime) -> Readers:
    """Who reads `item` now. Ask in the scope of a system actor, after the policy has let the asker in.

    Built from the same tables and the same `rules.audiences_for` as `policy.readable`; a constant number of queries.
    """
    audience = Audience(item.audience)
    relations = list(
        Relation.objects.filter(
            id__in=ItemRelation.objects.filter(item_id=item.id).values("relation_id"),
            ends_at__isnull=True,
        )
        .select_related("care_recipient")
        .order_by("id")
    )
    concerned = tuple(dict.fromkeys(row.care_recipient for row in relations))
    knowing = {
        row.care_recipient_id
        for row in relations
        if _knows(row, now) and row.care_recipient.died_on is None
    }
    is_open = item.file.closed_at is None

    def reads(capacity: Capacity) -> bool:
        return audience in audiences_for(capacity)

    if item.file.closed_why == CloseReason.DIED:
        named = _staff_of(item, now, (READER,)) if reads(Capacity.FILE_STAFF) else ((), None)
        return Readers(staff_ids=named[0], outside=concerned)
    roles = tuple(FILE_STAFF_ROLES) if is_open and reads(Capacity.FILE_STAFF) else ()
    staff_ids, author_id = _staff_of(item, now, roles)
    recipients = tuple(p for p in concerned if p.id in knowing and reads(Capacity.CARE_RECIPIENT))
    return Readers(
        caregiver=item.file.caregiver if is_open and reads(Capacity.CAREGIVER) else None,
        staff_ids=staff_ids,
        author_id=author_id if reads(Capacity.AUTHOR) and author_id not in staff_ids else None,
        served=concerned if reads(Capacity.SERVING_STAFF) else (),
        recipients=recipients,
        outside=tuple(p for p in concerned if p not in recipients),
        representatives=_representatives(recipients, now),
        family=_family(item, now) if reads(Capacity.FAMILY) else (),
    )


def _knows(row: Relation, now: datetime) -> bool:
    return row.known_to_recipient_at is not None and row.known_to_recipient_at <= now


def _staff_of(
    item: Item, now: datetime, as_roles: tuple[str, ...]
) -> tuple[tuple[uuid.UUID, ...], uuid.UUID | None]:
    """The file's staff who hold a fitting grant now, and the author while serving; nobody whose own family it is."""
    rows = list(
        FileStaff.objects.filter(now_between(now), file_id=item.file_id)
        .order_by("starts_at", "id")
        .values_list("staff_id", "role")
    )
    ids = [staff_id for staff_id, _ in rows]
    if item.author_staff_id:
        ids.append(item.author_staff_id)
    if not ids:
        return (), None
    held = access.list_current_roles(ids, now)
    kin = kin_among(item.file_id, ids)
    fitting = [
        staff_id
        for staff_id, role in rows
        if role in as_roles and _fits(role, held.get(staff_id, frozenset())) and staff_id not in kin
    ]
    author = item.author_staff_id
    serves = author is not None and bool(held.get(author)) and author not in kin
    return tuple(dict.fromkeys(fitting)), author if serves else None


def _fits(role: str, held: frozenset[str]) -> bool:
    """Does somebody with these grants stand in the file's staff with this role? A named reader with whatever grant."""
    return bool(held) if role == READER else bool(held & FILE_STAFF_ROLES.get(role, frozenset()))


def _representatives(
    recipients: tuple[Person, ...], now: datetime
) -> tuple[tuple[Person, Person], ...]:
    """Who lawfully reads for those who read themselves, but for other caregivers of theirs (as `policy.read_for`)."""
    ids = [person.id for person in recipients if person.died_on is None]
    if not ids:
        return ()
    rows = (
        Representation.objects.filter(
            now_between(now),
            care_recipient_id__in=ids,
            scopes__overlap=sorted(scope.value for scope in READING_SCOPES),
        )
        .select_related("person", "care_recipient")
        .order_by("id")
    )
    caregivers = set(
        Relation.objects.filter(care_recipient_id__in=ids, ends_at__isnull=True).values_list(
            "care_recipient_id", "file__caregiver_id"
        )
    )
    return tuple(
        (row.person, row.care_recipient)
        for row in rows
        if (row.care_recipient_id, row.person_id) not in caregivers
    )


def _family(item: Item, now: datetime) -> tuple[Person, ...]:
    rows = family_readers(item, now).select_related("person").order_by("id")
    return tuple(row.person for row in rows)
