"""Each rule of the child track at its edges, and the words of every code."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lagspill.children import rules
from lagspill.children.rules import Ending, Kin, State, Step, Taken
from lagspill.kernel import content
from lagspill.people.rules import AgeGroup

TODAY = date(2026, 11, 25)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("taken", "next_on", "fault"),
    [
        (Taken(Step.ASKED, "told_us", TODAY), None, None),
        (Taken(Step.INFORMED, "by_us", TODAY, "talk"), TODAY, None),
        (Taken(Step.ASKED, "by_us", TODAY), None, "unknown_choice"),
        (Taken(Step.ASKED, "told_us", TODAY, "talk"), None, "unknown_choice"),
        (Taken(Step.ASKED, "told_us", TODAY + DAY), None, "step_in_future"),
        (Taken(Step.ASKED, "told_us", TODAY), TODAY - DAY, "next_step_passed"),
    ],
)
def test_step_fault(taken: Taken, next_on: date | None, fault: str | None):
    assert rules.step_fault(taken, next_on, TODAY) == fault


@pytest.mark.parametrize(
    ("year", "fault"),
    [
        (None, None),
        (2026, None),
        (2008, None),
        (2007, "birth_year_not_a_childs"),
        (2027, "birth_year_not_a_childs"),
    ],
)
def test_birth_year_fault(year: int | None, fault: str | None):
    assert rules.birth_year_fault(year, TODAY) == fault


@pytest.mark.parametrize(
    ("year", "group"),
    [
        (None, AgeGroup.UNKNOWN),
        (2010, AgeGroup.UNDER_SIXTEEN),  # may turn 16 in December
        (2009, AgeGroup.SIXTEEN_SEVENTEEN),
        (2008, AgeGroup.SIXTEEN_SEVENTEEN),  # may turn 18 in December
        (2007, AgeGroup.ADULT),
    ],
)
def test_a_birth_year_is_read_as_young_as_it_may_be(year: int | None, group: AgeGroup):
    assert rules.age_group_of_year(year, TODAY) is group


@pytest.mark.parametrize(
    ("is_closed", "has_steps", "next_on", "state"),
    [
        (False, False, TODAY, State.NEW),
        (False, False, TODAY - DAY, State.OVERDUE),
        (False, True, TODAY - DAY, State.OVERDUE),
        (False, True, TODAY, State.DUE),
        (False, True, TODAY + 7 * DAY, State.DUE),
        (False, True, TODAY + 8 * DAY, State.PLANNED),
        (False, True, None, State.RESTING),
        (True, True, TODAY - DAY, State.CLOSED),
    ],
)
def test_state_of(is_closed: bool, has_steps: bool, next_on: date | None, state: State):
    found = rules.state_of(is_closed=is_closed, has_steps=has_steps, next_on=next_on, today=TODAY)
    assert found is state


def test_every_code_has_its_words_and_no_word_is_left_over():
    words = content.load("children")
    steps = {row["code"]: row for row in words["step"]}
    assert list(steps) == [step.value for step in rules.STEPS]
    for step in Step:
        assert tuple(o["code"] for o in steps[step]["outcome"]) == rules.OUTCOMES[step]
        assert tuple(o["code"] for o in steps[step].get("how", ())) == rules.HOWS.get(step, ())
        assert steps[step]["phrase"]
    for table, codes in (("kin", Kin), ("state", State), ("ending", Ending)):
        assert [row["code"] for row in words[table]] == [code.value for code in codes]
    assert {code for codes in rules.OUTCOMES.values() for code in codes} >= rules.ASK_AGAIN


def test_sources_carry_the_day_they_were_read():
    assert all(isinstance(row["read_on"], date) for row in content.load("children")["source_read"])
