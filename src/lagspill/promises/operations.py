"""Writes of promises: made, kept, moved, withdrawn, reported, answered, overdue."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from lagspill.audit import operations as audit
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotAllowed, NotFound, NotPossible, Stale
from lagspill.people import operations as people
from lagspill.people import policy as people_policy
from lagspill.people.rules import About, Audience
from lagspill.promises import events, policy, queries
from lagspill.promises.models import Promise, PromiseEvent, PromiseReport
from lagspill.promises.rules import Event, Outcome, Reason, State, answer_fault


@operation
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

    One item carries one promise: making it again gives the same. A confirmed agreement (a system actor) may name a day
    that has passed, as paper takes its time; the promise is then overdue at once. Raises NotFound unless the actor is
    the file's staff or a system actor and the item is the file's, NotPossible("promise_in_the_past"),
    NotPossible("not_for_kin").
    """
    if not policy.can_make(actor, file_id, now):
        raise NotFound("file", file_id)
    if due_on < oslo_today(now) and not actor.is_system:
        raise NotPossible("promise_in_the_past")
    held = Promise.objects.filter(item_id=item_id, file_id=file_id).first()
    if held is not None:
        return held
    if not people_policy.visible_items(actor, now).filter(id=item_id, file_id=file_id).exists():
        raise NotFound("item", item_id)
    if owner_staff_id and people_policy.kin_among(file_id, [owner_staff_id]):
        if not actor.is_system:
            raise NotPossible("not_for_kin")
        owner_staff_id = None  # agreed before anybody knew: the unit keeps it
    return _make(actor, now, file_id, item_id, text, unit_id, owner_staff_id, due_on)


def _make(
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    item_id: uuid.UUID,
    text: str,
    unit_id: uuid.UUID,
    owner_staff_id: uuid.UUID | None,
    due_on: date,
) -> Promise:
    promise = Promise.objects.create(
        file_id=file_id,
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
            promise.municipality_id, file_id, promise.id, unit_id, owner_staff_id, due_on
        ),
        now=now,
    )
    return promise


@operation
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


@operation
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


@operation
def move_promise(
    *,
    actor: Actor,
    now: datetime,
    promise_id: uuid.UUID,
    due_on: date,
    reason: Reason,
    version: int | None = None,
) -> Promise:
    """Give a promise another date, with a reason the caregiver sees.

    Raises NotFound, NotPossible("promise_closed"), NotPossible("promise_in_the_past"), and Stale when `version` is not
    the one that holds: somebody changed it in between.
    """
    promise = _locked(actor, promise_id, now)
    if version not in (None, promise.version):
        raise Stale(mine=due_on, theirs=promise.due_on)
    if promise.state != State.OPEN:
        raise NotPossible("promise_closed")
    if due_on < oslo_today(now):
        raise NotPossible("promise_in_the_past")
    _move(actor, promise, due_on, reason, now)
    return promise


def _move(
    actor: Actor, promise: Promise, due_on: date, reason: Reason | None, now: datetime
) -> None:
    promise.due_on, promise.overdue_at = due_on, None
    promise.version += 1
    promise.save(update_fields=["due_on", "overdue_at", "state", "closed_at", "version"])
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


@operation
def report_not_followed(
    *, actor: Actor, now: datetime, promise_id: uuid.UUID, words: str
) -> PromiseReport:
    """The caregiver, or staff who took it down on the telephone, says that it was not followed.

    The words reach the file's staff and one leader, who owes an answer within the limit: the owning unit's, or the one
    above where that leader keeps the promise. A second report while one is open changes nothing.
    Raises NotFound, NotPossible("promise_withdrawn") for one that was withdrawn.
    """
    seen = policy.visible_promises(actor, now).select_related("file").filter(id=promise_id)
    promise = seen.select_for_update(of=("self",)).first()
    if promise is None or not policy.can_report(actor, promise, now):
        raise NotFound("promise", promise_id)
    if promise.state in (State.WITHDRAWN, State.REPLACED):
        raise NotPossible("promise_withdrawn")
    held = PromiseReport.objects.filter(promise=promise, answered_at__isnull=True).first()
    if held is not None:
        return held
    to = queries.find_answerer(promise, now)
    report = PromiseReport.objects.create(
        file_id=promise.file_id,
        promise=promise,
        item_id=_placed_words(actor, now, promise, "promise_report"),
        unit_id=to.unit_id,
        leader_staff_id=to.staff_id,
        words=words,
        reported_at=now,
        answer_by=to.answer_by,
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


def _placed_words(actor: Actor, now: datetime, promise: Promise, kind: str) -> uuid.UUID:
    """The envelope of a report or an answer, for the caregiver and the file's staff; a leader reads it by what is owed."""
    item = people.write_item(
        actor=actor, now=now, file=promise.file, kind=kind, about=About.CAREGIVER
    )
    people.place_item(
        actor=actor,
        now=now,
        item_id=item.id,
        audience=Audience.TALK,
        sentence=kind,
        caregiver_present=actor.is_staff,  # on the telephone: the caregiver's own words
    )
    return item.id


@dataclass(frozen=True)
class Answer:
    """A leader's answer: words, and what comes of it. `due_on` for a new date or promise, `text` for a new promise."""

    words: str
    outcome: Outcome = Outcome.EXPLAINED
    due_on: date | None = None
    text: str = ""


@operation
def answer_report(
    *, actor: Actor, now: datetime, report_id: uuid.UUID, answer: Answer | str
) -> PromiseReport:
    """The leader answers a report: explains, gives a new date, promises something else, or says it will not be done.

    Raises NotFound, NotAllowed for those who owe no answer, NotPossible("report_answered"),
    NotPossible("answer_needs_date"), NotPossible("answer_needs_promise"), NotPossible("promise_in_the_past").
    """
    given = Answer(answer) if isinstance(answer, str) else answer
    report = (
        PromiseReport.objects.select_for_update(of=("self",))
        .select_related("promise__file", "promise__item")
        .filter(id=report_id)
        .first()
    )
    if report is None or not policy.can_see_report(actor, report, now):
        raise NotFound("report", report_id)
    if report.answered_at is not None:
        raise NotPossible("report_answered")
    if not policy.can_answer(actor, report, now):
        raise NotAllowed("wrong_role", known=True, noun="report", object_id=report_id)
    fault = answer_fault(given.outcome, given.due_on, given.text, oslo_today(now))
    if fault:
        raise NotPossible(fault)
    # A leader may not open the file: the system places the words, the report says whose they are.
    system = system_actor("promises.answer", report.municipality_id)
    report.answer_item_id = _placed_words(system, now, report.promise, "promise_answer")
    report.answer, report.outcome = given.words, given.outcome.value
    report.answered_at, report.answered_by_id = now, actor.id
    report.save(update_fields=["answer_item", "answer", "outcome", "answered_at", "answered_by"])
    _note(actor, report.promise, Event.ANSWERED, now)
    facts.announce(
        events.ReportAnswered(report.municipality_id, report.file_id, report.promise_id, report.id),
        now=now,
    )
    _follow_answer(actor, now, report.promise, given)
    return report


def _follow_answer(actor: Actor, now: datetime, promise: Promise, given: Answer) -> None:
    """What an answer comes to, for the promise it is about."""
    if given.outcome is Outcome.NOT_DONE:
        _end(actor, promise, State.NOT_DONE, Event.NOT_DONE, now)
    elif given.outcome is Outcome.NEW_DATE and given.due_on:
        promise.state, promise.closed_at = State.OPEN.value, None
        _move(actor, promise, given.due_on, None, now)
    elif given.outcome is Outcome.NEW_PROMISE and given.due_on:
        system = system_actor("promises.answer", promise.municipality_id)
        item_id = _placed_words(system, now, promise, "promise")
        _make(
            actor,
            now,
            promise.file_id,
            item_id,
            given.text,
            promise.owner_unit_id,
            promise.owner_staff_id,
            given.due_on,
        )
        _end(actor, promise, State.REPLACED, Event.REPLACED, now)


def _end(actor: Actor, promise: Promise, state: State, event: Event, now: datetime) -> None:
    """Close what is still open; what was kept stays kept."""
    if promise.state == State.OPEN:
        _close(actor, promise, state, now)
        _note(actor, promise, event, now)
        facts.announce(
            events.PromiseClosed(promise.municipality_id, promise.file_id, promise.id, state.value),
            now=now,
        )


@operation
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
    promise.version += 1
    promise.save(update_fields=["state", "closed_at", "version"])


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
