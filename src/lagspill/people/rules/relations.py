"""The states of a relation (domain §3.1)."""

from __future__ import annotations

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
