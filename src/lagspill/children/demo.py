"""Child tracks of the demo world, made through operations with the moment passed in."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from lagspill.children import operations, queries
from lagspill.children.operations import Child
from lagspill.children.rules import Kin, Step, Taken
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.calendar import oslo_today
from lagspill.tenancy.scope import use_actor


def pass_on(
    staff: Actor, now: datetime, person_id: uuid.UUID, name: str, birth_year: int
) -> uuid.UUID:
    """Somebody who meets the person says that there is a child; the track's id, which they do not get to see."""
    with use_actor(staff):
        child = Child(name, birth_year, Kin.CHILD)
        operations.pass_on_child(actor=staff, now=now, person_id=person_id, child=child)
    system = system_actor("children.demo", staff.municipality)
    with use_actor(system):
        lines = queries.list_tracks(system, now)
    return next(line.id for line in lines if line.child_name == name)


def take(
    staff: Actor,
    now: datetime,
    track_id: uuid.UUID,
    step: Step,
    outcome: str,
    *,
    how: str = "",
    next_in_days: int,
) -> None:
    """A step is taken, with a day for the next one."""
    today = oslo_today(now)
    with use_actor(staff):
        operations.take_step(
            actor=staff,
            now=now,
            track_id=track_id,
            taken=Taken(step, outcome, today, how),
            next_on=today + timedelta(days=next_in_days),
        )
