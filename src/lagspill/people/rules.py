"""The ladder of audiences, who reads which rung, and the states of a relation. Pure; sources: privacy model, domain §3.1."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Audience(StrEnum):
    """Who may read an item, from narrow to wide. A draft has no audience yet and is its author's alone."""

    DRAFT = "draft"
    MINE = "mine"
    TALK = "talk"
    SERVICE = "service"
    SHARED = "shared"


LADDER = (Audience.MINE, Audience.TALK, Audience.SERVICE, Audience.SHARED)


class About(StrEnum):
    """Whom an item speaks of. BOTH is split before it goes wider than `talk`."""

    CAREGIVER = "caregiver"
    CARE_RECIPIENT = "care_recipient"
    BOTH = "both"


class Capacity(StrEnum):
    """In what capacity somebody meets an item. One person may meet it in several; the widest holds."""

    CAREGIVER = "caregiver"
    FILE_STAFF = "file_staff"
    SERVING_STAFF = "serving_staff"
    CARE_RECIPIENT = "care_recipient"
    FAMILY = "family"
    AUTHOR = "author"
    NONE = "none"


_READS: dict[Capacity, frozenset[Audience]] = {
    Capacity.CAREGIVER: frozenset(LADDER),
    Capacity.FILE_STAFF: frozenset({Audience.TALK, Audience.SERVICE, Audience.SHARED}),
    Capacity.SERVING_STAFF: frozenset({Audience.SERVICE, Audience.SHARED}),
    Capacity.CARE_RECIPIENT: frozenset({Audience.SHARED}),
    Capacity.FAMILY: frozenset({Audience.TALK, Audience.SERVICE, Audience.SHARED}),
    Capacity.AUTHOR: frozenset({Audience.DRAFT, Audience.TALK, Audience.SERVICE, Audience.SHARED}),
    Capacity.NONE: frozenset(),
}


def audiences_for(capacity: Capacity) -> frozenset[Audience]:
    """The audiences that somebody in `capacity` may read (privacy model, "The ladder").

    FAMILY holds only for persons named on the item; AUTHOR only for staff who still serve.
    """
    return _READS[capacity]


def is_wider(new: Audience, old: Audience) -> bool:
    """True when `new` lets more people read than `old`; a draft is narrower than everything."""
    order = (Audience.DRAFT, *LADDER)
    return order.index(new) > order.index(old)


def placing_fault(
    *,
    audience: Audience,
    about: About,
    has_relation: bool,
    by_staff: bool,
    written_by_caregiver_alone: bool,
) -> str | None:
    """Why an item may not be placed like this: a reason code, or none when it may (privacy model, "Words", "Birth")."""
    if audience is Audience.DRAFT:
        return "placing_needs_audience"
    if audience is Audience.MINE and (by_staff or not written_by_caregiver_alone):
        return "mine_is_only_for_own_words"
    if audience in (Audience.SERVICE, Audience.SHARED):
        if not has_relation:
            return "wide_needs_relation"
        if about is About.BOTH:
            return "split_before_widening"
    if audience is Audience.SERVICE and about is not About.CAREGIVER:
        return "service_is_about_the_caregiver"
    return None


class RelationState(StrEnum):
    """Life of a relation (domain §3.1)."""

    SUSPECTED = "suspected"
    IDENTIFIED = "identified"
    CONTACTED = "contacted"
    MAPPED = "mapped"
    FOLLOWED_UP = "followed_up"
    PAUSED = "paused"
    DECLINED = "declined"
    NOT_A_CAREGIVER = "not_a_caregiver"
    BEREAVED = "bereaved"
    ENDED = "ended"


_S = RelationState
_MOVES: dict[RelationState, frozenset[RelationState]] = {
    _S.SUSPECTED: frozenset({_S.IDENTIFIED, _S.NOT_A_CAREGIVER, _S.DECLINED}),
    _S.IDENTIFIED: frozenset(
        {_S.CONTACTED, _S.MAPPED, _S.FOLLOWED_UP, _S.DECLINED, _S.NOT_A_CAREGIVER}
    ),
    _S.CONTACTED: frozenset({_S.MAPPED, _S.FOLLOWED_UP, _S.DECLINED, _S.PAUSED}),
    _S.MAPPED: frozenset({_S.FOLLOWED_UP, _S.DECLINED, _S.PAUSED}),
    _S.FOLLOWED_UP: frozenset({_S.PAUSED, _S.DECLINED}),
    _S.PAUSED: frozenset({_S.CONTACTED, _S.FOLLOWED_UP, _S.DECLINED}),
    _S.DECLINED: frozenset({_S.CONTACTED, _S.MAPPED, _S.FOLLOWED_UP}),
    _S.NOT_A_CAREGIVER: frozenset(),
    _S.BEREAVED: frozenset(),
    _S.ENDED: frozenset(),
}


def may_move(old: RelationState, new: RelationState) -> bool:
    """True when a relation may go from `old` to `new`; every living one may end or become bereaved."""
    if new in (_S.ENDED, _S.BEREAVED):
        return old not in (_S.ENDED, _S.NOT_A_CAREGIVER)
    return new in _MOVES[old]


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
