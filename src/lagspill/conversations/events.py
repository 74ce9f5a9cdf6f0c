"""Facts about invitations and talks: ids, codes and days."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from lagspill.kernel.facts import Fact


@dataclass(frozen=True)
class InvitationSent(Fact):
    """An invitation is on its way. `channel`: portal; letter, to be posted; phone, somebody must ring."""

    file_id: uuid.UUID
    invitation_id: uuid.UUID
    unit_id: uuid.UUID
    lead_staff_id: uuid.UUID
    channel: str
    reply_by: date


@dataclass(frozen=True)
class LetterPosted(Fact):
    """The letter of an invitation was put in the post."""

    file_id: uuid.UUID
    invitation_id: uuid.UUID


@dataclass(frozen=True)
class InvitationAnswered(Fact):
    """The caregiver answered. A yes has a talk; `talk_on` is missing when its time is still to be agreed."""

    file_id: uuid.UUID
    invitation_id: uuid.UUID
    unit_id: uuid.UUID
    lead_staff_id: uuid.UUID
    answer: str
    talk_id: uuid.UUID | None
    talk_on: date | None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class InvitationExpired(Fact):
    """No answer came in time: one call, and then peace."""

    file_id: uuid.UUID
    invitation_id: uuid.UUID
    unit_id: uuid.UUID
    lead_staff_id: uuid.UUID


@dataclass(frozen=True)
class InvitationCancelled(Fact):
    """Staff took an invitation back before it was answered."""

    file_id: uuid.UUID
    invitation_id: uuid.UUID


@dataclass(frozen=True)
class TalkPlanned(Fact):
    """A talk has its day, or another one than before."""

    file_id: uuid.UUID
    talk_id: uuid.UUID
    unit_id: uuid.UUID
    lead_staff_id: uuid.UUID
    talk_on: date


@dataclass(frozen=True)
class TalkHeld(Fact):
    """A talk is over."""

    file_id: uuid.UUID
    talk_id: uuid.UUID
    unit_id: uuid.UUID
    lead_staff_id: uuid.UUID


@dataclass(frozen=True)
class TalkCancelled(Fact):
    """A talk will not be held. `by`: citizen or staff."""

    file_id: uuid.UUID
    talk_id: uuid.UUID
    unit_id: uuid.UUID
    lead_staff_id: uuid.UUID
    by: str


@dataclass(frozen=True)
class DraftSoonDeleted(Fact):
    """A draft of a talk was last edited 48 hours ago and is deleted in 24: its author is told once."""

    file_id: uuid.UUID
    talk_id: uuid.UUID
    staff_id: uuid.UUID


@dataclass(frozen=True)
class MinorHelps(Fact):
    """A caregiver under 18 has said what they do at home: somebody relieves them. Never the words."""

    file_id: uuid.UUID
    talk_id: uuid.UUID
    unit_id: uuid.UUID
    lead_staff_id: uuid.UUID
