"""Reads of promises, as read models."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from lagspill.access import queries as access
from lagspill.access.rules import Role
from lagspill.audit import operations as audit
from lagspill.kernel import content
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.calendar import add_working_days, oslo_today
from lagspill.kernel.errors import NotFound
from lagspill.people.rules import ItemWords
from lagspill.promises import policy
from lagspill.promises.models import Promise, PromiseEvent, PromiseReport
from lagspill.promises.rules import OF_REPORTS, Event, State, answer_days, shown_state
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor
from lagspill.ui import dates

#: A promise that was taken back is not reported.
CLOSED_FOR_REPORTS = (State.WITHDRAWN, State.REPLACED)


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
    outcome: str = ""
    may_answer: bool = False


@dataclass(frozen=True)
class AsMade:
    """Who was to keep a promise and by when, on the day it was made."""

    unit_id: uuid.UUID
    owner_id: uuid.UUID | None
    due_on: date | None


@dataclass(frozen=True)
class Answerer:
    """Who answers if the caregiver says that a promise was not followed, and by when."""

    unit_id: uuid.UUID
    staff_id: uuid.UUID | None
    name: str
    answer_by: date


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
    version: int = 1

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
    """How a unit keeps its promises: kept of those due so far this month, overdue now, and the share kept.

    None where the number is too small to be shown to this reader; `is_work`: the reader sees the unit's work itself.
    """

    unit_id: uuid.UUID
    unit: str
    kept: int | None
    overdue: int | None
    due_today: int | None
    share: int | None
    is_work: bool


def list_promises(actor: Actor, file_id: uuid.UUID, now: datetime) -> list[PromiseView]:
    """Promises of a file that the actor may read, newest first; audited. A constant number of queries."""
    seen = policy.visible_promises(actor, now).filter(file_id=file_id)
    rows = list(_with_owner(seen).order_by("-id")[:200])
    audit.record_read(
        actor,
        "list_promises",
        "promise",
        now=now,
        object_ids=[row.id for row in rows],
        file_id=file_id,
    )
    return _views(actor, rows, now)


def list_by_id(
    actor: Actor, promise_ids: Sequence[uuid.UUID], now: datetime
) -> dict[uuid.UUID, PromiseView]:
    """Those of these promises that the actor may read. A constant number of queries; the page that shows them audits."""
    if not promise_ids:
        return {}
    seen = policy.visible_promises(actor, now).filter(id__in=list(promise_ids))
    rows = list(_with_owner(seen).order_by("id"))
    return {view.id: view for view in _views(actor, rows, now)}


def list_as_made(
    actor: Actor, promise_ids: Sequence[uuid.UUID], now: datetime
) -> dict[uuid.UUID, AsMade]:
    """How the promises the actor may read were made, whatever has moved since. No words, so no audit of its own."""
    rows = PromiseEvent.objects.filter(
        promise__in=policy.visible_promises(actor, now).filter(id__in=list(promise_ids)),
        kind=Event.MADE.value,
    ).values_list("promise_id", "promise__owner_unit_id", "promise__owner_staff_id", "due_on")
    return {row[0]: AsMade(*row[1:]) for row in rows.order_by("id")}


@dataclass(frozen=True)
class PromisePage:
    """One promise with its history and reports as this reader may see them, and what they may do with it."""

    promise: PromiseView
    history: tuple[EventView, ...]
    reports: tuple[ReportView, ...]
    may_keep: bool
    may_report: bool
    answerer: Answerer | None


def get_promise(actor: Actor, promise_id: uuid.UUID, now: datetime) -> PromisePage:
    """One promise, oldest events and reports first; audited. Raises NotFound.

    Whoever may not see a report sees neither its lines in the history nor its mark on the promise.
    """
    seen = _with_owner(policy.visible_promises(actor, now)).select_related("file", "item")
    row = seen.filter(id=promise_id).first()
    if row is None:
        raise NotFound("promise", promise_id)
    rows = _with_leader(policy.visible_reports(actor, now).filter(promise=row))
    reports = _reports(actor, list(rows.order_by("id")), now)
    events = PromiseEvent.objects.filter(promise=row)
    if not reports:
        events = events.exclude(kind__in=[kind.value for kind in OF_REPORTS])
    audit.record_read(
        actor, "get_promise", "promise", now=now, object_id=row.id, file_id=row.file_id
    )
    may_report = bool(policy.can_report(actor, row, now)) and row.state not in CLOSED_FOR_REPORTS
    return PromisePage(
        _views(actor, [row], now)[0],
        tuple(
            EventView(event.kind, event.reason, event.due_on, event.at)
            for event in events.order_by("id")
        ),
        tuple(reports),
        row.state == State.OPEN and bool(policy.can_keep(actor, row, now)),
        may_report and not any(report.answered_at is None for report in reports),
        find_answerer(row, now) if may_report else None,
    )


def find_answerer(promise: Promise, now: datetime) -> Answerer:
    """The nearest leader on the way up from the owning unit who does not keep the promise; the topmost unit's post when
    there is none. Who leads what is not a citizen's to read: the system looks it up.
    """
    system = system_actor("promises.find_leader", promise.municipality_id)
    with use_actor(system):
        path = list(tenancy.get_unit(promise.owner_unit_id).path)
        settings = tenancy.get_municipality(promise.municipality_id).settings
        answer_by = add_working_days(oslo_today(now), answer_days(settings))
        for unit_id in reversed(path):
            leader = access.find_leader([unit_id], now, not_staff=promise.owner_staff_id)
            if leader is not None:
                return Answerer(unit_id, leader.id, leader.name, answer_by)
    return Answerer(path[0], None, "", answer_by)


def list_month(actor: Actor, now: datetime) -> list[UnitMonth]:
    """Kept and overdue promises of each unit the actor leads or coordinates, without words or names; audited.

    Units without any are left out. Who follows the unit's work sees each number, and shares of five or more; a director
    sees no number from one to four.
    """
    today = oslo_today(now)
    works = actor.units(now, Role.UNIT_LEADER, Role.COORDINATOR)
    units = works | actor.units(now, *policy.LEADERS)
    due = Q(due_on__gte=today.replace(day=1), due_on__lte=today)
    late = Q(state=State.OPEN.value, due_on__lt=today)
    rows = (
        Promise.objects.filter(due | late, owner_unit_id__in=list(units))
        .values("owner_unit_id")
        .annotate(
            kept=Count("id", filter=due & Q(state=State.KEPT.value)),
            overdue=Count("id", filter=late),
            due_today=Count("id", filter=Q(state=State.OPEN.value, due_on=today)),
            missed=Count("id", filter=due & (late | Q(state=State.NOT_DONE.value))),
        )
        .order_by("owner_unit_id")
    )
    counts = {row["owner_unit_id"]: row for row in rows}
    names = tenancy.names_of_units(list(counts))
    audit.record_read(actor, "list_month", "promise", now=now, object_ids=sorted(counts))
    months = [_month(names[u], row, is_work=u in works) for u, row in counts.items() if u in names]
    return sorted(months, key=lambda month: month.unit)


#: Inside a unit a leader sees work, not rates, under this number (privacy model, "Finding out that something exists").
SMALLEST_SHOWN = 5


def _month(unit: str, row: dict[str, Any], *, is_work: bool) -> UnitMonth:
    def shown(count: int) -> int | None:
        return count if is_work or count == 0 or count >= SMALLEST_SHOWN else None

    kept, overdue, due_today = shown(row["kept"]), shown(row["overdue"]), shown(row["due_today"])
    total = row["kept"] + row["missed"]
    may_tell = total >= SMALLEST_SHOWN and None not in (kept, overdue, due_today)
    share = round(100 * row["kept"] / total) if may_tell else None
    return UnitMonth(row["owner_unit_id"], unit, kept, overdue, due_today, share, is_work)


def _with_owner(rows: QuerySet[Promise]) -> QuerySet[Promise]:
    return rows.select_related("owner_staff", "owner_unit")


def _with_leader(rows: QuerySet[PromiseReport]) -> QuerySet[PromiseReport]:
    return rows.select_related("promise", "leader_staff", "answered_by")


def _views(actor: Actor, rows: Sequence[Promise], now: datetime) -> list[PromiseView]:
    today = oslo_today(now)
    waiting = PromiseReport.objects.filter(
        promise_id__in=[row.id for row in rows], answered_at__isnull=True
    )
    ids = list(waiting.values_list("id", flat=True))  # none, mostly: planning the policy costs more
    seen = policy.visible_reports(actor, now).filter(id__in=ids)
    held = list(_with_leader(seen).order_by("id"))
    found = _reports(actor, held, now)
    reports = {row.promise_id: view for row, view in zip(held, found, strict=True)}
    return [
        PromiseView(
            row.id,
            row.file_id,
            row.item_id,
            row.text,
            _name(row.owner_staff),
            row.owner_unit.name,
            row.due_on,
            row.state,
            shown_state(State(row.state), row.due_on, today, row.id in reports),
            row.made_at,
            row.closed_at,
            _words(row, today, row.id in reports),
            reports.get(row.id),
            row.version,
        )
        for row in rows
    ]


def day_in_words(day: date, now: datetime) -> str:
    """A day in the reader's language, for a sentence."""
    return dates.date_long(day, content.active_language(), oslo_today(now))


def _words(row: Promise, today: date, has_open_report: bool) -> str:
    """Where the promise stands, as the caregiver and staff read it."""
    language = content.active_language()
    shown = shown_state(State(row.state), row.due_on, today, has_open_report)
    day = dates.date_long(row.due_on, language, today)
    if shown == "kept" and row.closed_at:
        return gettext("Holdt %(day)s") % {"day": dates.date_day(row.closed_at, language, today)}
    if row.state == State.REPLACED:
        return gettext("Erstattet av et nytt løfte")
    if shown == "withdrawn":
        return gettext("Trukket tilbake")
    if row.state == State.NOT_DONE:
        return gettext("Ble ikke gjort")
    if shown == "broken":
        return gettext("Meldt som ikke fulgt. En leder svarer.")
    if shown == "overdue":
        return gettext("Skulle vært gjort %(day)s") % {"day": day}
    return gettext("Frist %(day)s") % {"day": day}


def _reports(actor: Actor, rows: Sequence[PromiseReport], now: datetime) -> list[ReportView]:
    return [
        ReportView(
            row.id,
            row.words,
            row.reported_at,
            _name(row.answered_by or row.leader_staff),
            row.answer_by,
            row.answer,
            row.answered_at,
            row.outcome,
            policy.owes_answer(actor, row, now),
        )
        for row in rows
    ]


def _name(staff: Any) -> str:
    return staff.name if staff else ""


def item_words(
    actor: Actor, ids: Sequence[uuid.UUID], now: datetime
) -> Mapping[uuid.UUID, ItemWords]:
    """Promises, reports and answers among these items that the actor may read, with who must keep a promise.

    For the page of one item, which audits; three queries.
    """
    wanted = list(ids)
    found: dict[uuid.UUID, ItemWords] = {}
    for row in policy.visible_promises(actor, now).filter(item_id__in=wanted).order_by("id"):
        found[row.item_id] = ItemWords(
            row.text,
            page="promise",
            own_page="my-promise",
            place_id=row.id,
            doer_id=row.owner_staff_id if row.state == State.OPEN else None,
            doer_unit_id=row.owner_unit_id if row.state == State.OPEN else None,
            logged_as=row.id,
        )
    reports = policy.visible_reports(actor, now)
    for report in reports.filter(item_id__in=wanted).order_by("id"):
        found[report.item_id] = ItemWords(
            report.words, page="promise", own_page="my-promise", place_id=report.promise_id
        )
    for report in reports.filter(answer_item_id__in=wanted).order_by("id"):
        if report.answer_item_id:
            found[report.answer_item_id] = ItemWords(
                report.answer, page="promise", own_page="my-promise", place_id=report.promise_id
            )
    return found
