"""The desk where facts become work: opens and clears in the scope of a system actor, whoever acted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.followup import operations
from lagspill.followup.operations import NewWork
from lagspill.followup.rules import Kind, due_after, due_before
from lagspill.kernel.actor import system_actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.facts import Fact
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor


@dataclass(frozen=True)
class About:
    """What a fact is about, as work needs it."""

    file_id: uuid.UUID | None  # none in the child track
    unit_id: uuid.UUID
    subject_id: uuid.UUID
    target_id: uuid.UUID
    staff_id: uuid.UUID | None = None


def open_work(
    fact: Fact,
    now: datetime,
    kind: Kind,
    about: About,
    *,
    due_on: date | None = None,
    before: date | None = None,
) -> None:
    """Open work due on a day, some days before a day, or the usual days from today."""
    actor = system_actor("followup.reactions", fact.municipality)
    today = oslo_today(now)
    with use_actor(actor):
        settings = tenancy.get_municipality(fact.municipality).settings
        if due_on is None:
            due_on = (
                due_before(kind, before, today, settings)
                if before
                else due_after(kind, today, settings)
            )
        work = NewWork(
            kind,
            about.file_id,
            about.subject_id,
            about.unit_id,
            due_on,
            about.staff_id,
            about.target_id,
        )
        operations.open_work(actor=actor, now=now, work=work)


def clear_subject(fact: Fact, now: datetime, subject_id: uuid.UUID, *kinds: Kind) -> None:
    """Clear the open work of these kinds about one thing."""
    actor = system_actor("followup.reactions", fact.municipality)
    with use_actor(actor):
        operations.clear_work(
            actor=actor, now=now, how=type(fact).__name__, kinds=kinds, subject_id=subject_id
        )


def clear_file(fact: Fact, now: datetime, file_id: uuid.UUID, *kinds: Kind) -> None:
    """Clear the open work of these kinds in a whole file."""
    actor = system_actor("followup.reactions", fact.municipality)
    with use_actor(actor):
        operations.clear_work(
            actor=actor, now=now, how=type(fact).__name__, kinds=kinds, file_id=file_id
        )
