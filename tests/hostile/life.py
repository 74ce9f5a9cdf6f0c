"""The small world with a whole life in it: in Vefsn every step of the path, in Hol enough to have something to hide.

Built through operations, so that each address has rows to be asked for: own, others', another municipality's.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lagspill.agreements import demo as agreements
from lagspill.agreements.rules import LineKind, Who
from lagspill.assessments import demo as check_ins
from lagspill.assessments import operations as assessments
from lagspill.conversations import demo as talks
from lagspill.conversations.demo import Said
from lagspill.conversations.rules import Answer
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.calendar import oslo_today
from lagspill.people import operations as people
from lagspill.people.models import File, Person
from lagspill.people.rules import Audience
from lagspill.promises import operations as promises
from lagspill.promises import queries as promise_queries
from lagspill.tenancy.models import Unit
from lagspill.tenancy.scope import use_actor
from tests.world import HOL, World, add_caregiver

#: Words that stand in one municipality only. Whoever does not work or live there never reads them.
HOL_WORDS = ("Eva Li", "Gunnar Li", "Reidun Hallingstad", "fjøset på Hovet", "brøyter tunet i Hol")
VEFSN_WORDS = ("Anne Haugen", "Arne Haugen", "Sigrun Vollan", "nattevakt i Dolstad", "dosetten")
HOL_SAID = (Said("T04", "Eva ser til fjøset på Hovet hver kveld.", Audience.SHARED),)
VEFSN_SAID = (
    Said("T04", "Anne legger i dosetten på søndager.", Audience.SHARED),
    Said("T12", "Anne har nattevakt i Dolstad og sover lite.", Audience.TALK),
)


def now_of(world: World) -> datetime:
    """The moment the life has come to: some weeks after everybody was registered."""
    return world.now + timedelta(days=60)


@dataclass(frozen=True)
class Life:
    """The small world and the second files in it, whose path is not at its end."""

    world: World
    now: datetime
    begun: File  # in Vefsn: invited, not answered
    drafted: File  # in Vefsn: talked, an agreement not yet proposed
    citizens: dict[str, Actor]  # everybody who signs in with an own id, by name
    staff: dict[str, Actor]


def build_life(world: World) -> Life:
    """Let the world live until `now_of(world)`."""
    _agreed(
        world, world.coordinator, world.caregiver, world.relation.id, world.file.id, world.north
    )
    begun = _another(world, "Sigrun Vollan", "Torstein Vollan")
    with use_actor(world.coordinator):
        talks.invite(actor=world.coordinator, now=now_of(world), file_id=begun.id)
    drafted = _another(world, "Marit Vollan", "Leif Vollan")
    _drafted(world.coordinator, drafted.id, world)
    _hol(world)
    staff = {
        name: getattr(world, name)
        for name in ("coordinator", "nurse", "other_nurse", "leader", "admin", "stranger")
    }
    citizens = {
        name: getattr(world, name) for name in ("caregiver", "care_recipient", "unknown_citizen")
    }
    return Life(world, now_of(world), begun, drafted, citizens, staff)


def _another(world: World, name: str, recipient_name: str) -> File:
    with use_actor(world.system):
        recipient = people.add_person(
            actor=world.system, now=world.now, name=recipient_name, birth_on=date(1940, 2, 3)
        )
        people.start_service(
            actor=world.system, now=world.now, person=recipient, unit_id=world.north.id
        )
        return add_caregiver(
            name=name, care_recipient=recipient, unit=world.north, now=world.now, email=""
        )[0]


def _agreed(
    world: World,
    staff: Actor,
    citizen: Actor,
    relation_id: uuid.UUID,
    file_id: uuid.UUID,
    unit: Unit,
) -> None:
    """Registered, measured, invited, talked, agreed, promised and not followed."""
    now, then = now_of(world), now_of(world) - timedelta(days=30)
    with use_actor(world.system):
        people.agree_to_relation(actor=world.system, now=then, relation_id=relation_id, how="phone")
    with use_actor(citizen):
        check_ins.answer_over_time(
            actor=citizen,
            now=now,
            file_id=file_id,
            given=((20, (1, 2, 1, 2, 1)), (2, (2, 3, 2, 2, 3))),
            wants_call=True,
        )
    talk_id = _talked(staff, citizen, file_id, VEFSN_SAID, world)
    assert talk_id
    lines = (
        agreements.line(LineKind.TASK, "Legger i dosetten", who=Who.CAREGIVER),
        agreements.line(LineKind.WILL_NOT, "Anne løfter ikke."),
        agreements.line(
            LineKind.MEASURE,
            "Ringer etter legetimen",
            audience=Audience.SHARED,
            unit_id=unit.id,
            owner_staff_id=staff.id,
            due_on=oslo_today(now) - timedelta(days=1),
        ),
    )
    agreements.build_agreement(
        lead=staff, file_id=file_id, now=now - timedelta(days=8), lines=lines, caregiver=citizen
    )
    with use_actor(citizen):
        held = promise_queries.list_promises(citizen, file_id, now)[0]
        promises.report_not_followed(
            actor=citizen,
            now=now,
            promise_id=held.id,
            words="Ingen ringte fra nattevakt i Dolstad.",
        )
    with use_actor(staff):
        assessments.ask_check_in(actor=staff, now=now, file_id=file_id)
        agreements.build_draft(lead=staff, file_id=file_id, now=now, lines=lines[:1])


def _talked(
    staff: Actor,
    citizen: Actor | None,
    file_id: uuid.UUID,
    said: tuple[Said, ...],
    world: World,
    *,
    is_over: bool = True,
) -> uuid.UUID:
    then = now_of(world) - timedelta(days=10)
    with use_actor(staff):
        sent = talks.invite(actor=staff, now=then, file_id=file_id)
    by = citizen or staff
    with use_actor(by):
        talk_id = talks.answer(actor=by, now=then, invitation=sent, answer=Answer.YES)
        assert talk_id is not None
        if citizen:
            talks.prepare(
                actor=citizen,
                now=then,
                talk_id=talk_id,
                words={"T01": "Jeg har nattevakt i Dolstad."},
                shared=("T01",),
                important=("T12",),
            )
    with use_actor(staff):
        talks.talk(
            actor=staff,
            now=now_of(world) - timedelta(days=9),
            talk_id=talk_id,
            said=said,
            is_over=is_over,
        )
    return talk_id


def _drafted(staff: Actor, file_id: uuid.UUID, world: World) -> None:
    talk_id = _talked(
        staff,
        None,
        file_id,
        (Said("T04", "Marit handler.", Audience.SHARED),),
        world,
        is_over=False,
    )
    lines = (
        agreements.line(LineKind.TASK, "Handler", who=Who.CAREGIVER),
        agreements.line(
            LineKind.CONTACT, "Når noe endrer seg", name="Marit Vollan", phone="90000002"
        ),
    )
    agreements.build_draft(
        lead=staff, file_id=file_id, now=now_of(world), lines=lines, talk_id=talk_id
    )


def _hol(world: World) -> None:
    stranger = world.stranger
    system = system_actor("test.world", HOL)
    talk_id = _talked(stranger, None, world.hol_file.id, HOL_SAID, world)
    lines = (
        agreements.line(LineKind.TASK, "Eva brøyter tunet i Hol", who=Who.CAREGIVER),
        agreements.line(
            LineKind.MEASURE,
            "Ringer Reidun Hallingstad om fjøset på Hovet",
            audience=Audience.SHARED,
            owner_staff_id=stranger.id,
            unit_id=_root_of(system),
            due_on=oslo_today(now_of(world)) + timedelta(days=5),
        ),
    )
    version = agreements.build_draft(
        lead=stranger, file_id=world.hol_file.id, now=now_of(world), lines=lines, talk_id=talk_id
    )
    agreements.propose(lead=stranger, version=version, now=now_of(world))
    agreements.confirm(lead=stranger, version=version, now=now_of(world))
    with use_actor(stranger):
        assessments.ask_check_in(actor=stranger, now=now_of(world), file_id=world.hol_file.id)
    with use_actor(system):
        recipient = Person.objects.get(name="Gunnar Li")
        people.start_service(
            actor=system, now=now_of(world), person=recipient, unit_id=_root_of(system)
        )


def _root_of(system: Actor) -> uuid.UUID:
    with use_actor(system):
        return Unit.objects.get(parent=None).id
