"""What the forms of conversations do with what nobody can mean."""

from __future__ import annotations

import pytest

from lagspill.conversations.forms import TimeForm, moment


def filled(day: str) -> TimeForm:
    return TimeForm({"day": day, "clock": "00:00", "form": "home", "place": ""})


@pytest.mark.parametrize(
    "day", ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31", "2026-02-31"]
)
def test_a_day_outside_the_calendar_we_use_is_refused_at_its_field(day):
    form = filled(day)
    assert (list(form.errors), form["day"].value()) == (["day"], day)


@pytest.mark.parametrize("day", ["2000-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_are_moments(day):
    form = filled(day)
    assert form.is_valid()
    assert moment(form.cleaned_data["day"], form.cleaned_data["clock"]).year in (1999, 2199)
