"""Facts about files and relations."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

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
