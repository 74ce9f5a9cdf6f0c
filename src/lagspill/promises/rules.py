"""States of a promise and what may follow what. Pure; sources: privacy model "Measure and promise", domain §3.3."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """A promise is open until it is kept or closed; whether it is overdue follows from its date."""

    OPEN = "open"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    NOT_DONE = "not_done"


class Reason(StrEnum):
    """Why a promise got another date. Codes, never free text: the caregiver sees the words."""

    ILLNESS = "illness"
    CAPACITY = "capacity"
    WAITS_FOR_OTHERS = "waits_for_others"
    CAREGIVER_ASKED = "caregiver_asked"


class Event(StrEnum):
    """What has happened to a promise, as its history tells it."""

    MADE = "made"
    MOVED = "moved"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"
    REPORTED = "reported"
    ANSWERED = "answered"
    REPLACED = "replaced"
    NOT_DONE = "not_done"


#: What only those see who see the report: a care recipient who reads the promise learns nothing of it.
OF_REPORTS = (Event.REPORTED, Event.ANSWERED)


class Outcome(StrEnum):
    """What a leader's answer comes to, besides its words."""

    EXPLAINED = "explained"
    NEW_DATE = "new_date"
    NEW_PROMISE = "new_promise"
    NOT_DONE = "not_done"


#: Working days a leader has to answer "it was not followed", until municipalities set their own.
ANSWER_WITHIN_DAYS = 5
#: Days before its date from which a promise is shown as due.
DUE_SOON_DAYS = 3


def answer_days(settings: Mapping[str, object]) -> int:
    """Working days a leader has to answer in this municipality (`promise_answer_days`), else the usual ones."""
    days = settings.get("promise_answer_days")
    return days if isinstance(days, int) and 1 <= days <= 30 else ANSWER_WITHIN_DAYS


def answer_fault(outcome: Outcome, due_on: date | None, text: str, today: date) -> str | None:
    """Why an answer may not be given like this: a reason code, or none when it may."""
    if outcome in (Outcome.NEW_DATE, Outcome.NEW_PROMISE):
        if due_on is None:
            return "answer_needs_date"
        if due_on < today:
            return "promise_in_the_past"
    if outcome is Outcome.NEW_PROMISE and not text.strip():
        return "answer_needs_promise"
    return None


def shown_state(state: State, due_on: date, today: date, has_open_report: bool) -> str:
    """How the promise is shown: kept, withdrawn, broken (not done, or reported and not answered), overdue, due, open."""
    if state is State.KEPT:
        return "broken" if has_open_report else "kept"
    if state is State.NOT_DONE:
        return "broken"
    if state in (State.WITHDRAWN, State.REPLACED):
        return "withdrawn"
    if has_open_report:
        return "broken"
    if due_on < today:
        return "overdue"
    return "due" if (due_on - today).days <= DUE_SOON_DAYS else "open"
