"""Facts about the child track: ids and dates only, never whose child or what was said."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from lagspill.kernel.facts import Fact


@dataclass(frozen=True)
class ChildPassedOn(Fact):
    """Somebody said that there is a child; somebody begins by a date."""

    track_id: uuid.UUID
    unit_id: uuid.UUID
    begin_by: date


@dataclass(frozen=True)
class ChildStepTaken(Fact):
    """A step was taken, by whoever follows the child up from now on; the next one has a date, or none."""

    track_id: uuid.UUID
    unit_id: uuid.UUID
    lead_staff_id: uuid.UUID | None
    next_on: date | None


@dataclass(frozen=True)
class ChildTrackClosed(Fact):
    """Nothing more is done in this track."""

    track_id: uuid.UUID
