"""Roles and decisions: pure values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles of staff (domain model §2). Words for users stand in content/roles.toml."""

    COORDINATOR = "caregiver_coordinator"
    DEMENTIA_COORDINATOR = "dementia_coordinator"
    NURSE = "frontline_staff"
    RESPONSIBLE_NURSE = "responsible_nurse"
    CAREGIVER_CONTACT = "caregiver_contact"
    CHILD_RESPONSIBLE = "child_responsible_staff"
    ALLOCATION = "allocation_office"
    UNIT_LEADER = "unit_leader"
    DIRECTOR = "director"
    ADMIN = "municipality_admin"
    PRIVACY_OFFICER = "privacy_officer"
    EDITOR = "editor"
    NETWORK_LEAD = "network_lead"


#: Roles that meet caregivers: they may register one and may stand in `people.file_staff`.
CAREGIVER_ROLES = frozenset(
    {Role.COORDINATOR, Role.DEMENTIA_COORDINATOR, Role.NURSE, Role.RESPONSIBLE_NURSE}
)
#: Roles that serve care recipients: card and strip of persons their unit serves now.
SERVING_ROLES = frozenset(
    {Role.NURSE, Role.RESPONSIBLE_NURSE, Role.COORDINATOR, Role.DEMENTIA_COORDINATOR}
)


#: Roles that may open a card in an emergency (break-glass).
EMERGENCY_ROLES = CAREGIVER_ROLES | SERVING_ROLES


class Why(StrEnum):
    """What made somebody open a card in an emergency. Words for users stand in content/break-glass.toml."""

    ACUTE = "acute"
    FOUND = "found"
    NO_ANSWER = "no_answer"
    OTHER = "other"


class Outcome(StrEnum):
    """What somebody else thought of it afterwards."""

    OK = "ok"
    FOLLOW_UP = "follow_up"
    NOT_OK = "not_ok"


#: Hours that a card may stay open; the database refuses more than the last.
HOURS = (1, 2)


@dataclass(frozen=True)
class Decision:
    """The answer of a policy: yes or no, and the reason code either way. Truthy when yes."""

    allowed: bool
    reason: str

    def __bool__(self) -> bool:
        return self.allowed


def yes(reason: str) -> Decision:
    """Allowed, because of `reason`."""
    return Decision(True, reason)


def no(reason: str) -> Decision:
    """Refused, because of `reason`."""
    return Decision(False, reason)
