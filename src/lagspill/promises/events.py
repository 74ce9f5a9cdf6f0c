"""Facts about promises."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from lagspill.kernel.facts import Fact


@dataclass(frozen=True)
class PromiseMade(Fact):
    """The municipality promised something by a date."""

    file_id: uuid.UUID
    promise_id: uuid.UUID
    unit_id: uuid.UUID
    owner_staff_id: uuid.UUID | None
    due_on: date


@dataclass(frozen=True)
class PromiseMoved(Fact):
    """A promise got another date."""

    file_id: uuid.UUID
    promise_id: uuid.UUID
    unit_id: uuid.UUID
    owner_staff_id: uuid.UUID | None
    due_on: date


@dataclass(frozen=True)
class PromiseKept(Fact):
    """A promise was kept."""

    file_id: uuid.UUID
    promise_id: uuid.UUID


@dataclass(frozen=True)
class PromiseClosed(Fact):
    """A promise ended without being kept: withdrawn or replaced."""

    file_id: uuid.UUID
    promise_id: uuid.UUID
    state: str


@dataclass(frozen=True)
class PromiseOverdue(Fact):
    """The date of a promise passed and nobody has said that it was kept."""

    file_id: uuid.UUID
    promise_id: uuid.UUID
    unit_id: uuid.UUID
    owner_staff_id: uuid.UUID | None


@dataclass(frozen=True)
class PromiseReported(Fact):
    """The caregiver said that a promise was not followed; a leader owes an answer by a date."""

    file_id: uuid.UUID
    promise_id: uuid.UUID
    report_id: uuid.UUID
    unit_id: uuid.UUID
    leader_staff_id: uuid.UUID | None
    answer_by: date


@dataclass(frozen=True)
class ReportAnswered(Fact):
    """The leader answered."""

    file_id: uuid.UUID
    promise_id: uuid.UUID
    report_id: uuid.UUID
