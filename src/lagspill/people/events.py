"""Facts about files and relations."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from lagspill.kernel.facts import Fact


@dataclass(frozen=True)
class CaregiverRegistered(Fact):
    """A caregiver got a file (or a further relation in it). `source`: staff, import."""

    file_id: uuid.UUID
    relation_id: uuid.UUID
    unit_id: uuid.UUID
    source: str
    registered_by: uuid.UUID | None
    asks_check_in: bool = False


@dataclass(frozen=True)
class PossibleDuplicate(Fact):
    """A registration looks like somebody the registrar may not see: quiet work for the coordinator."""

    file_id: uuid.UUID
    other_file_id: uuid.UUID
    unit_id: uuid.UUID


@dataclass(frozen=True)
class RelationMoved(Fact):
    """A relation changed state (domain §3.1)."""

    file_id: uuid.UUID
    relation_id: uuid.UUID
    old: str
    new: str


@dataclass(frozen=True)
class ItemPlaced(Fact):
    """An item got its audience, or another one."""

    file_id: uuid.UUID
    item_id: uuid.UUID
    audience: str


@dataclass(frozen=True)
class FileBound(Fact):
    """A file was bound to a national id: the caregiver can sign in."""

    file_id: uuid.UUID


@dataclass(frozen=True)
class ItemNotAgreed(Fact):
    """Staff placed words without the caregiver: somebody asks the caregiver about them."""

    file_id: uuid.UUID
    item_id: uuid.UUID
    unit_id: uuid.UUID
    author_staff_id: uuid.UUID


@dataclass(frozen=True)
class ItemAnswered(Fact):
    """The caregiver said yes, narrower or correct to words written without them."""

    file_id: uuid.UUID
    item_id: uuid.UUID
    unit_id: uuid.UUID
    author_staff_id: uuid.UUID | None
    answer: str


@dataclass(frozen=True)
class WideningTaken(Fact):
    """A yes by telephone or paper waits for its copy. `way`: notice, letter or second_call."""

    file_id: uuid.UUID
    item_id: uuid.UUID
    widening_id: uuid.UUID
    unit_id: uuid.UUID
    taken_by: uuid.UUID
    way: str


@dataclass(frozen=True)
class WideningEnded(Fact):
    """A yes by telephone or paper holds, or was undone. `still`: ways by which others of the file wait."""

    file_id: uuid.UUID
    widening_id: uuid.UUID
    still: tuple[str, ...] = ()


@dataclass(frozen=True)
class Disclosed(Fact):
    """Words left on a legal ground without a yes."""

    file_id: uuid.UUID
    item_id: uuid.UUID
    disclosure_id: uuid.UUID
    unit_id: uuid.UUID
    staff_id: uuid.UUID
    is_told: bool


@dataclass(frozen=True)
class DisclosureTold(Fact):
    """The caregiver was told of it."""

    file_id: uuid.UUID
    disclosure_id: uuid.UUID


@dataclass(frozen=True)
class RecordedByDuty(Fact):
    """Words were recorded for care, or must be. `needs_call`: the caregiver was not there and could not be sent a notice."""

    file_id: uuid.UUID
    item_id: uuid.UUID
    unit_id: uuid.UUID
    staff_id: uuid.UUID
    needs_call: bool


@dataclass(frozen=True)
class FileClosed(Fact):
    """A file was closed: nobody works on it any more. `why`: a `CloseReason`."""

    file_id: uuid.UUID
    why: str


@dataclass(frozen=True)
class LettersStopped(Fact):
    """Nothing may be sent home to this caregiver any more: a letter that waits becomes a call for a named person."""

    file_id: uuid.UUID


@dataclass(frozen=True)
class CaregiverDied(Fact):
    """A caregiver has died and the file is closed: what they did for this care recipient, somebody else must see to."""

    file_id: uuid.UUID
    relation_id: uuid.UUID
    care_recipient_id: uuid.UUID
    unit_id: uuid.UUID


@dataclass(frozen=True)
class ConsentNotAsked(Fact):
    """A relation became known to the care recipient, whom nobody has asked what may be told to that caregiver."""

    file_id: uuid.UUID
    relation_id: uuid.UUID
    care_recipient_id: uuid.UUID
    unit_id: uuid.UUID


@dataclass(frozen=True)
class ConsentDeclined(Fact):
    """The care recipient does not want to share with a caregiver; `again_on`: when to ask again, if ever."""

    file_id: uuid.UUID
    relation_id: uuid.UUID
    care_recipient_id: uuid.UUID
    unit_id: uuid.UUID
    again_on: date | None


@dataclass(frozen=True)
class ConsentGiven(Fact):
    """The care recipient, or who acts for them, lets staff tell the caregivers of these relations something."""

    care_recipient_id: uuid.UUID
    relation_ids: tuple[uuid.UUID, ...]


@dataclass(frozen=True)
class LogQuestionAsked(Fact):
    """Somebody asks about a line of their own log."""

    question_id: uuid.UUID


@dataclass(frozen=True)
class LogQuestionAnswered(Fact):
    """The privacy officer has answered."""

    question_id: uuid.UUID


@dataclass(frozen=True)
class ToBeTold(Fact):
    """Somebody was registered by others, and is to be told so by a day."""

    file_id: uuid.UUID
    relation_id: uuid.UUID
    unit_id: uuid.UUID
    tell_by: date


@dataclass(frozen=True)
class RegisteredTold(Fact):
    """They were told."""

    file_id: uuid.UUID
    relation_id: uuid.UUID


@dataclass(frozen=True)
class SuspectedNoted(Fact):
    """Somebody is perhaps a caregiver: somebody makes contact and finds out. No file, and no name here."""

    suspected_id: uuid.UUID
    unit_id: uuid.UUID


@dataclass(frozen=True)
class SuspectedEnded(Fact):
    """What was suspected is deleted, however it ended."""

    suspected_id: uuid.UUID
