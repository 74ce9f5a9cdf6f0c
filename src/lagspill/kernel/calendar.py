"""Days as they are in Norway: time in Oslo and working days. Pure: the moment is passed in, nothing reads the clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

OSLO = ZoneInfo("Europe/Oslo")

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def oslo_today(now: datetime) -> date:
    """The date in Oslo at `now`. Raises ValueError for a moment without time zone."""
    if now.tzinfo is None or now.utcoffset() is None:
        raise ValueError("a moment needs its time zone")
    return now.astimezone(OSLO).date()


def start_of_oslo_day(day: date) -> datetime:
    """The first moment of `day` in Oslo, aware."""
    return datetime.combine(day, time.min, tzinfo=OSLO)


def end_of_oslo_day(day: date) -> datetime:
    """The first moment after `day` in Oslo, aware: an end is excluded, so what is due on `day` has `now < end`."""
    return start_of_oslo_day(day + _ONE_DAY)


def is_working_day(day: date) -> bool:
    """True from Monday to Friday, public holidays out (lov om helligdager, 1 and 17 May; 24 and 31 December are in)."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def add_working_days(day: date, n: int) -> date:
    """The `n`th working day after `day`, or before it when `n` is negative.

    Zero gives `day` itself, or the next working day when it is none.
    """
    step = -_ONE_DAY if n < 0 else _ONE_DAY
    if n == 0:
        while not is_working_day(day):
            day += step
    for _ in range(abs(n)):
        day += step
        while not is_working_day(day):
            day += step
    return day


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("NO", years=year))
