"""A care recipient says from the own page who is close to them: known to them at once, and told by staff like any other."""

from __future__ import annotations

import uuid
from datetime import datetime

from lagspill.access import operations as access
from lagspill.audit import operations as audit
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import queries
from lagspill.people.models import Person
from lagspill.people.operations.ages import pass_on_child
from lagspill.people.operations.by_hand import NewCaregiver, PassedOn, note_hidden_likeness
from lagspill.people.operations.persons import add_person
from lagspill.people.operations.registration import Registered, register_caregiver
from lagspill.people.rules import ASKS_AGE, AgeGroup, name_key
from lagspill.tenancy.scope import use_actor


@operation
def name_caregiver(
    *, actor: Actor, now: datetime, new: NewCaregiver, key: uuid.UUID | None = None
) -> Registered | PassedOn | None:
    """Register somebody as the signed-in care recipient's caregiver. None when the same form was done before.

    Compares only with those they know of already: a file they may not know of is never told of by it, and becomes quiet
    work for the coordinator. Somebody under 16 is passed on to who follows up children. Raises NotFound for others than
    somebody who gets help here, NotPossible("age_group_missing", "already_close").
    """
    person = Person.objects.filter(id=actor.person_id, died_on__isnull=True).first()
    unit_id = queries.find_serving_unit(person.id, now) if person and actor.is_citizen else None
    if person is None or unit_id is None:
        raise NotFound("person")
    if new.code in ASKS_AGE and new.age_group is AgeGroup.UNKNOWN:
        raise NotPossible("age_group_missing")
    known = queries.list_relations_to(actor, person.id, now)
    if name_key(new.name) in {name_key(name) for _file, name, _relation in known}:
        raise NotPossible("already_close")
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    audit.record(
        actor,
        "name_caregiver",
        "relation",
        now=now,
        person_id=person.id,
        fields=("name", "code", "reach"),
    )
    system = system_actor("people.own_circle", actor.municipality)
    with use_actor(system):
        if new.age_group is AgeGroup.UNDER_SIXTEEN:
            pass_on_child(
                actor=system,
                now=now,
                name=new.name,
                relation=new.code,
                person_id=person.id,
                unit_id=unit_id,
            )
            return PassedOn()
        caregiver = add_person(
            actor=system,
            now=now,
            name=new.name,
            age_group=new.age_group.value,
            phone=new.reach.phone,
        )
        made = register_caregiver(
            actor=system,
            now=now,
            caregiver=caregiver,
            care_recipient=person,
            code=new.code,
            unit_id=unit_id,
            reach=new.reach,
            registered_by="care_recipient",
            source="citizen",
        )
        note_hidden_likeness(made.file_id, caregiver, unit_id, now)
    return made
