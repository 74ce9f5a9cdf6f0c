"""Whom staff may speak with, and who speaks for the care recipient (domain §7, §8, §15)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from lagspill.people.rules.persons import AgeGroup, age_group_of


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


class ActsBy(StrEnum):
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
    ground: ActsBy,
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
    if ground is ActsBy.PARENT:
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


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month: how long a consent holds."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # born on 29 February
        return date(day.year + years, 3, 1)


def consent_fault(
    *,
    by: ActsBy | None,
    ability: Ability | None,
    recipient_age: AgeGroup,
    is_own_favour: bool = False,
) -> str | None:
    """Why a consent may not be given like this: by the care recipient (`by` none), or by somebody who acts for them.

    For a child under 16 the parents decide; a guardian decides only what the person cannot decide; a person who cannot
    decide gives no consent. Nobody who acts for another gives one in the own favour: then staff record a ground.
    """
    if by is None:
        if recipient_age is AgeGroup.UNDER_SIXTEEN:
            return "parents_decide"
        return "cannot_consent" if ability is Ability.UNABLE else None
    if is_own_favour:
        return "own_favour"
    if by is ActsBy.GUARDIAN and ability in (None, Ability.ABLE):
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
