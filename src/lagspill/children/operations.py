"""Writes of the child track: a child is passed on, steps are taken, facts are corrected, the track is closed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.access import operations as access
from lagspill.audit import operations as audit
from lagspill.children import events, policy, queries
from lagspill.children.models import ChildStep, ChildTrack
from lagspill.children.rules import (
    BEGIN_WITHIN,
    KIN_OF_RELATION,
    Ending,
    Kin,
    Taken,
    birth_year_fault,
    step_fault,
)
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import add_working_days, oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import policy as people_policy
from lagspill.people import queries as people


@dataclass(frozen=True)
class Child:
    """What is known of a child: a first name or initials, a year, what the child is to the one who is ill."""

    name: str = ""
    birth_year: int | None = None
    kin: Kin = Kin.CHILD


@operation
def pass_on_child(
    *,
    actor: Actor,
    now: datetime,
    person_id: uuid.UUID,
    child: Child,
    key: uuid.UUID | None = None,
) -> None:
    """Say that there is a child near somebody ill; child-responsible staff take it from there. Gives nothing to read.

    A child passed on before, by whomever, is not passed on again, and the answer is the same. Raises NotFound unless the
    actor sees the person's card, NotPossible("birth_year_not_a_childs"), ("no_unit").
    """
    if not policy.can_pass_on(actor, person_id, now):
        raise NotFound("card", person_id)
    fault = birth_year_fault(child.birth_year, oslo_today(now))
    if fault:
        raise NotPossible(fault)
    if not access.claim_once(actor=actor, key=key, now=now):
        return
    unit_id = people.find_serving_unit(person_id, now)
    unit_id = unit_id or next((grant.unit_id for grant in actor.active_grants(now)), None)
    if unit_id is None:
        raise NotPossible("no_unit")
    _open_track(actor, now, person_id, unit_id, child)


@operation
def pass_on_named_child(
    *,
    actor: Actor,
    now: datetime,
    name: str,
    relation: str,
    person_id: uuid.UUID,
    unit_id: uuid.UUID,
) -> None:
    """The same for somebody under 16 whom staff began to register as a caregiver: no file is opened, no surname kept.

    `people` calls it inside its own act, which has found the person. Raises NotAllowed for who may not register.
    """
    if not people_policy.can_register_caregiver(actor, now):
        raise NotAllowed("wrong_role", noun="child_track")
    child = Child(name, None, KIN_OF_RELATION.get(relation, Kin.OTHER))
    _open_track(actor, now, person_id, unit_id, child)


def _open_track(
    actor: Actor, now: datetime, person_id: uuid.UUID, unit_id: uuid.UUID, child: Child
) -> None:
    first_name = next(iter(child.name.split()), "")[:40]
    held = ChildTrack.objects.filter(person_id=person_id, child_name__iexact=first_name)
    if not actor.is_system:  # an import that is run again opens nothing that was closed
        held = held.filter(closed_at__isnull=True)
    if (first_name or actor.is_system) and held.exists():
        audit.record(actor, "pass_on_child", "child_track", now=now, reason="passed_on_before")
        return
    begin_by = add_working_days(oslo_today(now), BEGIN_WITHIN)
    track = ChildTrack.objects.create(
        person_id=person_id,
        unit_id=unit_id,
        child_name=first_name,
        birth_year=child.birth_year,
        kin=child.kin.value,
        passed_on_by_id=actor.id if actor.is_staff else None,
        passed_on_at=now,
        next_on=begin_by,
    )
    fields = ("child_name", "birth_year", "kin")
    audit.record(actor, "pass_on_child", "child_track", now=now, object_id=track.id, fields=fields)
    facts.announce(
        events.ChildPassedOn(track.municipality_id, track.id, unit_id, begin_by), now=now
    )


@operation
def take_step(
    *,
    actor: Actor,
    now: datetime,
    track_id: uuid.UUID,
    taken: Taken,
    next_on: date | None = None,
    lead_id: uuid.UUID | None = None,
    key: uuid.UUID | None = None,
) -> None:
    """Note a step that was taken, when the next one is due, and who follows up (the actor, unless a colleague is named).

    Raises NotFound, NotPossible with a fault of the step, ("child_track_closed"), ("not_a_colleague_here").
    """
    track = _locked(actor, now, track_id)
    fault = step_fault(taken, next_on, oslo_today(now))
    if fault:
        raise NotPossible(fault)
    lead = lead_id or actor.id
    responsible = queries.list_responsible(actor, track.unit_id, now, near=track.person_id)
    if lead not in {card.id for card in responsible}:
        raise NotPossible("not_a_colleague_here")
    if not access.claim_once(actor=actor, key=key, now=now):
        return
    ChildStep.objects.create(
        track=track,
        step=taken.step.value,
        outcome=taken.outcome,
        how=taken.how,
        done_on=taken.done_on,
        taken_by_id=actor.id,
        noted_at=now,
    )
    track.next_on, track.lead_id = next_on, lead
    track.save(update_fields=["next_on", "lead"])
    _record(actor, "take_step", track, now, taken.step.value, "next_on", "lead")
    facts.announce(
        events.ChildStepTaken(track.municipality_id, track.id, track.unit_id, lead, next_on),
        now=now,
    )


@operation
def correct_child(*, actor: Actor, now: datetime, track_id: uuid.UUID, child: Child) -> None:
    """Correct a name, a year or what the child is. Raises NotFound, NotPossible("birth_year_not_a_childs"), closed."""
    track = _locked(actor, now, track_id)
    fault = birth_year_fault(child.birth_year, oslo_today(now))
    if fault:
        raise NotPossible(fault)
    track.child_name, track.birth_year, track.kin = child.name, child.birth_year, child.kin.value
    track.save(update_fields=["child_name", "birth_year", "kin"])
    _record(actor, "correct_child", track, now, "child_name", "birth_year", "kin")


@operation
def close_track(*, actor: Actor, now: datetime, track_id: uuid.UUID, how: Ending) -> None:
    """End the track. What was done stays to be read. Raises NotFound, NotPossible("child_track_closed")."""
    track = _locked(actor, now, track_id)
    track.closed_at, track.closed_how, track.next_on = now, how.value, None
    track.save(update_fields=["closed_at", "closed_how", "next_on"])
    _record(actor, "close_track", track, now, "closed_at", "closed_how")
    facts.announce(events.ChildTrackClosed(track.municipality_id, track.id), now=now)


def _locked(actor: Actor, now: datetime, track_id: uuid.UUID) -> ChildTrack:
    track = (
        policy.visible_tracks(actor, now)
        .select_for_update(of=("self",))
        .filter(id=track_id)
        .first()
    )
    if track is None or actor.is_system:
        raise NotFound("child_track", track_id)
    if not policy.can_take_step(actor, track, now):
        raise NotPossible("child_track_closed")
    return track


def _record(actor: Actor, verb: str, track: ChildTrack, now: datetime, *fields: str) -> None:
    audit.record(actor, verb, "child_track", now=now, object_id=track.id, fields=fields)
