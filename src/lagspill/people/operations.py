"""Writes about files, relations and items. Other capabilities place their words through `write_item` and `place_item`."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from lagspill.access import identity
from lagspill.access import queries as access
from lagspill.access.rules import Role
from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import events, policy
from lagspill.people.models import (
    AudienceChange,
    BindingCode,
    Designation,
    File,
    FileParty,
    FileStaff,
    Item,
    ItemCopy,
    ItemRelation,
    Person,
    Pin,
    Relation,
    Service,
)
from lagspill.people.rules import (
    About,
    Audience,
    Reach,
    RelationState,
    is_wider,
    last_name_key,
    may_move,
    name_key,
    placing_fault,
)
from lagspill.tenancy.scope import use_actor

_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True)
class Registered:
    """What a registration made: the file, the relation, and whether both were new."""

    file_id: uuid.UUID
    relation_id: uuid.UUID
    is_new_file: bool
    is_new_relation: bool


@transaction.atomic
def add_person(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    birth_on: date | None = None,
    age_group: str = "adult",
    phone: str = "",
    email: str = "",
    address: str = "",
    language: str = "",
    interpreter: str = "",
    digits: str = "",
    persona: str = "",
) -> Person:
    """Add a person to the municipality in scope; `digits` (a checked national id) binds the keyed hash.

    Raises NotAllowed for others than staff who meet caregivers and system actors, and NotPossible("already_bound").
    """
    if not policy.can_register_caregiver(actor, now):
        raise NotAllowed("wrong_role", noun="person")
    person = Person.objects.create(
        name=name.strip(),
        name_key=name_key(name),
        last_key=last_name_key(name),
        is_nameless=not name.strip(),
        birth_on=birth_on,
        age_group=age_group,
        phone=phone,
        email=email,
        address=address,
        language=language,
        interpreter=interpreter,
        persona=persona,
    )
    if digits:
        _bind(person, identity.key_hash(digits))
    audit.record(
        actor,
        "add_person",
        "person",
        now=now,
        object_id=person.id,
        person_id=person.id,
        fields=("name",),
    )
    return person


@transaction.atomic
def register_caregiver(
    *,
    actor: Actor,
    now: datetime,
    caregiver: Person,
    care_recipient: Person,
    code: str,
    unit_id: uuid.UUID,
    reach: Reach,
    label: str = "",
    codings: Sequence[dict[str, str]] = (),
    registered_by: str = "staff",
    source: str = "staff",
    import_key: str = "",
    is_needed_for_care: bool = True,
    asks_check_in: bool = False,
) -> Registered:
    """Open the caregiver's file if there is none, and add the relation; both audited. Repeating it changes nothing.

    The relation is an item: `service` when it is needed for care, else `talk`; hidden from the care recipient until the
    caregiver agrees. Coordinators of the unit become the file's staff. Raises NotAllowed, and
    NotPossible("own_caregiver") when both are the same person.
    """
    if not policy.can_register_caregiver(actor, now):
        raise NotAllowed("wrong_role", noun="file")
    if caregiver.id == care_recipient.id:
        raise NotPossible("own_caregiver")
    file, is_new = _open_file(actor, now, caregiver, unit_id, reach, source)
    held = Relation.objects.filter(
        file=file, care_recipient=care_recipient, ends_at__isnull=True
    ).first()
    if held is not None:
        return Registered(file.id, held.id, is_new, False)
    item = _envelope(
        actor,
        now,
        file,
        kind="relation",
        about=About.CAREGIVER,
        audience=Audience.SERVICE if is_needed_for_care else Audience.TALK,
    )
    item.placed_at = now
    item.agreed = False
    item.save(update_fields=["placed_at", "agreed"])
    relation = Relation.objects.create(
        file=file,
        item=item,
        care_recipient=care_recipient,
        code=code,
        label=label,
        codings=list(codings),
        state=RelationState.IDENTIFIED.value,
        state_changed_at=now,
        registered_by=registered_by,
        known_to_recipient_at=now if registered_by == "care_recipient" else None,
        import_key=import_key,
        starts_at=now,
    )
    ItemRelation.objects.create(file=file, item=item, relation=relation)
    if registered_by == "care_recipient":
        _add_party(file, care_recipient.id, "care_recipient", now)
    audit.record(
        actor,
        "register_caregiver",
        "relation",
        now=now,
        object_id=relation.id,
        file_id=file.id,
        person_id=caregiver.id,
        fields=("code", "reach"),
    )
    facts.announce(
        events.CaregiverRegistered(
            file.municipality_id,
            file.id,
            relation.id,
            unit_id,
            source,
            actor.id if actor.is_staff else None,
            asks_check_in,
        ),
        now=now,
    )
    return Registered(file.id, relation.id, is_new, True)


def _open_file(
    actor: Actor, now: datetime, caregiver: Person, unit_id: uuid.UUID, reach: Reach, source: str
) -> tuple[File, bool]:
    file = File.objects.select_for_update(of=("self",)).filter(caregiver=caregiver).first()
    if file is not None:
        return file, False
    file = File.objects.create(
        caregiver=caregiver,
        unit_id=unit_id,
        source=source,
        reach_channel=reach.channel.value,
        reach_phone=reach.phone,
        reach_email=reach.email,
        reach_address=reach.address,
        reach_note=reach.note,
        reach_blocked=sorted(c.value for c in reach.blocked),
        opened_at=now,
    )
    _add_party(file, caregiver.id, "caregiver", now)
    add_coordinators(file, now)
    audit.record(
        actor,
        "open_file",
        "file",
        now=now,
        object_id=file.id,
        file_id=file.id,
        person_id=caregiver.id,
    )
    return file, True


def add_coordinators(file: File, now: datetime) -> None:
    """Make the coordinators of the file's unit, and of the units above it, the file's staff. Idempotent."""
    unit = file.unit
    for staff in access.list_members(
        roles=[Role.COORDINATOR.value], unit_ids=list(unit.path), now=now
    ):
        FileStaff.objects.get_or_create(
            file=file,
            staff_id=staff.id,
            role="coordinator",
            ends_at=None,
            defaults={"starts_at": now},
        )


@transaction.atomic
def add_coordinator_to_unit(
    *, actor: Actor, now: datetime, staff_id: uuid.UUID, unit_id: uuid.UUID
) -> None:
    """A coordinator becomes staff of every open file in the unit and below it. System only; set-based, idempotent."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    files = File.objects.filter(closed_at__isnull=True, unit__path__contains=[unit_id]).exclude(
        id__in=FileStaff.objects.filter(
            staff_id=staff_id, role="coordinator", ends_at__isnull=True
        ).values("file_id")
    )
    FileStaff.objects.bulk_create(
        [
            FileStaff(file_id=file_id, staff_id=staff_id, role="coordinator", starts_at=now)
            for file_id in files.order_by("id").values_list("id", flat=True)
        ],
        batch_size=1000,
    )
    audit.record(actor, "add_coordinator_to_unit", "file_staff", now=now, object_id=staff_id)


@transaction.atomic
def end_coordinator_in_unit(
    *, actor: Actor, now: datetime, staff_id: uuid.UUID, unit_id: uuid.UUID
) -> None:
    """A coordinator stops being staff of the files in the unit and below it. System only; set-based."""
    if not actor.is_system:
        raise NotAllowed("system_only")
    FileStaff.objects.filter(
        staff_id=staff_id,
        role="coordinator",
        ends_at__isnull=True,
        file__unit__path__contains=[unit_id],
    ).update(ends_at=now)
    audit.record(actor, "end_coordinator_in_unit", "file_staff", now=now, object_id=staff_id)


def _add_party(file: File, person_id: uuid.UUID, basis: str, now: datetime) -> None:
    FileParty.objects.get_or_create(
        file=file, person_id=person_id, basis=basis, defaults={"starts_at": now}
    )


@transaction.atomic
def add_file_staff(
    *, actor: Actor, now: datetime, file: File, staff_id: uuid.UUID, role: str
) -> FileStaff:
    """Let a colleague stand in the file's staff as lead, substitute or contact person.

    Raises NotAllowed unless the actor may open the file, NotPossible("unknown_file_staff_role").
    """
    decision = policy.can_open_file(actor, file, now)
    if not decision or actor.is_citizen:
        raise NotAllowed(decision.reason, noun="file", object_id=file.id)
    if role not in policy.FILE_STAFF_ROLES:
        raise NotPossible("unknown_file_staff_role")
    row, _ = FileStaff.objects.get_or_create(
        file=file, staff_id=staff_id, role=role, ends_at=None, defaults={"starts_at": now}
    )
    audit.record(
        actor,
        "add_file_staff",
        "file_staff",
        now=now,
        object_id=row.id,
        file_id=file.id,
        fields=("role",),
    )
    return row


@transaction.atomic
def start_service(*, actor: Actor, now: datetime, person: Person, unit_id: uuid.UUID) -> Service:
    """A unit starts serving a person. Idempotent. Raises NotAllowed."""
    if not policy.can_register_caregiver(actor, now):
        raise NotAllowed("wrong_role", noun="service")
    row, is_new = Service.objects.get_or_create(
        person=person, unit_id=unit_id, ends_at=None, defaults={"starts_at": now}
    )
    if is_new:
        audit.record(
            actor, "start_service", "service", now=now, object_id=row.id, person_id=person.id
        )
    return row


@transaction.atomic
def designate(
    *, actor: Actor, now: datetime, relation: Relation, kind: str, basis: str, starts_on: date
) -> Designation:
    """Record that the caregiver is nearest or contact person, as a dated fact. Idempotent. Raises NotAllowed."""
    if not policy.can_register_caregiver(actor, now):
        raise NotAllowed("wrong_role", noun="designation")
    row, is_new = Designation.objects.get_or_create(
        file_id=relation.file_id,
        relation=relation,
        kind=kind,
        ends_on=None,
        defaults={"basis": basis, "recorded_by": actor.id, "starts_on": starts_on},
    )
    if is_new:
        audit.record(
            actor, "designate", "designation", now=now, object_id=row.id, file_id=relation.file_id
        )
    return row


@transaction.atomic
def move_relation(
    *, actor: Actor, now: datetime, relation_id: uuid.UUID, new: RelationState
) -> Relation:
    """Move a relation to another state (domain §3.1). Raises NotAllowed, NotFound, NotPossible("illegal_move")."""
    relation = Relation.objects.select_for_update(of=("self",)).filter(id=relation_id).first()
    if relation is None:
        raise NotFound("relation", relation_id)
    if not policy.can_open_file(actor, relation.file, now):
        raise NotAllowed("not_file_staff", noun="relation", object_id=relation_id)
    old = RelationState(relation.state)
    if old is new:
        return relation
    if not may_move(old, new):
        raise NotPossible("illegal_move")
    relation.state, relation.state_changed_at = new.value, now
    relation.save(update_fields=["state", "state_changed_at"])
    audit.record(
        actor,
        "move_relation",
        "relation",
        now=now,
        object_id=relation.id,
        file_id=relation.file_id,
        fields=("state",),
    )
    facts.announce(
        events.RelationMoved(
            relation.municipality_id, relation.file_id, relation.id, old.value, new.value
        ),
        now=now,
    )
    return relation


@transaction.atomic
def agree_to_relation(*, actor: Actor, now: datetime, relation_id: uuid.UUID, how: str) -> Relation:
    """Record that the caregiver agrees to the relation being known to the care recipient.

    The relation becomes `shared`, and the care recipient a party to the file. `how`: portal, phone, paper, in_person.
    Raises NotAllowed unless the actor is the caregiver or the file's staff.
    """
    relation = Relation.objects.select_for_update(of=("self",)).filter(id=relation_id).first()
    if relation is None or not policy.can_open_file(actor, relation.file, now):
        raise NotFound("relation", relation_id)
    if relation.known_to_recipient_at is None:
        relation.known_to_recipient_at = now
        relation.save(update_fields=["known_to_recipient_at"])
        # The citizen may not add parties in the database's own lock; the act is the system's, the yes the citizen's.
        _as_system_add_party(actor, relation, now)
        change_audience(
            actor=actor,
            now=now,
            item_id=relation.item_id,
            audience=Audience.SHARED,
            how=how,
            sentence="relation",
        )
    return relation


def _as_system_add_party(actor: Actor, relation: Relation, now: datetime) -> None:
    with use_actor(system_actor("people.party", actor.municipality)):
        _add_party(relation.file, relation.care_recipient_id, "care_recipient", now)


def _envelope(
    actor: Actor,
    now: datetime,
    file: File,
    *,
    kind: str,
    about: About,
    audience: Audience,
    caregiver_present: bool = False,
) -> Item:
    return Item.objects.create(
        file=file,
        kind=kind,
        about=about.value,
        audience=audience.value,
        author_staff_id=actor.id if actor.is_staff else None,
        author_person_id=actor.person_id if actor.is_citizen else None,
        author_capacity=actor.kind.value,
        caregiver_present=caregiver_present,
        written_at=now,
        edited_at=now,
    )


@transaction.atomic
def write_item(
    *,
    actor: Actor,
    now: datetime,
    file: File,
    kind: str,
    about: About,
    relation_ids: Sequence[uuid.UUID] = (),
    caregiver_present: bool = False,
) -> Item:
    """A new item before it is placed: `mine` for a caregiver's own words, a draft for staff (privacy model, "Birth").

    Raises NotFound unless the actor may open the file, NotPossible("unknown_relation").
    """
    if not policy.can_open_file(actor, file, now):
        raise NotFound("file", file.id)
    start = Audience.MINE if actor.is_citizen else Audience.DRAFT
    item = _envelope(
        actor,
        now,
        file,
        kind=kind,
        about=about,
        audience=start,
        caregiver_present=caregiver_present,
    )
    set_relations(item, relation_ids)
    audit.record(actor, "write_item", kind, now=now, object_id=item.id, file_id=file.id)
    return item


def set_relations(item: Item, relation_ids: Sequence[uuid.UUID]) -> None:
    """Say which relations an item concerns. Raises NotPossible("unknown_relation") for those of other files."""
    known = set(
        Relation.objects.filter(id__in=relation_ids, file_id=item.file_id).values_list(
            "id", flat=True
        )
    )
    if known != set(relation_ids):
        raise NotPossible("unknown_relation")
    held = set(ItemRelation.objects.filter(item=item).values_list("relation_id", flat=True))
    ItemRelation.objects.filter(item=item).exclude(relation_id__in=known).delete()
    ItemRelation.objects.bulk_create(
        [
            ItemRelation(file_id=item.file_id, item=item, relation_id=relation_id)
            for relation_id in sorted(known - held)
        ]
    )


def touch_item(item: Item, now: datetime) -> None:
    """Note that the words of a draft were edited: its 72 hours begin anew."""
    item.edited_at = now
    item.save(update_fields=["edited_at"])


@transaction.atomic
def place_item(
    *,
    actor: Actor,
    now: datetime,
    item_id: uuid.UUID,
    audience: Audience,
    sentence: str,
    caregiver_present: bool = False,
) -> Item:
    """Give an item its audience for the first time; `sentence` is the plain one that was shown.

    With the caregiver present the choice is theirs and agreed at once; without, staff text starts at `talk` and is
    marked "not yet agreed". Raises NotFound unless the item is the actor's own, NotPossible with the placing fault.
    """
    item = _locked_item(item_id)
    is_author = (actor.is_staff and item.author_staff_id == actor.id) or (
        actor.is_citizen and item.author_person_id == actor.person_id
    )
    if not (is_author or actor.is_system):
        raise NotFound("item", item_id)
    by_staff = item.author_staff_id is not None
    if by_staff and not caregiver_present and is_wider(audience, Audience.TALK):
        raise NotPossible("wide_needs_yes")
    _check_placing(item, audience)
    item.caregiver_present = caregiver_present
    item.agreed = caregiver_present or not by_staff
    item.placed_at = now
    _set_audience(
        actor, now, item, audience, how="in_person" if by_staff else "portal", sentence=sentence
    )
    return item


@transaction.atomic
def change_audience(
    *, actor: Actor, now: datetime, item_id: uuid.UUID, audience: Audience, how: str, sentence: str
) -> Item:
    """Widen or narrow. The caregiver does it in the portal; staff widen only on a recorded yes (`how`).

    Narrowing works at once. Raises NotFound unless the actor may open the file, NotPossible with the placing fault or
    "floor_is_talk" (only what the caregiver wrote alone may become `mine`), "wide_needs_yes".
    """
    item = _locked_item(item_id)
    if not policy.can_open_file(actor, item.file, now) or not policy.can_read_item(
        actor, item, now
    ):
        raise NotFound("item", item_id)
    if audience is Audience.MINE and (item.author_person_id is None or item.caregiver_present):
        raise NotPossible("floor_is_talk")
    if (
        actor.is_staff
        and is_wider(audience, Audience(item.audience))
        and how not in ("in_person", "phone", "paper")
    ):
        raise NotPossible("wide_needs_yes")
    _check_placing(item, audience)
    item.agreed = True
    item.placed_at = item.placed_at or now
    _set_audience(actor, now, item, audience, how=how, sentence=sentence)
    return item


def _locked_item(item_id: uuid.UUID) -> Item:
    item = Item.objects.select_for_update(of=("self",)).filter(id=item_id).first()
    if item is None:
        raise NotFound("item", item_id)
    return item


def _check_placing(item: Item, audience: Audience) -> None:
    fault = placing_fault(
        audience=audience,
        about=About(item.about),
        has_relation=ItemRelation.objects.filter(item=item).exists(),
        by_staff=item.author_staff_id is not None,
        written_by_caregiver_alone=item.author_person_id is not None and not item.caregiver_present,
    )
    if fault:
        raise NotPossible(fault)


def _set_audience(
    actor: Actor, now: datetime, item: Item, audience: Audience, *, how: str, sentence: str
) -> None:
    old, item.audience = item.audience, audience.value
    item.save(update_fields=["audience", "caregiver_present", "agreed", "placed_at"])
    AudienceChange.objects.create(
        file_id=item.file_id,
        item=item,
        old=old,
        new=audience.value,
        how=how,
        by_kind=actor.kind.value,
        by_id=actor.id,
        sentence=sentence[:400],
        changed_at=now,
    )
    audit.record(
        actor,
        "set_audience",
        item.kind,
        now=now,
        object_id=item.id,
        file_id=item.file_id,
        fields=("audience",),
    )
    facts.announce(
        events.ItemPlaced(item.municipality_id, item.file_id, item.id, audience.value), now=now
    )


def note_copies(*, items: Sequence[Item], channel: str, receiver: str, now: datetime) -> None:
    """Remember that copies of these items have left (pdf, letter, epj, message). In the sending's own transaction."""
    ItemCopy.objects.bulk_create(
        [
            ItemCopy(file_id=i.file_id, item=i, channel=channel, receiver=receiver, left_at=now)
            for i in items
        ]
    )


@transaction.atomic
def set_reach(*, actor: Actor, now: datetime, file: File, reach: Reach) -> File:
    """Change how the caregiver can be reached safely. Raises NotFound unless the actor may open the file."""
    if not policy.can_open_file(actor, file, now):
        raise NotFound("file", file.id)
    file.reach_channel, file.reach_phone, file.reach_email = (
        reach.channel.value,
        reach.phone,
        reach.email,
    )
    file.reach_address, file.reach_note = reach.address, reach.note
    file.reach_blocked = sorted(c.value for c in reach.blocked)
    fields = [
        "reach_channel",
        "reach_phone",
        "reach_email",
        "reach_address",
        "reach_note",
        "reach_blocked",
    ]
    file.save(update_fields=fields)
    audit.record(
        actor, "set_reach", "file", now=now, object_id=file.id, file_id=file.id, fields=fields
    )
    return file


@transaction.atomic
def set_pin(*, actor: Actor, now: datetime, person_id: uuid.UUID, is_pinned: bool) -> None:
    """Put a care recipient on the actor's own list, or take them off. Raises NotFound when the card is not theirs."""
    person = policy.visible_cards(actor, now).filter(id=person_id).first()
    if person is None or not actor.is_staff:
        raise NotFound("card", person_id)
    if is_pinned:
        Pin.objects.get_or_create(staff_id=actor.id, person=person, defaults={"pinned_at": now})
    else:
        Pin.objects.filter(staff_id=actor.id, person=person).delete()
    audit.record(actor, "set_pin", "pin", now=now, person_id=person_id)


@transaction.atomic
def make_binding_code(*, actor: Actor, now: datetime, file: File) -> str:
    """A code for the invitation, e.g. "1824-K7QM-2XPA"; valid 60 days, used once. Raises NotFound."""
    if not policy.can_open_file(actor, file, now) or actor.is_citizen:
        raise NotFound("file", file.id)
    word = "".join(secrets.choice(_CODE_LETTERS) for _ in range(8))
    code = f"{file.municipality_id}-{word[:4]}-{word[4:]}"
    BindingCode.objects.create(
        file=file, code_hash=_hash_code(code), expires_at=now + timedelta(days=60)
    )
    audit.record(actor, "make_binding_code", "file", now=now, object_id=file.id, file_id=file.id)
    return code


def _hash_code(code: str) -> str:
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _bind(person: Person, hashed: str) -> None:
    if person.is_bound or not identity.bind(hashed, person.id):
        raise NotPossible("already_bound")
    person.is_bound = True
    person.save(update_fields=["is_bound"])


@transaction.atomic
def bind_file(*, actor: Actor, now: datetime, file: File, digits: str) -> None:
    """Bind a file to a checked national id, entered together with the caregiver. Once.

    Raises NotFound unless the actor may open the file, NotPossible("already_bound").
    """
    if not policy.can_open_file(actor, file, now):
        raise NotFound("file", file.id)
    bind_hashed(actor=actor, now=now, file=file, hashed=identity.key_hash(digits))


def bind_hashed(*, actor: Actor, now: datetime, file: File, hashed: str) -> None:
    """Bind by keyed hash; the caller has checked the right to. Raises NotPossible("already_bound")."""
    _bind(Person.objects.select_for_update(of=("self",)).get(id=file.caregiver_id), hashed)
    audit.record(actor, "bind_file", "file", now=now, object_id=file.id, file_id=file.id)
    facts.announce(events.FileBound(file.municipality_id, file.id), now=now)


@transaction.atomic
def bind_by_code(*, actor: Actor, now: datetime, code: str, hashed: str) -> uuid.UUID:
    """Bind the file of an invitation's code to a signed-in citizen. The caller has the system's scope there.

    Raises NotPossible("code_unknown") for wrong, used and expired codes alike, NotPossible("already_bound").
    """
    row = (
        BindingCode.objects.select_for_update(of=("self",))
        .filter(code_hash=_hash_code(code), used_at__isnull=True, expires_at__gt=now)
        .first()
    )
    if row is None:
        raise NotPossible("code_unknown")
    bind_hashed(actor=actor, now=now, file=row.file, hashed=hashed)
    row.used_at = now
    row.save(update_fields=["used_at"])
    return row.file_id
