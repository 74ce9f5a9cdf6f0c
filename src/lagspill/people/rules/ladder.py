"""The ladder of audiences, and who reads which rung. Pure; source: privacy model."""

from __future__ import annotations

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
