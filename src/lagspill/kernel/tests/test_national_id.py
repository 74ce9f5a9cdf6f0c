"""National ids are read, checked and made as Skatteetaten describes. Real-looking numbers here have birth dates to come."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lagspill.kernel import national_id
from lagspill.kernel.national_id import IdKind, InvalidNationalId

PUBLISHED = {
    "15080050515": date(2000, 8, 15),
    "05073500186": date(1935, 7, 5),
    "04021950128": date(2019, 2, 4),
}
MODES = ("production", "demo", "test", "bench")


def number(nine: str, remainder: int = 0) -> str | None:
    """The first nine digits with control digits, by the published sums; none where a digit would be 10.

    The first digit leaves `remainder` (0 is the rule until 2032, 0-3 the one after), the second always nothing.
    """
    d1, d2, m1, m2, y1, y2, i1, i2, i3 = map(int, nine)
    sum_1 = 3 * d1 + 7 * d2 + 6 * m1 + 1 * m2 + 8 * y1 + 9 * y2 + 4 * i1 + 5 * i2 + 2 * i3
    k1 = (remainder - sum_1) % 11
    sum_2 = 5 * d1 + 4 * d2 + 3 * m1 + 2 * m2 + 7 * y1 + 6 * y2 + 5 * i1 + 4 * i2 + 3 * i3 + 2 * k1
    k2 = -sum_2 % 11
    return None if k1 == 10 or k2 == 10 else f"{nine}{k1}{k2}"


def first_number(start: str, remainder: int = 0, individuals: range = range(500, 1000)) -> str:
    """The first of the series that has control digits."""
    made = (number(f"{start}{i:03}", remainder) for i in individuals)
    return next(digits for digits in made if digits)


def reason(text: str) -> str:
    with pytest.raises(InvalidNationalId) as caught:
        national_id.parse(text)
    return caught.value.reason_code


@pytest.mark.parametrize(("digits", "birth_on"), PUBLISHED.items())
def test_published_examples_are_read(digits, birth_on):
    parsed = national_id.parse(digits)
    assert (parsed.kind, parsed.birth_on, parsed.is_synthetic, parsed.digits) == (
        IdKind.FNR,
        birth_on,
        False,
        digits,
    )


@pytest.mark.parametrize(
    "written", ["150800 50515", "150800-50515", " 15080050515\n", "1508 0050 515"]
)
def test_spaces_and_one_hyphen_may_stand_in_it(written):
    assert national_id.parse(written).digits == "15080050515"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("210377xxxxx", "masked"),
        ("210377 XXXXX", "masked"),
        ("210377-*****", "masked"),
        ("•••••••••••", "masked"),
        ("1508005051", "length"),
        ("150800505150", "length"),
        ("15-08-00-505", "not_digits"),
        ("1508005051O", "not_digits"),
        ("١٥٠٨٠٠٥٠٥١٥", "not_digits"),
        ("15080050516", "control_digits"),
        ("15080050505", "control_digits"),
        ("00000000000", "date"),
        ("32080050515", "date"),
        ("31023550500", "date"),
        ("15130050515", "date"),
        ("15780050515", "date"),
        ("15530050515", "date"),
    ],
)
def test_what_is_no_id_is_refused_with_a_reason(text, code):
    assert reason(text) == code


def test_error_and_printed_form_hold_no_digits():
    with pytest.raises(InvalidNationalId) as caught:
        national_id.parse("15080050516")
    assert "1508" not in f"{caught.value} {caught.value!r}"
    assert "1508" not in f"{national_id.parse('15080050515')!r}"


@pytest.mark.parametrize("remainder", range(11))
def test_first_control_digit_leaves_none_or_by_the_rule_of_2032_up_to_three(remainder):
    digits = first_number("150835", remainder)
    if remainder <= 3:
        assert national_id.parse(digits).digits == digits
    else:
        assert reason(digits) == "control_digits"


def test_number_by_the_rule_of_2032_does_not_tell_the_birth_date():
    assert national_id.parse(first_number("150835", 0)).birth_on == date(2035, 8, 15)
    for remainder in (1, 2, 3):
        parsed = national_id.parse(first_number("150835", remainder))
        assert (parsed.kind, parsed.birth_on) == (IdKind.FNR, None)


@given(st.integers(0, 999), st.integers(0, 3), st.integers(1, 9))
def test_second_control_digit_has_one_value(individual, remainder, off):
    digits = number(f"158135{individual:03}", remainder)
    if digits is not None:
        assert national_id.parse(digits).is_synthetic
        assert reason(f"{digits[:-1]}{(int(digits[-1]) + off) % 10}") == "control_digits"


@pytest.mark.parametrize(
    ("individuals", "year", "birth_year"),
    [
        (range(500), 0, 1900),
        (range(500), 99, 1999),
        (range(500, 1000), 0, 2000),
        (range(500, 1000), 39, 2039),
        (range(900, 1000), 40, 1940),
        (range(900, 1000), 99, 1999),
        (range(500, 750), 54, 1854),
        (range(500, 750), 99, 1899),
        (range(500, 750), 40, None),
        (range(500, 750), 53, None),
        (range(750, 900), 54, None),
    ],
)
def test_century_stands_in_the_individual_number(individuals, year, birth_year):
    digits = first_number(f"0181{year:02}", 0, individuals)
    parsed = national_id.parse(digits)
    assert parsed.birth_on == (birth_year and date(birth_year, 1, 1))


def test_leap_day_must_have_been_in_some_century():
    assert national_id.parse(first_number("298200")).birth_on == date(2000, 2, 29)
    # 1900 was no leap year: the number may be right, the date by the old series is not.
    assert national_id.parse(first_number("298200", 0, range(500))).birth_on is None
    assert reason(first_number("298201")) == "date"


def test_d_number_has_forty_added_to_the_day():
    parsed = national_id.parse(first_number("550835"))
    assert (parsed.kind, parsed.birth_on, parsed.is_synthetic) == (
        IdKind.DNR,
        date(2035, 8, 15),
        False,
    )
    assert reason(first_number("720835")) == "date"


def test_help_number_has_no_birth_date():
    parsed = national_id.parse(first_number("850835"))
    assert (parsed.kind, parsed.birth_on, parsed.is_synthetic) == (IdKind.FHN, None, False)
    assert reason(first_number("950835", 4)) == "control_digits"


@pytest.mark.parametrize("added", [40, 65, 80])
@pytest.mark.parametrize("month", [1, 12])
@pytest.mark.parametrize(("day", "kind"), [("15", IdKind.FNR), ("55", IdKind.DNR)])
def test_synthetic_people_have_something_added_to_the_month(added, month, day, kind):
    parsed = national_id.parse(first_number(f"{day}{month + added}35"))
    assert (parsed.kind, parsed.is_synthetic, parsed.birth_on) == (
        kind,
        True,
        date(2035, month, 15),
    )


@pytest.mark.parametrize("month", [13, 40, 53, 65, 78, 80, 93, 99])
def test_other_months_are_none(month):
    assert reason(first_number(f"15{month:02}35")) == "date"


def test_synthetic_numbers_are_refused_in_production_and_real_ones_elsewhere():
    synthetic = [
        national_id.parse(first_number(f"15{1 + added}35", remainder))
        for added in (40, 65, 80)
        for remainder in range(4)
    ]
    for parsed in synthetic:
        assert national_id.refusal(parsed, mode="production") == "synthetic"
        assert not national_id.allowed(parsed, mode="production")
        assert all(national_id.allowed(parsed, mode=mode) for mode in MODES[1:])
    for start in ("150835", "550835", "850835"):
        real = national_id.parse(first_number(start))
        assert national_id.allowed(real, mode="production")
        assert {national_id.refusal(real, mode=mode) for mode in MODES[1:]} == {"real"}


@pytest.mark.parametrize("digits", PUBLISHED)
def test_published_examples_are_allowed_in_demo_and_test_only(digits):
    parsed = national_id.parse(digits)
    assert [
        mode for mode in ("demo", "test", "bench") if national_id.allowed(parsed, mode=mode)
    ] == [
        "demo",
        "test",
    ]


def test_unknown_mode_is_an_error_and_no_permission():
    with pytest.raises(ValueError, match="unknown mode"):
        national_id.refusal(national_id.parse("15080050515"), mode="Demo")


@given(
    st.dates(date(1854, 1, 1), date(2039, 12, 31)),
    st.integers(0, 150),
    st.sampled_from([IdKind.FNR, IdKind.DNR]),
)
def test_made_number_is_read_as_it_was_made(birth_on, serial, kind):
    made = national_id.make_synthetic(birth_on, serial, kind=kind)
    assert national_id.parse(made.digits) == made
    assert (made.birth_on, made.kind, made.is_synthetic) == (birth_on, kind, True)
    assert made == national_id.make_synthetic(birth_on, serial, kind=kind)


def test_made_numbers_of_a_day_differ_until_there_is_no_more_room():
    day, made = date(1950, 6, 1), []
    while len(made) < 500:
        try:
            made.append(national_id.make_synthetic(day, len(made)).digits)
        except ValueError:
            break
    assert len(made) == len(set(made))
    assert 350 < len(made) < 500


@pytest.mark.parametrize(
    ("birth_on", "serial", "kind"),
    [
        (date(1853, 12, 31), 0, IdKind.FNR),
        (date(2040, 1, 1), 0, IdKind.FNR),
        (date(1950, 1, 1), -1, IdKind.FNR),
        (date(1950, 1, 1), 0, IdKind.FHN),
    ],
)
def test_a_number_that_cannot_be_made_is_refused(birth_on, serial, kind):
    with pytest.raises(ValueError, match=r"series|negative|help number"):
        national_id.make_synthetic(birth_on, serial, kind=kind)


@given(st.text(max_size=20))
def test_any_text_gives_an_id_or_a_reason(text):
    try:
        found = national_id.parse(text).digits
    except InvalidNationalId as error:
        found = error.reason_code
    codes = {"empty", "masked", "not_digits", "length", "date", "control_digits"}
    assert found in codes or found == "".join(text.split()).replace("-", "")
