"""Reads about persons, files, relations and items. Each door takes the actor, applies the policy, and audits the read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Q

from lagspill.access import queries as access
from lagspill.audit import operations as audit
from lagspill.dispatch.rules import Recipient
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound
from lagspill.people import policy
from lagspill.people.models import (
    Designation,
    File,
    FileStaff,
    Item,
    ItemRelation,
    Person,
    Pin,
    Relation,
    Service,
)
from lagspill.people.rules import Audience, Channel, Reach, last_name_key, name_key


@dataclass(frozen=True)
class PersonLine:
    """A person in a list: id and what may stand there."""

    id: uuid.UUID
    name: str
    is_nameless: bool = False


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
    staff: tuple[tuple[uuid.UUID, str], ...] = field(default=())


def person_line(person: Person) -> PersonLine:
    """A person as a line; a nameless one says so."""
    return PersonLine(person.id, person.name, person.is_nameless)


def reach_of(file: File) -> Reach:
    """How the caregiver of the file can be reached safely."""
    return Reach(
        Channel(file.reach_channel),
        file.reach_phone,
        file.reach_email,
        file.reach_address,
        file.reach_note,
        frozenset(Channel(c) for c in file.reach_blocked),
    )


def get_file_row(actor: Actor, file_id: uuid.UUID, now: datetime) -> File:
    """The row of a file the actor may open, for operations of other capabilities. Raises NotFound; no audit."""
    file = policy.visible_files(actor, now).select_related("caregiver").filter(id=file_id).first()
    if file is None:
        raise NotFound("file", file_id)
    return file


def get_file(actor: Actor, file_id: uuid.UUID, now: datetime) -> FileView:
    """The head of a file; audited as a read. Raises NotFound. Four queries and one audit row."""
    file = get_file_row(actor, file_id, now)
    view = _file_views([file])[0]
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


def get_own_name(actor: Actor) -> str:
    """The signed-in citizen's own name in the municipality in scope; empty when not known there."""
    return Person.objects.filter(id=actor.person_id).values_list("name", flat=True).first() or ""


def list_own_files(actor: Actor, now: datetime) -> list[FileView]:
    """The citizen's own files in the municipality in scope (at most one)."""
    if not actor.is_citizen:
        return []
    return _file_views(
        list(policy.visible_files(actor, now).select_related("caregiver").order_by("id"))
    )


def _file_views(files: Sequence[File]) -> list[FileView]:
    ids = [file.id for file in files]
    relations: dict[uuid.UUID, list[RelationView]] = {file_id: [] for file_id in ids}
    rows = (
        Relation.objects.filter(file_id__in=ids, ends_at__isnull=True)
        .select_related("care_recipient")
        .order_by("id")
    )
    kinds: dict[uuid.UUID, list[str]] = {}
    for designation in Designation.objects.filter(file_id__in=ids, ends_on__isnull=True).order_by(
        "id"
    ):
        kinds.setdefault(designation.relation_id, []).append(designation.kind)
    for row in rows:
        relations[row.file_id].append(relation_view(row, tuple(kinds.get(row.id, ()))))
    staff: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = {file_id: [] for file_id in ids}
    for member in FileStaff.objects.filter(file_id__in=ids, ends_at__isnull=True).order_by("id"):
        staff[member.file_id].append((member.staff_id, member.role))
    return [
        replace(_head(file), relations=tuple(relations[file.id]), staff=tuple(staff[file.id]))
        for file in files
    ]


def _head(file: File) -> FileView:
    """The head alone; `caregiver` must be loaded."""
    return FileView(
        file.id,
        file.municipality_id,
        file.unit_id,
        person_line(file.caregiver),
        file.caregiver.age_group,
        file.caregiver.language,
        file.caregiver.interpreter,
        reach_of(file),
        file.caregiver.is_bound,
        file.opened_at,
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


def names_of_files(file_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Caregivers' names by file, in one query, for lists whose rows were already filtered by a policy."""
    rows = File.objects.filter(id__in=list(file_ids)).values_list("id", "caregiver__name")
    return dict(rows)


def search_caregivers(
    actor: Actor, text: str, now: datetime, limit: int = 20
) -> list[tuple[uuid.UUID, PersonLine]]:
    """Files whose caregiver's name, or last name, begins with `text`, among those the actor may open; audited.

    The policy is applied before the limit; the prefix is a range (`>=`, `<`), which row-level security can index.
    """
    key = name_key(text)
    if len(key) < 2:
        return []
    match = Q(caregiver__name_key__gte=key, caregiver__name_key__lt=key + "\uffff") | Q(
        caregiver__last_key__gte=key, caregiver__last_key__lt=key + "\uffff"
    )
    rows = (
        policy.visible_files(actor, now)
        .filter(match)
        .select_related("caregiver")
        .order_by("caregiver__name_key", "id")[:limit]
    )
    found = [(row.id, person_line(row.caregiver)) for row in rows]
    audit.record_read(
        actor, "search_caregivers", "file", now=now, object_ids=[file_id for file_id, _ in found]
    )
    return found


def find_same_caregiver(
    actor: Actor, name: str, phone: str, now: datetime
) -> list[tuple[uuid.UUID, PersonLine]]:
    """Files the actor may open that look like the one being registered: same name, or same phone with same last name."""
    same = Q(caregiver__name_key=name_key(name))
    if phone:
        same |= Q(reach_phone=phone, caregiver__last_key=last_name_key(name))
    rows = (
        policy.visible_files(actor, now).filter(same).select_related("caregiver").order_by("id")[:5]
    )
    return [(row.id, person_line(row.caregiver)) for row in rows]


def find_hidden_same_caregiver(file: File) -> File | None:
    """Another file in the municipality with the same caregiver's name, seen by nobody: for the coordinator's quiet work."""
    return (
        File.objects.filter(caregiver__name_key=file.caregiver.name_key, closed_at__isnull=True)
        .exclude(id=file.id)
        .order_by("id")
        .first()
    )


def list_served(
    actor: Actor, now: datetime, *, after: str | None = None, limit: int = 50
) -> tuple[list[PersonLine], str]:
    """Care recipients whom a unit of the actor serves, by last name, and the id the next page begins after; audited.

    `after` is the id of the last one on the page before; anything else begins at the start.
    """
    people = Person.objects.filter(
        id__in=policy.served_persons(actor, now).values("person_id"), died_on__isnull=True
    )
    last = people.filter(id=_id_or_none(after)).first() if after else None
    if last is not None:
        people = people.filter(
            Q(last_key__gt=last.last_key) | Q(last_key=last.last_key, id__gt=last.id)
        )
    rows = list(people.order_by("last_key", "id")[: limit + 1])
    following = str(rows[limit - 1].id) if len(rows) > limit else ""
    shown = rows[:limit]
    audit.record_read(actor, "list_served", "card", now=now, object_ids=[row.id for row in shown])
    return [person_line(row) for row in shown], following


def _id_or_none(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def list_pinned(actor: Actor, now: datetime) -> list[PersonLine]:
    """The actor's own list of care recipients, those still theirs to see, in the order they were pinned."""
    pins = Pin.objects.filter(
        staff_id=actor.id, person__in=policy.visible_cards(actor, now)
    ).select_related("person")
    rows = [pin.person for pin in pins.order_by("pinned_at", "id")]
    audit.record_read(actor, "list_pinned", "card", now=now, object_ids=[row.id for row in rows])
    return [person_line(row) for row in rows]


def list_choosable_recipients(
    actor: Actor, asked: str | None, now: datetime, *, limit: int = 12
) -> list[PersonLine]:
    """Whom a new caregiver may be registered for: the one asked for if the actor may see the card, else the own list.

    `asked` is an id as it stood in the address; anything else is as good as none.
    """
    cards = policy.visible_cards(actor, now).filter(died_on__isnull=True)
    asked_id = _id_or_none(asked)
    wanted = cards.filter(id=asked_id).first() if asked_id else None
    if wanted is not None:
        return [person_line(wanted)]
    pinned = Pin.objects.filter(staff_id=actor.id).values("person_id")
    rows = list(cards.filter(id__in=pinned).order_by("name_key", "id")[:limit])
    rows = rows or list(cards.order_by("name_key", "id")[:limit])
    audit.record_read(
        actor, "list_choosable_recipients", "card", now=now, object_ids=[row.id for row in rows]
    )
    return [person_line(row) for row in rows]


def get_care_recipient(actor: Actor, person_id: uuid.UUID, now: datetime) -> PersonLine:
    """A care recipient whose card the actor may see. Raises NotFound; audited by the card itself."""
    person = policy.visible_cards(actor, now).filter(id=person_id).first()
    if person is None:
        raise NotFound("card", person_id)
    return person_line(person)


def list_relations_to(
    actor: Actor, person_id: uuid.UUID, now: datetime
) -> list[tuple[uuid.UUID, str, RelationView]]:
    """Relations to a care recipient that the actor may know of (the relation is an item): file id, caregiver, relation."""
    rows = (
        Relation.objects.filter(care_recipient_id=person_id, ends_at__isnull=True)
        .filter(item__in=policy.visible_items(actor, now))
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
        .filter(file__closed_at__isnull=True, item__in=policy.visible_items(actor, now))
        .select_related("care_recipient", "file__caregiver")
        .order_by("id")
    )
    return [(relation_view(row), _head(row.file)) for row in rows]


def list_item_relations(actor: Actor, item_id: uuid.UUID, now: datetime) -> list[uuid.UUID]:
    """The relations that an item concerns, if the actor may read it. No audit: ids for an operation that has one."""
    readable = policy.visible_items(actor, now).filter(id=item_id)
    return list(
        ItemRelation.objects.filter(item__in=readable)
        .order_by("relation_id")
        .values_list("relation_id", flat=True)
    )


def is_pinned(actor: Actor, person_id: uuid.UUID) -> bool:
    """True when the care recipient is on the actor's own list."""
    return actor.is_staff and Pin.objects.filter(staff_id=actor.id, person_id=person_id).exists()


def is_served_by(actor: Actor, person_id: uuid.UUID, unit_id: uuid.UUID) -> bool:
    """Does this unit itself serve the person now? For system actors; others ask the policy."""
    rows = Service.objects.filter(person_id=person_id, unit_id=unit_id, ends_at__isnull=True)
    return actor.is_system and rows.exists()


def find_serving_unit(person_id: uuid.UUID, now: datetime) -> uuid.UUID | None:
    """The unit that has served the person longest of those that serve now."""
    return (
        Service.objects.filter(person_id=person_id, starts_at__lte=now, ends_at__isnull=True)
        .order_by("starts_at", "id")
        .values_list("unit_id", flat=True)
        .first()
    )


def reader_sentences(
    actor: Actor, file_id: uuid.UUID, relation_ids: Sequence[uuid.UUID], now: datetime
) -> dict[str, str]:
    """Who will read an item of this file, by audience, in one plain sentence in the reader's language.

    Made from the same tables as `policy.readable`: the file's staff by name, the care recipients of the relations.
    Spoken to the caregiver or to staff, as the actor is. Raises NotFound unless the actor may open the file.
    """
    file = get_file_row(actor, file_id, now)
    staff_ids = (
        FileStaff.objects.filter(policy.now_between(now), file_id=file.id)
        .order_by("starts_at", "id")
        .values_list("staff_id", flat=True)
    )
    staff = list(dict.fromkeys(staff_ids))
    cards = access.list_staff(staff)
    relations = Relation.objects.filter(file_id=file.id, ends_at__isnull=True)
    if relation_ids:
        relations = relations.filter(id__in=relation_ids)
    recipients = [
        row.care_recipient for row in relations.select_related("care_recipient").order_by("id")
    ]
    instead = content.load("audiences")["instead"]
    words = {
        "staff": _joined([cards[i].name for i in staff if i in cards]) or str(instead["staff"]),
        "care_recipient": _joined([p.name for p in recipients if p.name])
        or str(instead["care_recipient"]),
        "caregiver": file.caregiver.name or str(instead["caregiver"]),
    }
    sentences = {}
    for code, audience in content.audiences().items():
        text = audience.to_caregiver if actor.is_citizen else audience.to_staff
        if "family" not in text.placeholders:
            wanted = {name: words[name] for name in text.placeholders}
            sentences[code] = text.fill(content.active_language(), **wanted)
    return sentences


def _joined(names: Sequence[str], most: int = 4) -> str:
    """Names in a sentence: "Kari, Tone og Per"; beyond `most` the rest are counted."""
    and_word = {"en": "and"}.get(content.active_language(), "og")
    shown = list(names[:most])
    if len(names) > most:
        more = {"en": "{n} more", "nn": "{n} til"}.get(content.active_language(), "{n} til")
        shown.append(more.format(n=len(names) - most))
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {and_word} {shown[-1]}"


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


def list_old_drafts(limit: datetime, count: int = 1000) -> list[uuid.UUID]:
    """Staff drafts of the municipality in scope last edited before `limit`; their capabilities delete them."""
    return list(
        Item.objects.filter(audience=Audience.DRAFT.value, edited_at__lt=limit)
        .order_by("id")
        .values_list("id", flat=True)[:count]
    )
