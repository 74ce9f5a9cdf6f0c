"""States of a promise and what may follow what. Pure; sources: privacy model "Measure and promise", domain §3.3."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class State(StrEnum):
    """A promise is open until it is kept or closed; whether it is overdue follows from its date."""

    OPEN = "open"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


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


#: Working days a leader has to answer "it was not followed", until municipalities set their own.
ANSWER_WITHIN_DAYS = 5
#: Days before its date from which a promise is shown as due.
DUE_SOON_DAYS = 3


def shown_state(state: State, due_on: date, today: date, has_open_report: bool) -> str:
    """How the promise is shown: kept, withdrawn, broken (reported and not answered), overdue, due or open."""
    if state is State.KEPT:
        return "kept"
    if state in (State.WITHDRAWN, State.REPLACED):
        return "withdrawn"
    if has_open_report:
        return "broken"
    if due_on < today:
        return "overdue"
    return "due" if (due_on - today).days <= DUE_SOON_DAYS else "open"
