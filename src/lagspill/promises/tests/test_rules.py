"""How a promise is shown, how long a leader has, which answers hold together."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lagspill.promises.rules import Outcome, State, answer_days, answer_fault, shown_state

TODAY = date(2026, 11, 25)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "days", "has_report", "shown"),
    [
        (State.OPEN, 4, False, "open"),
        (State.OPEN, 3, False, "due"),
        (State.OPEN, 0, False, "due"),
        (State.OPEN, -1, False, "overdue"),
        (State.OPEN, 4, True, "broken"),
        (State.OPEN, -1, True, "broken"),
        (State.KEPT, -1, False, "kept"),
        (State.KEPT, -1, True, "broken"),
        (State.WITHDRAWN, -1, False, "withdrawn"),
        (State.REPLACED, 4, False, "withdrawn"),
        (State.NOT_DONE, 4, False, "broken"),
    ],
)
def test_shown_state(state: State, days: int, has_report: bool, shown: str) -> None:
    assert shown_state(state, TODAY + days * DAY, TODAY, has_report) == shown


@pytest.mark.parametrize("own", [None, "five", 0, 31])
def test_days_to_answer_that_make_no_sense_leave_the_usual_five(own: object) -> None:
    assert answer_days({"promise_answer_days": own}) == 5


def test_a_municipality_may_answer_sooner() -> None:
    assert answer_days({"promise_answer_days": 2}) == 2


@pytest.mark.parametrize(
    ("outcome", "due_on", "text", "fault"),
    [
        (Outcome.EXPLAINED, None, "", None),
        (Outcome.NOT_DONE, None, "", None),
        (Outcome.NEW_DATE, None, "", "answer_needs_date"),
        (Outcome.NEW_DATE, TODAY - DAY, "", "promise_in_the_past"),
        (Outcome.NEW_DATE, TODAY, "", None),
        (Outcome.NEW_PROMISE, TODAY, " ", "answer_needs_promise"),
        (Outcome.NEW_PROMISE, None, "x", "answer_needs_date"),
        (Outcome.NEW_PROMISE, TODAY, "x", None),
    ],
)
def test_answer_fault(outcome: Outcome, due_on: date | None, text: str, fault: str | None) -> None:
    assert answer_fault(outcome, due_on, text, TODAY) == fault
