"""Writes about persons: who they are, how to reach them safely, who serves them, who has them on a list."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, datetime

from lagspill.access import identity
from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import events, policy, queries
from lagspill.people.models import (
    File,
    Person,
    Pin,
    Service,
)
from lagspill.people.rules import (
    Channel,
    Protection,
    Reach,
    last_name_key,
    name_key,
)


def bind_person(person: Person, identity_id: uuid.UUID) -> None:
    """Bind a person to an identity, once. Raises NotPossible("already_bound")."""
    if person.is_bound or not identity.bind(identity_id, person.id):
        raise NotPossible("already_bound")
    person.is_bound = True
    person.save(update_fields=["is_bound"])


@operation
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
    import_key: str = "",
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
        import_key=import_key,
    )
    if digits:
        bind_person(person, identity.ensure_identity(identity.key_hash(digits)))
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


@operation
def set_reach(*, actor: Actor, now: datetime, file: File, reach: Reach) -> File:
    """Change how the caregiver can be reached safely; whoever may not see the address leaves it as it is.

    Raises NotFound unless the actor may open the file.
    """
    if not policy.can_open_file(actor, file, now):
        raise NotFound("file", file.id)
    could_write = queries.reach_of(file).allows(Channel.LETTER)
    if not policy.can_see_address(actor, file, now):
        reach = replace(reach, address=file.reach_address)
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
    _tell_if_stopped(file, could_write, now)
    return file


def _tell_if_stopped(file: File, could_write: bool, now: datetime) -> None:
    """A letter that waits becomes a call at once when letters may no longer be sent."""
    if could_write and not queries.reach_of(file).allows(Channel.LETTER):
        facts.announce(events.LettersStopped(file.municipality_id, file.id), now=now)


@operation
def set_protection(
    *, actor: Actor, now: datetime, file_id: uuid.UUID, protection: Protection
) -> Person:
    """Say that a caregiver's address is protected, or no longer is. Raises NotFound for others than the named roles."""
    file = File.objects.select_related("caregiver").filter(id=file_id).first()
    if file is None or not policy.can_protect(actor, file, now):
        raise NotFound("file", file_id)
    could_write = queries.reach_of(file).allows(Channel.LETTER)
    _protect(actor, now, file.caregiver, protection, file.id)
    _tell_if_stopped(file, could_write, now)
    return file.caregiver


@operation
def set_recipient_protection(
    *, actor: Actor, now: datetime, person_id: uuid.UUID, protection: Protection
) -> Person:
    """The same for a care recipient. Raises NotFound for others than the named roles in a file about them."""
    person = Person.objects.filter(id=person_id).first()
    if person is None or not policy.can_protect_person(actor, person, now):
        raise NotFound("person", person_id)
    return _protect(actor, now, person, protection, None)


def _protect(
    actor: Actor,
    now: datetime,
    person: Person,
    protection: Protection,
    file_id: uuid.UUID | None,
) -> Person:
    if person.protected == protection:
        return person
    person.protected = protection.value
    person.save(update_fields=["protected"])
    audit.record(
        actor,
        "set_protection",
        "person",
        now=now,
        object_id=person.id,
        file_id=file_id,
        person_id=person.id,
        fields=("protected",),
    )
    return person


@operation
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


@operation
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
