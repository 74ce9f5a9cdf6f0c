"""Fill an empty benchmark database with an invented world by COPY: 20,000 caregivers within a minute on two cores."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from lagspill.kernel import clock
from lagspill.shell.bulk import world

WORKERS = 2  # one for each core that a benchmark counts on


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--municipalities", type=int, default=5, metavar="N")
        parser.add_argument("--caregivers", type=int, default=20_000, metavar="M")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        municipalities, caregivers = options["municipalities"], options["caregivers"]
        if settings.MODE != "bench":
            raise CommandError(
                "This data directory is not marked for benchmarks, so nothing was written. "
                "Use one that `./run bench` made.",
                returncode=2,
            )
        if not 1 <= municipalities <= world.most_municipalities() or caregivers < municipalities:
            raise CommandError(
                f"Ask for 1 to {world.most_municipalities()} municipalities and at least one caregiver for each.",
                returncode=2,
            )
        if not world.is_empty():
            raise CommandError(
                "There are persons in this database already, so nothing was written. Start with an empty one.",
                returncode=2,
            )
        started = time.monotonic()
        rows = world.build(
            municipalities=municipalities,
            caregivers=caregivers,
            now=clock.now(),
            seed=options["seed"],
            workers=WORKERS,
        )
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
        seconds = time.monotonic() - started
        self.stdout.write(f"{caregivers} caregivers, {rows} rows in {seconds:.1f} s.")
