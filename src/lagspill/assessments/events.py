"""Facts about check-ins and calls. No answer, no sum: that somebody answered, or is to be rung."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from lagspill.kernel.facts import Fact


@dataclass(frozen=True)
class CheckInAsked(Fact):
    """A caregiver was asked how it goes. `needs_call`: nothing could be sent, somebody must ring."""

    file_id: uuid.UUID
    request_id: uuid.UUID
    unit_id: uuid.UUID
    needs_call: bool


@dataclass(frozen=True)
class CheckInAnswered(Fact):
    """A caregiver answered a check-in. Whether anybody may read it is another matter."""

    file_id: uuid.UUID
    answer_id: uuid.UUID
    unit_id: uuid.UUID


@dataclass(frozen=True)
class CallRequested(Fact):
    """A caregiver asked to be called."""

    file_id: uuid.UUID
    request_id: uuid.UUID
    unit_id: uuid.UUID


@dataclass(frozen=True)
class CallMade(Fact):
    """A call is off the list: made, made by another, or no longer needed."""

    file_id: uuid.UUID
    request_id: uuid.UUID
