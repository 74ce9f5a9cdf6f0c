"""One item: its words, its floor, widening by telephone and paper, and what others would see."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lagspill.kernel.actor import Actor
from lagspill.people.rules.ladder import (
    LADDER,
    About,
    Audience,
    Capacity,
    audiences_for,
    is_wider,
    placing_fault,
)
from lagspill.people.rules.persons import Channel, Reach


@dataclass(frozen=True)
class ItemWords:
    """What an item says, as the capability that owns the words shows it to one reader. `title` says what it is about.

    `page` and `own_page` name the address of `place_id` where it stands, for staff and for the caregiver. `doer_id`, or
    a whole unit `doer_unit_id`, must keep what it says, and so reads it. `logged_as` is the id under which the log
    knows reads of it, where that is not the item's own.
    """

    text: str
    title: str = ""
    page: str = ""
    own_page: str = ""
    place_id: uuid.UUID | None = None
    doer_id: uuid.UUID | None = None
    doer_unit_id: uuid.UUID | None = None
    logged_as: uuid.UUID | None = None


#: Asked with ids of items of one file: the words of those the actor may read, by the capability's own policy.
WordsResolver = Callable[[Actor, Sequence[uuid.UUID], datetime], Mapping[uuid.UUID, ItemWords]]
_resolvers: list[WordsResolver] = []


def register_words(resolver: WordsResolver) -> None:
    """Say who knows the words of a kind of item; capabilities do, once, when the program starts."""
    if resolver not in _resolvers:
        _resolvers.append(resolver)


def words_of(
    actor: Actor, ids: Sequence[uuid.UUID], now: datetime
) -> dict[uuid.UUID, tuple[ItemWords, ...]]:
    """What each capability says of these items; one item may stand in two (an agreed line and its promise)."""
    found: dict[uuid.UUID, tuple[ItemWords, ...]] = {}
    for resolver in _resolvers:
        for item_id, words in resolver(actor, ids, now).items():
            found[item_id] = (*found.get(item_id, ()), words)
    return found


def floor_of(*, by_caregiver_alone: bool, must_record: bool) -> Audience:
    """How narrow an item may become: `mine` for what the caregiver wrote alone; `shared` for what must be recorded."""
    if must_record:
        return Audience.SHARED
    return Audience.MINE if by_caregiver_alone else Audience.TALK


def choices_of(
    *, about: About, has_relation: bool, by_staff: bool, by_caregiver_alone: bool, must_record: bool
) -> tuple[Audience, ...]:
    """The audiences an item may be given now, from narrow to wide."""
    floor = floor_of(by_caregiver_alone=by_caregiver_alone, must_record=must_record)
    return tuple(
        audience
        for audience in LADDER
        if not is_wider(floor, audience)
        and placing_fault(
            audience=audience,
            about=about,
            has_relation=has_relation,
            by_staff=by_staff,
            written_by_caregiver_alone=by_caregiver_alone,
        )
        is None
    )


class Answer(StrEnum):
    """What the caregiver says to words written without them. None of them needs a reason."""

    YES = "yes"
    NARROWER = "narrower"
    CORRECT = "correct"


#: Kinds whose yes is asked where they stand: with the relation, in the proposal, in the answer that was written down.
ASKED_ELSEWHERE = frozenset({"relation", "agreement_line", "agreement_reply"})


class CopyWay(StrEnum):
    """How the copy of a yes by telephone or paper leaves; without a safe way a colleague calls a second time."""

    NOTICE = "notice"
    LETTER = "letter"
    SECOND_CALL = "second_call"


def copy_way(reach: Reach, *, is_bound: bool) -> CopyWay:
    """The safe way for a copy: a notice to who can sign in, else a letter, else a second call."""
    if is_bound and reach.allows(Channel.EMAIL):
        return CopyWay.NOTICE
    return CopyWay.LETTER if reach.allows(Channel.LETTER) else CopyWay.SECOND_CALL


class WideningState(StrEnum):
    """Life of a yes by telephone or paper: it waits for its copy, holds, is undone, or was overtaken by another."""

    WAITING = "waiting"
    DONE = "done"
    UNDONE = "undone"


class Ground(StrEnum):
    """Legal grounds on which words may leave without a yes (privacy model, "What a choice cannot switch off")."""

    DANGER = "danger"
    CHILD_WELFARE = "child_welfare"
    HEALTH_CARE = "health_care"
    COURT = "court"
    OTHER_LAW = "other_law"


class ToldHow(StrEnum):
    """How the caregiver was told of a disclosure; NOT_YET carries why."""

    IN_PERSON = "in_person"
    PHONE = "phone"
    LETTER = "letter"
    NOT_YET = "not_yet"


class Onlooker(StrEnum):
    """Whose eyes "see as" borrows."""

    CARE_RECIPIENT = "care_recipient"
    SERVING_STAFF = "serving_staff"
    FAMILY = "family"
    LEADER = "leader"


_ONLOOKERS = {
    Onlooker.CARE_RECIPIENT: Capacity.CARE_RECIPIENT,
    Onlooker.SERVING_STAFF: Capacity.SERVING_STAFF,
    Onlooker.FAMILY: Capacity.FAMILY,
    Onlooker.LEADER: Capacity.NONE,
}


@dataclass(frozen=True)
class AtHand:
    """What "see as" needs to know of an item: its rung, whether it concerns anybody, who knows, and named family."""

    audience: Audience
    has_relation: bool
    is_known_to_recipient: bool
    has_family: bool = False


def would_read(onlooker: Onlooker, item: AtHand) -> bool:
    """Would somebody like that read this item? A leader sees work, never an item; family only where it is named."""
    if onlooker is Onlooker.CARE_RECIPIENT and not (
        item.has_relation and item.is_known_to_recipient
    ):
        return False
    if onlooker is Onlooker.SERVING_STAFF and not item.has_relation:
        return False
    if onlooker is Onlooker.FAMILY and not item.has_family:
        return False
    return item.audience in audiences_for(_ONLOOKERS[onlooker])


def storage_code(*, kind: str, about: About, audience: Audience) -> str:
    """Which row of content/storage.toml an item falls under (domain §9)."""
    if kind == "relation":
        return "contact"
    if kind == "card_entry":
        return "told_needed"
    if about is About.CARE_RECIPIENT:
        return "told_needed" if audience is Audience.SHARED else "told_in_confidence"
    if kind == "agreement_line" and audience is Audience.SHARED:
        return "contact"
    return "own"


#: Stems that speak of feelings and health, in bokmål, nynorsk and English: enough to warn, never to decide (N105).
_FEELINGS = re.compile(
    r"\b(?:sliten|slite[tn]|utslitt|utbrent|utmatt|redd|engst|angst|bekymr|uro(?:lig|a\b|en\b)|trist|lei meg|gråt|gråter"
    r"|deprim|depres|nedfor|fortvil|frustr|sint|skyldf|skam|ensom|einsam|einsleg|stress|orker|orkar|klarer ikke mer"
    r"|klarar ikkje meir|sover|sov\b|søvn|svevn|sykemeld|sjukmeld|panikk|hjelpeløs|tired|exhaust|afraid|worr|anxi"
    r"|sad\b|cry|guilt|lonely|angry|burnt out|sleep)",
    re.IGNORECASE,
)


def speaks_of_feelings(text: str) -> bool:
    """True when words seem to speak of somebody's feelings or health; a reason to look twice before they are sent."""
    return _FEELINGS.search(text) is not None
