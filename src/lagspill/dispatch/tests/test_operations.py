"""Queueing, sending, giving up, and the sweeps, against the database and a real mail server."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lagspill.audit.models import Entry, StoredFact
from lagspill.dispatch import operations, rules
from lagspill.dispatch.models import OutboxMessage
from lagspill.dispatch.rules import Outcome, Recipient, State
from lagspill.dispatch.tests.receiver import receiving
from lagspill.kernel.actor import Actor, system_actor
from lagspill.people import operations as people
from lagspill.people.rules import Channel, Reach
from lagspill.tenancy import scope
from lagspill.tenancy.scope import use_actor
from tests.world import HOL, VEFSN, World

WORKER = system_actor("worker.send", VEFSN)


@pytest.fixture
def server(settings):
    """A mail server that the settings name."""
    with receiving() as receiver:
        settings.MAIL_URL = receiver.url
        yield receiver


@pytest.fixture
def maildir(settings, tmp_path):
    """Mail is set up, and nobody looks at it."""
    settings.MAIL_URL = f"maildir://{tmp_path}/mail"


def notify(world: World, actor: Actor | None = None, **changes) -> Outcome:
    actor = actor or world.coordinator
    asked = {"file_id": world.file.id, "notice": "message", "language": "nb"} | changes
    with use_actor(actor):
        return operations.notify(actor=actor, now=world.now, **asked)


def message() -> OutboxMessage:
    with use_actor(WORKER):
        return OutboxMessage.objects.get()


def send(world: World, message_id: uuid.UUID, after: timedelta = timedelta()) -> State | None:
    with use_actor(WORKER):
        return operations.send_message(actor=WORKER, now=world.now + after, message_id=message_id)


def send_jobs() -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name=operations.SEND_JOB).order_by("id"))


def failures() -> list[dict[str, str]]:
    with use_actor(WORKER):
        rows = StoredFact.objects.filter(type="MessageFailed").order_by("id")
        return [row.payload for row in rows]


def block_email(world: World) -> None:
    with use_actor(world.coordinator):
        people.set_reach(
            actor=world.coordinator,
            now=world.now,
            file=world.file,
            reach=Reach(
                Channel.PHONE,
                phone="90000001",
                email="anne@example.no",
                blocked=frozenset({Channel.EMAIL}),
            ),
        )


# --- Queueing ---------------------------------------------------------------------------------------------------------


def test_a_notice_is_queued_with_its_job_and_its_row_in_the_log(world, maildir):
    assert notify(world, place="/min/1824/invitasjon/x/") is Outcome.SENT
    held = message()
    assert (held.file_id, held.notice, held.place, held.state, held.attempts) == (
        world.file.id,
        "message",
        "/min/1824/invitasjon/x/",
        "queued",
        0,
    )
    (job,) = send_jobs()
    assert job.args == {"municipality": VEFSN, "message_id": str(held.id)}
    with use_actor(WORKER):
        entry = Entry.objects.get(verb="notify")
    assert (entry.actor_id, entry.object_id, entry.file_id) == (
        world.coordinator.id,
        held.id,
        world.file.id,
    )


def test_neither_outbox_nor_queue_holds_the_address(world, maildir):
    notify(world)
    with use_actor(WORKER), connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(m)::text FROM dispatch_outbox_message m"
            " UNION ALL SELECT row_to_json(j)::text FROM procrastinate_jobs j"
        )
        rows = [row[0] for row in cursor.fetchall()]
    assert len(rows) == 2
    assert not any(secret in row for row in rows for secret in ("example.no", "Anne", "Haugen"))


def test_a_citizen_can_cause_a_notice_and_not_see_the_outbox(world, maildir):
    assert notify(world, world.caregiver) is Outcome.SENT
    assert message().file_id == world.file.id
    with use_actor(world.caregiver):
        assert not OutboxMessage.objects.exists()


def test_a_blocked_channel_needs_a_call_and_queues_nothing(world, maildir):
    block_email(world)
    assert notify(world) is Outcome.NEEDS_CALL
    with use_actor(WORKER):
        assert not OutboxMessage.objects.exists()
    assert send_jobs() == []


def test_without_mail_set_up_everything_needs_a_call(world, settings):
    settings.MAIL_URL = ""
    assert notify(world) is Outcome.NEEDS_CALL


def test_a_file_of_another_municipality_needs_a_call(world, maildir):
    assert notify(world, file_id=world.hol_file.id) is Outcome.NEEDS_CALL


def test_an_act_that_is_rolled_back_leaves_neither_message_nor_job(world, maildir):
    seen = []

    @transaction.atomic
    def act():
        seen.append((notify(world), len(send_jobs())))
        raise LookupError

    with pytest.raises(LookupError):
        act()
    assert seen == [(Outcome.SENT, 1)]
    assert send_jobs() == []
    with use_actor(WORKER):
        assert not OutboxMessage.objects.exists()


def test_one_that_waits_is_enough(world, maildir):
    assert [notify(world), notify(world)] == [Outcome.SENT, Outcome.SENT]
    assert len(send_jobs()) == 1
    assert notify(world, notice="answer") is Outcome.SENT
    assert notify(world, place="/min/") is Outcome.SENT
    assert len(send_jobs()) == 3


def test_after_one_is_sent_the_next_is_queued(world, server):
    notify(world)
    send(world, message().id)
    notify(world)
    assert len(send_jobs()) == 2


@pytest.mark.parametrize(("asked", "written"), [("nn", "nn"), ("pl", "nb"), ("", "nb")])
def test_the_language_is_one_we_have(world, maildir, asked, written):
    notify(world, language=asked)
    assert message().language == written


# --- Sending ----------------------------------------------------------------------------------------------------------


def test_a_notice_arrives_and_reveals_nothing(world, server):
    notify(world, place="/min/1824/egen-sjekk/")
    held = message()
    assert send(world, held.id) is State.SENT
    (arrived,) = server.messages
    assert arrived["To"] == "anne@example.no"
    raw = server.envelopes[0].content.decode() + arrived.get_content()
    canaries = ["Anne", "Haugen", "Arne", "Kari", "Moe", "Vefsn", VEFSN, "sjekk", "pårørende"]
    assert [word for word in [*canaries, str(world.file.id)] if word in raw] == []
    assert "Lagspill" in raw
    held = message()
    assert (held.state, held.sent_at, held.attempts) == ("sent", world.now, 1)
    with use_actor(WORKER):
        assert Entry.objects.get(act="send").object_id == held.id


def test_what_was_sent_is_not_sent_again(world, server):
    notify(world)
    assert [send(world, message().id), send(world, message().id)] == [State.SENT, None]
    assert len(server.messages) == 1


def test_a_message_that_is_not_there_is_nothing_to_do(world, server):
    assert send(world, uuid.uuid4()) is None


def test_another_municipality_cannot_send_it(world, server):
    notify(world)
    held = message().id
    elsewhere = system_actor("worker.send", HOL)
    with use_actor(elsewhere):
        assert operations.send_message(actor=elsewhere, now=world.now, message_id=held) is None
    assert server.messages == []


def test_an_address_that_changed_in_between_counts(world, server):
    notify(world)
    with use_actor(world.coordinator):
        people.set_reach(
            actor=world.coordinator,
            now=world.now,
            file=world.file,
            reach=Reach(Channel.EMAIL, email="ny@example.no"),
        )
    send(world, message().id)
    assert [arrived["To"] for arrived in server.messages] == ["ny@example.no"]


def test_a_channel_blocked_in_between_cancels_and_calls_for_a_call(world, server):
    notify(world)
    block_email(world)
    held = message()
    assert send(world, held.id) is State.CANCELLED
    assert server.messages == []
    assert failures() == [
        {
            "municipality": VEFSN,
            "file_id": str(world.file.id),
            "message_id": str(held.id),
            "notice": "message",
            "reason": "blocked",
        }
    ]


def test_a_failing_server_is_tried_again_and_then_given_up_with_a_fact(world, server, caplog):
    server.rcpt_reply = "450 <anne@example.no> is busy"
    notify(world)
    held = message()
    waited = timedelta()
    for attempt in range(1, rules.MOST_ATTEMPTS):
        assert send(world, held.id, waited) is State.QUEUED
        due = world.now + waited + rules.wait_after(attempt)
        held = message()
        assert (held.attempts, held.last_error, held.not_before) == (attempt, "deferred", due)
        assert send_jobs()[-1].scheduled_at == due
        assert failures() == []
        waited += rules.wait_after(attempt)
    assert send(world, held.id, waited) is State.FAILED
    assert (message().state, message().attempts) == ("failed", rules.MOST_ATTEMPTS)
    assert [fact["reason"] for fact in failures()] == ["deferred"]
    assert send(world, held.id, waited) is None
    assert caplog.records
    assert not any("anne" in record.getMessage() for record in caplog.records)


def test_a_server_that_comes_back_gets_the_message(world, server):
    server.data_reply = "451 wait"
    notify(world)
    assert send(world, message().id) is State.QUEUED
    server.data_reply = ""
    assert send(world, message().id, rules.wait_after(1)) is State.SENT
    assert (message().last_error, len(server.messages), failures()) == ("", 1, [])


def test_a_refusal_for_good_is_given_up_at_once(world, server):
    server.rcpt_reply = "550 unknown"
    notify(world)
    assert send(world, message().id) is State.FAILED
    assert (message().last_error, message().attempts) == ("refused", 1)
    assert [fact["reason"] for fact in failures()] == ["refused"]


# --- What falls due ---------------------------------------------------------------------------------------------------


def requeue(world: World, after: timedelta) -> int:
    with use_actor(WORKER):
        return operations.requeue_lost(actor=WORKER, now=world.now + after)


def test_a_message_whose_job_was_lost_gets_another_and_is_given_up_in_the_end(world, maildir):
    notify(world)
    assert requeue(world, rules.LOST_AFTER) == 0  # its own job may still come
    late = rules.LOST_AFTER + timedelta(minutes=1)
    assert requeue(world, late) == 1
    assert requeue(world, late) == 0
    assert len(send_jobs()) == 2
    for attempt in range(2, rules.MOST_ATTEMPTS + 2):
        assert requeue(world, late * attempt) == 1
    assert message().state == "failed"
    assert [fact["reason"] for fact in failures()] == ["lost"]


def test_old_messages_are_forgotten_and_waiting_ones_are_not(world, server):
    notify(world)
    send(world, message().id)
    notify(world, notice="answer")
    with use_actor(WORKER):
        assert operations.forget_old(actor=WORKER, now=world.now + rules.KEPT_FOR) == 0
        later = world.now + rules.KEPT_FOR + timedelta(seconds=1)
        assert operations.forget_old(actor=WORKER, now=later) == 1
        assert [held.notice for held in OutboxMessage.objects.all()] == ["answer"]
        assert Entry.objects.filter(verb="forget_messages").count() == 1


@pytest.fixture
def sweeps(monkeypatch):
    """An empty registry for one test."""
    monkeypatch.setattr(rules, "_sweeps", {})


def run(world: World) -> operations.Swept:
    return operations.run_sweeps(actor=system_actor("worker.sweep"), now=world.now)


def test_every_sweep_runs_in_every_municipality_in_use_and_in_its_scope(world, sweeps):
    asked = []

    def sweep(actor, now):
        asked.append((actor.municipality, scope.current().municipality, actor.system_name, now))
        return 2

    rules.register_sweep("test.count", sweep)
    swept = run(world)
    assert swept == operations.Swept({"test.count": 4}, ())
    assert sorted(asked) == [
        (number, number, "worker.sweep", world.now) for number in sorted([VEFSN, HOL])
    ]
    assert scope.current() == scope.NOBODY


def test_a_failing_sweep_stops_no_other_and_leaves_nothing_half_done(
    world, sweeps, maildir, caplog
):
    def failing(actor, now):
        if actor.municipality == VEFSN:
            notify(world)
            raise RuntimeError("Anne Haugen")
        return 1

    def healthy(actor, now):
        return 1

    rules.register_sweep("test.a_failing", failing)
    rules.register_sweep("test.b_healthy", healthy)
    swept = run(world)
    assert swept.counts == {"test.a_failing": 1, "test.b_healthy": 2}
    assert swept.failed == (("test.a_failing", VEFSN),)
    assert send_jobs() == []
    (record,) = [each for each in caplog.records if each.message == "sweep.failed"]
    assert (record.rule, record.municipality) == ("test.a_failing", VEFSN)


def test_a_sweep_that_breaks_its_transaction_stops_no_other(world, sweeps):
    def breaking(actor, now):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        return 1

    rules.register_sweep("test.a_breaking", breaking)
    rules.register_sweep("test.b_healthy", lambda actor, now: 1)
    swept = run(world)
    assert swept.counts == {"test.a_breaking": 0, "test.b_healthy": 2}
    assert len(swept.failed) == 2


def test_the_own_sweeps_are_registered():
    assert {"dispatch.requeue", "dispatch.forget"} <= set(rules.sweeps())


def test_a_recipient_without_language_of_ours_still_gets_the_notice(world, maildir, monkeypatch):
    monkeypatch.setattr(
        rules, "_resolver", [lambda number, file_id: Recipient("a@b.no", True, "nn")]
    )
    notify(world, language="")
    assert message().language == "nn"
