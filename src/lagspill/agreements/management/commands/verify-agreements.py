"""Check in every municipality that each agreed version still says what both sides said yes to. Changes nothing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from lagspill.agreements import queries
from lagspill.kernel import clock
from lagspill.kernel.actor import system_actor
from lagspill.tenancy import queries as tenancy
from lagspill.tenancy.scope import use_actor


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        broken = []
        for municipality in tenancy.list_municipalities():
            actor = system_actor("command.verify_agreements", municipality.number)
            with use_actor(actor), transaction.atomic():
                broken += queries.list_broken(actor, clock.now())
        if broken:
            named = ", ".join(map(str, broken))
            raise CommandError(f"Agreements that no longer say what was agreed: {named}")
        self.stdout.write("Every agreement says what was agreed.")
