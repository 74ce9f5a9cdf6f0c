"""Bring the table of municipalities in line with content/municipalities.csv. Safe to run twice."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from lagspill.tenancy import operations


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        changed = operations.load_municipalities(settings.CONTENT_DIR / "municipalities.csv")
        self.stdout.write(f"Municipalities: {changed} changed.")
