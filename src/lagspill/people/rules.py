"""The ladder of audiences, who reads which rung, and the states of a relation. Pure; sources: privacy model, domain §3.1."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from lagspill.kernel.actor import Actor


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
    BREAK_GLASS = "break_glass"
    AUTHOR = "author"
    NONE = "none"


_READS: dict[Capacity, frozenset[Audience]] = {
    Capacity.CAREGIVER: frozenset(LADDER),
    Capacity.FILE_STAFF: frozenset({Audience.TALK, Audience.SERVICE, Audience.SHARED}),
    Capacity.SERVING_STAFF: frozenset({Audience.SERVICE, Audience.SHARED}),
    Capacity.CARE_RECIPIENT: frozenset({Audience.SHARED}),
    Capacity.FAMILY: frozenset({Audience.TALK, Audience.SERVICE, Audience.SHARED}),
    Capacity.BREAK_GLASS: frozenset({Audience.SERVICE, Audience.SHARED}),
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


# --- One item: its words, its floor, widening by telephone and paper, and what others would see -----------------------


@dataclass(frozen=True)
class ItemWords:
    """What an item says, as the capability that owns the words shows it to one reader. `title` says what it is about.

    `page` and `own_page` name the address of `place_id` where it stands, for staff and for the caregiver. `doer_id`, or
    a whole unit `doer_unit_id`, must keep what it says, and so reads it.
    """

    text: str
    title: str = ""
    page: str = ""
    own_page: str = ""
    place_id: uuid.UUID | None = None
    doer_id: uuid.UUID | None = None
    doer_unit_id: uuid.UUID | None = None


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


# --- whom staff may speak with, and who speaks for the care recipient (domain §7, §8, §15) ----------------------------


class Matter(StrEnum):
    """What a capacity statement is about (pbrl § 4-3): dated and by matter, never a property of the person."""

    INFORMATION_SHARING = "information_sharing"
    HEALTH_CARE = "health_care"
    ECONOMY = "economy"


class Ability(StrEnum):
    """What was decided: the person can decide in the matter, can in parts, or cannot."""

    ABLE = "able"
    PARTLY = "partly"
    UNABLE = "unable"


class Ground(StrEnum):
    """Why somebody lawfully acts for a care recipient. Being a caregiver is no ground."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    FUTURE_ATTORNEY = "future_attorney"
    POWER_OF_ATTORNEY = "power_of_attorney"


class Scope(StrEnum):
    """What a representation covers."""

    PERSONAL = "personal"
    HEALTH = "health"
    ECONOMY = "economy"


#: Scopes that let somebody read for the care recipient; the database's second lock holds the same (0005_parties_locks).
READING_SCOPES = frozenset({Scope.PERSONAL, Scope.HEALTH})


def representation_fault(
    *,
    ground: Ground,
    scopes: frozenset[Scope],
    representative_age: AgeGroup,
    recipient_birth_on: date | None,
    today: date,
    document_ref: str,
) -> str | None:
    """Why somebody may not be recorded as acting for a care recipient, or none when they may."""
    if representative_age is not AgeGroup.ADULT:
        return "representative_is_minor"
    if not scopes:
        return "scope_missing"
    if ground is Ground.PARENT:
        if recipient_birth_on is None:
            return "birth_date_missing"
        if age_group_of(recipient_birth_on, today) is not AgeGroup.UNDER_SIXTEEN:
            return "parent_until_sixteen"
    elif not document_ref:
        return "document_missing"
    return None


def sixteenth_birthday(birth_on: date) -> date:
    """The day from which a parent no longer acts for a child in health matters."""
    return _years_later(birth_on, 16)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # born on 29 February
        return date(day.year + years, 3, 1)


def consent_fault(
    *, by: Ground | None, ability: Ability | None, is_own_favour: bool = False
) -> str | None:
    """Why a consent may not be given like this: by the care recipient (`by` none), or by somebody who acts for them.

    A guardian decides only what the person cannot decide; a person who cannot decide gives no consent. Nobody who acts
    for another gives a consent in the own favour: then staff record a ground.
    """
    if by is None:
        return "cannot_consent" if ability is Ability.UNABLE else None
    if is_own_favour:
        return "own_favour"
    if by is Ground.GUARDIAN and ability in (None, Ability.ABLE):
        return "person_decides"
    return None


class NearestBasis(StrEnum):
    """Why a caregiver is nearest (domain §7)."""

    NAMED = "named"
    STATUTORY_ORDER = "statutory_order"
    PARENTAL = "parental"


#: The order from which the nearest is found for somebody who cannot name one: whoever of the earliest rank has lasting
#: and ongoing contact. Suitability is no test. Codes of content/relations.toml; those under 18 are never in the order.
STATUTORY_ORDER: tuple[frozenset[str], ...] = (
    frozenset({"spouse_partner"}),
    frozenset({"adult_child"}),
    frozenset({"parent"}),
    frozenset({"sibling"}),
    frozenset({"grandparent"}),
    frozenset({"grandchild", "other_family"}),
    frozenset({"guardian"}),
)


def nearest_rank(code: str, age: AgeGroup) -> int | None:
    """Where a relation stands in the statutory order, from 1; none when it is not in it."""
    if age is not AgeGroup.ADULT:
        return None
    ranks = (at for at, codes in enumerate(STATUTORY_ORDER, start=1) if code in codes)
    return next(ranks, None)


def nearest_fault(
    *,
    basis: NearestBasis,
    code: str,
    caregiver_age: AgeGroup,
    recipient_age: AgeGroup,
    ability: Ability | None,
    has_named: bool,
) -> str | None:
    """Why a caregiver may not be designated nearest on this basis, or none when they may."""
    if basis is NearestBasis.PARENTAL:
        if recipient_age is not AgeGroup.UNDER_SIXTEEN:
            return "not_under_sixteen"
        return None if code == "parent" else "not_a_parent"
    if recipient_age is AgeGroup.UNDER_SIXTEEN:
        return "parents_are_nearest"
    if basis is NearestBasis.NAMED:
        return "cannot_name" if ability is Ability.UNABLE else None
    if ability is not Ability.UNABLE:
        return "can_name"
    if has_named:
        return "already_named"
    return None if nearest_rank(code, caregiver_age) else "not_in_order"


class LegalBasis(StrEnum):
    """Why staff tell a caregiver something without the care recipient's consent."""

    CIRCUMSTANCES = "circumstances"
    NEAREST_INFORMED = "nearest_informed"
    PARENTAL = "parental"
    IN_THEIR_INTEREST = "in_their_interest"
    DANGER = "danger"


class TellBasis(StrEnum):
    """What allows staff to tell a caregiver about a topic now."""

    CONSENT = "consent"
    GROUND = "ground"
    NEAREST = "nearest"


#: What the nearest of somebody who cannot look after the own interests is told without more (pbrl § 3-3); never economy.
NEAREST_IS_TOLD = frozenset({"everyday", "health", "medicines", "help", "sudden"})


def tell_basis(
    topic: str, *, has_consent: bool, has_ground: bool, is_nearest: bool, ability: Ability | None
) -> TellBasis | None:
    """What allows staff to tell a caregiver about `topic`; none when nothing does."""
    if has_consent:
        return TellBasis.CONSENT
    if has_ground:
        return TellBasis.GROUND
    if is_nearest and ability is Ability.UNABLE and topic in NEAREST_IS_TOLD:
        return TellBasis.NEAREST
    return None
