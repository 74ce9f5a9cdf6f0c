"""Steps of the child track, what may be said of each, and how old a child of a birth year may be. Pure; source: domain §8.

The words stand in content/children.toml under the same codes. Codes alone: nobody writes sentences about a child here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lagspill.people.rules import AgeGroup


class Kin(StrEnum):
    """What the child is to the one who is ill."""

    CHILD = "child"
    SIBLING = "sibling"
    GRANDCHILD = "grandchild"
    OTHER = "other"


#: What staff choose when they register a caregiver, as the track has it; whoever is not here is OTHER.
KIN_OF_RELATION: Mapping[str, Kin] = {
    "child": Kin.CHILD,
    "adult_child": Kin.CHILD,
    "sibling": Kin.SIBLING,
    "grandchild": Kin.GRANDCHILD,
}


class Step(StrEnum):
    """What the law asks of those who meet somebody with children (hpl §§ 10 a, 10 b and 33), in order."""

    ASKED = "asked"
    INFORMED = "informed"
    FOLLOWED_UP = "followed_up"
    INVOLVED = "involved"
    DUTY = "duty"


STEPS = tuple(Step)
#: What may be said of each step, by code.
OUTCOMES: Mapping[Step, tuple[str, ...]] = {
    Step.ASKED: ("told_us", "family_told_us", "not_now"),
    Step.INFORMED: ("by_parent", "by_us", "together", "not_wanted"),
    Step.FOLLOWED_UP: ("us", "health_station", "school_nurse", "family", "others"),
    Step.INVOLVED: ("school", "health_station", "both", "no_consent"),
    Step.DUTY: ("no_ground", "discussed", "notified"),
}
#: How the child was told; asked only of that step.
HOWS: Mapping[Step, tuple[str, ...]] = {Step.INFORMED: ("talk", "phone", "written")}
#: Answers that leave the step to be asked again: it is not yet done.
ASK_AGAIN = frozenset({"not_now", "not_wanted", "no_consent"})


class Ending(StrEnum):
    """Why a track is closed."""

    DONE = "done"
    MOVED = "moved"
    HAS_OWN_FILE = "has_own_file"
    MISTAKE = "mistake"


@dataclass(frozen=True)
class Taken:
    """A step that was taken: what came of it, how, on which day."""

    step: Step
    outcome: str
    done_on: date
    how: str = ""


def step_fault(taken: Taken, next_on: date | None, today: date) -> str | None:
    """Why a step cannot be noted like this: a reason code, or none."""
    if taken.outcome not in OUTCOMES[taken.step]:
        return "unknown_choice"
    if taken.how and taken.how not in HOWS.get(taken.step, ()):
        return "unknown_choice"
    if taken.done_on > today:
        return "step_in_future"
    return "next_step_passed" if next_on is not None and next_on < today else None


#: A birth year that cannot be a child's is a slip of the finger.
OLDEST = 18


def birth_year_fault(year: int | None, today: date) -> str | None:
    """Why this cannot be a child's birth year: a reason code, or none."""
    if year is None or today.year - OLDEST <= year <= today.year:
        return None
    return "birth_year_not_a_childs"


def age_group_of_year(year: int | None, today: date) -> AgeGroup:
    """How old somebody born that year is, taken as young as they may be: protection ends late, never early."""
    if year is None:
        return AgeGroup.UNKNOWN
    years = today.year - year - 1
    if years >= 18:
        return AgeGroup.ADULT
    return AgeGroup.SIXTEEN_SEVENTEEN if years >= 16 else AgeGroup.UNDER_SIXTEEN


class State(StrEnum):
    """Where a track stands, as its list shows it."""

    NEW = "new"
    OVERDUE = "overdue"
    DUE = "due"
    PLANNED = "planned"
    RESTING = "resting"
    CLOSED = "closed"


#: Days before its date from which a next step is shown as due.
DUE_WITHIN = 7


def state_of(*, is_closed: bool, has_steps: bool, next_on: date | None, today: date) -> State:
    """Where a track stands: without a date nothing is waited for, save that somebody begins."""
    if is_closed:
        return State.CLOSED
    if next_on is not None and next_on < today:
        return State.OVERDUE
    if not has_steps:
        return State.NEW
    if next_on is None:
        return State.RESTING
    return State.DUE if (next_on - today).days <= DUE_WITHIN else State.PLANNED


#: Working days until somebody has begun with a child who was passed on.
BEGIN_WITHIN = 3
