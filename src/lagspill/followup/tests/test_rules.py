"""Days of work: the table, the municipality's own, and what must be ready before a day."""

from __future__ import annotations

from datetime import date

import pytest

from lagspill.followup.rules import NEEDS, RULES, Kind, days_for, due_after, due_before, week_ends

WEDNESDAY = date(2026, 11, 25)


def test_each_kind_has_a_rule() -> None:
    assert set(RULES) == set(Kind)
    assert set(NEEDS.values()) <= {kind for kind, rule in RULES.items() if rule.by_hand}


@pytest.mark.parametrize("own", [None, "soon", -1, 366, 2.5])
def test_days_that_make_no_sense_leave_the_usual_ones(own: object) -> None:
    assert days_for(Kind.CALL, {"work_days": {"call": own}}) == 2
    assert days_for(Kind.CALL, {"work_days": own}) == 2


def test_a_municipality_may_have_its_own_days() -> None:
    assert days_for(Kind.CALL, {"work_days": {"call": 0}}) == 0
    assert due_after(Kind.CALL, WEDNESDAY, {"work_days": {"call": 4}}) == date(2026, 12, 1)


def test_due_dates_count_working_days() -> None:
    assert due_after(Kind.CONTACT_NEW, WEDNESDAY, {}) == date(2026, 12, 2)
    assert due_before(Kind.ORDER_INTERPRETER, date(2026, 12, 2), WEDNESDAY, {}) == date(
        2026, 11, 27
    )


def test_what_should_have_been_ready_is_due_today() -> None:
    assert due_before(Kind.ORDER_INTERPRETER, date(2026, 11, 26), WEDNESDAY, {}) == WEDNESDAY


def test_the_week_ends_on_sunday() -> None:
    assert week_ends(WEDNESDAY) == date(2026, 11, 29)
    assert week_ends(date(2026, 11, 29)) == date(2026, 11, 29)
