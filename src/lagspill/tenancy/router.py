"""Database router: the owner migrates, the application's role does everything else."""

from __future__ import annotations

from typing import Any


class OwnerMigrates:
    """`migrate` runs with --database=owner; reads and writes go to `default`."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
