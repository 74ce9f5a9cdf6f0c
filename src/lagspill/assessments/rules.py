"""How an instrument is counted, and the states of a request. Pure: answers in, figures out; a figure decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Option(Protocol):
    """One answer and what it counts."""

    @property
    def value(self) -> int: ...


class Question(Protocol):
    """One question. `higher_is` says what a high answer means: heavier, or lighter (then it counts backwards)."""

    @property
    def id(self) -> str: ...
    @property
    def higher_is(self) -> str: ...


class Band(Protocol):
    """A span of the sum with a name; both ends belong to it."""

    @property
    def code(self) -> str: ...
    @property
    def low(self) -> int: ...
    @property
    def high(self) -> int: ...


class Subscale(Protocol):
    """Some of the questions, summed by themselves."""

    @property
    def code(self) -> str: ...
    @property
    def items(self) -> Sequence[str]: ...


class Instrument(Protocol):
    """What counting needs to know; `kernel.content.Instrument` is one."""

    @property
    def options(self) -> Sequence[Option]: ...
    @property
    def items(self) -> Sequence[Question]: ...
    @property
    def bands(self) -> Sequence[Band]: ...
    @property
    def subscales(self) -> Sequence[Subscale]: ...


class UnknownAnswer(ValueError):
    """An answer to a question the instrument does not have, or one that is none of its options."""

    def __init__(self, item: str) -> None:
        super().__init__(f"no such question or answer: {item}")
        self.item = item


@dataclass(frozen=True)
class Score:
    """The sum. None unless every question was answered: a sum of some looks lighter than it is."""

    complete: bool
    score: int | None
    band: str | None
    subscales: Mapping[str, int | None]


def score(instrument: Instrument, answers: Mapping[str, int | None]) -> Score:
    """Count `answers` (question id to value; missing or None is unanswered). Raises UnknownAnswer.

    A subscale is complete by itself: it has a sum when its own questions are answered.
    """
    values = {option.value for option in instrument.options}
    questions = {question.id: question for question in instrument.items}
    counted: dict[str, int] = {}
    for item, value in answers.items():
        # True is 1 to Python, and no answer to us.
        if item not in questions or not (value is None or (type(value) is int and value in values)):
            raise UnknownAnswer(item)
        if value is not None:
            is_reversed = questions[item].higher_is == "lighter"
            counted[item] = min(values) + max(values) - value if is_reversed else value
    total = _sum_of(questions, counted)
    return Score(
        complete=total is not None,
        score=total,
        band=_band_of(instrument.bands, total),
        subscales={scale.code: _sum_of(scale.items, counted) for scale in instrument.subscales},
    )


def _sum_of(
    items: Sequence[str] | Mapping[str, Question], counted: Mapping[str, int]
) -> int | None:
    if any(item not in counted for item in items):
        return None
    return sum(counted[item] for item in items)


def _band_of(bands: Sequence[Band], total: int | None) -> str | None:
    if total is None:
        return None
    return next((band.code for band in bands if band.low <= total <= band.high), None)


class Change(StrEnum):
    """What became of the sum. `FIRST`: there is nothing to compare with."""

    FIRST = "first"
    HEAVIER = "heavier"
    LIGHTER = "lighter"
    SAME = "same"


def change(before: int | None, after: int) -> Change:
    """How the sum `after` stands to the one before; higher is heavier."""
    if before is None:
        return Change.FIRST
    if after == before:
        return Change.SAME
    return Change.HEAVIER if after > before else Change.LIGHTER


class Kind(StrEnum):
    """What was asked for."""

    CHECK_IN = "check_in"
    CALL = "call"


class State(StrEnum):
    """Where a request stands. Only `OPEN` moves on."""

    OPEN = "open"
    ANSWERED = "answered"
    MADE = "made"
    CLOSED = "closed"


class Why(StrEnum):
    """Why somebody is to ring, or why somebody asked."""

    ASKED = "asked"  # the caregiver asked to be called
    NO_EMAIL = "no_email"  # the question could not be sent by e-mail
    NO_SIGN_IN = "no_sign_in"  # the caregiver has not opened the file with a sign-in yet
    WELL_BEING = "well_being"  # somebody asks how it goes, in the portal


class Outcome(StrEnum):
    """How an attempt to call went."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    BY_ANOTHER = "by_another"
    NOT_WANTED = "not_wanted"


#: Where a call stands after each outcome.
AFTER = {
    Outcome.REACHED: State.MADE,
    Outcome.NOT_REACHED: State.OPEN,
    Outcome.BY_ANOTHER: State.MADE,
    Outcome.NOT_WANTED: State.CLOSED,
}

#: A caregiver who asks to be called is rung within this many working days. The page promises it.
CALL_WITHIN = 2
#: The file's staff, by role, in the order in which they are named as the one who rings.
RINGS_FIRST = ("lead", "contact_person", "coordinator", "substitute")
