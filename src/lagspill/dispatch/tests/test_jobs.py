"""The worker on a committed database: jobs run, facts reach their handlers, a killed worker's job is taken up again.

A worker has connections of its own and sees only what is committed. These tests commit, in a municipality that no other
test uses, and clear it away as the owner.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connections, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.job_context import JobContext

from lagspill.dispatch import jobs, operations, queue, rules
from lagspill.dispatch.models import OutboxMessage
from lagspill.dispatch.rules import Outcome, Recipient
from lagspill.dispatch.tests.receiver import Receiver, receiving
from lagspill.kernel import facts
from lagspill.kernel.actor import system_actor
from lagspill.kernel.facts import Fact
from lagspill.tenancy import scope
from lagspill.tenancy.models import Municipality
from lagspill.tenancy.scope import use_actor

NUMBER = "9901"
ACTOR = system_actor("test.worker", NUMBER)
LONG = os.environ.get("LAGSPILL_LONG") == "1"
TABLES = ("dispatch_outbox_message", "audit_entry", "audit_fact")


def clear() -> None:
    """Take away what the tests of this file commit; the owner alone can, past the append-only triggers."""
    with (
        use_actor(ACTOR),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"DELETE FROM {table} WHERE municipality_id = %s", [NUMBER])
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("DELETE FROM tenancy_municipality WHERE number = %s", [NUMBER])
        for table in ("periodic_defers", "jobs", "workers"):
            cursor.execute(f"DELETE FROM procrastinate_{table}")


@pytest.fixture
def committed(django_db_setup, django_db_blocker, monkeypatch) -> Iterator[None]:
    """Work on the test database without the transaction that is rolled back, in one municipality, with one recipient."""
    monkeypatch.setattr(
        rules, "_resolver", [lambda number, file_id: Recipient("anne@example.no", True)]
    )
    monkeypatch.setattr(rules, "_sweeps", {})
    with django_db_blocker.unblock():
        clear()
        Municipality.objects.create(
            number=NUMBER, name="Testvik", slug="testvik", county_number="99", county="Test"
        )
        try:
            yield
        finally:
            clear()
            connections.close_all()


@pytest.fixture
def server(settings) -> Iterator[Receiver]:
    with receiving() as receiver:
        settings.MAIL_URL = receiver.url
        yield receiver


def notify(now: datetime) -> uuid.UUID:
    with use_actor(ACTOR), transaction.atomic():
        outcome = operations.notify(
            actor=ACTOR, now=now, file_id=uuid.uuid4(), notice="message", language="nb"
        )
        assert outcome is Outcome.SENT
        message = OutboxMessage.objects.order_by("-id").first()
        assert message is not None
        return message.id


def state_of(message_id: uuid.UUID) -> str:
    with use_actor(ACTOR), transaction.atomic():
        return OutboxMessage.objects.get(id=message_id).state


def work_once() -> None:
    """A worker in this process, until the queue is empty."""
    with app.replace_connector(queue.connector()):
        app.run_worker(wait=False, concurrency=2, delete_jobs="successful", listen_notify=False)


def job_states(task: str) -> list[str]:
    found = ProcrastinateJob.objects.filter(task_name=task).order_by("id")
    return [job.status for job in found]


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_the_worker_works_as_the_applications_role(committed):
    async def role() -> str:
        connector = queue.connector()
        await connector.open_async()
        try:
            row = await connector.execute_query_one_async("SELECT current_user::text AS role")
            return str(row["role"])
        finally:
            await connector.close_async()

    assert asyncio.run(role()) == connections["default"].settings_dict["USER"]


def test_a_worker_sends_what_was_committed_and_leaves_no_job(committed, server, now):
    message_id = notify(now)
    assert job_states(operations.SEND_JOB) == ["todo"]
    work_once()
    assert state_of(message_id) == "sent"
    assert len(server.messages) == 1
    assert job_states(operations.SEND_JOB) == []


def test_the_next_attempt_commits_with_what_became_of_the_last(committed, server, now):
    server.data_reply = "451 wait"
    message_id = notify(now)
    work_once()
    assert state_of(message_id) == "queued"
    (job,) = ProcrastinateJob.objects.filter(task_name=operations.SEND_JOB)
    with use_actor(ACTOR), transaction.atomic():
        assert job.scheduled_at == OutboxMessage.objects.get(id=message_id).not_before
    assert (job.status, job.args["message_id"]) == ("todo", str(message_id))


# --- Facts after commit -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Planted(Fact):
    """A fact of this test."""

    file_id: uuid.UUID
    outcome: Outcome


@pytest.fixture
def handled() -> list[tuple[Fact, str, str]]:
    """What the handler below was given, in which scope."""
    _handled.clear()
    return _handled


_handled: list[tuple[Fact, str, str]] = []


@facts.after_commit(Planted)
def handler(fact: Planted, now: datetime) -> None:
    here = scope.current()
    _handled.append((fact, here.municipality, here.kind))


def announce(fact: Planted, now: datetime, *, fails: bool = False) -> None:
    with use_actor(ACTOR), transaction.atomic():
        facts.announce(fact, now=now)
        if fails:
            raise LookupError


def test_a_handler_runs_after_commit_in_the_municipality_of_the_fact(committed, handled, now):
    fact = Planted(NUMBER, uuid.uuid4(), Outcome.NEEDS_CALL)
    announce(fact, now)
    assert handled == []
    work_once()
    assert handled == [(fact, NUMBER, "system")]


def test_a_fact_that_was_rolled_back_runs_no_handler(committed, handled, now):
    with pytest.raises(LookupError):
        announce(Planted(NUMBER, uuid.uuid4(), Outcome.SENT), now, fails=True)
    work_once()
    assert handled == []


# --- Sweeps and stalled jobs ------------------------------------------------------------------------------------------


def test_the_sweep_is_planned_each_minute_and_never_twice_at_a_time():
    planned = {name: task.cron for (name, _), task in app.periodic_registry.periodic_tasks.items()}
    assert planned == {
        "dispatch.sweep": "* * * * *",
        "dispatch.retry_stalled": "* * * * * */15",
        "dispatch.remove_old_jobs": "17 3 * * *",
    }
    sweep = app.tasks["dispatch.sweep"]
    assert (sweep.lock, sweep.queueing_lock) == ("dispatch.sweep", "dispatch.sweep")


def test_the_job_of_the_sweep_runs_what_is_registered(committed, monkeypatch):
    from lagspill.tenancy import operations as tenancy

    asked = []
    monkeypatch.setattr(
        rules, "_sweeps", {"test.count": lambda actor, now: asked.append(actor.municipality) or 1}
    )
    with transaction.atomic():
        with use_actor(ACTOR):
            tenancy.create_unit(code="testvik", name="Testvik kommune")
        jobs.sweep(timestamp=0)
        transaction.set_rollback(True)
    assert asked == [NUMBER]


def stall(task: str, attempts: int = 0, **options: str) -> int:
    """A job that a worker was busy with when it died an hour ago."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
            " RETURNING id"
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs"
            " (queue_name, task_name, priority, lock, queueing_lock, args, status, attempts, worker_id)"
            " VALUES ('default', %s, 0, %s, %s, '{}', 'doing', %s, %s) RETURNING id",
            [task, options.get("lock"), options.get("queueing_lock"), attempts, worker],
        )
        return int(cursor.fetchone()[0])


def retry_stalled() -> None:
    """The periodic task by itself, on a worker's connection."""

    async def run() -> None:
        async with app.open_async():
            job = queue.configure_task(name="dispatch.retry_stalled", job_manager=app.job_manager)
            context = JobContext(app=app, job=job.job, start_timestamp=0, abort_reason=lambda: None)
            await jobs.retry_stalled(context, timestamp=0)

    with app.replace_connector(queue.connector()):
        asyncio.run(run())


def test_what_a_dead_worker_left_is_put_back(committed):
    stall("test.gone")
    retry_stalled()
    assert job_states("test.gone") == ["todo"]


def test_what_kills_every_worker_is_given_up(committed):
    stall("test.killer", attempts=rules.MOST_LIVES)
    retry_stalled()
    assert job_states("test.killer") == ["failed"]


def test_a_dead_sweep_makes_way_for_the_one_that_waits(committed):
    """Put back, it would meet its own successor's queueing lock; left alone, its lock would stop it for ever."""
    stall("test.sweep", lock="test.sweep", queueing_lock="test.sweep")
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args)"
            " VALUES ('default', 'test.sweep', 0, 'test.sweep', 'test.sweep', '{}')"
        )
    retry_stalled()
    assert job_states("test.sweep") == ["failed", "todo"]


# --- Real processes ---------------------------------------------------------------------------------------------------


@contextmanager
def worker_process(receiver: Receiver) -> Iterator[subprocess.Popen[bytes]]:
    """`manage work` as `./run demo` starts it, on the test database."""
    name = str(connections["default"].settings_dict["NAME"])
    env = dict(os.environ, LAGSPILL_MAIL_URL=receiver.url)
    for variable in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        env[variable] = urlunsplit(urlsplit(os.environ[variable])._replace(path=f"/{name}"))
    code = (
        "import django; django.setup();"
        "from lagspill.dispatch import rules; from lagspill.dispatch.rules import Recipient;"
        "rules.set_recipient_resolver(lambda n, f: Recipient('anne@example.no', True));"
        "from django.core.management import call_command; call_command('work')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=env, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_sigterm_lets_the_job_finish_and_ends_well(committed, server, now):
    server.slowness = 1.0
    message_id = notify(now)
    with worker_process(server) as process:
        assert server.began.wait(30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert (state_of(message_id), len(server.messages)) == ("sent", 1)


def test_a_worker_outlives_the_loss_of_its_connections(committed, server, now):
    """As when the database starts anew."""
    with worker_process(server) as process:
        first = notify(now)
        assert wait_until(lambda: state_of(first) == "sent", 30)
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE usename = current_user AND datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 2
        second = notify(now)
        assert wait_until(lambda: state_of(second) == "sent", 30)
        assert process.poll() is None


def test_a_job_of_a_killed_worker_is_done_by_the_next(committed, server, now, monkeypatch):
    server.slowness = 60.0
    message_id = notify(now)
    with worker_process(server) as process:
        assert server.began.wait(30)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert job_states(operations.SEND_JOB) == ["doing"]
    server.slowness = 0.0
    monkeypatch.setattr(queue, "SILENT_AFTER", 0.0)
    assert wait_until(lambda: state_of(message_id) == "queued", 10)
    retry_stalled()
    work_once()
    assert state_of(message_id) == "sent"
    assert job_states(operations.SEND_JOB) == []


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="waits for the heartbeat to run out; only with --long")
def test_after_a_kill_another_worker_takes_over_by_itself(committed, server, now):
    server.slowness = 60.0
    message_id = notify(now)
    with worker_process(server) as first:
        assert server.began.wait(30)
        with worker_process(server):
            server.slowness = 0.0
            first.send_signal(signal.SIGKILL)
            assert wait_until(lambda: state_of(message_id) == "sent", 90)
