"""Registering a caregiver by hand, on a phone, in three fields: name, relation, how to reach them safely."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from lagspill.access import operations as access
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import events, policy, queries
from lagspill.people.models import Person
from lagspill.people.operations.ages import pass_on_child
from lagspill.people.operations.persons import add_person
from lagspill.people.operations.registration import Registered, register_caregiver
from lagspill.people.rules import ASKS_AGE, AgeGroup, Reach


@dataclass(frozen=True)
class NewCaregiver:
    """What was typed. `same_as` is the file of somebody already here; `is_someone_else` says the likeness was looked at."""

    name: str
    code: str
    reach: Reach
    age_group: AgeGroup
    care_recipient_id: uuid.UUID | None = None
    care_recipient_name: str = ""
    same_as: uuid.UUID | None = None
    is_someone_else: bool = False
    asks_check_in: bool = False


@dataclass(frozen=True)
class PassedOn:
    """Somebody under 16: no file, no sign-in; child-responsible staff have been told, and nothing more is to be seen."""


class LooksLike(NotPossible):
    """Somebody the actor may see looks like the one being registered; `found` says who. Answered by a question."""

    def __init__(self, found: list[tuple[uuid.UUID, queries.PersonLine]]) -> None:
        super().__init__("looks_like")
        self.found = found


@operation
def register_by_hand(
    *, actor: Actor, now: datetime, new: NewCaregiver, key: uuid.UUID | None = None
) -> Registered | PassedOn | None:
    """Register what was typed; none when the same form was done before. A child under 16 is passed on instead.

    Compares only with what the actor may see; a likeness with what is hidden becomes quiet work for the coordinator and
    changes nothing here (privacy model, "Finding out that something exists"). Raises NotAllowed, LooksLike, NotFound for
    a care recipient or file the actor may not see, NotPossible("no_unit") when the actor serves no unit,
    NotPossible("age_group_missing").
    """
    if not policy.can_register_caregiver(actor, now):
        raise NotAllowed("wrong_role", noun="file")
    if new.code in ASKS_AGE and new.age_group is AgeGroup.UNKNOWN:
        raise NotPossible("age_group_missing")
    if new.age_group is AgeGroup.UNDER_SIXTEEN:
        return _pass_on(actor, new, now, key)
    if new.same_as is None and not new.is_someone_else:
        found = queries.find_same_caregiver(actor, new.name, new.reach.phone, now)
        if found:
            raise LooksLike(found)
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    caregiver = _caregiver(actor, new, now)
    recipient, unit_id = _care_recipient(actor, new, now)
    made = register_caregiver(
        actor=actor,
        now=now,
        caregiver=caregiver,
        care_recipient=recipient,
        code=new.code,
        unit_id=unit_id,
        reach=new.reach,
        asks_check_in=new.asks_check_in,
    )
    if made.is_new_file:
        note_hidden_likeness(made.file_id, caregiver, unit_id, now)
    return made


def _pass_on(
    actor: Actor, new: NewCaregiver, now: datetime, key: uuid.UUID | None
) -> PassedOn | None:
    """Nothing is kept of what was typed but a first name: not a telephone, not how to reach the child."""
    if not access.claim_once(actor=actor, key=key, now=now):
        return None
    recipient, unit_id = _care_recipient(actor, new, now)
    pass_on_child(
        actor=actor,
        now=now,
        name=new.name,
        relation=new.code,
        person_id=recipient.id,
        unit_id=unit_id,
    )
    return PassedOn()


def _caregiver(actor: Actor, new: NewCaregiver, now: datetime) -> Person:
    if new.same_as is not None:
        return queries.get_file_row(actor, new.same_as, now).caregiver
    return add_person(
        actor=actor, now=now, name=new.name, age_group=new.age_group.value, phone=new.reach.phone
    )


def _care_recipient(actor: Actor, new: NewCaregiver, now: datetime) -> tuple[Person, uuid.UUID]:
    if new.care_recipient_id in actor.kin_ids:
        raise NotPossible("own_kin")
    if new.care_recipient_id is not None:
        person = policy.visible_cards(actor, now).filter(id=new.care_recipient_id).first()
        if person is None:
            raise NotFound("card", new.care_recipient_id)
        unit_id = queries.find_serving_unit(person.id, now)
    else:
        person, unit_id = add_person(actor=actor, now=now, name=new.care_recipient_name), None
    unit_id = unit_id or next((grant.unit_id for grant in actor.active_grants(now)), None)
    if unit_id is None:
        raise NotPossible("no_unit")
    return person, unit_id


def note_hidden_likeness(
    file_id: uuid.UUID, caregiver: Person, unit_id: uuid.UUID, now: datetime
) -> None:
    """Quiet work for the coordinator when somebody of that name is here, whom the registrar may not see."""
    other = queries.find_hidden_same_caregiver(caregiver)
    if other is not None:
        fact = events.PossibleDuplicate(caregiver.municipality_id, file_id, other.id, unit_id)
        facts.announce(fact, now=now)
