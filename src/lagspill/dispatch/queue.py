"""The queue of jobs (procrastinate, in our own database): putting jobs on it, and running the worker that takes them off.

Arguments of jobs are ids and codes. Which jobs there are stands in each capability's `jobs.py`.
"""

from __future__ import annotations

import asyncio
import signal
from datetime import datetime
from typing import Any

from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.manager import JobManager
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.tasks import configure_task

#: A worker that has not said a word for this many seconds is dead, and what it was doing is taken up again.
SILENT_AFTER = 20.0
_HEARTBEAT = 5.0
_GRACE = 25.0

# The app's own manager changes to the worker's connection inside a worker. This one stays with Django's, so that a job
# commits with the act also when a job makes it.
_manager = JobManager(connector=DjangoConnector(alias="default"))


def defer(name: str, *, at: datetime | None = None, **arguments: Any) -> None:
    """Put a job on the queue in the transaction under way: a rollback leaves none. `at`: not before that moment."""
    configure_task(name=name, job_manager=_manager, schedule_at=at).defer(**arguments)


def connector() -> PsycopgConnector:
    """A connection of the application's role for a worker, with the pool it needs beside Django's."""
    return PsycopgConnector(kwargs=connector_params("default"), min_size=1, max_size=4)


def run_worker(*, concurrency: int, polling: float) -> bool:
    """Take jobs off the queue until SIGTERM or SIGINT, then finish those under way.

    True when it was told to stop; false when it gave up by itself, as after losing the database.
    """
    try:
        with app.replace_connector(connector()):
            return asyncio.run(_run_worker(concurrency, polling))
    finally:
        connections.close_all()


async def _run_worker(concurrency: int, polling: float) -> bool:
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=concurrency,
                fetch_job_polling_interval=polling,
                update_heartbeat_interval=_HEARTBEAT,
                stalled_worker_timeout=SILENT_AFTER,
                shutdown_graceful_timeout=_GRACE,
                delete_jobs="successful",
                install_signal_handlers=False,
            )
        )
        loop, told = asyncio.get_running_loop(), asyncio.Event()

        def stop() -> None:
            if (
                not told.is_set()
            ):  # a second cancel would cut the jobs short that the first one waits for
                told.set()
                worker.cancel()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        try:
            await worker
        except asyncio.CancelledError:
            if not told.is_set():
                raise
        return told.is_set()
