"""Writes of promises: made, kept, moved, withdrawn, reported, answered, overdue."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import transaction

from lagspill.access import queries as access
from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.calendar import add_working_days, oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible
from lagspill.people import queries as people
from lagspill.promises import events, policy
from lagspill.promises.models import Promise, PromiseEvent, PromiseReport
from lagspill.promises.rules import ANSWER_WITHIN_DAYS, Event, Reason, State
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor


@transaction.atomic
def make_promise(
    *,
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    item_id: uuid.UUID,
    text: str,
    unit_id: uuid.UUID,
    owner_staff_id: uuid.UUID | None,
    due_on: date,
) -> Promise:
    """The municipality promises something by a date; `item_id` is the envelope that says who may read it.

    Raises NotFound unless the actor may open the file, NotPossible("promise_in_the_past").
    """
    file = people.get_file_row(actor, file_id, now)
    if due_on < oslo_today(now):
        raise NotPossible("promise_in_the_past")
    promise = Promise.objects.create(
        file=file,
        item_id=item_id,
        text=text,
        owner_unit_id=unit_id,
        owner_staff_id=owner_staff_id,
        due_on=due_on,
        made_at=now,
    )
    _note(actor, promise, Event.MADE, now, due_on=due_on)
    facts.announce(
        events.PromiseMade(
            file.municipality_id, file.id, promise.id, unit_id, owner_staff_id, due_on
        ),
        now=now,
    )
    return promise


@transaction.atomic
def keep_promise(*, actor: Actor, now: datetime, promise_id: uuid.UUID) -> Promise:
    """Say that a promise was kept. Saying it twice changes nothing. Raises NotFound, NotPossible("promise_closed")."""
    promise = _locked(actor, promise_id, now)
    if promise.state == State.KEPT:
        return promise
    _close(actor, promise, State.KEPT, now)
    _note(actor, promise, Event.KEPT, now)
    facts.announce(
        events.PromiseKept(promise.municipality_id, promise.file_id, promise.id), now=now
    )
    return promise


@transaction.atomic
def withdraw_promise(
    *, actor: Actor, now: datetime, promise_id: uuid.UUID, reason: Reason
) -> Promise:
    """Withdraw a promise, with a reason the caregiver sees. Raises NotFound, NotPossible("promise_closed")."""
    promise = _locked(actor, promise_id, now)
    _close(actor, promise, State.WITHDRAWN, now)
    _note(actor, promise, Event.WITHDRAWN, now, reason=reason)
    facts.announce(
        events.PromiseClosed(
            promise.municipality_id, promise.file_id, promise.id, State.WITHDRAWN.value
        ),
        now=now,
    )
    return promise


@transaction.atomic
def move_promise(
    *, actor: Actor, now: datetime, promise_id: uuid.UUID, due_on: date, reason: Reason
) -> Promise:
    """Give a promise another date, with a reason the caregiver sees.

    Raises NotFound, NotPossible("promise_closed"), NotPossible("promise_in_the_past").
    """
    promise = _locked(actor, promise_id, now)
    if promise.state != State.OPEN:
        raise NotPossible("promise_closed")
    if due_on < oslo_today(now):
        raise NotPossible("promise_in_the_past")
    promise.due_on, promise.overdue_at = due_on, None
    promise.save(update_fields=["due_on", "overdue_at"])
    _note(actor, promise, Event.MOVED, now, reason=reason, due_on=due_on)
    facts.announce(
        events.PromiseMoved(
            promise.municipality_id,
            promise.file_id,
            promise.id,
            promise.owner_unit_id,
            promise.owner_staff_id,
            due_on,
        ),
        now=now,
    )
    return promise


@transaction.atomic
def report_not_followed(
    *, actor: Actor, now: datetime, promise_id: uuid.UUID, words: str
) -> PromiseReport:
    """The caregiver says that it was not followed; the unit's leader owes an answer within the limit.

    Where the leader owns the promise it goes to the leader above. A second report while one is open changes nothing.
    Raises NotFound, NotPossible("promise_withdrawn") for one that was withdrawn.
    """
    promise = policy.visible_promises(actor, now).filter(id=promise_id).first()
    if promise is None or not policy.can_report(actor, promise, now):
        raise NotFound("promise", promise_id)
    if promise.state in (State.WITHDRAWN, State.REPLACED):
        raise NotPossible("promise_withdrawn")
    held = PromiseReport.objects.filter(promise=promise, answered_at__isnull=True).first()
    if held is not None:
        return held
    # Who leads what is not the citizen's to read: the system looks it up.
    with use_actor(system_actor("promises.find_leader", promise.municipality_id)):
        unit = tenancy.get_unit(promise.owner_unit_id)
        leader = access.find_leader(list(unit.path), now, not_staff=promise.owner_staff_id)
    report = PromiseReport.objects.create(
        file_id=promise.file_id,
        promise=promise,
        unit_id=promise.owner_unit_id,
        leader_staff_id=leader.id if leader else None,
        words=words,
        reported_at=now,
        answer_by=add_working_days(oslo_today(now), ANSWER_WITHIN_DAYS),
    )
    _note(actor, promise, Event.REPORTED, now)
    facts.announce(
        events.PromiseReported(
            promise.municipality_id,
            promise.file_id,
            promise.id,
            report.id,
            report.unit_id,
            report.leader_staff_id,
            report.answer_by,
        ),
        now=now,
    )
    return report


@transaction.atomic
def answer_report(
    *, actor: Actor, now: datetime, report_id: uuid.UUID, answer: str
) -> PromiseReport:
    """The leader answers a report. Raises NotFound, NotAllowed, NotPossible("report_answered")."""
    report = (
        PromiseReport.objects.select_for_update(of=("self",))
        .select_related("promise")
        .filter(id=report_id, promise__in=policy.visible_promises(actor, now))
        .first()
    )
    if report is None:
        raise NotFound("report", report_id)
    if not policy.can_answer(actor, report, now):
        raise NotAllowed("wrong_role", known=True, noun="report", object_id=report_id)
    if report.answered_at is not None:
        raise NotPossible("report_answered")
    report.answer, report.answered_at = answer, now
    report.save(update_fields=["answer", "answered_at"])
    _note(actor, report.promise, Event.ANSWERED, now)
    facts.announce(
        events.ReportAnswered(report.municipality_id, report.file_id, report.promise_id, report.id),
        now=now,
    )
    return report


@transaction.atomic
def mark_overdue(*, actor: Actor, now: datetime) -> int:
    """Mark open promises whose date has passed, in the municipality in scope. System only; returns how many.

    Read in one query, marked in one; each is announced, so that it becomes work.
    """
    if not actor.is_system:
        raise NotAllowed("system_only")
    late = list(
        Promise.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(state=State.OPEN.value, overdue_at__isnull=True, due_on__lt=oslo_today(now))
        .order_by("due_on", "id")[:1000]
    )
    if not late:
        return 0
    Promise.objects.filter(id__in=[row.id for row in late]).update(overdue_at=now)
    audit.record(
        actor,
        "mark_overdue",
        "promise",
        now=now,
        object_ids=[row.id for row in late],
        fields=("overdue_at",),
    )
    for row in late:
        facts.announce(
            events.PromiseOverdue(
                row.municipality_id, row.file_id, row.id, row.owner_unit_id, row.owner_staff_id
            ),
            now=now,
        )
    return len(late)


def _locked(actor: Actor, promise_id: uuid.UUID, now: datetime) -> Promise:
    promise = (
        Promise.objects.select_for_update(of=("self",))
        .select_related("file", "item")
        .filter(id=promise_id)
        .first()
    )
    if promise is None or not policy.can_see(actor, promise, now):
        raise NotFound("promise", promise_id)
    if not policy.can_keep(actor, promise, now):
        raise NotAllowed("not_yours_to_keep", known=True, noun="promise", object_id=promise_id)
    return promise


def _close(actor: Actor, promise: Promise, state: State, now: datetime) -> None:
    if promise.state != State.OPEN:
        raise NotPossible("promise_closed")
    promise.state, promise.closed_at = state.value, now
    promise.save(update_fields=["state", "closed_at"])


def _note(
    actor: Actor,
    promise: Promise,
    kind: Event,
    now: datetime,
    *,
    reason: Reason | None = None,
    due_on: date | None = None,
) -> None:
    PromiseEvent.objects.create(
        file_id=promise.file_id,
        promise=promise,
        kind=kind.value,
        reason=reason.value if reason else "",
        due_on=due_on,
        by_kind=actor.kind.value,
        by_id=actor.id,
        at=now,
    )
    audit.record(
        actor,
        f"{kind.value}_promise",
        "promise",
        now=now,
        object_id=promise.id,
        file_id=promise.file_id,
        fields=("state", "due_on"),
    )
