"""Facts about grants."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from lagspill.kernel.facts import Fact


@dataclass(frozen=True)
class MembershipGranted(Fact):
    """A staff member got a role in a unit."""

    membership_id: uuid.UUID
    staff_id: uuid.UUID
    role: str
    unit_id: uuid.UUID


@dataclass(frozen=True)
class MembershipEnded(Fact):
    """A staff member lost a role in a unit."""

    membership_id: uuid.UUID
    staff_id: uuid.UUID
    role: str
    unit_id: uuid.UUID
