"""People of the demo world and what they go through: small steps that call one operation each, with their own day."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from lagspill.access import identity
from lagspill.agreements import operations as agreements
from lagspill.agreements.rules import How, LineKind, LineWords, Side, Who
from lagspill.conversations import operations as conversations
from lagspill.conversations import queries as conversation_queries
from lagspill.conversations import rules as talk_rules
from lagspill.kernel.actor import Actor, Kind
from lagspill.kernel.calendar import add_working_days, oslo_today
from lagspill.people import operations as people
from lagspill.people import queries as people_queries
from lagspill.people.rules import About, Audience, Channel, Reach
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


def invite(staff: Actor, now: datetime, file_id: uuid.UUID) -> uuid.UUID:
    """Send an invitation as the page proposes it; its id. A letter is posted the same day."""
    with use_actor(staff):
        view = people_queries.get_file(staff, file_id, now)
        plan = conversation_queries.propose(staff, view, now).plan
        sent = conversations.send_invitation(actor=staff, now=now, file_id=file_id, plan=plan)
        assert sent is not None  # noqa: S101  # only a repeated form gives none
        if sent.channel == talk_rules.Channel.LETTER:
            conversations.write_letter(actor=staff, now=now, invitation_id=sent.id)
            conversations.mark_posted(actor=staff, now=now, invitation_id=sent.id)
        return sent.id


def answer(
    by: Actor, now: datetime, invitation_id: uuid.UUID, reply: talk_rules.Reply
) -> uuid.UUID | None:
    """Answer it: the caregiver in the portal, or staff who took it by phone. The planned talk's id after a yes."""
    with use_actor(by):
        view = conversation_queries.get_invitation(by, invitation_id, now)
        if reply.answer is talk_rules.Answer.YES and reply.time is None and not reply.wish:
            reply = replace(reply, time=view.plan.times[0])
        if by.is_citizen:
            conversations.answer_invitation(
                actor=by, now=now, invitation_id=invitation_id, reply=reply
            )
        else:
            conversations.record_answer(
                actor=by,
                now=now,
                invitation_id=invitation_id,
                reply=reply,
                how=talk_rules.How.PHONE,
            )
        return conversation_queries.get_invitation(by, invitation_id, now).talk_id


def talk(
    staff: Actor, now: datetime, talk_id: uuid.UUID, said: list[tuple[str, str, Audience, About]]
) -> None:
    """Hold the talk: each piece placed together with the caregiver."""
    with use_actor(staff):
        for topic, text, audience, about in said:
            conversations.place_statement(
                actor=staff,
                now=now,
                talk_id=talk_id,
                topic=topic,
                text=text,
                audience=audience,
                about=about,
            )
        conversations.hold_talk(actor=staff, now=now, talk_id=talk_id)


@dataclass(frozen=True)
class Measure:
    """What the municipality promises: in how many days, and by whom (a unit's code, and a colleague)."""

    text: str
    days: int
    unit: str
    owner: Actor


def draft(
    town: Town,
    staff: Actor,
    now: datetime,
    file_id: uuid.UUID,
    talk_id: uuid.UUID | None,
    lines: list[tuple[LineWords, Audience, About]],
    measures: list[Measure],
) -> uuid.UUID:
    """Write a draft; its version's id."""
    with use_actor(staff):
        version = agreements.start_draft(actor=staff, now=now, file_id=file_id, talk_id=talk_id)
        for words, audience, about in lines:
            agreements.add_line(
                actor=staff,
                now=now,
                version_id=version.id,
                new=agreements.NewLine(words, audience, about, is_together=True),
            )
        for measure in measures:
            agreements.add_line(
                actor=staff,
                now=now,
                version_id=version.id,
                new=agreements.NewLine(
                    LineWords(LineKind.MEASURE, measure.text),
                    Audience.SHARED,
                    About.CAREGIVER,
                    is_together=True,
                    unit_id=town.units[measure.unit].id,
                    owner_staff_id=measure.owner.id,
                    due_on=add_working_days(oslo_today(now), measure.days),
                ),
            )
        return version.id


def propose(staff: Actor, now: datetime, version_id: uuid.UUID) -> None:
    """Put the draft before the caregiver, to be looked at again in half a year."""
    with use_actor(staff):
        agreements.propose(
            actor=staff,
            now=now,
            version_id=version_id,
            review_on=oslo_today(now) + timedelta(days=182),
        )


def confirm(staff: Actor, citizen: Actor | None, now: datetime, version_id: uuid.UUID) -> None:
    """Both say yes: the caregiver in the portal, or on paper."""
    by = citizen or staff
    with use_actor(by):
        agreements.confirm(
            actor=by,
            now=now,
            version_id=version_id,
            side=Side.CAREGIVER,
            how=How.PORTAL if citizen else How.PAPER,
        )
    with use_actor(staff):
        agreements.confirm(
            actor=staff, now=now, version_id=version_id, side=Side.MUNICIPALITY, how=How.PORTAL
        )


def task(text: str, who: Who, when: str = "") -> tuple[LineWords, Audience, About]:
    """A task everybody around the agreement reads."""
    return LineWords(LineKind.TASK, text, who, when), Audience.SHARED, About.CARE_RECIPIENT
