"""Jobs of dispatch: send a message, run a fact's handler after commit, sweep each minute, take up what a dead worker left.

Each job opens its own scope and transaction, and is safe to run twice.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status

from lagspill.dispatch import operations, queue, rules
from lagspill.kernel import clock, facts
from lagspill.kernel.actor import system_actor
from lagspill.kernel.facts import Fact
from lagspill.tenancy.scope import use_actor

log = logging.getLogger("lagspill.dispatch")

_HANDLER_JOB = "dispatch.run_handler"
#: For what goes wrong in ourselves, as a lost database: after 4, 16, 64, 256 and 1024 seconds.
_AGAIN = RetryStrategy(max_attempts=5, exponential_wait=4)


@app.task(name=operations.SEND_JOB, retry=_AGAIN)
def send_message(municipality: str, message_id: str) -> None:
    """Send one message of the outbox; attempts and waiting are the outbox's own."""
    actor = system_actor("worker.send", municipality)
    with use_actor(actor):
        operations.send_message(actor=actor, now=clock.now(), message_id=uuid.UUID(message_id))


def defer_handler(name: str, fact: Fact, now: datetime) -> None:
    """Queue an after-commit handler of a fact; the runner that `kernel.facts` calls inside the act's transaction."""
    queue.defer(
        _HANDLER_JOB,
        municipality=fact.municipality,
        handler=name,
        fact=type(fact).__name__,
        packed=rules.pack(fact),
    )


@app.task(name=_HANDLER_JOB, retry=_AGAIN)
def run_handler(municipality: str, handler: str, fact: str, packed: dict[str, Any]) -> None:
    """Run one handler of a fact that has been committed, at the moment it is."""
    run = facts.handler_named(handler)
    happened = rules.unpack(facts.fact_type_named(fact), packed)
    with use_actor(system_actor("worker.facts", municipality)), transaction.atomic():
        run(happened, clock.now())


# One at a time, and one waiting at most: a slow minute is not followed by a heap of others.
@app.periodic(cron="* * * * *")
@app.task(name="dispatch.sweep", lock="dispatch.sweep", queueing_lock="dispatch.sweep")
def sweep(timestamp: int) -> None:
    """Run all sweeps. What failed is logged, and tried again in a minute."""
    operations.run_sweeps(actor=system_actor("worker.sweep"), now=clock.now())


@app.periodic(cron="* * * * * */15")  # procrastinate's sixth field, seconds, stands last
@app.task(name="dispatch.retry_stalled", queueing_lock="dispatch.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Put back what was under way in a worker that died; one that has died with the job often enough is given up."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=queue.SILENT_AFTER):
        if job.id == context.job.id:
            continue
        extra = {"job": job.task_name, "job_id": job.id, "count": job.attempts}
        if job.attempts < rules.MOST_LIVES:
            try:
                await manager.retry_job(job)
                log.warning("job.retried", extra=extra)
                continue
            except ConnectorException:
                pass  # one with the same queueing lock waits in its place
        log.error("job.given_up", extra=extra)
        await manager.finish_job(job, status=Status.FAILED, delete_job=False)


@app.periodic(cron="17 3 * * *")
@app.task(
    name="dispatch.remove_old_jobs", queueing_lock="dispatch.remove_old_jobs", pass_context=True
)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
    """Delete what failed a month ago; what succeeded is deleted at once."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=30 * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )
