"""Bring in caregivers from a FHIR R4 file, XML or JSON: a Bundle or one resource. Writes only with --apply."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from lagspill.fhir import operations, rules
from lagspill.fhir.operations import Outcome, Report
from lagspill.kernel import clock
from lagspill.kernel.actor import system_actor
from lagspill.kernel.calendar import oslo_today
from lagspill.kernel.errors import NotFound
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.models import Unit
from lagspill.tenancy.scope import use_actor

#: What is counted in the summary, in this order: one and many.
_COUNTED = {
    "relation_added": ("new relation", "new relations"),
    "file_opened": ("new caregiver's file", "new caregivers' files"),
    "person_added": ("new person", "new persons"),
    "patient_added": ("new patient without a resource", "new patients without a resource"),
    "person_completed": ("person completed", "persons completed"),
    "patient_completed": ("patient completed", "patients completed"),
    "service_started": ("patient served by the unit", "patients served by the unit"),
}


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a FHIR R4 file, XML or JSON")
        parser.add_argument("--municipality", required=True, metavar="N", help="such as 1824")
        parser.add_argument(
            "--unit",
            metavar="CODE",
            help="the unit that serves the patients of the file; without it new relations become work for the coordinator",
        )
        parser.add_argument("--apply", action="store_true", help="write; else only report")
        parser.add_argument("--json", action="store_true", help="the answer for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        number = options["municipality"]
        actor, now = system_actor("command.import-bundle", number), clock.now()
        parsed = _read(options["file"])
        with use_actor(actor), transaction.atomic():
            name, unit = _place(number, options["unit"])
            report = operations.import_bundle(
                actor=actor,
                now=now,
                parsed=parsed,
                unit_id=unit.id if options["unit"] else None,
                apply=options["apply"],
            )
        file = Path(options["file"]).name
        if options["json"]:
            answer = _answer(file, number, options["unit"], report)
            self.stdout.write(json.dumps(answer, ensure_ascii=True, indent=2))
        else:
            self.stdout.write("\n".join(_lines(file, f"{number} {name}", unit.name, report)))


def _read(path: str) -> rules.Parsed:
    """The parsed file. Raises CommandError with the sentence of the refusal, exit status 2."""
    try:
        with Path(path).open("rb") as source:
            data = source.read(rules.MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a path that no file can have
        refusal = rules.Unreadable("not_found")
        raise CommandError(f"{_shown(path)}: {refusal}", returncode=2) from error
    try:
        return rules.read(data, today=oslo_today(clock.now()), mode=settings.MODE)
    except rules.Unreadable as error:
        raise CommandError(f"{_shown(path)}: {error}", returncode=2) from error


def _place(number: str, code: str | None) -> tuple[str, Unit]:
    """The municipality's name, and the unit named or else its root. Raises CommandError, exit status 2."""
    try:
        name = tenancy.get_municipality(number).name
        if code is None:
            return name, tenancy.root_unit()
    except NotFound as error:
        words = {"municipality": "There is no such municipality.", "unit": "It has no units yet."}
        raise CommandError(
            f"--municipality {_shown(number)}: {words[error.noun]}", returncode=2
        ) from error
    unit = tenancy.find_unit_by_code(code)
    if unit is None or not unit.is_active:
        raise CommandError(f"--unit {_shown(code)}: {name} has no such unit.", returncode=2)
    return name, unit


def _shown(text: str) -> str:
    """What was typed, safe for a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _answer(file: str, number: str, unit: str | None, report: Report) -> dict[str, Any]:
    return {
        "file": file,
        "municipality": number,
        "unit": unit,
        "applied": report.is_applied,
        "work_for": None if report.unit_is_given else "caregiver_coordinator",
        "counts": {change: report.count(change) for change in _COUNTED},
        "entries": [asdict(outcome) for outcome in report.outcomes],
        "refused": [
            {"file": file, "place": f.place, "reason": f.reason, "text": f.sentence}
            for f in report.refused
        ],
        "left_alone": [asdict(left) for left in report.left_alone],
    }


def _lines(file: str, place: str, unit: str, report: Report) -> list[str]:
    counts = [
        f"{count} {words[count != 1]}"
        for change, words in _COUNTED.items()
        if (count := report.count(change))
    ]
    done = "Written" if report.is_applied else "Would be written with --apply"
    owner = (
        f"unit {unit}"
        if report.unit_is_given
        else f"no unit given: work for the coordinator of {unit}"
    )
    lines = [
        f"{_shown(file)} -> {place}, {owner}",
        f"{done}: {', '.join(counts) or 'nothing new'}.",
    ]
    lines += [f"  {_sentence(outcome)}" for outcome in report.outcomes]
    if report.refused:
        lines.append(f"Refused, the rest goes in: {len(report.refused)}.")
        lines += [f"  {_shown(file)}, {f.place}: {f.sentence} ({f.reason})" for f in report.refused]
    if report.left_alone:
        lines.append(
            f"Left alone, as only Patient and RelatedPerson are taken: {len(report.left_alone)}."
        )
        lines += [
            f"  {left.place}: {left.resource_type or 'entry to delete'}"
            for left in report.left_alone
        ]
    return lines


def _sentence(outcome: Outcome) -> str:
    """One line for one resource."""
    parts = [", ".join(change.replace("_", " ") for change in outcome.changes) or "known already"]
    if outcome.relation:
        nameless = " (a patient without name)" if outcome.patient_is_nameless else ""
        parts.append(f"{outcome.relation} of {outcome.patient}{nameless}")
        parts += [f"shown as “{outcome.label}”"] * bool(outcome.label)
        parts.append(f"reach: {outcome.reach}, age group: {outcome.age_group}")
    if outcome.is_nameless:
        parts.append("without name")
    return f"{outcome.place}: {'; '.join(parts)}"
