"""Run everything that falls due by itself once, in every municipality, and print what changed. Safe to run twice."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lagspill.dispatch import operations
from lagspill.kernel import clock
from lagspill.kernel.actor import system_actor
from lagspill.kernel.calendar import OSLO


def moment(text: str) -> datetime:
    """A moment in ISO 8601; one without a time zone is Oslo's."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no moment like 2026-11-25T08:00") from None
    return given if given.tzinfo else given.replace(tzinfo=OSLO)


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--now", type=moment, help="as if it were then, in ISO 8601")
        parser.add_argument("--json", action="store_true", help="counts per rule, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        swept = operations.run_sweeps(
            actor=system_actor("command.sweep"), now=options["now"] or clock.now()
        )
        if options["json"]:
            self.stdout.write(json.dumps(swept.counts))
        else:
            for name, count in swept.counts.items():
                self.stdout.write(f"{name}: {count}")
        if swept.failed:
            named = ", ".join(f"{name} in {number}" for name, number in swept.failed)
            raise CommandError(f"Failed, and the others ran: {named}")
