"""Persons: age, how to reach them safely, their names as they are searched by, and how long drafts live."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum


class AgeGroup(StrEnum):
    """Asked at registration for child, sibling, grandchild and the like; unknown blocks invitation and tasks."""

    ADULT = "adult"
    SIXTEEN_SEVENTEEN = "16_17"
    UNDER_SIXTEEN = "under_16"
    UNKNOWN = "unknown"


#: Relations where the caregiver may be a minor, so that the age group is asked.
ASKS_AGE = frozenset(
    {
        "adult_child",
        "child",
        "sibling",
        "grandchild",
        "other_family",
        "friend",
        "neighbour",
        "other",
        "unknown",
    }
)


def age_group_of(birth_on: date, today: date) -> AgeGroup:
    """The age group of somebody born on `birth_on`."""
    years = today.year - birth_on.year - ((today.month, today.day) < (birth_on.month, birth_on.day))
    if years >= 18:
        return AgeGroup.ADULT
    return AgeGroup.SIXTEEN_SEVENTEEN if years >= 16 else AgeGroup.UNDER_SIXTEEN


def current_age_group(birth_on: date | None, stated: str, today: date) -> AgeGroup:
    """The age group today: a birth date decides by itself and moves with time; without one, what was stated holds."""
    return AgeGroup(stated) if birth_on is None else age_group_of(birth_on, today)


def years_before(today: date, years: int) -> date:
    """The day that many years ago; whoever was born on it or before is that old."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return today.replace(year=today.year - years, day=28)


#: Passes on somebody under 16 who was about to be registered as a caregiver. Takes actor, now, name, relation,
#: person_id (who is ill) and unit_id, by name.
ChildDoor = Callable[..., None]
_child_door: list[ChildDoor] = []


def set_child_door(door: ChildDoor) -> None:
    """Say who takes children under 16; `children` does, once, when the program starts."""
    _child_door[:] = [door]


def child_door() -> ChildDoor:
    """Who takes children under 16."""
    return _child_door[0]


class Protection(StrEnum):
    """How an address is protected in the population register; codes 6 and 7 there."""

    NONE = ""
    CONFIDENTIAL = "7"
    STRICT = "6"


class Channel(StrEnum):
    """Ways to reach somebody. What is blocked becomes a call for a named person."""

    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"
    LETTER = "letter"
    IN_PERSON = "in_person"


@dataclass(frozen=True)
class Reach:
    """How a caregiver can be reached safely: the answer to "how can we reach you safely?", above every channel rule."""

    channel: Channel
    phone: str = ""
    email: str = ""
    address: str = ""
    note: str = ""
    blocked: frozenset[Channel] = frozenset()

    def allows(self, channel: Channel) -> bool:
        """True when something may be sent by `channel` without asking anybody."""
        if channel in self.blocked:
            return False
        has = {
            Channel.EMAIL: self.email,
            Channel.LETTER: self.address,
            Channel.PHONE: self.phone,
            Channel.SMS: self.phone,
        }
        return bool(has.get(channel))


def safe_reach(reach: Reach, protection: Protection) -> Reach:
    """How somebody may be reached: a protected address is never written on a letter, somebody calls instead."""
    if protection is Protection.NONE:
        return reach
    channel = Channel.PHONE if reach.channel is Channel.LETTER else reach.channel
    return replace(reach, channel=channel, blocked=reach.blocked | {Channel.LETTER})


#: A staff draft is deleted this long after its last edit; its author is warned before.
DRAFT_DIES_AFTER = timedelta(hours=72)
DRAFT_WARNS_AFTER = timedelta(hours=48)


def name_key(name: str) -> str:
    """The name as it is searched by: composed, lower case, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).lower().split())


def last_name_key(name: str) -> str:
    """The last word of the name, as it is searched by."""
    words = name_key(name).split()
    return words[-1] if words else ""
