"""Rules of the parties at their edges: who may act, consent, be nearest, and what may be told."""

from __future__ import annotations

from datetime import date

import pytest

from lagspill.kernel import content
from lagspill.people.queries import party_words
from lagspill.people.rules import (
    NEAREST_IS_TOLD,
    STATUTORY_ORDER,
    Ability,
    ActsBy,
    AgeGroup,
    LegalBasis,
    Matter,
    NearestBasis,
    Scope,
    TellBasis,
    consent_fault,
    months_after,
    nearest_fault,
    nearest_rank,
    representation_fault,
    sixteenth_birthday,
    tell_basis,
)

TODAY = date(2026, 11, 25)
ADULT, CHILD = AgeGroup.ADULT, AgeGroup.UNDER_SIXTEEN


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"representative_age": AgeGroup.SIXTEEN_SEVENTEEN}, "representative_is_minor"),
        ({"representative_age": AgeGroup.UNKNOWN}, "representative_is_minor"),
        ({"scopes": frozenset()}, "scope_missing"),
        ({"document_ref": ""}, "document_missing"),
        ({"ground": ActsBy.PARENT, "document_ref": ""}, None),
        ({"ground": ActsBy.PARENT, "recipient_birth_on": None}, "birth_date_missing"),
        ({"ground": ActsBy.PARENT, "recipient_birth_on": date(2010, 11, 26)}, None),
        (
            {"ground": ActsBy.PARENT, "recipient_birth_on": date(2010, 11, 25)},
            "parent_until_sixteen",
        ),
    ],
)
def test_who_may_act_for_somebody(changes: dict[str, object], fault: str | None) -> None:
    usual = {
        "ground": ActsBy.GUARDIAN,
        "scopes": frozenset({Scope.HEALTH}),
        "representative_age": ADULT,
        "recipient_birth_on": date(2015, 1, 1),
        "today": TODAY,
        "document_ref": "Vedtak 1",
    }
    assert representation_fault(**{**usual, **changes}) == fault


@pytest.mark.parametrize(
    ("born", "day"),
    [(date(2010, 3, 1), date(2026, 3, 1)), (date(2012, 2, 29), date(2028, 2, 29))],
)
def test_sixteenth_birthday(born: date, day: date) -> None:
    assert sixteenth_birthday(born) == day


def test_whoever_is_born_on_a_leap_day_turns_sixteen_in_a_year_without_one() -> None:
    assert sixteenth_birthday(date(2084, 2, 29)) == date(2100, 3, 1)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 25), 3, date(2027, 2, 25)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 11, 1), 1, date(2026, 12, 1)),
    ],
)
def test_months_after(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later


@pytest.mark.parametrize(
    ("by", "ability", "age", "is_own_favour", "fault"),
    [
        (None, None, ADULT, False, None),
        (None, Ability.PARTLY, ADULT, False, None),
        (None, Ability.UNABLE, ADULT, False, "cannot_consent"),
        (None, None, CHILD, False, "parents_decide"),
        (None, None, AgeGroup.SIXTEEN_SEVENTEEN, False, None),
        (ActsBy.GUARDIAN, None, ADULT, False, "person_decides"),
        (ActsBy.GUARDIAN, Ability.ABLE, ADULT, False, "person_decides"),
        (ActsBy.GUARDIAN, Ability.PARTLY, ADULT, False, None),
        (ActsBy.GUARDIAN, Ability.UNABLE, ADULT, True, "own_favour"),
        (ActsBy.PARENT, None, CHILD, False, None),
        (ActsBy.PARENT, None, CHILD, True, "own_favour"),
        (ActsBy.POWER_OF_ATTORNEY, None, ADULT, False, None),
        (ActsBy.FUTURE_ATTORNEY, Ability.UNABLE, ADULT, False, None),
    ],
)
def test_who_may_consent(
    by: ActsBy | None,
    ability: Ability | None,
    age: AgeGroup,
    is_own_favour: bool,
    fault: str | None,
) -> None:
    assert (
        consent_fault(by=by, ability=ability, recipient_age=age, is_own_favour=is_own_favour)
        == fault
    )


def test_the_statutory_order_holds_each_relation_once_and_no_friend() -> None:
    codes = [code for rank in STATUTORY_ORDER for code in rank]
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(content.relations())
    assert [nearest_rank(code, ADULT) for code in ("spouse_partner", "sibling", "friend")] == [
        1,
        4,
        None,
    ]
    assert nearest_rank("sibling", AgeGroup.SIXTEEN_SEVENTEEN) is None


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"ability": Ability.UNABLE}, "cannot_name"),
        ({"recipient_age": CHILD}, "parents_are_nearest"),
        ({"basis": NearestBasis.STATUTORY_ORDER}, "can_name"),
        ({"basis": NearestBasis.STATUTORY_ORDER, "ability": Ability.PARTLY}, "can_name"),
        ({"basis": NearestBasis.STATUTORY_ORDER, "ability": Ability.UNABLE}, None),
        (
            {
                "basis": NearestBasis.STATUTORY_ORDER,
                "ability": Ability.UNABLE,
                "has_named": True,
            },
            "already_named",
        ),
        (
            {
                "basis": NearestBasis.STATUTORY_ORDER,
                "ability": Ability.UNABLE,
                "code": "friend",
            },
            "not_in_order",
        ),
        ({"basis": NearestBasis.PARENTAL}, "not_under_sixteen"),
        ({"basis": NearestBasis.PARENTAL, "recipient_age": CHILD}, "not_a_parent"),
        ({"basis": NearestBasis.PARENTAL, "recipient_age": CHILD, "code": "parent"}, None),
    ],
)
def test_who_may_be_nearest(changes: dict[str, object], fault: str | None) -> None:
    usual = {
        "basis": NearestBasis.NAMED,
        "code": "spouse_partner",
        "caregiver_age": ADULT,
        "recipient_age": ADULT,
        "ability": None,
        "has_named": False,
    }
    assert nearest_fault(**{**usual, **changes}) == fault


@pytest.mark.parametrize(
    ("topic", "changes", "basis"),
    [
        ("health", {}, None),
        ("health", {"has_consent": True, "has_ground": True}, TellBasis.CONSENT),
        ("health", {"has_ground": True}, TellBasis.GROUND),
        ("health", {"is_nearest": True}, None),
        ("health", {"is_nearest": True, "ability": Ability.PARTLY}, None),
        ("health", {"is_nearest": True, "ability": Ability.UNABLE}, TellBasis.NEAREST),
        ("economy", {"is_nearest": True, "ability": Ability.UNABLE}, None),
    ],
)
def test_what_may_be_told(topic: str, changes: dict[str, object], basis: TellBasis | None) -> None:
    usual = {"has_consent": False, "has_ground": False, "is_nearest": False, "ability": None}
    assert tell_basis(topic, **{**usual, **changes}) == basis


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        ("matter", {m.value for m in Matter}),
        ("ability", {a.value for a in Ability}),
        ("acts_by", {g.value for g in ActsBy}),
        ("scope", {s.value for s in Scope}),
        ("nearest", {b.value for b in NearestBasis}),
        ("ground", {b.value for b in LegalBasis}),
        ("topic", NEAREST_IS_TOLD | {"economy"}),
    ],
)
def test_every_code_has_its_words(table: str, codes: set[str]) -> None:
    assert set(party_words(table)) == codes
