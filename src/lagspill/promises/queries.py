"""Reads of promises, as read models."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils.translation import gettext

from lagspill.access import queries as access
from lagspill.audit import operations as audit
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotFound
from lagspill.promises import policy
from lagspill.promises.models import Promise, PromiseEvent, PromiseReport
from lagspill.promises.rules import State, shown_state
from lagspill.tenancy import queries as tenancy
from lagspill.ui import dates


@dataclass(frozen=True)
class ReportView:
    """A report that a promise was not followed, and what came of it."""

    id: uuid.UUID
    words: str
    reported_at: datetime
    leader: str
    answer_by: date
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True)
class PromiseView:
    """A promise as a screen shows it: what, who, when, and its state in one of the kit's words."""

    id: uuid.UUID
    file_id: uuid.UUID
    item_id: uuid.UUID
    text: str
    owner: str
    owner_unit: str
    due_on: date
    state: str
    shown: str
    made_at: datetime
    closed_at: datetime | None
    words: str
    open_report: ReportView | None = None

    @property
    def is_open(self) -> bool:
        """True until it is kept or withdrawn."""
        return self.state == State.OPEN


@dataclass(frozen=True)
class EventView:
    """One line of a promise's history."""

    kind: str
    reason: str
    due_on: date | None
    at: datetime


@dataclass(frozen=True)
class UnitMonth:
    """How a unit has kept its promises this month; `share` is none where the number behind it is under five."""

    unit: str
    kept: int
    overdue: int
    still_open: int
    share: int | None


def list_promises(actor: Actor, file_id: uuid.UUID, now: datetime) -> list[PromiseView]:
    """Promises of a file that the actor may read, newest first; audited. A constant number of queries."""
    rows = list(policy.visible_promises(actor, now).filter(file_id=file_id).order_by("-id")[:200])
    audit.record_read(
        actor,
        "list_promises",
        "promise",
        now=now,
        object_ids=[row.id for row in rows],
        file_id=file_id,
    )
    return _views(rows, now)


def get_promise(
    actor: Actor, promise_id: uuid.UUID, now: datetime
) -> tuple[PromiseView, list[EventView], list[ReportView]]:
    """One promise, its history and its reports, oldest first; audited. Raises NotFound."""
    row = policy.visible_promises(actor, now).filter(id=promise_id).first()
    if row is None:
        raise NotFound("promise", promise_id)
    history = [
        EventView(event.kind, event.reason, event.due_on, event.at)
        for event in PromiseEvent.objects.filter(promise=row).order_by("id")
    ]
    reports = list(PromiseReport.objects.filter(promise=row).order_by("id"))
    audit.record_read(
        actor, "get_promise", "promise", now=now, object_id=row.id, file_id=row.file_id
    )
    return _views([row], now)[0], history, _reports(reports)


def can_keep(actor: Actor, promise_id: uuid.UUID, now: datetime) -> bool:
    """May the actor say that it was kept? For showing the buttons."""
    row = Promise.objects.select_related("file", "item").filter(id=promise_id).first()
    return row is not None and bool(policy.can_keep(actor, row, now))


def can_answer(actor: Actor, report_id: uuid.UUID, now: datetime) -> bool:
    """May the actor answer the report? For showing the form."""
    row = PromiseReport.objects.filter(id=report_id).first()
    return row is not None and bool(policy.can_answer(actor, row, now))


def list_month(actor: Actor, now: datetime) -> list[UnitMonth]:
    """Kept and overdue promises this month for each unit the actor leads, without words or names (product, "Targets")."""
    today = oslo_today(now)
    units = [unit for unit in tenancy.list_units() if unit.id in actor.units(now, *policy.LEADERS)]
    counts = {
        row["owner_unit_id"]: row
        for row in Promise.objects.filter(
            owner_unit_id__in=[unit.id for unit in units],
            due_on__gte=today.replace(day=1),
            due_on__lte=today,
        )
        .values("owner_unit_id")
        .annotate(
            kept=Count("id", filter=Q(state="kept")),
            overdue=Count("id", filter=Q(state="open", due_on__lt=today)),
            still_open=Count("id", filter=Q(state="open", due_on=today)),
        )
        .order_by("owner_unit_id")
    }
    audit.record_read(actor, "list_month", "promise", now=now)
    return [_month(unit.name, counts.get(unit.id, {})) for unit in units]


def _month(unit: str, row: dict[str, int]) -> UnitMonth:
    kept, overdue = row.get("kept", 0), row.get("overdue", 0)
    total = kept + overdue
    share = round(100 * kept / total) if total >= SMALLEST_SHOWN else None
    return UnitMonth(unit, kept, overdue, row.get("still_open", 0), share)


#: Inside a unit a leader sees work, not rates, under this number (privacy model, "Finding out that something exists").
SMALLEST_SHOWN = 5


def _views(rows: Sequence[Promise], now: datetime) -> list[PromiseView]:
    today = oslo_today(now)
    owners = access.list_staff([row.owner_staff_id for row in rows if row.owner_staff_id])
    units = tenancy.names_of_units([row.owner_unit_id for row in rows])
    held = PromiseReport.objects.filter(
        promise_id__in=[row.id for row in rows], answered_at__isnull=True
    )
    reports = dict(zip([row.promise_id for row in held], _reports(list(held)), strict=True))
    return [
        PromiseView(
            row.id,
            row.file_id,
            row.item_id,
            row.text,
            owners[row.owner_staff_id].name if row.owner_staff_id in owners else "",
            units.get(row.owner_unit_id, ""),
            row.due_on,
            row.state,
            shown_state(State(row.state), row.due_on, today, row.id in reports),
            row.made_at,
            row.closed_at,
            _words(row, today, row.id in reports),
            reports.get(row.id),
        )
        for row in rows
    ]


def _words(row: Promise, today: date, has_open_report: bool) -> str:
    """Where the promise stands, as the caregiver and staff read it."""
    language = content.active_language()
    shown = shown_state(State(row.state), row.due_on, today, has_open_report)
    day = dates.date_long(row.due_on, language, today)
    if shown == "kept" and row.closed_at:
        return gettext("Holdt %(day)s") % {"day": dates.date_day(row.closed_at, language, today)}
    if shown == "withdrawn":
        return gettext("Trukket tilbake")
    if shown == "broken":
        return gettext("Meldt som ikke fulgt. En leder svarer.")
    if shown == "overdue":
        return gettext("Skulle vært gjort %(day)s") % {"day": day}
    return gettext("Frist %(day)s") % {"day": day}


def _reports(rows: Sequence[PromiseReport]) -> list[ReportView]:
    leaders = access.list_staff([row.leader_staff_id for row in rows if row.leader_staff_id])
    return [
        ReportView(
            row.id,
            row.words,
            row.reported_at,
            leaders[row.leader_staff_id].name if row.leader_staff_id in leaders else "",
            row.answer_by,
            row.answer,
            row.answered_at,
        )
        for row in rows
    ]
