"""Writes of check-ins and calls: ask, save while answering, send, share and take back, wish for a call, ring."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from lagspill.assessments import events, policy, queries, rules
from lagspill.assessments.models import Answer, CheckInRequest
from lagspill.assessments.rules import CALL_WITHIN, Kind, Outcome, State, Why
from lagspill.audit import operations as audit
from lagspill.dispatch import operations as dispatch
from lagspill.dispatch import rules as dispatch_rules
from lagspill.kernel import content, facts
from lagspill.kernel.actor import Actor
from lagspill.kernel.acts import operation
from lagspill.kernel.calendar import add_working_days, oslo_today
from lagspill.kernel.errors import NotFound, NotPossible
from lagspill.kernel.ids import new_id
from lagspill.people import operations as people_operations
from lagspill.people import policy as people_policy
from lagspill.people import queries as people
from lagspill.people.rules import About, AgeGroup, Audience

ITEM_KIND = "check_in"
NOTICE = "check_in"


@dataclass(frozen=True)
class Sent:
    """What sending came to: the answer (none when nothing was answered) and the call that was asked for."""

    answer_id: uuid.UUID | None
    request_id: uuid.UUID | None


@operation
def ask_check_in(*, actor: Actor, now: datetime, file_id: uuid.UUID) -> CheckInRequest:
    """Ask a caregiver how it goes: in the portal with a notice by e-mail, or as a call where that cannot be.

    One that is open already is returned as it is: nobody is asked twice. Raises NotFound unless the actor is staff
    who see the relation, NotPossible("child_track_only").
    """
    item = (
        policy.visible_askable(actor, now)
        .filter(file_id=file_id)
        .select_related("file__caregiver")
        .order_by("id")
        .first()
    )
    if item is None:
        raise NotFound("file", file_id)
    file = item.file
    if people_policy.age_group(file.caregiver, now) is AgeGroup.UNDER_SIXTEEN:
        raise NotPossible("child_track_only")
    _one_at_a_time(file_id)
    held = CheckInRequest.objects.filter(file_id=file_id, state=State.OPEN.value).order_by("-id")
    waiting = next((row for row in held if row.why != Why.ASKED), None)
    if waiting is not None:
        return waiting
    why = Why.WELL_BEING
    if not file.caregiver.is_bound:
        why = Why.NO_SIGN_IN
    else:
        sent = dispatch.notify(
            actor=actor, now=now, file_id=file_id, notice=NOTICE, language="", place=queries.OWN
        )
        if sent is dispatch_rules.Outcome.NEEDS_CALL:
            why = Why.NO_EMAIL
    if why is not Why.WELL_BEING and (call := next(iter(held), None)) is not None:
        return call  # the caregiver has asked to be called: that call does
    request = _open(actor, now, file, why)
    _announce_asked(request, now)
    return request


def _open(actor: Actor, now: datetime, file: Any, why: Why) -> CheckInRequest:
    kind = Kind.CHECK_IN if why is Why.WELL_BEING else Kind.CALL
    request = CheckInRequest.objects.create(
        file_id=file.id,
        unit_id=file.unit_id,
        kind=kind.value,
        why=why.value,
        channel="portal" if kind is Kind.CHECK_IN else "phone",
        asked_by=actor.id if actor.is_staff else None,
        asked_at=now,
        due_on=_ring_by(now) if kind is Kind.CALL else None,
    )
    audit.record(
        actor,
        "ask_check_in" if why is not Why.ASKED else "ask_for_call",
        "check_in_request",
        now=now,
        object_id=request.id,
        file_id=file.id,
        reason=why.value,
    )
    return request


def _ring_by(now: datetime) -> date:
    return add_working_days(oslo_today(now), CALL_WITHIN)


def _announce_asked(request: CheckInRequest, now: datetime) -> None:
    facts.announce(
        events.CheckInAsked(
            request.municipality_id,
            request.file_id,
            request.id,
            request.unit_id,
            request.kind == Kind.CALL,
        ),
        now=now,
    )


def _one_at_a_time(file_id: uuid.UUID) -> None:
    """Hold other acts on the same file's check-ins until this one commits. A citizen may not lock the file's row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(file_id)])


@operation
def make_call_of_question(*, actor: Actor, now: datetime, file_id: uuid.UUID) -> None:
    """The e-mail did not arrive: the open question of the file becomes a call. System only; idempotent."""
    if not actor.is_system:
        raise NotFound("file", file_id)
    if not people.is_followed_up(actor, file_id, now):
        return
    _one_at_a_time(file_id)
    request = (
        CheckInRequest.objects.select_for_update(of=("self",))
        .filter(file_id=file_id, kind=Kind.CHECK_IN.value, state=State.OPEN.value)
        .first()
    )
    if request is None:
        return
    calls = CheckInRequest.objects.filter(
        file_id=file_id, kind=Kind.CALL.value, state=State.OPEN.value
    )
    if calls.exists():
        return
    request.kind, request.why, request.channel = Kind.CALL.value, Why.NO_EMAIL.value, "phone"
    request.due_on = _ring_by(now)
    request.save(update_fields=["kind", "why", "channel", "due_on"])
    audit.record(
        actor,
        "make_call_of_question",
        "check_in_request",
        now=now,
        object_id=request.id,
        file_id=file_id,
        fields=("kind",),
    )
    _announce_asked(request, now)


# --- answering --------------------------------------------------------------------------------------------------------


@operation
def save_check_in(
    *,
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    sheet: uuid.UUID,
    answers: Mapping[str, int],
    closing: str = "",
) -> None:
    """Keep what a caregiver has answered so far; it is `mine` from the first key.

    What was answered before and is missing now stays, so that a second device takes nothing away. A sheet that was
    sent in the meantime stays as it was sent. Raises NotFound unless it is the actor's own file,
    NotPossible("answer_unknown").
    """
    row = _begun(actor, now, file_id, sheet, answers, closing)
    if row.answered_at is None:
        _keep(actor, now, row, "save_check_in", "answers")


def _begun(
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    sheet: uuid.UUID,
    answers: Mapping[str, int],
    closing: str,
) -> Answer:
    """The row of a sheet with these answers in it; not saved yet, except one that was sent, which stays as it is."""
    if not actor.is_citizen:
        raise NotFound("file", file_id)
    file = people.get_file_row(actor, file_id, now)
    instrument = content.instrument(queries.OWN)
    try:
        rules.score(instrument, answers)
    except rules.UnknownAnswer as error:
        raise NotPossible("answer_unknown") from error
    _one_at_a_time(file_id)
    begun = Q(instrument=queries.OWN, answered_at__isnull=True)
    mine = policy.visible_answers(actor, now).filter(Q(sheet=sheet) | begun, file_id=file_id)
    # The sheet itself, else one that was begun elsewhere.
    row = next(iter(sorted(mine.order_by("id"), key=lambda held: held.sheet != sheet)), None)
    if row is not None and row.answered_at is not None:
        return row
    if row is None:
        item = people_operations.write_item(
            actor=actor, now=now, file=file, kind=ITEM_KIND, about=About.CAREGIVER
        )
        row = Answer(
            file=file,
            item=item,
            sheet=sheet,
            instrument=queries.OWN,
            version=instrument.version,
            answers={},
        )
    row.answers = {**row.answers, **answers}
    row.closing = closing or row.closing
    row.saved_at = now
    return row


_CHANGES = ("answers", "closing", "saved_at", "score", "answered_at")


def _keep(actor: Actor, now: datetime, row: Answer, verb: str, *fields: str) -> None:
    is_new = row._state.adding
    row.save(update_fields=None if is_new else _CHANGES)
    audit.record(
        actor, verb, ITEM_KIND, now=now, object_id=row.id, file_id=row.file_id, fields=fields
    )


@operation
def submit_check_in(
    *,
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    answers: Mapping[str, int],
    wants_call: bool,
    sheet: uuid.UUID | None = None,
) -> Sent:
    """Send a check-in: its sum is counted when all is answered, and a wish for a call becomes a call without a sum.

    The result is `mine`. A sheet sent twice is one answer and one call. Raises NotFound unless it is the actor's own
    file, NotPossible("nothing_answered") when there is neither an answer nor a wish, NotPossible("answer_unknown").
    """
    if not answers:
        if not wants_call:
            raise NotPossible("nothing_answered")
        request = ask_for_call(actor=actor, now=now, file_id=file_id)
        return Sent(None, request.id)
    row = _begun(actor, now, file_id, sheet or new_id(), answers, "")
    if row.answered_at is not None:
        return Sent(row.id, None)
    row.score = rules.score(content.instrument(row.instrument), row.answers).score
    row.closing = "call_me" if wants_call else ("no" if row.closing == "call_me" else row.closing)
    row.answered_at = now
    _keep(actor, now, row, "submit_check_in", "answers", "score")
    call = ask_for_call(actor=actor, now=now, file_id=file_id) if wants_call else None
    _end_questions(actor, now, file_id)
    facts.announce(
        events.CheckInAnswered(row.municipality_id, file_id, row.id, row.file.unit_id), now=now
    )
    return Sent(row.id, call.id if call else None)


def _end_questions(actor: Actor, now: datetime, file_id: uuid.UUID) -> None:
    """The question is answered: nobody need ask by telephone any more. A call the caregiver wants stays."""
    open_now = CheckInRequest.objects.select_for_update(of=("self",)).filter(
        file_id=file_id, state=State.OPEN.value
    )
    for request in open_now.exclude(why=Why.ASKED.value).order_by("id"):
        _end(actor, now, request, State.ANSWERED)


def _end(actor: Actor, now: datetime, request: CheckInRequest, state: State) -> None:
    request.state, request.ended_at, request.ended_by = state.value, now, actor.id
    request.save(update_fields=["state", "ended_at", "ended_by"])
    audit.record(
        actor,
        "end_request",
        "check_in_request",
        now=now,
        object_id=request.id,
        file_id=request.file_id,
        fields=("state",),
    )
    if request.kind == Kind.CALL:
        facts.announce(
            events.CallMade(request.municipality_id, request.file_id, request.id), now=now
        )


@operation
def set_check_in_readers(
    *, actor: Actor, now: datetime, answer_id: uuid.UUID, is_shared: bool
) -> None:
    """The caregiver shares a result with the file's staff (`talk`), or takes it back (`mine`). Idempotent.

    The sentence that says who reads it is kept with the change. Raises NotFound unless it is the actor's own, sent.
    """
    row = queries.get_own_row(actor, answer_id, now)
    audience = Audience.TALK if is_shared else Audience.MINE
    if row.item.audience == audience:
        return
    sentence = people.reader_sentences(actor, row.file_id, [], now)[audience.value]
    people_operations.change_audience(
        actor=actor,
        now=now,
        item_id=row.item_id,
        audience=audience,
        how="portal",
        sentence=sentence,
    )


# --- calls ------------------------------------------------------------------------------------------------------------


@operation
def ask_for_call(*, actor: Actor, now: datetime, file_id: uuid.UUID) -> CheckInRequest:
    """A caregiver asks to be called, whatever was answered or shared. Idempotent while the call is not made.

    Raises NotFound unless it is the actor's own file.
    """
    if not actor.is_citizen:
        raise NotFound("file", file_id)
    file = people.get_file_row(actor, file_id, now)
    _one_at_a_time(file_id)
    request = (
        CheckInRequest.objects.select_for_update(of=("self",))
        .filter(file_id=file_id, kind=Kind.CALL.value, state=State.OPEN.value)
        .first()
    )
    if request is not None and request.why == Why.ASKED:
        return request
    if request is None:
        request = _open(actor, now, file, Why.ASKED)
    else:  # we would have rung anyway: now it is the caregiver's own wish
        request.why, request.due_on = Why.ASKED.value, _ring_by(now)
        request.save(update_fields=["why", "due_on"])
        audit.record(
            actor,
            "ask_for_call",
            "check_in_request",
            now=now,
            object_id=request.id,
            file_id=file_id,
            fields=("why", "due_on"),
        )
    facts.announce(
        events.CallRequested(request.municipality_id, file_id, request.id, request.unit_id), now=now
    )
    return request


@operation
def cancel_call(*, actor: Actor, now: datetime, file_id: uuid.UUID) -> None:
    """The caregiver no longer wishes to be called; no reason is needed. Without such a wish nothing changes.

    Raises NotFound unless it is the actor's own file.
    """
    if not actor.is_citizen:
        raise NotFound("file", file_id)
    people.get_file_row(actor, file_id, now)
    request = (
        CheckInRequest.objects.select_for_update(of=("self",))
        .select_related("file")
        .filter(file_id=file_id, kind=Kind.CALL.value, state=State.OPEN.value)
        .first()
    )
    if request is None or not policy.can_cancel_call(actor, request, now):
        return
    request.outcome = Outcome.NOT_WANTED.value
    request.save(update_fields=["outcome"])
    _end(actor, now, request, State.CLOSED)


@operation
def record_call(
    *, actor: Actor, now: datetime, request_id: uuid.UUID, outcome: Outcome
) -> CheckInRequest:
    """Record how a call went. Not reached keeps it open and counts; everything else takes it off the list.

    Raises NotFound unless the actor is the file's staff, NotPossible("already_done") for a call that is off the list.
    """
    found = policy.visible_requests(actor, now).filter(id=request_id, kind=Kind.CALL.value)
    request = found.select_for_update(of=("self",)).first() if not actor.is_citizen else None
    if request is None:
        raise NotFound("call", request_id)
    if request.state != State.OPEN:
        raise NotPossible("already_done")
    request.outcome = outcome.value
    if outcome in (Outcome.REACHED, Outcome.NOT_REACHED):
        request.tries += 1
        request.tried_at = now
    request.save(update_fields=["outcome", "tries", "tried_at"])
    audit.record(
        actor,
        "record_call",
        "check_in_request",
        now=now,
        object_id=request.id,
        file_id=request.file_id,
        fields=("outcome", "tries"),
    )
    state = rules.AFTER[outcome]
    if state is not State.OPEN:
        _end(actor, now, request, state)
    return request


@operation
def end_in_file(*, actor: Actor, now: datetime, file_id: uuid.UUID) -> None:
    """Nobody asks or rings in a file that was closed. System only; idempotent."""
    if not actor.is_system:
        raise NotFound("file", file_id)
    open_now = CheckInRequest.objects.select_for_update(of=("self",)).filter(
        file_id=file_id, state=State.OPEN.value
    )
    for request in open_now.order_by("id"):
        _end(actor, now, request, State.CLOSED)
