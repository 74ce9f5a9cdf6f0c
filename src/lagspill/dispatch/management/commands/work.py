"""Take jobs off the queue: mail, reactions to facts, what falls due. SIGTERM lets those under way finish first."""

from __future__ import annotations

import math
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lagspill.dispatch import queue


def _at_once(text: str) -> int:
    """How many jobs at a time: one or more, a worker without any would wait for ever."""
    number = int(text)
    if not 1 <= number <= 100:
        raise ArgumentTypeError(f"{text!r} is not a number from 1 to 100")
    return number


def _seconds(text: str) -> float:
    """Seconds to wait: some, and not for ever."""
    number = float(text)
    if not (math.isfinite(number) and 0.01 <= number <= 3600):
        raise ArgumentTypeError(f"{text!r} is not a number from 0.01 to 3600")
    return number


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=_at_once, default=4, help="jobs at a time")
        parser.add_argument(
            "-p", "--polling", type=_seconds, default=1.0, help="seconds between looks at the queue"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not queue.run_worker(concurrency=options["concurrency"], polling=options["polling"]):
            raise CommandError("The worker gave up; what kept it from working stands above.")
