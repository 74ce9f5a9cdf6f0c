"""The rules at their edges."""

from dataclasses import replace
from datetime import date

import pytest

from lagspill.agreements.rules import (
    FIXED,
    OPEN,
    AgreedLine,
    Answer,
    LineKind,
    LineWords,
    Side,
    VersionState,
    Who,
    answer_fault,
    canonical,
    hash_of,
    is_agreed,
    is_intact,
    kinds_for_topic,
    may_move,
    measure_fault,
    task_fault,
)

TODAY = date(2026, 11, 25)


def test_a_confirmed_version_only_ends_or_is_superseded():
    assert {new for new in VersionState if may_move(VersionState.CONFIRMED, new)} == {
        VersionState.SUPERSEDED,
        VersionState.ENDED,
    }


def test_nothing_leaves_a_state_that_is_over():
    for old in (VersionState.SUPERSEDED, VersionState.WITHDRAWN, VersionState.ENDED):
        assert not any(may_move(old, new) for new in VersionState)


def test_no_state_is_both_open_and_fixed():
    assert set() == OPEN & FIXED
    assert OPEN | FIXED | {VersionState.WITHDRAWN} == set(VersionState)


@pytest.mark.parametrize("state", VersionState)
def test_a_proposal_is_answered_and_an_agreement_ended(state):
    for answer in (Answer.YES, Answer.CHANGE, Answer.NO):
        fits = state is VersionState.PROPOSED
        assert answer_fault(answer, state) == (None if fits else "illegal_move")
    fits = state is VersionState.CONFIRMED
    assert answer_fault(Answer.END, state) == (None if fits else "illegal_move")


@pytest.mark.parametrize(
    ("who", "age", "fault"),
    [
        (Who.CAREGIVER, "adult", None),
        (Who.CAREGIVER, "16_17", "minor_no_tasks"),
        (Who.SHARED, "under_16", "minor_no_tasks"),
        (Who.CAREGIVER, "unknown", "age_unknown"),
        (Who.SERVICE, "16_17", None),
        (Who.NOBODY_YET, "unknown", None),
    ],
)
def test_nobody_under_18_is_given_a_task(who, age, fault):
    assert task_fault(LineWords(LineKind.TASK, "Handle", who), age) == fault


def test_only_tasks_are_given_to_somebody():
    assert task_fault(LineWords(LineKind.WILL_NOT, "Løfte", Who.CAREGIVER), "16_17") is None


@pytest.mark.parametrize(
    ("has_owner", "due_on", "text", "fault"),
    [
        (True, TODAY, "Ringe", None),
        (False, TODAY, "Ringe", "measure_needs_owner_and_date"),
        (True, None, "Ringe", "measure_needs_owner_and_date"),
        (True, date(2026, 11, 24), "Ringe", "measure_date_passed"),
        (True, TODAY, "x" * 401, "measure_too_long"),
        (True, TODAY, "x" * 400, None),
    ],
)
def test_a_measure_has_owner_and_date(has_owner, due_on, text, fault):
    words = LineWords(LineKind.MEASURE, text)
    assert measure_fault(words, has_owner, due_on, TODAY) == fault


def test_other_lines_need_no_owner():
    assert measure_fault(LineWords(LineKind.TASK, "Handle"), False, None, TODAY) is None


def test_it_is_agreed_when_both_have_said_yes():
    assert not is_agreed([])
    assert not is_agreed([Side.CAREGIVER])
    assert not is_agreed([Side.MUNICIPALITY])
    assert is_agreed([Side.MUNICIPALITY, Side.CAREGIVER])


AGREED = AgreedLine(
    LineWords(LineKind.CONTACT, "a", None, "b", "c", "d", "e", "f"), "shared", "u", "o", TODAY
)


def test_the_hash_hangs_on_every_word():
    first = hash_of(canonical(1, TODAY, [AGREED]))
    said = [
        LineWords(LineKind.CONTACT, "ab", None, "", "c", "d", "e", "f"),
        LineWords(LineKind.MATTERS, "a", None, "b", "c", "d", "e", "f"),
        LineWords(LineKind.CONTACT, "a", None, "b", "c", "d", "f", "e"),
    ]
    others = [
        canonical(2, TODAY, [AGREED]),
        canonical(1, date(2027, 1, 1), [AGREED]),
        canonical(1, TODAY, [AGREED, AGREED]),
        *(canonical(1, TODAY, [replace(AGREED, words=words)]) for words in said),
    ]
    assert len({first, *map(hash_of, others)}) == 7
    assert first == hash_of(canonical(1, TODAY, [AGREED]))


@pytest.mark.parametrize(
    "change",
    [{"audience": "service"}, {"unit_id": "v"}, {"owner_id": "p"}, {"due_on": date(2027, 1, 1)}],
)
def test_the_hash_hangs_on_readers_owner_and_date(change):
    digest = hash_of(canonical(1, TODAY, [AGREED]))
    assert is_intact(digest, 1, TODAY, [AGREED])
    assert not is_intact(digest, 1, TODAY, [replace(AGREED, **change)])


def test_a_hash_of_the_first_form_still_holds():
    # Made by the first form, which knew words alone: it must stay the same for as long as such agreements live.
    digest = hash_of("agreement/1\x1f1\x1f2026-12-01\x1econtact\x1f\x1fa\x1fb\x1fc\x1fd\x1fe\x1ff")
    day = date(2026, 12, 1)
    assert is_intact(digest, 1, day, [AGREED])
    assert is_intact(digest, 1, day, [replace(AGREED, audience="talk", due_on=None)])
    assert not is_intact(digest, 2, day, [AGREED])


def test_a_topic_suggests_its_kinds():
    assert kinds_for_topic("T04") == (LineKind.TASK, LineKind.WILL_NOT)
    assert kinds_for_topic("T18") == (LineKind.MEASURE,)
    assert kinds_for_topic("T99") == (LineKind.MATTERS,)
