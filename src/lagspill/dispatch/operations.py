"""Writes of dispatch: queue a notice, send it, give it up, and run what capabilities have registered as due.

No policy of its own: whoever queues a notice has asked the policy of what it is about.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lagspill.audit import operations as audit
from lagspill.dispatch import channels, events, queue, rules
from lagspill.dispatch.models import OutboxMessage
from lagspill.dispatch.rules import Outcome, State
from lagspill.kernel import facts
from lagspill.kernel.actor import Actor, system_actor
from lagspill.kernel.acts import operation
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor

log = logging.getLogger("lagspill.dispatch")

SEND_JOB = "dispatch.send_message"


@operation
def notify(
    *,
    actor: Actor,
    now: datetime,
    file_id: uuid.UUID,
    notice: str,
    language: str,
    place: str = "",
) -> Outcome:
    """Queue an e-mail to the file's caregiver that says nothing but "sign in", in the transaction of the act.

    `notice` is a code (content/notices.toml; one without words of its own gets the general ones), `language` the
    caregiver's, "" for what the file says. `place` is where in the portal it leads; kept, never sent.
    `NEEDS_CALL`: e-mail is not allowed, not known or not set up, nothing is queued, and the caller makes a call of it.
    One like it that still waits is enough: no second one is queued. Citizens may cause a notice: the outbox is written
    in the scope of a system actor, and the audit row names who did it.
    """
    municipality = actor.municipality or ""
    with use_actor(system_actor("dispatch.notify", municipality)):
        recipient = rules.find_recipient(municipality, file_id)
        if recipient is None or not recipient.is_reachable or channels.channel() is None:
            return Outcome.NEEDS_CALL
        # One that is locked is being sent this moment: too early for what has just happened.
        waiting = OutboxMessage.objects.select_for_update(skip_locked=True).filter(
            file_id=file_id, notice=notice, place=place, state=State.QUEUED.value
        )
        if waiting.exists():
            return Outcome.SENT
        message = OutboxMessage.objects.create(
            file_id=file_id,
            notice=notice,
            language=channels.language_of(language or recipient.language),
            place=place,
            not_before=now,
            created_at=now,
        )
        queue.defer(SEND_JOB, municipality=municipality, message_id=str(message.id))
    audit.record(
        actor, "notify", "message", now=now, object_id=message.id, file_id=file_id, reason=notice
    )
    return Outcome.SENT


@operation
def send_message(*, actor: Actor, now: datetime, message_id: uuid.UUID) -> State | None:
    """Send a queued message and mark it, or plan the next attempt, or give it up and announce `MessageFailed`.

    Returns the state it left the message in; none when there was nothing to do: sent before, gone, or in the hands of
    another worker. The row is locked while the mail server is spoken to, so that no two workers send it. What cannot
    be had is exactly once: after a crash between the server's yes and our commit it is sent again, with the same
    Message-ID.
    """
    message = (
        OutboxMessage.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(id=message_id, state=State.QUEUED.value)
        .first()
    )
    if message is None:
        return None
    recipient = rules.find_recipient(message.municipality_id, message.file_id)
    if recipient is None or not recipient.is_reachable:
        return _give_up(message, actor, now, State.CANCELLED, "blocked")
    message.attempts += 1
    try:
        _hand_over(message, recipient.email, now)
    except channels.NotSent as error:
        log.warning(
            "message.not_sent",
            extra={
                "municipality": message.municipality_id,
                "object_id": message.id,
                "reason": error.code,
                "count": message.attempts,
            },
        )
        if error.is_final or message.attempts >= rules.MOST_ATTEMPTS:
            return _give_up(message, actor, now, State.FAILED, error.code)
        message.last_error = error.code
        message.not_before = now + rules.wait_after(message.attempts)
        message.save(update_fields=["attempts", "last_error", "not_before"])
        _defer_sending(message)
        return State.QUEUED
    message.state, message.sent_at, message.last_error = State.SENT.value, now, ""
    message.save(update_fields=["state", "attempts", "sent_at", "last_error"])
    audit.record(
        actor,
        "send_message",
        "message",
        now=now,
        act=audit.SEND,
        object_id=message.id,
        file_id=message.file_id,
    )
    facts.announce(
        events.MessageSent(actor.municipality or "", message.file_id, message.id, message.notice),
        now=now,
    )
    return State.SENT


def _hand_over(message: OutboxMessage, email: str, now: datetime) -> None:
    channel = channels.channel()
    if channel is None:
        raise channels.NotSent("not_set_up")
    channel.send(
        channels.compose(
            message_id=message.id,
            email=email,
            code=message.notice,
            language=message.language,
            now=now,
        )
    )


def _defer_sending(message: OutboxMessage) -> None:
    queue.defer(
        SEND_JOB,
        at=message.not_before,
        municipality=message.municipality_id,
        message_id=str(message.id),
    )


def _give_up(
    message: OutboxMessage, actor: Actor, now: datetime, state: State, reason: str
) -> State:
    message.state, message.last_error = state.value, reason
    message.save(update_fields=["state", "attempts", "last_error"])
    audit.record(
        actor,
        "give_up_message",
        "message",
        now=now,
        object_id=message.id,
        file_id=message.file_id,
        reason=reason,
    )
    facts.announce(
        events.MessageFailed(
            actor.municipality or "", message.file_id, message.id, message.notice, reason
        ),
        now=now,
    )
    return state


# --- what falls due ---------------------------------------------------------------------------------------------------


@operation
def requeue_lost(*, actor: Actor, now: datetime) -> int:
    """Give a new job to each queued message whose own was lost, and give up those that never get through."""
    lost = OutboxMessage.objects.select_for_update(of=("self",), skip_locked=True).filter(
        state=State.QUEUED.value, not_before__lt=now - rules.LOST_AFTER
    )
    count = 0
    for message in lost.order_by("id")[:200]:
        count += 1
        message.attempts += 1
        if message.attempts > rules.MOST_ATTEMPTS:
            _give_up(message, actor, now, State.FAILED, message.last_error or "lost")
            continue
        message.not_before = now
        message.save(update_fields=["attempts", "not_before"])
        _defer_sending(message)
    return count


@operation
def forget_old(*, actor: Actor, now: datetime) -> int:
    """Delete messages that were sent, failed or were cancelled long ago; the audit log keeps that they were."""
    final = [state.value for state in State if state is not State.QUEUED]
    old = OutboxMessage.objects.filter(state__in=final, not_before__lt=now - rules.KEPT_FOR)
    count, _ = old.delete()
    if count:
        audit.record(actor, "forget_messages", "message", now=now, reason=f"count_{count}")
    return count


@dataclass(frozen=True)
class Swept:
    """What a run of the sweeps changed, by sweep, and which failed where."""

    counts: dict[str, int]
    failed: tuple[tuple[str, str], ...]


def run_sweeps(*, actor: Actor, now: datetime) -> Swept:
    """Run every registered sweep once in every municipality in use, each in a transaction of its own.

    One that fails is logged by its name and stops no other. `actor` is a system actor without municipality; each sweep
    gets the same one in its municipality.
    """
    counts = dict.fromkeys(rules.sweeps(), 0)
    failed = []
    for number in _municipalities_in_use(actor):
        there = system_actor(actor.system_name, number)
        for name, sweep in rules.sweeps().items():
            try:
                with use_actor(there), transaction.atomic():
                    counts[name] += sweep(there, now)
            except Exception:  # whatever is wrong in one place, the others are owed their turn
                failed.append((name, number))
                log.exception("sweep.failed", extra={"rule": name, "municipality": number})
    return Swept(counts, tuple(failed))


@operation
def _municipalities_in_use(actor: Actor) -> list[str]:
    """Numbers of active municipalities that have set up their units."""
    numbers = []
    for municipality in tenancy.list_municipalities():
        with use_actor(system_actor(actor.system_name, municipality.number)):
            if tenancy.list_units():
                numbers.append(municipality.number)
    return numbers
