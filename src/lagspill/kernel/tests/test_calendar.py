"""Days are those of Oslo, and working days leave out week-ends and public holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagspill.kernel import calendar

DAYS = st.dates(date(2020, 1, 1), date(2045, 12, 31))


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 25, 22, 59, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 25, 23, 0, tzinfo=UTC), date(2026, 11, 26)),
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_today_is_the_day_in_oslo(moment, day):
    assert calendar.oslo_today(moment) == day


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        calendar.oslo_today(datetime(2026, 11, 25, 12))  # noqa: DTZ001 -- what is tested


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 25), 24)],
)
def test_a_day_is_as_long_as_the_clock_makes_it(day, hours):
    start, end = calendar.start_of_oslo_day(day), calendar.end_of_oslo_day(day)
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=hours)


@given(DAYS)
def test_a_day_holds_its_first_moment_and_not_its_end(day):
    assert calendar.oslo_today(calendar.start_of_oslo_day(day)) == day
    assert calendar.oslo_today(calendar.end_of_oslo_day(day)) == day + timedelta(days=1)


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 1, 1),
        date(2027, 3, 25),  # Maundy Thursday
        date(2027, 3, 26),
        date(2027, 3, 29),
        date(2027, 5, 6),  # Ascension Day
        date(2027, 5, 17),
        date(2028, 5, 1),
        date(2028, 12, 25),
        date(2026, 11, 28),  # Saturday
        date(2026, 11, 29),
    ],
)
def test_holidays_and_week_ends_are_no_working_days(day):
    assert not calendar.is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 11, 25), date(2026, 12, 24), date(2026, 12, 31)])
def test_eves_are_working_days(day):
    assert calendar.is_working_day(day)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
        (date(2026, 11, 28), 0, date(2026, 11, 30)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 30), -1, date(2026, 11, 27)),
        (date(2027, 3, 24), 1, date(2027, 3, 30)),
        (date(2027, 3, 30), -1, date(2027, 3, 24)),
        (date(2026, 12, 23), 10, date(2027, 1, 8)),
    ],
)
def test_working_days_are_counted_over_holidays(day, n, expected):
    assert calendar.add_working_days(day, n) == expected


@given(DAYS, st.integers(1, 40))
def test_counting_forth_and_back_leads_home(day, n):
    start = calendar.add_working_days(day, 0)
    there = calendar.add_working_days(start, n)
    assert calendar.is_working_day(there)
    assert there > start
    assert calendar.add_working_days(there, -n) == start
