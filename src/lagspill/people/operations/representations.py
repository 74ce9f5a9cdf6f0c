"""Writes about who acts for a care recipient: recorded and ended by staff, stopped by death; and the rows of the second lock."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from lagspill.access import identity
from lagspill.access import operations as access
from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import end_of_oslo_day, oslo_today, start_of_oslo_day
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import policy, queries
from lagspill.people.models import (
    FileParty,
    LegalGround,
    Person,
    Relation,
    Representation,
    SharingConsent,
)
from lagspill.people.operations.persons import add_person
from lagspill.people.rules import (
    READING_SCOPES,
    ActsBy,
    AgeGroup,
    Scope,
    current_age_group,
    representation_fault,
    sixteenth_birthday,
)


@dataclass(frozen=True)
class NewRepresentation:
    """Who acts, by which ground, in what, and from which document. By `person_id`, or a name with a checked national id."""

    care_recipient_id: uuid.UUID
    ground: ActsBy
    scopes: frozenset[Scope]
    document_ref: str
    starts_on: date
    last_on: date | None = None
    person_id: uuid.UUID | None = None
    name: str = ""
    digits: str = ""


@operation
def add_representation(
    *, actor: Actor, now: datetime, new: NewRepresentation, key: uuid.UUID | None = None
) -> Representation | None:
    """Record that somebody lawfully acts for a care recipient, as staff have seen in a document. None when done before.

    A parent acts until the child is 16. Raises NotFound, NotAllowed for others than those with the overview, and
    NotPossible with the fault of the rule, "own_representative", "period_backwards".
    """
    person = queries.find_party(actor, new.care_recipient_id, now)
    decision = policy.can_verify(actor, person, now)
    if not decision:
        raise NotAllowed(decision.reason, noun="representation", object_id=person.id)
    ends_at = _end(new, person)
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    other = _representative(actor, person, new, now)
    fault = representation_fault(
        ground=new.ground,
        scopes=new.scopes,
        representative_age=current_age_group(other.birth_on, other.age_group, oslo_today(now)),
        recipient_birth_on=person.birth_on,
        today=oslo_today(now),
        document_ref=new.document_ref,
    )
    if fault:
        raise NotPossible(fault)
    row = Representation.objects.create(
        care_recipient=person,
        person=other,
        ground=new.ground.value,
        scopes=sorted(scope.value for scope in new.scopes),
        document_ref=new.document_ref,
        verified_by=actor.id,
        verified_at=now,
        starts_at=max(now, start_of_oslo_day(new.starts_on)),
        ends_at=ends_at,
    )
    keep_representatives(_files_about([person.id]), now)
    audit.record(
        actor,
        "add_representation",
        "representation",
        now=now,
        object_id=row.id,
        person_id=person.id,
        fields=("person", "ground", "scopes", "ends_at"),
    )
    return row


def _end(new: NewRepresentation, person: Person) -> datetime | None:
    ends_at = end_of_oslo_day(new.last_on) if new.last_on else None
    if new.last_on and new.last_on < new.starts_on:
        raise NotPossible("period_backwards")
    if new.ground is ActsBy.PARENT and person.birth_on is not None:
        sixteen = start_of_oslo_day(sixteenth_birthday(person.birth_on))
        return min(ends_at, sixteen) if ends_at else sixteen
    return ends_at


def _representative(actor: Actor, person: Person, new: NewRepresentation, now: datetime) -> Person:
    """Somebody who is a caregiver here already, or by national id whoever it is bound to, or somebody new."""
    if new.person_id is not None:
        close = queries.get_parties(actor, person.id, now).close
        if new.person_id not in {one.person_id for one in close}:
            raise NotFound("person", new.person_id)
        return Person.objects.get(id=new.person_id)
    known = identity.find_person(identity.key_hash(new.digits)) if new.digits else None
    if known == person.id:
        raise NotPossible("own_representative")
    if known is not None:
        return Person.objects.get(id=known)
    if not new.name.strip():
        raise NotPossible("name_missing")
    return add_person(
        actor=actor,
        now=now,
        name=new.name,
        age_group=AgeGroup.ADULT.value,
        digits=new.digits,
    )


@operation
def end_representation(
    *, actor: Actor, now: datetime, representation_id: uuid.UUID
) -> Representation:
    """End a representation at once. Raises NotFound, NotAllowed for others than those with the overview."""
    row = (
        Representation.objects.select_for_update(of=("self",))
        .filter(id=representation_id, care_recipient__in=policy.visible_parties(actor, now))
        .select_related("care_recipient")
        .first()
    )
    if row is None or not actor.is_staff:
        raise NotFound("representation", representation_id)
    decision = policy.can_verify(actor, row.care_recipient, now)
    if not decision:
        raise NotAllowed(decision.reason, noun="representation", object_id=representation_id)
    if row.ends_at is None or row.ends_at > now:
        row.ends_at, row.ended_how = now, "ended"
        row.save(update_fields=["ends_at", "ended_how"])
        keep_representatives(_files_about([row.care_recipient_id]), now)
        audit.record(
            actor,
            "end_representation",
            "representation",
            now=now,
            object_id=row.id,
            person_id=row.care_recipient_id,
            fields=("ends_at",),
        )
    return row


@operation
def end_all_for(*, actor: Actor, now: datetime, person_id: uuid.UUID) -> None:
    """Somebody has died: what they have consented to, what was consented to for them, and all representation stop.

    Part of recording a death, in its transaction. Undoing a wrong death restores none of it. Raises NotAllowed for
    citizens.
    """
    if actor.is_citizen:
        raise NotAllowed("not_yours", noun="person", object_id=person_id)
    concerned = Q(care_recipient_id=person_id)
    acts = Representation.objects.filter(concerned | Q(person_id=person_id)).exclude(
        ends_at__lte=now
    )
    recipients = sorted(set(acts.values_list("care_recipient_id", flat=True)) | {person_id})
    acts.update(ends_at=now, ended_how="death")
    SharingConsent.objects.filter(
        concerned | Q(to_person_id=person_id), withdrawn_at__isnull=True
    ).update(withdrawn_at=now, withdrawn_how="death")
    LegalGround.objects.filter(concerned | Q(to_person_id=person_id)).exclude(
        ends_at__lte=now
    ).update(ends_at=now)
    keep_representatives(_files_about(recipients), now)
    audit.record(actor, "end_all_for", "representation", now=now, person_id=person_id)


def _files_about(person_ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    rows = Relation.objects.filter(care_recipient_id__in=list(person_ids))
    return sorted(set(rows.values_list("file_id", flat=True)))


def note_caregiver(relation: Relation, now: datetime) -> None:
    """Somebody has become a caregiver: if they act for that person, they stop reaching other caregivers' files by that."""
    acts = Representation.objects.filter(
        care_recipient_id=relation.care_recipient_id, person_id=relation.file.caregiver_id
    )
    if acts.exists():
        keep_representatives(_files_about([relation.care_recipient_id]), now)


def keep_representatives(file_ids: Iterable[uuid.UUID], now: datetime) -> None:
    """Keep the second lock's rows of basis `representative` as the representations are; in a staff or system scope.

    A representative reaches a file about the care recipient once the relation is known; not one who is a caregiver of
    that person too, as such a one reads no other caregiver's items.
    """
    files = sorted(set(file_ids))
    known = Relation.objects.filter(
        file_id__in=files, ends_at__isnull=True, known_to_recipient_at__isnull=False
    )
    acts = list(
        Representation.objects.filter(
            care_recipient_id__in=known.values("care_recipient_id"),
            scopes__overlap=sorted(READING_SCOPES),
        )
        .exclude(ends_at__lte=now)
        .order_by("id")
    )
    parties = list(FileParty.objects.filter(file_id__in=files, basis="representative"))
    if not (acts or parties):
        return
    relations = list(known.values_list("file_id", "care_recipient_id"))
    recipients = {recipient for _file, recipient in relations}
    also_caregivers = set(
        Relation.objects.filter(care_recipient_id__in=recipients, ends_at__isnull=True).values_list(
            "care_recipient_id", "file__caregiver_id"
        )
    )
    wanted: dict[tuple[uuid.UUID, uuid.UUID], tuple[datetime, datetime | None]] = {}
    for act in acts:
        if (act.care_recipient_id, act.person_id) in also_caregivers:
            continue
        for file_id, recipient in relations:
            if recipient == act.care_recipient_id:
                held = wanted.get((file_id, act.person_id))
                wanted[file_id, act.person_id] = _widest(held, (act.starts_at, act.ends_at))
    for row in parties:
        period = wanted.pop((row.file_id, row.person_id), (row.starts_at, now))
        if row.ends_at is not None and row.ends_at <= now and period[1] == now:
            continue
        row.starts_at, row.ends_at = period
        row.save(update_fields=["starts_at", "ends_at"])
    FileParty.objects.bulk_create(
        [
            FileParty(
                file_id=file_id,
                person_id=person_id,
                basis="representative",
                starts_at=starts_at,
                ends_at=ends_at,
            )
            for (file_id, person_id), (starts_at, ends_at) in wanted.items()
        ]
    )


def _widest(
    held: tuple[datetime, datetime | None] | None, new: tuple[datetime, datetime | None]
) -> tuple[datetime, datetime | None]:
    if held is None:
        return new
    ends = None if held[1] is None or new[1] is None else max(held[1], new[1])
    return min(held[0], new[0]), ends
