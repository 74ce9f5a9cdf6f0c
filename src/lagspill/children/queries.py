"""Reads of the child track, as read models. The log names the track and never the one who is ill: a child's affairs do not
stand in a parent's own log.
"""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from lagspill.access import queries as access
from lagspill.access.queries import StaffCard
from lagspill.access.rules import Role
from lagspill.audit import operations as audit
from lagspill.children import policy
from lagspill.children.models import ChildStep, ChildTrack
from lagspill.children.rules import (
    ASK_AGAIN,
    STEPS,
    Kin,
    State,
    Step,
    age_group_of_year,
    state_of,
)
from lagspill.kernel.actor import Actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotFound
from lagspill.people import policy as people_policy
from lagspill.people.queries import PersonLine, person_line
from lagspill.people.rules import AgeGroup
from lagspill.tenancy import queries as tenancy

#: As many as a list shows; whoever follows up more than this needs colleagues, not pages.
MOST = 200
_ORDER = (State.OVERDUE, State.NEW, State.DUE, State.PLANNED, State.RESTING, State.CLOSED)


@dataclass(frozen=True)
class TrackLine:
    """A child in a list: who, near whom, where it stands, and who follows up."""

    id: uuid.UUID
    child_name: str
    birth_year: int | None
    age_group: AgeGroup
    kin: Kin
    person: PersonLine
    state: State
    next_on: date | None
    lead: str
    passed_on_at: datetime


@dataclass(frozen=True)
class ActView:
    """One dated act."""

    outcome: str
    how: str
    done_on: date
    by: str


@dataclass(frozen=True)
class StepView:
    """One step with what was done, latest first; `is_done`: nothing is left to ask."""

    step: Step
    acts: tuple[ActView, ...]

    @property
    def is_done(self) -> bool:
        return bool(self.acts) and self.acts[0].outcome not in ASK_AGAIN


@dataclass(frozen=True)
class TrackView:
    """One child's page."""

    line: TrackLine
    unit: str
    lead_id: uuid.UUID | None
    passed_on_by: str
    steps: tuple[StepView, ...]
    others: tuple[TrackLine, ...]
    colleagues: tuple[StaffCard, ...]
    may_act: bool
    closed_at: datetime | None
    closed_how: str


@dataclass(frozen=True)
class Counts:
    """How many children wait, by state."""

    new: int = 0
    overdue: int = 0
    due: int = 0
    open: int = 0


def list_tracks(
    actor: Actor, now: datetime, *, state: State | None = None, is_closed: bool = False
) -> list[TrackLine]:
    """Children the actor follows up, those who have waited longest first; audited. Open ones, unless closed are asked for."""
    seen = policy.visible_tracks(actor, now).filter(closed_at__isnull=not is_closed)
    lines = _lines(seen.order_by("next_on", "id")[:MOST], now)
    shown = [line for line in lines if state in (None, line.state)]
    audit.record_read(
        actor, "list_tracks", "child_track", now=now, object_ids=[line.id for line in shown]
    )
    return sorted(shown, key=lambda line: _ORDER.index(line.state))


def count_tracks(actor: Actor, now: datetime) -> Counts:
    """Quick counts of open tracks, in one query; numbers alone, so no row in the log."""
    rows = policy.visible_tracks(actor, now).filter(closed_at__isnull=True).order_by("id")
    found = Counter(_state(row, oslo_today(now)) for row in _with_steps(rows))
    return Counts(found[State.NEW], found[State.OVERDUE], found[State.DUE], found.total())


def get_track(actor: Actor, track_id: uuid.UUID, now: datetime) -> TrackView:
    """One child with every step; audited. Raises NotFound."""
    seen = policy.visible_tracks(actor, now)
    row = _with_steps(seen.filter(id=track_id)).select_related("unit", "passed_on_by").first()
    if row is None:
        raise NotFound("child_track", track_id)
    others = seen.filter(person_id=row.person_id, closed_at__isnull=True).exclude(id=row.id)
    view = TrackView(
        _line(row, oslo_today(now)),
        row.unit.name,
        row.lead_id,
        row.passed_on_by.name if row.passed_on_by else "",
        _steps(row),
        tuple(_lines(others.order_by("id")[:MOST], now)),
        tuple(list_responsible(actor, row.unit_id, now, near=row.person_id)),
        bool(policy.can_take_step(actor, row, now)),
        row.closed_at,
        row.closed_how,
    )
    audit.record_read(
        actor,
        "get_track",
        "child_track",
        now=now,
        object_ids=[row.id, *(other.id for other in view.others)],
    )
    return view


def list_responsible(
    actor: Actor, unit_id: uuid.UUID, now: datetime, *, near: uuid.UUID | None = None
) -> list[StaffCard]:
    """Who follows up children of this unit now, by name; not those who are family of the one who is ill (`near`).

    Names of colleagues are open to staff.
    """
    if actor.is_citizen:
        return []
    path = list(tenancy.get_unit(unit_id).path)
    found = access.list_members(roles=[Role.CHILD_RESPONSIBLE.value], unit_ids=path, now=now)
    kin = people_policy.kin_around(near, [card.id for card in found]) if near else frozenset()
    return [card for card in found if card.id not in kin]


def list_passed_on(actor: Actor, person_id: uuid.UUID, now: datetime) -> list[datetime]:
    """When the actor has said that there is a child near this person, latest first: all that they learn of it."""
    rows = ChildTrack.objects.filter(policy.passed_on(actor, now), person_id=person_id)
    return list(rows.order_by("-passed_on_at", "-id").values_list("passed_on_at", flat=True))


def _with_steps(rows: QuerySet[ChildTrack]) -> QuerySet[Any]:
    steps = ChildStep.objects.filter(track_id=OuterRef("pk"))
    return rows.select_related("person", "lead").annotate(has_steps=Exists(steps))


def _lines(rows: QuerySet[ChildTrack], now: datetime) -> list[TrackLine]:
    today = oslo_today(now)
    return [_line(row, today) for row in _with_steps(rows)]


def _state(row: Any, today: date) -> State:
    return state_of(
        is_closed=row.closed_at is not None,
        has_steps=row.has_steps,
        next_on=row.next_on,
        today=today,
    )


def _line(row: Any, today: date) -> TrackLine:
    return TrackLine(
        row.id,
        row.child_name,
        row.birth_year,
        age_group_of_year(row.birth_year, today),
        Kin(row.kin),
        person_line(row.person),
        _state(row, today),
        row.next_on,
        row.lead.name if row.lead else "",
        row.passed_on_at,
    )


def _steps(row: ChildTrack) -> tuple[StepView, ...]:
    acts: dict[str, list[ActView]] = {}
    rows = (
        ChildStep.objects.filter(track=row)
        .select_related("taken_by")
        .order_by("-done_on", "-noted_at", "-id")
    )
    for act in rows:
        by = act.taken_by.name if act.taken_by else ""
        acts.setdefault(act.step, []).append(ActView(act.outcome, act.how, act.done_on, by))
    return tuple(StepView(step, tuple(acts.get(step.value, ()))) for step in STEPS)
