"""Counts a file of answers to an instrument. Reads and writes no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lagspill.assessments import rules
from lagspill.kernel import content

_LARGEST = 1_000_000


class Command(BaseCommand):
    help = "Counts answers: {question: value} in a JSON file, null for one that was not answered."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("instrument", help="as 'egen-sjekk': a file in content/instruments/")
        parser.add_argument("answers", type=Path, help="a JSON file with one object")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            instrument = content.instrument(options["instrument"])
        except content.ContentError as error:
            raise CommandError(f"There is no such instrument: {error}") from error
        try:
            counted = rules.score(instrument, _read(options["answers"]))
        except rules.UnknownAnswer as error:
            raise CommandError(f"{options['answers']}: {error}") from error
        if options["json"]:
            found = {
                "complete": counted.complete,
                "score": counted.score,
                "band": counted.band,
                "subscales": dict(counted.subscales),
            }
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        shown = f"{counted.score} of {instrument.highest}" if counted.complete else "not complete"
        self.stdout.write(shown + (f" ({counted.band})" if counted.band else ""))
        for code, total in counted.subscales.items():
            self.stdout.write(f"{code}: {'not complete' if total is None else total}")


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise CommandError(f"{path} is too large to be answers.")
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CommandError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(found, dict):
        raise CommandError(f"{path} must hold one object, from question to value.")
    return found
