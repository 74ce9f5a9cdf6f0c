"""The states of a relation (domain §3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum


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


#: About which topics a care recipient must have let us tell, for a caregiver to read what another says of them.
FAMILY_TOPICS = frozenset({"everyday", "help"})

#: A name that is only suspected to be a caregiver's is deleted when nobody has been in contact for so long.
SUSPECTED_DIES_AFTER = timedelta(weeks=8)


class SuspectedFrom(StrEnum):
    """Who said that somebody is perhaps a caregiver."""

    CARE_RECIPIENT = "care_recipient"
    NEIGHBOUR = "neighbour"
    GP = "gp"
    OTHER_SERVICE = "other_service"
    COLLEAGUE = "colleague"


class SuspectedEnd(StrEnum):
    """How it ended: they were met and are a caregiver, are none, or want no contact."""

    IDENTIFIED = "identified"
    NOT_A_CAREGIVER = "not_a_caregiver"
    DECLINED = "declined"


class ToldFirst(StrEnum):
    """How somebody was told that they are registered."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    LETTER = "letter"
    INVITATION = "invitation"
    CHECK_IN = "check_in"
    ANSWERED = "answered"  # said yes or no to being known, and so knows


#: The longest the law lets somebody wait to be told that they are registered, and the usual days (GDPR art. 14).
TELL_WITHIN_MOST = 30
TELL_WITHIN = 14


def tell_by(today: date, settings: Mapping[str, object]) -> date:
    """The day by which whoever is registered by others is told: the municipality's own days (`tell_registered_days`),
    never more than the law's.
    """
    own = settings.get("tell_registered_days")
    days = own if isinstance(own, int) and 0 <= own <= TELL_WITHIN_MOST else TELL_WITHIN
    return today + timedelta(days=days)


#: Relations in which nobody is anybody's caregiver any more.
OVER = frozenset({RelationState.NOT_A_CAREGIVER.value, RelationState.ENDED.value})

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
