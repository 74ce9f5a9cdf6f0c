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


@dataclass(frozen=True)
class CardOpened(Fact):
    """Somebody opened a card in an emergency; the leader of `unit_id` hears of it."""

    opening_id: uuid.UUID
    staff_id: uuid.UUID
    unit_id: uuid.UUID


@dataclass(frozen=True)
class OpeningReviewed(Fact):
    """Somebody else has looked at why a card was opened in an emergency."""

    opening_id: uuid.UUID
    outcome: str
