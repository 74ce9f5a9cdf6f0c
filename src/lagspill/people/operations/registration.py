"""Writes about files and relations: registered, designated, moved, agreed to, and who is the file's staff."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import events, policy, queries
from lagspill.people.models import (
    Designation,
    File,
    FileParty,
    ItemRelation,
    Person,
    Relation,
)
from lagspill.people.operations.family_rows import keep_family
from lagspill.people.operations.file_staff import add_coordinators, add_young_lead
from lagspill.people.operations.items import change_audience, new_envelope
from lagspill.people.operations.known import open_party
from lagspill.people.operations.representations import keep_representatives, note_caregiver
from lagspill.people.operations.told import expect_to_tell
from lagspill.people.rules import (
    OVER,
    About,
    AgeGroup,
    Audience,
    Reach,
    RelationState,
    may_move,
)


@dataclass(frozen=True)
class Registered:
    """What a registration made: the file, the relation, and whether both were new."""

    file_id: uuid.UUID
    relation_id: uuid.UUID
    is_new_file: bool
    is_new_relation: bool


@operation
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
    caregiver agrees, but for what they have said themselves. Coordinators of the unit become the file's staff. Whoever
    is registered by others is to be told. Raises NotAllowed, NotPossible("own_caregiver") when both are the same person,
    ("child_track_only") under 16.
    """
    if not policy.can_register_caregiver(actor, now):
        raise NotAllowed("wrong_role", noun="file")
    if caregiver.id == care_recipient.id:
        raise NotPossible("own_caregiver")
    if policy.age_group(caregiver, now) is AgeGroup.UNDER_SIXTEEN:
        raise NotPossible("child_track_only")
    file, is_new = _open_file(actor, now, caregiver, unit_id, reach, source)
    add_young_lead(file, caregiver, now)
    held = None if is_new else _held(file, care_recipient)
    if held is not None:
        return Registered(file.id, held.id, is_new, False)
    item = new_envelope(
        actor,
        now,
        file,
        kind="relation",
        about=About.CAREGIVER,
        audience=_first_readers(registered_by, is_needed_for_care=is_needed_for_care),
    )
    item.placed_at = now
    item.agreed = False
    item.save(force_insert=True)
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
    note_caregiver(relation, now)
    if registered_by == "care_recipient":
        open_party(relation, "care_recipient", now)
        keep_representatives([file.id], now)
    if registered_by != "caregiver":
        expect_to_tell(relation, now)
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


def _first_readers(registered_by: str, *, is_needed_for_care: bool) -> Audience:
    if registered_by == "care_recipient":
        return Audience.SHARED
    return Audience.SERVICE if is_needed_for_care else Audience.TALK


def _held(file: File, care_recipient: Person) -> Relation | None:
    relations = Relation.objects.filter(file=file, ends_at__isnull=True)
    return relations.filter(care_recipient=care_recipient).first()


def register_for(
    *,
    actor: Actor,
    now: datetime,
    caregiver_id: uuid.UUID,
    care_recipient_id: uuid.UUID,
    code: str,
    unit_id: uuid.UUID,
    reach: Reach,
) -> Registered:
    """The same for two persons by id, in the municipality in scope. Raises NotFound and what `register_caregiver` raises."""
    found = Person.objects.in_bulk([caregiver_id, care_recipient_id])
    if len(found) != len({caregiver_id, care_recipient_id}):
        raise NotFound("person")
    return register_caregiver(
        actor=actor,
        now=now,
        caregiver=found[caregiver_id],
        care_recipient=found[care_recipient_id],
        code=code,
        unit_id=unit_id,
        reach=reach,
    )


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
    FileParty.objects.create(file=file, person=caregiver, basis="caregiver", starts_at=now)
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


@operation
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
    if new.value in OVER:
        keep_family(relation.file, now)
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


@operation
def agree_to_relation(*, actor: Actor, now: datetime, relation_id: uuid.UUID, how: str) -> Relation:
    """Record that the caregiver agrees to the relation being known to the care recipient.

    The relation becomes `shared`, and the care recipient a party to the file. `how`: portal, phone, paper, in_person.
    Raises NotAllowed unless the actor is the caregiver or the file's staff.
    """
    relation = Relation.objects.select_for_update(of=("self",)).filter(id=relation_id).first()
    if relation is None or not policy.can_open_file(actor, relation.file, now):
        raise NotFound("relation", relation_id)
    if relation.known_to_recipient_at is None:
        sentences = queries.reader_sentences(actor, relation.file_id, [relation.id], now)
        change_audience(
            actor=actor,
            now=now,
            item_id=relation.item_id,
            audience=Audience.SHARED,
            how=how,
            sentence=sentences[Audience.SHARED.value],
        )
        relation.refresh_from_db()
    return relation


@operation
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
