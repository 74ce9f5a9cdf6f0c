"""Take jobs off the queue: mail, reactions to facts, what falls due. SIGTERM lets those under way finish first."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lagspill.dispatch import queue


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at a time")
        parser.add_argument(
            "-p", "--polling", type=float, default=1.0, help="seconds between looks at the queue"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not queue.run_worker(concurrency=options["concurrency"], polling=options["polling"]):
            raise CommandError("The worker gave up; what kept it from working stands above.")
