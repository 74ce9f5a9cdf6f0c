"""The only place that reads the clock. Rules and operations get `now` passed in; this is for the edge (views, jobs)."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
