"""Writes about age: stated or a birth date given, which opens or ends what somebody of that age may have."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import policy
from lagspill.people.models import File, Person, Relation
from lagspill.people.operations.closing import close_file
from lagspill.people.operations.file_staff import add_young_lead
from lagspill.people.rules import AgeGroup, child_door
from lagspill.people.rules.closing import CloseReason
from lagspill.tenancy.scope import use_actor


@operation
def pass_on_child(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    relation: str,
    person_id: uuid.UUID,
    unit_id: uuid.UUID,
) -> None:
    """Tell child-responsible staff of somebody under 16, near `person_id`. Raises NotAllowed for who may not register."""
    if not policy.can_register_caregiver(actor, now):
        raise NotAllowed("wrong_role", noun="person")
    child_door()(
        actor=actor, now=now, name=name, relation=relation, person_id=person_id, unit_id=unit_id
    )
    audit.record(actor, "pass_on_child", "person", now=now)


@operation
def state_age(
    *,
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    group: AgeGroup,
    birth_on: date | None = None,
) -> AgeGroup:
    """Say how old the caregiver of a file is; a birth date, new or known, decides. Gives the age group of today.

    16 or 17: a child-responsible colleague becomes lead. Under 16: the child is passed on and the file closes, as a child
    has none. Raises NotFound unless the actor is the file's staff, NotPossible("age_group_missing"), ("born_in_future").
    """
    file = (
        File.objects.select_for_update(of=("self",))
        .select_related("caregiver", "unit")
        .filter(id=file_id)
        .first()
    )
    if file is None or actor.is_citizen or not policy.can_open_file(actor, file, now):
        raise NotFound("file", file_id)
    if birth_on is None and group is AgeGroup.UNKNOWN:
        raise NotPossible("age_group_missing")
    if birth_on is not None and birth_on > oslo_today(now):
        raise NotPossible("born_in_future")
    person = file.caregiver
    person.birth_on, person.age_group = birth_on or person.birth_on, group.value
    found = policy.age_group(person, now)
    person.age_group = found.value
    person.save(update_fields=["birth_on", "age_group"])
    audit.record(
        actor,
        "state_age",
        "person",
        now=now,
        object_id=person.id,
        file_id=file.id,
        person_id=person.id,
        fields=("birth_on", "age_group"),
    )
    if found is AgeGroup.UNDER_SIXTEEN:
        _leave_to_child_track(actor, now, file, person)
    add_young_lead(file, person, now)
    return found


def _leave_to_child_track(actor: Actor, now: datetime, file: File, person: Person) -> None:
    rows = Relation.objects.filter(file=file, ends_at__isnull=True).order_by("id")
    for code, recipient_id in rows.values_list("code", "care_recipient_id"):
        pass_on_child(
            actor=actor,
            now=now,
            name=person.name,
            relation=code,
            person_id=recipient_id,
            unit_id=file.unit_id,
        )
    # Whoever states the age need not be the coordinator, who alone closes files; the law closes this one.
    system = system_actor("people.ages", file.municipality_id)
    with use_actor(system):
        close_file(actor=system, now=now, file_id=file.id, why=CloseReason.CHILD_TRACK)
