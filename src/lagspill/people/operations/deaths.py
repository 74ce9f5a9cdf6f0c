"""Writes about a death: what stops and what is kept, in one transaction; how a wrong one is undone; who reads the file after."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db.models import Q, QuerySet

from lagspill.access import queries as access
from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import end_of_oslo_day, oslo_today
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.people import events, policy
from lagspill.people.models import (
    File,
    FileOpening,
    FileParty,
    FileStaff,
    Person,
    Relation,
    Service,
)
from lagspill.people.operations.closing import close_file
from lagspill.people.operations.consents import announce_if_unasked
from lagspill.people.operations.representations import end_all_for
from lagspill.people.rules import RelationState, may_move
from lagspill.people.rules.closing import CloseReason
from lagspill.people.rules.deaths import death_fault, opening_fault
from lagspill.tenancy.scope import use_actor


@operation
def record_death(*, actor: Actor, now: datetime, person_id: uuid.UUID, died_on: date) -> Person:
    """Record that somebody has died, on a day that is not in the future. Nothing is sent to anybody.

    Of a care recipient: consents, grounds, representation and services stop, relations become bereaved, the caregivers'
    files stay theirs. Of a caregiver: the file closes, and what they did becomes gaps. Raises NotFound, and
    NotPossible("death_recorded") or with the fault of the rule.
    """
    person = _locked(person_id)
    if person is None or not policy.can_record_death(actor, person, now):
        raise NotFound("person", person_id)
    if person.died_on is not None:
        raise NotPossible("death_recorded")
    fault = death_fault(died_on, person.birth_on, oslo_today(now))
    if fault:
        raise NotPossible(fault)
    person.died_on, person.death_recorded_at, person.death_recorded_by = died_on, now, actor.id
    person.save(update_fields=["died_on", "death_recorded_at", "death_recorded_by"])
    audit.record(
        actor,
        "record_death",
        "person",
        now=now,
        object_id=person.id,
        person_id=person.id,
        fields=("died_on",),
    )
    system = system_actor("people.deaths", person.municipality_id)
    with use_actor(system):
        end_all_for(actor=system, now=now, person_id=person.id)
        Service.objects.filter(person=person, ends_at__isnull=True).update(ends_at=now)
        _own_parties(person).filter(ends_at__isnull=True).update(ends_at=now)
        around = Relation.objects.filter(care_recipient=person, ends_at__isnull=True)
        _move_all(around, RelationState.BEREAVED, now)
        _close_own_file(system, person, now)
    return person


def _locked(person_id: uuid.UUID) -> Person | None:
    return Person.objects.select_for_update(of=("self",)).filter(id=person_id).first()


def _own_parties(person: Person) -> QuerySet[FileParty]:
    """How the person reaches files in the second lock; representation has rows of its own, which are never restored."""
    return FileParty.objects.filter(person=person).exclude(basis="representative")


def _move_all(relations: QuerySet[Relation], new: RelationState, now: datetime) -> None:
    """Move relations as a death does, keeping what each was; those that are over stay as they are."""
    over = (RelationState.BEREAVED, RelationState.ENDED)
    for row in relations.select_for_update(of=("self",)).select_related("file").order_by("id"):
        old = RelationState(row.state)
        if old in over or not may_move(old, new):
            continue
        row.state_before, row.state, row.state_changed_at = old.value, new.value, now
        row.save(update_fields=["state_before", "state", "state_changed_at"])
        _announce_move(row, old.value, now)


def _announce_move(row: Relation, old: str, now: datetime) -> None:
    facts.announce(
        events.RelationMoved(row.municipality_id, row.file_id, row.id, old, row.state), now=now
    )


def _close_own_file(system: Actor, person: Person, now: datetime) -> None:
    """Close the dead caregiver's file; for each who was helped, what the card lacks now becomes work."""
    file = File.objects.filter(caregiver=person, closed_at__isnull=True).first()
    if file is None:
        return
    close_file(actor=system, now=now, file_id=file.id, why=CloseReason.DIED)
    own = Relation.objects.filter(file=file, ends_at__isnull=True)
    _move_all(own, RelationState.ENDED, now)
    for row in own.filter(care_recipient__died_on__isnull=True).order_by("id"):
        facts.announce(
            events.CaregiverDied(
                file.municipality_id, file.id, row.id, row.care_recipient_id, file.unit_id
            ),
            now=now,
        )


@operation
def undo_death(*, actor: Actor, now: datetime, person_id: uuid.UUID) -> Person:
    """Undo a death recorded by mistake: file, its staff, relations and services are as before.

    Representation and consents never come back by themselves; what nobody has asked now becomes work. Raises NotFound.
    """
    person = _locked(person_id)
    if person is None or not policy.can_undo_death(actor, person, now):
        raise NotFound("person", person_id)
    at = person.death_recorded_at
    person.died_on = person.death_recorded_at = person.death_recorded_by = None
    person.save(update_fields=["died_on", "death_recorded_at", "death_recorded_by"])
    audit.record(
        actor,
        "undo_death",
        "person",
        now=now,
        object_id=person.id,
        person_id=person.id,
        fields=("died_on",),
    )
    system = system_actor("people.deaths", person.municipality_id)
    with use_actor(system):
        started = Service.objects.filter(person=person, ends_at__isnull=True).values("unit_id")
        served = Service.objects.filter(person=person, ends_at=at).exclude(unit_id__in=started)
        served.update(ends_at=None)
        _own_parties(person).filter(ends_at=at).update(ends_at=None)
        _reopen(person, at, actor, now)
        for row in _restore(person, at, now):
            if row.care_recipient_id == person.id and row.known_to_recipient_at is not None:
                announce_if_unasked(row, now)
    return person


def _reopen(person: Person, at: datetime | None, actor: Actor, now: datetime) -> None:
    file = (
        File.objects.select_for_update(of=("self",))
        .filter(caregiver=person, closed_why=CloseReason.DIED.value, closed_at=at)
        .first()
    )
    if file is None:
        return
    file.closed_at, file.closed_why = None, ""
    file.save(update_fields=["closed_at", "closed_why"])
    staff = FileStaff.objects.filter(file=file)
    staff.filter(ends_at=at).exclude(role=policy.READER).update(ends_at=None)
    policy.named_readers(file, now).update(ends_at=now)
    FileOpening.objects.filter(file=file, ends_at__gt=now).update(ends_at=now, ended_by=actor.id)


def _restore(person: Person, at: datetime | None, now: datetime) -> list[Relation]:
    """Relations that this death moved are what they were."""
    rows = (
        Relation.objects.select_for_update(of=("self",))
        .select_related("file")
        .filter(Q(care_recipient=person) | Q(file__caregiver=person), state_changed_at=at)
        .exclude(state_before="")
        .order_by("id")
    )
    restored = list(rows)
    for row in restored:
        old, row.state, row.state_before, row.state_changed_at = (
            row.state,
            row.state_before,
            "",
            now,
        )
        row.save(update_fields=["state_before", "state", "state_changed_at"])
        _announce_move(row, old, now)
    return restored


@operation
def open_closed_file(
    *,
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    staff_id: uuid.UUID,
    why: str,
    last_on: date,
) -> FileOpening:
    """Decide that one named employee reads a dead person's file until a day; read only. Repeating it changes nothing.

    Raises NotFound for others than the privacy officer, NotPossible("not_for_oneself"), NotPossible("reader_is_kin"),
    or with the fault of the rule.
    """
    file = _decidable(actor, file_id, now)
    if not access.list_current_roles([staff_id], now):
        raise NotFound("staff", staff_id)
    fault = "not_for_oneself" if staff_id == actor.id else opening_fault(last_on, oslo_today(now))
    if fault is None and policy.kin_among(file.id, [staff_id]):
        fault = "reader_is_kin"
    if fault:
        raise NotPossible(fault)
    held = FileOpening.objects.filter(
        policy.now_between(now), file=file, staff_id=staff_id, ends_at=end_of_oslo_day(last_on)
    ).first()
    if held is not None:
        return held
    row = FileOpening.objects.create(
        file=file,
        staff_id=staff_id,
        decided_by=actor.id,
        why=why,
        starts_at=now,
        ends_at=end_of_oslo_day(last_on),
    )
    FileStaff.objects.create(
        file=file, staff_id=staff_id, role=policy.READER, starts_at=now, ends_at=row.ends_at
    )
    audit.record(
        actor,
        "open_closed_file",
        "file_opening",
        now=now,
        object_id=row.id,
        file_id=file.id,
        person_id=file.caregiver_id,
        fields=("staff", "why", "ends_at"),
    )
    return row


def _decidable(actor: Actor, file_id: uuid.UUID, now: datetime) -> File:
    file = File.objects.select_for_update(of=("self",)).filter(id=file_id).first()
    if file is None or not policy.can_decide_opening(actor, file, now):
        raise NotFound("file", file_id)
    return file


@operation
def end_opening(*, actor: Actor, now: datetime, opening_id: uuid.UUID) -> FileOpening:
    """The named reader reads no more, at once. Ending it again changes nothing. Raises NotFound."""
    row = FileOpening.objects.select_for_update(of=("self",)).filter(id=opening_id).first()
    if row is None:
        raise NotFound("file_opening", opening_id)
    file = _decidable(actor, row.file_id, now)
    if row.ends_at <= now:
        return row
    readers = policy.named_readers(file, now).filter(staff_id=row.staff_id, ends_at=row.ends_at)
    readers.update(ends_at=now)
    row.ends_at, row.ended_by = now, actor.id
    row.save(update_fields=["ends_at", "ended_by"])
    audit.record(
        actor,
        "end_opening",
        "file_opening",
        now=now,
        object_id=row.id,
        file_id=file.id,
        fields=("ends_at",),
    )
    return row
