"""People of the demo world and what they go through: small steps that call one operation each, with their own day."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.access import identity
from lagspill.agreements import demo as agreements
from lagspill.agreements.operations import NewLine
from lagspill.agreements.rules import How, LineKind, Who, review_suggested
from lagspill.conversations import demo as talks
from lagspill.conversations.rules import Answer, Form, Need
from lagspill.kernel.actor import Actor, Kind
from lagspill.kernel.calendar import add_working_days, oslo_today
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.rules import Audience, Channel, Reach
from lagspill.shell.demo.places import Town
from lagspill.tenancy.scope import use_actor


@dataclass(frozen=True)
class Caregiver:
    """A caregiver of the demo: file, and the citizen if they can sign in."""

    file_id: uuid.UUID
    person_id: uuid.UUID
    citizen: Actor | None


def add_care_recipient(
    town: Town,
    now: datetime,
    *,
    name: str,
    unit: str,
    birth_on: date | None = None,
    digits: str = "",
) -> uuid.UUID:
    """Somebody who gets help from a unit; their id."""
    with use_actor(town.system) as system:
        person = people.add_person(
            actor=system, now=now, name=name, birth_on=birth_on, digits=digits
        )
        people.start_service(actor=system, now=now, person=person, unit_id=town.units[unit].id)
        return person.id


def add_caregiver(
    town: Town,
    now: datetime,
    *,
    name: str,
    care_recipient_id: uuid.UUID,
    code: str,
    unit: str,
    reach: Reach,
    birth_on: date | None = None,
    digits: str = "",
    is_known: bool = True,
) -> Caregiver:
    """Somebody who helps; with a file, and as a citizen when `digits` is given."""
    with use_actor(town.system) as system:
        person = people.add_person(
            actor=system, now=now, name=name, birth_on=birth_on, digits=digits
        )
        made = people.register_for(
            actor=system,
            now=now,
            caregiver_id=person.id,
            care_recipient_id=care_recipient_id,
            code=code,
            unit_id=town.units[unit].id,
            reach=reach,
        )
        if is_known:
            people.agree_to_relation(
                actor=system, now=now, relation_id=made.relation_id, how="phone"
            )
        citizen = None
        if digits:
            holder = identity.ensure_identity(identity.key_hash(digits))
            citizen = Actor(Kind.CITIZEN, holder, town.number, person.id)
    return Caregiver(made.file_id, person.id, citizen)


def reach(serial: int, *, email: bool = True, note: str = "") -> Reach:
    """How a caregiver of the demo is reached: a number that nobody has, an address that leads nowhere."""
    return Reach(
        Channel.PHONE,
        phone=f"0001{serial:04}",
        email=f"person{serial}@example.no" if email else "",
        address=f"Storgata {serial}, 8656 Mosjøen",
        note=note,
    )


def let_work_on(town: Town, staff: Actor, file_id: uuid.UUID, now: datetime) -> None:
    """Make a colleague the file's contact person, so that they may open it."""
    with use_actor(town.system) as system:
        file = people_queries.get_file_row(system, file_id, now)
        if staff.id is not None:
            people.add_file_staff(
                actor=system, now=now, file=file, staff_id=staff.id, role="contact_person"
            )


def invite_and_answer(
    staff: Actor,
    citizen: Actor | None,
    file_id: uuid.UUID,
    *,
    sent_at: datetime,
    answered_at: datetime,
    answer: Answer,
    form: Form = Form.CHOOSE,
    needs: Sequence[Need] = (),
) -> uuid.UUID | None:
    """An invitation, and the answer in the portal or as staff heard it; the planned talk's id after a yes."""
    with use_actor(staff):
        sent = talks.invite(actor=staff, now=sent_at, file_id=file_id)
    by = citizen or staff
    with use_actor(by):
        return talks.answer(
            actor=by, now=answered_at, invitation=sent, answer=answer, form=form, needs=needs
        )


def invite(staff: Actor, now: datetime, file_id: uuid.UUID) -> None:
    """Send an invitation that nobody has answered yet."""
    with use_actor(staff):
        talks.invite(actor=staff, now=now, file_id=file_id)


def talk_agreed_on(
    staff: Actor,
    citizen: Actor | None,
    file_id: uuid.UUID,
    *,
    sent_at: datetime,
    answered_at: datetime,
    form: Form = Form.CHOOSE,
    needs: Sequence[Need] = (),
) -> uuid.UUID:
    """An invitation and a yes to it; the planned talk's id."""
    talk_id = invite_and_answer(
        staff,
        citizen,
        file_id,
        sent_at=sent_at,
        answered_at=answered_at,
        answer=Answer.YES,
        form=form,
        needs=needs,
    )
    if talk_id is None:
        raise ValueError("a yes plans a talk")
    return talk_id


def agreed(
    lead: Actor,
    file_id: uuid.UUID,
    talk_id: uuid.UUID,
    lines: Sequence[NewLine],
    *,
    caregiver: Actor | None,
    drafted_at: datetime,
    proposed_at: datetime | None = None,
    confirmed_at: datetime | None = None,
) -> None:
    """An agreement as far as it has come: drafted, proposed, and both sides' yes in the portal, or on paper."""
    version = agreements.build_draft(
        lead=lead, file_id=file_id, now=drafted_at, talk_id=talk_id, lines=lines
    )
    if proposed_at is None:
        return
    review_on = review_suggested(oslo_today(proposed_at))
    agreements.propose(lead=lead, version=version, now=proposed_at, review_on=review_on)
    if confirmed_at is not None:
        agreements.confirm(
            lead=lead, version=version, now=confirmed_at, caregiver=caregiver, how=How.PAPER
        )


def measure(town: Town, now: datetime, text: str, *, days: int, unit: str, owner: Actor) -> NewLine:
    """What the municipality promises: within so many working days, by a unit (its code) and a colleague."""
    return agreements.line(
        LineKind.MEASURE,
        text,
        audience=Audience.SHARED,
        unit_id=town.units[unit].id,
        owner_staff_id=owner.id,
        due_on=add_working_days(oslo_today(now), days),
    )


def task(text: str, who: Who, when: str = "") -> NewLine:
    """A task everybody around the agreement reads."""
    return agreements.line(LineKind.TASK, text, who=who, when=when)
