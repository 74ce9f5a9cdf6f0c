"""Keeps the translations in step with the texts: collects them, checks them, compiles them. Needs no database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lagspill.kernel import content
from lagspill.ui import catalogs


class Command(BaseCommand):
    help = (
        "Translations: collect the texts in use, check that nynorsk and English are whole, compile."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--collect", action="store_true", help="bring the .po files up to date")
        what.add_argument("--check", action="store_true", help="fail when a translation is missing")
        what.add_argument("--compile", action="store_true", help="write the .mo files")
        parser.add_argument("packages", nargs="*", help="with --collect: only these, as 'people'")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["compile"]:
            self.stdout.write(f"{catalogs.compile_all()} catalogues compiled.")
        elif options["collect"]:
            changed = catalogs.collect(self.chosen(options["packages"]))
            self.stdout.write(f"{changed} catalogues changed.")
        else:
            self.check_texts()

    def chosen(self, names: list[str]) -> list[Path]:
        known = {package.name: package for package in catalogs.packages()}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise CommandError(f"There is no package {unknown[0]!r}.")
        return [known[name] for name in names] if names else list(known.values())

    def check_texts(self) -> None:
        found = [str(fault) for fault in catalogs.faults()]
        try:
            content.check_all()
        except content.ContentError as error:
            found.append(str(error))
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} texts are not in order.")
