"""Care recipients whom the actor serves, keeps on a list or may choose."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor
from lagspill.kernel.errors import NotFound
from lagspill.people import policy
from lagspill.people.models import (
    Person,
    Pin,
    Service,
)
from lagspill.people.rules import AgeGroup


@dataclass(frozen=True)
class PersonLine:
    """A person in a list: id and what may stand there."""

    id: uuid.UUID
    name: str
    is_nameless: bool = False


def person_line(person: Person) -> PersonLine:
    """A person as a line; a nameless one says so."""
    return PersonLine(person.id, person.name, person.is_nameless)


def get_own_head(actor: Actor, now: datetime) -> tuple[str, AgeGroup]:
    """The signed-in citizen's own name and age group of today in the municipality in scope; empty when not known there."""
    person = Person.objects.filter(id=actor.person_id, died_on__isnull=True).first()
    return (person.name, policy.age_group(person, now)) if person else ("", AgeGroup.UNKNOWN)


def list_served(
    actor: Actor, now: datetime, *, after: str | None = None, limit: int = 50
) -> tuple[list[PersonLine], str]:
    """Care recipients whom a unit of the actor serves, by last name, and the id the next page begins after; audited.

    `after` is the id of the last one on the page before; anything else begins at the start.
    """
    people = Person.objects.filter(
        policy.listed_persons(actor, now),
        id__in=policy.served_persons(actor, now).values("person_id"),
        died_on__isnull=True,
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
        staff_id=actor.id,
        person__in=policy.visible_cards(actor, now).filter(policy.listed_persons(actor, now)),
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
    cards = policy.visible_cards(actor, now).filter(
        policy.listed_persons(actor, now), died_on__isnull=True
    )
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
