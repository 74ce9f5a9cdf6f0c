"""Each rule at its edges."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lagspill.conversations import rules
from lagspill.conversations.rules import (
    Answer,
    Channel,
    Form,
    Plan,
    Presence,
    Reply,
    Saved,
    State,
    TalkState,
)
from lagspill.kernel import content
from lagspill.people.rules import About, AgeGroup, Audience

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
PLAN = Plan(
    lead_id=uuid.UUID(int=1),
    relation_ids=(uuid.UUID(int=2),),
    times=(NOW + timedelta(days=8),),
    reply_by=date(2026, 12, 1),
    topics=("T01",),
)
TOPICS = ("T01", "T02")


def test_the_proposal_is_a_working_day_at_ten_in_oslo_in_winter_and_summer():
    assert rules.proposed_time(NOW) == datetime(2026, 12, 3, 9, tzinfo=UTC)
    assert rules.proposed_reply_by(NOW) == date(2026, 12, 1)
    june = datetime(2026, 6, 3, 9, tzinfo=UTC)
    assert rules.proposed_time(june) == datetime(2026, 6, 11, 8, tzinfo=UTC)


def test_days_of_grace_are_working_days():
    assert rules.gone_out_before(date(2026, 11, 25)) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("age", "is_alive", "fault"),
    [
        (AgeGroup.ADULT, True, None),
        (AgeGroup.SIXTEEN_SEVENTEEN, True, None),
        (AgeGroup.UNDER_SIXTEEN, True, "child_track_only"),
        (AgeGroup.UNKNOWN, True, "age_unknown"),
        (AgeGroup.ADULT, False, "file_closed"),
    ],
)
def test_who_may_be_invited(age: AgeGroup, is_alive: bool, fault: str | None):
    assert rules.inviting_fault(age, is_alive=is_alive) == fault


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"times": ()}, "time_has_passed"),
        ({"times": (NOW,)}, "time_has_passed"),
        ({"times": tuple(NOW + timedelta(days=n) for n in (8, 9, 10, 11))}, "time_has_passed"),
        ({"times": (NOW + timedelta(days=8), NOW)}, "time_has_passed"),
        ({"reply_by": date(2026, 11, 24)}, "reply_by_out_of_order"),
        ({"reply_by": date(2026, 11, 25)}, None),
        ({"reply_by": date(2026, 12, 3)}, None),
        ({"reply_by": date(2026, 12, 4)}, "reply_by_out_of_order"),
        ({"relation_ids": ()}, "unknown_relation"),
        ({"topics": ("T99",)}, "unknown_topic"),
        ({"topics": ()}, None),
    ],
)
def test_plan_faults(changes: dict[str, object], fault: str | None):
    assert rules.plan_fault(replace(PLAN, **changes), NOW, TOPICS) == fault


@pytest.mark.parametrize(
    ("is_bound", "age", "may_write", "channel"),
    [
        (True, AgeGroup.ADULT, True, Channel.PORTAL),
        (True, AgeGroup.SIXTEEN_SEVENTEEN, False, Channel.PORTAL),
        (True, AgeGroup.UNDER_SIXTEEN, True, Channel.LETTER),
        (False, AgeGroup.ADULT, True, Channel.LETTER),
        (False, AgeGroup.ADULT, False, Channel.PHONE),
    ],
)
def test_the_way_that_asks_least(is_bound: bool, age: AgeGroup, may_write: bool, channel: Channel):
    assert rules.best_channel(is_bound=is_bound, age=age, may_write=may_write) is channel


def test_an_answer_counts_until_a_yes_and_never_after_it_was_taken_back():
    assert rules.may_answer(State.SENT, None)
    assert rules.may_answer(State.EXPIRED, None)
    assert rules.may_answer(State.ANSWERED, Answer.NO)
    assert rules.may_answer(State.ANSWERED, Answer.LATER)
    assert not rules.may_answer(State.ANSWERED, Answer.YES)
    assert not rules.may_answer(State.CANCELLED, None)
    assert [state for state in State if rules.may_cancel(state)] == [State.SENT]


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(Answer.NO), None),
        (Reply(Answer.LATER), None),
        (Reply(Answer.YES), "time_or_wish"),
        (Reply(Answer.YES, wish="  "), "time_or_wish"),
        (Reply(Answer.YES, wish="kveld"), None),
        (Reply(Answer.YES, time=PLAN.times[0]), None),
        (Reply(Answer.YES, time=NOW + timedelta(days=1)), "unknown_time"),
    ],
)
def test_reply_faults(reply: Reply, fault: str | None):
    assert rules.reply_fault(reply, PLAN.times, NOW) == fault


def test_a_time_that_has_passed_is_no_answer():
    reply = Reply(Answer.YES, time=PLAN.times[0])
    assert rules.reply_fault(reply, PLAN.times, PLAN.times[0]) == "time_has_passed"


def test_the_caregivers_choice_of_place_goes_first():
    assert rules.form_of(Form.PHONE, Form.HOME) is Form.PHONE
    assert rules.form_of(Form.CHOOSE, Form.HOME) is Form.HOME


def test_only_a_cancelled_talk_is_closed_to_words():
    faults = {state: rules.talk_fault(state) for state in TalkState}
    assert faults == {
        TalkState.PLANNED: None,
        TalkState.HELD: None,
        TalkState.CANCELLED: "talk_cancelled",
    }


def test_what_is_tender_starts_no_wider_than_the_talk():
    for code in rules.TENDER_TOPICS:
        assert content.topics()[code].audience == "talk"
        start = rules.default_audience(code, Audience.SHARED, Presence.IN_PERSON)
        assert start is Audience.TALK
    assert rules.default_audience("T04", Audience.SERVICE, Presence.IN_PERSON) is Audience.SERVICE
    assert rules.default_audience("T04", Audience.SERVICE, Presence.ABSENT) is Audience.TALK


def test_what_may_be_chosen():
    here = Presence.IN_PERSON
    assert rules.choosable(About.CAREGIVER, here) == (
        Audience.TALK,
        Audience.SERVICE,
        Audience.SHARED,
    )
    assert rules.choosable(About.CARE_RECIPIENT, here) == (Audience.TALK, Audience.SHARED)
    assert rules.choosable(About.BOTH, here) == (Audience.TALK,)
    assert {rules.choosable(about, Presence.ABSENT) for about in About} == {(Audience.TALK,)}


@pytest.mark.parametrize(
    ("held", "version", "writer", "is_overtaken"),
    [
        (None, 0, "a", False),
        (None, 1, "a", True),
        (Saved(1, "a"), 0, "a", False),
        (Saved(1, "a"), 0, "b", True),
        (Saved(1, "a"), 1, "b", False),
        (Saved(2, "b"), 1, "a", True),
    ],
)
def test_a_page_is_overtaken_only_by_others(
    held: Saved | None, version: int, writer: str, is_overtaken: bool
):
    assert rules.is_overtaken(held, version=version, writer=writer) is is_overtaken
