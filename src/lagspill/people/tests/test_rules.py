"""The ladder, the moves of a relation, age groups, safe reach and names: each rule at its edges."""

from __future__ import annotations

from datetime import date
from itertools import pairwise, product

import pytest

from lagspill.people.rules import (
    LADDER,
    About,
    AgeGroup,
    Audience,
    Capacity,
    Channel,
    Reach,
    RelationState,
    age_group_of,
    audiences_for,
    is_wider,
    last_name_key,
    may_move,
    name_key,
    placing_fault,
)


def fault(audience: Audience, **given: object) -> str | None:
    usual = {
        "about": About.CAREGIVER,
        "has_relation": True,
        "by_staff": True,
        "written_by_caregiver_alone": False,
    }
    return placing_fault(audience=audience, **(usual | given))


class TestPlacing:
    def test_nobody_places_something_as_a_draft(self):
        assert fault(Audience.DRAFT) == "placing_needs_audience"

    @pytest.mark.parametrize(
        ("by_staff", "alone", "found"),
        [
            (False, True, None),
            (False, False, "mine_is_only_for_own_words"),
            (True, False, "mine_is_only_for_own_words"),
            (True, True, "mine_is_only_for_own_words"),
        ],
    )
    def test_mine_is_for_what_the_caregiver_wrote_alone(self, by_staff, alone, found):
        assert fault(Audience.MINE, by_staff=by_staff, written_by_caregiver_alone=alone) == found

    @pytest.mark.parametrize("about", About)
    @pytest.mark.parametrize("has_relation", [True, False])
    def test_talk_takes_everything(self, about, has_relation):
        assert fault(Audience.TALK, about=about, has_relation=has_relation) is None

    @pytest.mark.parametrize("audience", [Audience.SERVICE, Audience.SHARED])
    def test_wide_needs_a_relation_and_one_person_at_a_time(self, audience):
        assert fault(audience) is None
        assert fault(audience, has_relation=False) == "wide_needs_relation"
        assert fault(audience, about=About.BOTH) == "split_before_widening"

    def test_service_speaks_of_the_caregiver_only_and_shared_of_either(self):
        about = About.CARE_RECIPIENT
        assert fault(Audience.SERVICE, about=about) == "service_is_about_the_caregiver"
        assert fault(Audience.SHARED, about=about) is None


class TestLadder:
    def test_each_rung_is_wider_than_those_below_and_than_a_draft(self):
        for lower, higher in pairwise((Audience.DRAFT, *LADDER)):
            assert is_wider(higher, lower)
            assert not is_wider(lower, higher)
            assert not is_wider(lower, lower)

    def test_only_the_author_reads_a_draft_and_only_the_caregiver_what_is_mine(self):
        assert [c for c in Capacity if Audience.DRAFT in audiences_for(c)] == [Capacity.AUTHOR]
        assert [c for c in Capacity if Audience.MINE in audiences_for(c)] == [Capacity.CAREGIVER]

    def test_a_care_recipient_reads_what_is_shared_and_no_more(self):
        assert audiences_for(Capacity.CARE_RECIPIENT) == {Audience.SHARED}
        assert audiences_for(Capacity.NONE) == frozenset()


class TestMoves:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("suspected", "identified"),
            ("identified", "followed_up"),
            ("contacted", "paused"),
            ("mapped", "followed_up"),
            ("paused", "contacted"),
            ("declined", "mapped"),
        ],
    )
    def test_usual_moves(self, old, new):
        assert may_move(RelationState(old), RelationState(new))

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("suspected", "contacted"),
            ("followed_up", "identified"),
            ("contacted", "not_a_caregiver"),
            ("bereaved", "contacted"),
            ("not_a_caregiver", "identified"),
        ],
    )
    def test_moves_that_do_not_exist(self, old, new):
        assert not may_move(RelationState(old), RelationState(new))

    def test_every_living_relation_may_end_or_become_bereaved_and_no_other(self):
        ends = (RelationState.ENDED, RelationState.BEREAVED)
        over = {RelationState.ENDED, RelationState.NOT_A_CAREGIVER}
        for old, new in product(RelationState, ends):
            assert may_move(old, new) is (old not in over)

    def test_nothing_leaves_what_is_over(self):
        for old in (RelationState.ENDED, RelationState.NOT_A_CAREGIVER):
            assert not any(may_move(old, new) for new in RelationState)


@pytest.mark.parametrize(
    ("birth_on", "group"),
    [
        (date(2008, 11, 25), AgeGroup.ADULT),  # eighteen today
        (date(2008, 11, 26), AgeGroup.SIXTEEN_SEVENTEEN),  # tomorrow
        (date(2010, 11, 25), AgeGroup.SIXTEEN_SEVENTEEN),  # sixteen today
        (date(2010, 11, 26), AgeGroup.UNDER_SIXTEEN),
        (date(2026, 11, 25), AgeGroup.UNDER_SIXTEEN),
        (date(1931, 1, 1), AgeGroup.ADULT),
    ],
)
def test_age_group_turns_on_the_birthday(birth_on, group):
    assert age_group_of(birth_on, date(2026, 11, 25)) is group


def test_somebody_born_on_a_leap_day_is_eighteen_the_day_after_in_other_years():
    assert age_group_of(date(2008, 2, 29), date(2026, 2, 28)) is AgeGroup.SIXTEEN_SEVENTEEN
    assert age_group_of(date(2008, 2, 29), date(2026, 3, 1)) is AgeGroup.ADULT


class TestReach:
    FULL = Reach(Channel.PHONE, phone="90000001", email="a@example.no", address="Gata 1")

    @pytest.mark.parametrize("channel", [Channel.PHONE, Channel.SMS, Channel.EMAIL, Channel.LETTER])
    def test_what_is_known_and_not_blocked_may_be_used(self, channel):
        assert self.FULL.allows(channel)
        assert not Reach(Channel.PHONE).allows(channel)

    def test_blocking_stands_above_what_is_known(self):
        blocked = Reach(
            Channel.EMAIL, email="a@example.no", blocked=frozenset({Channel.EMAIL, Channel.SMS})
        )
        assert not blocked.allows(Channel.EMAIL)

    def test_nothing_is_sent_in_person(self):
        assert not self.FULL.allows(Channel.IN_PERSON)


@pytest.mark.parametrize(
    ("name", "key", "last"),
    [
        ("  Áile   Márjá SOMBY ", "áile márjá somby", "somby"),
        ("A\u030ase Bø", "åse bø", "bø"),  # decomposed letters are composed
        ("Ánte 🙂", "ánte 🙂", "🙂"),
        ("Berit", "berit", "berit"),
        ("   ", "", ""),
        ("", "", ""),
    ],
)
def test_names_are_searched_composed_lower_case_and_single_spaced(name, key, last):
    assert name_key(name) == key
    assert last_name_key(name) == last
