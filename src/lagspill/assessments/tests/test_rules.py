"""Counting at its edges: all answered or no sum, backwards, bands and subscales, and what is no answer."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagspill.assessments import rules
from lagspill.assessments.rules import Change, Score, UnknownAnswer
from lagspill.kernel import content


@dataclass(frozen=True)
class Option:
    value: int


@dataclass(frozen=True)
class Question:
    id: str
    higher_is: str = "heavier"


@dataclass(frozen=True)
class Band:
    code: str
    low: int
    high: int


@dataclass(frozen=True)
class Subscale:
    code: str
    items: tuple[str, ...]


@dataclass(frozen=True)
class Instrument:
    items: tuple[Question, ...]
    options: tuple[Option, ...] = tuple(Option(value) for value in range(5))
    bands: tuple[Band, ...] = ()
    subscales: tuple[Subscale, ...] = field(default=())


#: In the shape of a form with fifteen numbered questions, two limits and three groups.
FIFTEEN = Instrument(
    items=tuple(Question(str(number)) for number in range(1, 16)),
    bands=(Band("low", 0, 23), Band("medium", 24, 30), Band("high", 31, 60)),
    subscales=(
        Subscale("first", tuple(str(number) for number in range(1, 7))),
        Subscale("rest", tuple(str(number) for number in range(7, 16))),
    ),
)


def _summing_to(total: int) -> dict[str, int]:
    answers = {}
    for item in FIFTEEN.items:
        answers[item.id] = min(4, total)
        total -= answers[item.id]
    return answers


@pytest.mark.parametrize(
    ("total", "band"),
    [(0, "low"), (23, "low"), (24, "medium"), (30, "medium"), (31, "high"), (60, "high")],
)
def test_band_holds_both_its_ends(total, band):
    counted = rules.score(FIFTEEN, _summing_to(total))
    assert (counted.complete, counted.score, counted.band) == (True, total, band)


def test_one_question_missing_gives_no_sum_and_no_band_but_whole_groups_keep_theirs():
    answers = {item.id: 2 for item in FIFTEEN.items if item.id != "15"}
    assert rules.score(FIFTEEN, answers) == Score(False, None, None, {"first": 12, "rest": None})
    assert rules.score(FIFTEEN, answers | {"15": None}) == rules.score(FIFTEEN, answers)


def test_nothing_answered_is_not_a_sum_of_nought():
    assert rules.score(FIFTEEN, {}) == Score(False, None, None, {"first": None, "rest": None})


def test_lighter_counts_backwards_inside_the_options():
    instrument = Instrument(
        items=(Question("a"), Question("b", "lighter")),
        options=tuple(Option(value) for value in (1, 2, 3)),
    )
    assert rules.score(instrument, {"a": 1, "b": 3}).score == 2
    assert rules.score(instrument, {"a": 1, "b": 1}).score == 4


@pytest.mark.parametrize("value", [-1, 5, 2.0, "2", True, False, [], 10**30])
def test_what_is_no_option_is_refused(value):
    with pytest.raises(UnknownAnswer) as refused:
        rules.score(FIFTEEN, {"3": value})
    assert refused.value.item == "3"


def test_a_question_the_instrument_does_not_have_is_refused_even_without_an_answer():
    with pytest.raises(UnknownAnswer):
        rules.score(FIFTEEN, {"16": None})


@given(st.lists(st.integers(0, 4) | st.none(), min_size=15, max_size=15))
def test_the_sum_is_there_exactly_when_all_is_answered(values):
    answers = {item.id: value for item, value in zip(FIFTEEN.items, values, strict=True)}
    counted = rules.score(FIFTEEN, answers)
    assert counted.complete == (None not in values)
    assert (counted.score is not None) == counted.complete == (counted.band is not None)
    if counted.score is not None:
        assert counted.score == sum(v for v in values if v is not None)
        assert counted.score == sum(v for v in counted.subscales.values() if v is not None)


@given(st.lists(st.integers(0, 4), min_size=5, max_size=5))
def test_our_own_check_in_has_no_band_and_stays_within_its_scale(values):
    instrument = content.instrument("egen-sjekk")
    answers = {item.id: value for item, value in zip(instrument.items, values, strict=True)}
    counted = rules.score(instrument, answers)
    assert counted.band is None
    assert counted.subscales == {}
    assert counted.score is not None
    assert 0 <= counted.score <= instrument.highest == 20


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        (None, 5, Change.FIRST),
        (5, 5, Change.SAME),
        (5, 6, Change.HEAVIER),
        (5, 4, Change.LIGHTER),
        (0, 0, Change.SAME),
    ],
)
def test_change_in_one_word(before, after, word):
    assert rules.change(before, after) is word


def test_only_an_attempt_without_an_answer_keeps_a_call_open():
    still_open = [outcome for outcome in rules.Outcome if rules.AFTER[outcome] is rules.State.OPEN]
    assert still_open == [rules.Outcome.NOT_REACHED]
