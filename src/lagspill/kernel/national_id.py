"""Norwegian national ids: reading, checking and, for demo and tests, making them. Stores and logs nothing.

Three kinds have eleven digits and two control digits: fødselsnummer, D-number (day + 40) and felles hjelpenummer (first
digit 8 or 9, no birth date in it). Synthetic people stand apart by the month: + 80 (Skatteetaten), + 65, + 40 (NHN and
NAV). The old local H-number also had month + 40; it cannot be told from a synthetic one and is taken as that.

From 2032 the first control digit may leave remainder 0–3 instead of 0, and neither century nor sex stand in the number.
Both rules hold side by side. Sex is never read. Source: Skatteetaten, "Nytt fødselsnummer fra 2032".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class IdKind(StrEnum):
    """What register the number comes from; the words are those of Volven 8116 in lower case."""

    FNR = "fnr"
    DNR = "dnr"
    FHN = "fhn"


class InvalidNationalId(ValueError):
    """The text is no national id. `reason_code`: empty, masked, not_digits, length, date or control_digits.

    Never holds the text itself: an error ends up in logs.
    """

    def __init__(self, reason_code: str) -> None:
        super().__init__(reason_code)
        self.reason_code = reason_code


@dataclass(frozen=True, repr=False)
class NationalId:
    """A national id that holds water. `birth_on` is None where the number does not tell (help number, rule of 2032).

    Shows neither digits nor birth date when printed; whoever needs them asks for them by name.
    """

    kind: IdKind
    birth_on: date | None
    is_synthetic: bool
    digits: str

    def __repr__(self) -> str:
        return f"NationalId(kind={self.kind.value}, is_synthetic={self.is_synthetic})"


_WEIGHTS_1 = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_WEIGHTS_2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_REMAINDERS_1 = frozenset({0, 1, 2, 3})  # 0 alone until 2032

#: Added to the month of people who do not exist.
_SYNTHETIC_MONTHS = (80, 65, 40)
_TENOR_MONTH = 80

_DIGITS = re.compile(r"[0-9]+")
_MASKED = re.compile(r"[0-9]*[xX*•#?_][0-9xX*•#?_]*")

#: Numbers that HL7 Norway prints in its public examples: not synthetic by form, yet nobody's here.
_PUBLISHED_EXAMPLES = frozenset({"15080050515", "05073500186", "04021950128"})

_MODES = frozenset({"production", "demo", "test", "bench"})


def parse(text: str) -> NationalId:
    """Read a national id; spaces and one hyphen between date and rest may stand in it. Raises InvalidNationalId."""
    digits = _eleven_digits(text)
    remainder_1, remainder_2 = _remainders(digits)
    if digits[0] in "89":
        _check(remainder_1, remainder_2)
        return NationalId(IdKind.FHN, None, False, digits)
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    kind = IdKind.FNR
    if day > 40:
        kind, day = IdKind.DNR, day - 40
    shift = next((s for s in _SYNTHETIC_MONTHS if month > s), 0)
    month -= shift
    if not any(_is_date(century + year, month, day) for century in (1800, 1900, 2000)):
        raise InvalidNationalId("date")
    _check(remainder_1, remainder_2)
    birth_on = None
    if remainder_1 == 0:
        birth_on = _birth_date(int(digits[6:9]), year, month, day)
    return NationalId(kind, birth_on, shift > 0, digits)


def refusal(national_id: NationalId, *, mode: str) -> str | None:
    """Why the number may not be used in `mode`, or None when it may.

    production takes real numbers only ("synthetic"); demo, test and bench synthetic ones only ("real"), demo and test
    also those that HL7 Norway publishes. Raises ValueError for an unknown mode.
    """
    if mode not in _MODES:
        raise ValueError("unknown mode")
    if mode == "production":
        return "synthetic" if national_id.is_synthetic else None
    if national_id.is_synthetic:
        return None
    if mode in ("demo", "test") and national_id.digits in _PUBLISHED_EXAMPLES:
        return None
    return "real"


def allowed(national_id: NationalId, *, mode: str) -> bool:
    """True when the number may be used in `mode`; `refusal` says why not."""
    return refusal(national_id, mode=mode) is None


def make_synthetic(birth_on: date, serial: int = 0, *, kind: IdKind = IdKind.FNR) -> NationalId:
    """The number of a person who does not exist: month + 80, the `serial`th that the birth date has room for.

    The same arguments always give the same number. Raises ValueError when the date is outside 1854–2039, the serial is
    outside the room (about 200 or more a day), or `kind` carries no birth date.
    """
    if kind is IdKind.FHN:
        raise ValueError("a help number has no birth date")
    if serial < 0:
        raise ValueError("serial is negative")
    day = birth_on.day + (40 if kind is IdKind.DNR else 0)
    start = f"{day:02}{birth_on.month + _TENOR_MONTH:02}{birth_on.year % 100:02}"
    for place, digits in enumerate(_with_control_digits(start, _individual_numbers(birth_on.year))):
        if place == serial:
            return NationalId(kind, birth_on, True, digits)
    raise ValueError("no more numbers on this date")


def _eleven_digits(text: str) -> str:
    """The digits alone. `int` is never tried on raw text: its error would carry the text along."""
    bare = "".join(text.split())
    if re.fullmatch(r"[^-]{6}-[^-]{5}", bare):
        bare = bare.replace("-", "")
    if not bare:
        raise InvalidNationalId("empty")
    if _MASKED.fullmatch(bare):
        raise InvalidNationalId("masked")
    if not _DIGITS.fullmatch(bare):
        raise InvalidNationalId("not_digits")
    if len(bare) != 11:
        raise InvalidNationalId("length")
    return bare


def _remainders(digits: str) -> tuple[int, int]:
    """What modulus 11 leaves of the ten and the eleven first digits, control digits counted in."""
    numbers = [int(d) for d in digits]
    first = sum(w * n for w, n in zip(_WEIGHTS_1, numbers, strict=False)) % 11
    second = sum(w * n for w, n in zip(_WEIGHTS_2, numbers, strict=True)) % 11
    return first, second


def _check(remainder_1: int, remainder_2: int) -> None:
    if remainder_1 not in _REMAINDERS_1 or remainder_2 != 0:
        raise InvalidNationalId("control_digits")


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _birth_date(individual: int, year: int, month: int, day: int) -> date | None:
    """The date by the series given out before 2032; None where no series fits or the date never was."""
    full = None
    if individual < 500:
        full = 1900 + year
    elif year < 40:
        full = 2000 + year
    elif individual >= 900:
        full = 1900 + year
    elif individual < 750 and year >= 54:
        full = 1800 + year
    return date(full, month, day) if full and _is_date(full, month, day) else None


def _individual_numbers(year: int) -> range:
    if 1854 <= year <= 1899:
        return range(500, 750)
    if 1900 <= year <= 1999:
        return range(500)
    if 2000 <= year <= 2039:
        return range(500, 1000)
    raise ValueError("no series for this year")


def _with_control_digits(start: str, individuals: range) -> Iterator[str]:
    """Each number of the series that has control digits; about one in six has none (a digit would be 10)."""
    for individual in individuals:
        nine = f"{start}{individual:03}"
        first = -_remainders(nine + "00")[0] % 11
        if first == 10:
            continue
        second = -_remainders(f"{nine}{first}0")[1] % 11
        if second != 10:
            yield f"{nine}{first}{second}"
