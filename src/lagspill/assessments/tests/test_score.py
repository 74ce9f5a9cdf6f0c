"""The command that counts a file of answers: its answer for programs, and clear words for what is none."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

ALL = {"rest": 4, "own_time": 0, "alone": 1, "unease": 2, "own_life": 3}


def count(tmp_path, answers, *flags: str, instrument: str = "egen-sjekk") -> str:
    file = tmp_path / "answers.json"
    file.write_text(answers if isinstance(answers, str) else json.dumps(answers), "utf-8")
    out = StringIO()
    call_command("score", instrument, str(file), *flags, stdout=out)
    return out.getvalue().strip()


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        (ALL, {"complete": True, "score": 10, "band": None, "subscales": {}}),
        (ALL | {"rest": None}, {"complete": False, "score": None, "band": None, "subscales": {}}),
        ({}, {"complete": False, "score": None, "band": None, "subscales": {}}),
    ],
)
def test_json_for_programs(tmp_path, answers, found):
    assert json.loads(count(tmp_path, answers, "--json")) == found


def test_words_for_people(tmp_path):
    assert count(tmp_path, ALL) == "10 of 20"
    assert count(tmp_path, {}) == "not complete"


@pytest.mark.parametrize(
    "answers", ["", "nope", "[]", "3", '{"rest": 9}', '{"rest": true}', '{"🦔": 1}', "[" * 100_000]
)
def test_what_are_no_answers_is_refused_in_words(tmp_path, answers):
    with pytest.raises(CommandError):
        count(tmp_path, answers)


@pytest.mark.parametrize("instrument", ["none", "../reasons", "EGEN-SJEKK", ""])
def test_unknown_instrument_is_refused_in_words(tmp_path, instrument):
    with pytest.raises(CommandError):
        count(tmp_path, ALL, instrument=instrument)


def test_missing_file_is_refused_in_words(tmp_path):
    with pytest.raises(CommandError):
        call_command("score", "egen-sjekk", str(tmp_path / "none.json"))
