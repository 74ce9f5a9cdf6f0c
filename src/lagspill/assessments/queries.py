"""Reads of check-ins and calls. Each door takes the actor, applies the policy, and audits the read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.access import queries as access
from lagspill.assessments import policy
from lagspill.assessments.models import Answer, CheckInRequest
from lagspill.assessments.rules import RINGS_FIRST, Change, Kind, State, change
from lagspill.audit import operations as audit
from lagspill.kernel import content
from lagspill.kernel.actor import Actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.content import Text
from lagspill.kernel.errors import NotFound
from lagspill.people import queries as people
from lagspill.people.queries import FileView
from lagspill.people.rules import ItemWords
from lagspill.tenancy import queries as tenancy
from lagspill.ui import charts

OWN = "egen-sjekk"


@dataclass(frozen=True)
class AnswerLine:
    """One question and what was answered; none when it was skipped."""

    question: Text | str
    answer: Text | None


@dataclass(frozen=True)
class CheckInView:
    """A check-in that was sent. `score` is none unless every question was answered."""

    id: uuid.UUID
    file_id: uuid.UUID
    item_id: uuid.UUID
    answered_at: datetime
    score: int | None
    highest: int
    audience: str
    wants_call: bool
    lines: tuple[AnswerLine, ...]


@dataclass(frozen=True)
class Begun:
    """A check-in that was begun and not sent; only its caregiver gets it."""

    sheet: uuid.UUID
    answers: dict[str, int]
    closing: str
    saved_at: datetime


@dataclass(frozen=True)
class RequestView:
    """What was asked, by whom, and until when somebody rings."""

    id: uuid.UUID
    kind: str
    why: str
    state: str
    outcome: str
    asked_by: str
    asked_at: datetime
    due_on: date | None
    tries: int
    tried_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN


@dataclass(frozen=True)
class CallView:
    """A call to make: whom, how to reach them safely, and why. Nothing of what was answered."""

    request: RequestView
    file: FileView
    may_open: bool


@dataclass(frozen=True)
class Trend:
    """Sums over time, oldest first, with what became of them in one word each."""

    chart: charts.Trend
    first_on: date
    first: int
    previous_on: date | None
    previous: int | None
    last: int
    since_first: Change
    since_previous: Change


def list_check_ins(actor: Actor, file_id: uuid.UUID, now: datetime) -> list[CheckInView]:
    """Sent check-ins of a file that the actor may read, newest first; audited. Raises NotFound.

    Staff of the file get what the caregiver has shared, the caregiver everything.
    """
    people.get_file_row(actor, file_id, now)
    rows = (
        policy.visible_answers(actor, now)
        .filter(file_id=file_id, answered_at__isnull=False)
        .select_related("item")
        .order_by("-answered_at", "-id")
    )
    found = [_check_in(row) for row in rows]
    audit.record_read(
        actor,
        "list_check_ins",
        "check_in",
        now=now,
        object_ids=[view.id for view in found],
        file_id=file_id,
    )
    return found


def get_own_row(actor: Actor, answer_id: uuid.UUID, now: datetime) -> Answer:
    """The row of a sent check-in of the caregiver who asks. Raises NotFound for everybody else's; no audit."""
    row = (
        policy.visible_answers(actor, now)
        .filter(id=answer_id, answered_at__isnull=False)
        .select_related("item", "file")
        .first()
    )
    if row is None or not policy.can_answer(actor, row, now):
        raise NotFound("check_in", answer_id)
    return row


def get_own_check_in(actor: Actor, answer_id: uuid.UUID, now: datetime) -> CheckInView:
    """A sent check-in of the caregiver who asks; audited. Raises NotFound for everybody else's."""
    row = get_own_row(actor, answer_id, now)
    audit.record_read(
        actor, "get_own_check_in", "check_in", now=now, object_id=row.id, file_id=row.file_id
    )
    return _check_in(row)


def _check_in(row: Answer) -> CheckInView:
    instrument = content.instrument(row.instrument)
    labels = {option.value: option.label for option in instrument.options}
    lines = tuple(
        AnswerLine(item.text or item.id, labels.get(row.answers.get(item.id, -1)))
        for item in instrument.items
    )
    return CheckInView(
        row.id,
        row.file_id,
        row.item_id,
        row.answered_at or row.saved_at,
        row.score,
        instrument.highest,
        row.item.audience,
        row.closing == "call_me",
        lines,
    )


def find_begun(actor: Actor, file_id: uuid.UUID, now: datetime) -> Begun | None:
    """What the caregiver has begun and not sent, from whichever device; audited."""
    row = (
        policy.visible_answers(actor, now)
        .filter(file_id=file_id, instrument=OWN, answered_at__isnull=True)
        .first()
    )
    if row is None:
        return None
    audit.record_read(
        actor, "find_begun", "check_in", now=now, object_id=row.id, file_id=row.file_id
    )
    return Begun(row.sheet, dict(row.answers), row.closing, row.saved_at)


def get_trend(check_ins: Sequence[CheckInView]) -> Trend | None:
    """Sums over time, of check-ins already read; none without a complete one."""
    scored = [
        (view, view.score)
        for view in sorted(check_ins, key=lambda view: (view.answered_at, view.id))
        if view.score is not None
    ]
    if not scored:
        return None
    days = [oslo_today(view.answered_at) for view, _ in scored]
    sums = [total for _, total in scored]
    points = [charts.Point(day, total) for day, total in zip(days, sums, strict=True)]
    before = sums[-2] if len(sums) > 1 else None
    return Trend(
        charts.trend(points, low=0, high=scored[-1][0].highest),
        days[0],
        sums[0],
        days[-2] if before is not None else None,
        before,
        sums[-1],
        change(sums[0] if before is not None else None, sums[-1]),
        change(before, sums[-1]),
    )


def list_open_requests(actor: Actor, file_id: uuid.UUID, now: datetime) -> list[RequestView]:
    """What is asked and not answered, and calls not made, newest first; audited where staff look. Raises NotFound."""
    people.get_file_row(actor, file_id, now)
    rows = list(
        policy.visible_requests(actor, now)
        .filter(file_id=file_id, state=State.OPEN.value)
        .order_by("-id")
    )
    audit.record_read(
        actor,
        "list_open_requests",
        "check_in_request",
        now=now,
        object_ids=[row.id for row in rows],
        file_id=file_id,
    )
    return _requests(rows)


def find_last_asked(actor: Actor, file_id: uuid.UUID, now: datetime) -> datetime | None:
    """When the caregiver was last asked, whether or not there was an answer: that is not for staff to see here."""
    return (
        policy.visible_requests(actor, now)
        .filter(file_id=file_id)
        .exclude(kind=Kind.CALL.value, why="asked")
        .order_by("-id")
        .values_list("asked_at", flat=True)
        .first()
    )


def get_call(actor: Actor, request_id: uuid.UUID, now: datetime) -> CallView:
    """A call to make, for the file's staff and whoever asked for it; audited with the file. Raises NotFound."""
    row = (
        policy.visible_requests(actor, now).filter(id=request_id, kind=Kind.CALL.value).first()
        if actor.is_staff
        else None
    )
    if row is None:
        raise NotFound("call", request_id)
    try:
        file, may_open = people.get_file(actor, row.file_id, now), True
    except NotFound:  # asked for by somebody who serves the care recipient
        file, may_open = people.get_known_file(actor, row.file_id, now), False
    return CallView(_requests([row])[0], file, may_open)


def _requests(rows: Sequence[CheckInRequest]) -> list[RequestView]:
    names = access.list_staff([row.asked_by for row in rows if row.asked_by])
    return [
        RequestView(
            row.id,
            row.kind,
            row.why,
            row.state,
            row.outcome,
            names[row.asked_by].name if row.asked_by in names else "",
            row.asked_at,
            row.due_on,
            row.tries,
            row.tried_at,
        )
        for row in rows
    ]


def who_rings(file: FileView) -> str:
    """The name of the one who rings this caregiver: lead, contact person, coordinator; else the unit's. No audit."""
    held = {role: card.name for card, role in reversed(file.staff)}
    named = [held[role] for role in RINGS_FIRST if role in held]
    return named[0] if named else tenancy.get_unit(file.unit_id).name


def item_words(
    actor: Actor, ids: Sequence[uuid.UUID], now: datetime
) -> Mapping[uuid.UUID, ItemWords]:
    """Sent check-ins among these items that the actor may read: the answers in words, never a sum. One query."""
    rows = (
        policy.visible_answers(actor, now)
        .filter(item_id__in=list(ids), answered_at__isnull=False)
        .select_related("item")
        .order_by("id")
    )
    return {view.item_id: _in_words(view) for view in map(_check_in, rows)}


def _in_words(view: CheckInView) -> ItemWords:
    said = [f"{line.question}: {line.answer}" for line in view.lines if line.answer]
    return ItemWords(
        "\n".join(said),
        own_page="my-check-in-result",
        place_id=view.id,
        logged_as=view.id,
    )
