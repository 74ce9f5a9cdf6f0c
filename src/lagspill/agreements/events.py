"""Facts about agreements."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from lagspill.kernel.facts import Fact


@dataclass(frozen=True)
class AgreementProposed(Fact):
    """A version waits for the caregiver's answer. `channel`: portal, phone, paper; the last two need a person."""

    file_id: uuid.UUID
    agreement_id: uuid.UUID
    version_id: uuid.UUID
    unit_id: uuid.UUID
    lead_staff_id: uuid.UUID
    channel: str


@dataclass(frozen=True)
class AgreementChangeAsked(Fact):
    """The caregiver wants the proposal changed: it is a draft again, and somebody must see to it."""

    file_id: uuid.UUID
    agreement_id: uuid.UUID
    version_id: uuid.UUID
    unit_id: uuid.UUID
    lead_staff_id: uuid.UUID


@dataclass(frozen=True)
class CaregiverConfirmed(Fact):
    """The caregiver has said yes, and the municipality's own yes is still missing."""

    file_id: uuid.UUID
    agreement_id: uuid.UUID
    version_id: uuid.UUID
    unit_id: uuid.UUID
    lead_staff_id: uuid.UUID


@dataclass(frozen=True)
class AgreementConfirmed(Fact):
    """Both sides have said yes: the version holds until `review_on` and never changes."""

    file_id: uuid.UUID
    agreement_id: uuid.UUID
    version_id: uuid.UUID
    unit_id: uuid.UUID
    lead_staff_id: uuid.UUID
    review_on: date


@dataclass(frozen=True)
class AgreementEnded(Fact):
    """A proposal or an agreement came to its end. `how`: declined, dropped, ended_by_caregiver, ended_by_staff."""

    file_id: uuid.UUID
    agreement_id: uuid.UUID
    version_id: uuid.UUID
    how: str
