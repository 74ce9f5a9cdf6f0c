"""What holds when somebody has died: the day, and how long a named reader may read. Pure."""

from __future__ import annotations

from datetime import date, timedelta

#: A named reader reads a dead person's file for so long at most; the privacy officer may decide again.
LONGEST_OPENING = timedelta(days=30)


def death_fault(died_on: date, birth_on: date | None, today: date) -> str | None:
    """Why this cannot be the day somebody died, or none when it can."""
    if died_on > today:
        return "death_in_future"
    if birth_on is not None and died_on < birth_on:
        return "death_before_birth"
    return None


def opening_fault(last_on: date, today: date) -> str | None:
    """Why a file may not be open to a named reader until this day, or none when it may."""
    if last_on < today:
        return "period_backwards"
    return "opening_too_long" if last_on > today + LONGEST_OPENING else None
