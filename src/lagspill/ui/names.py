"""Names and telephone numbers as people read them. Pure."""

from __future__ import annotations

import re

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
NORWAY = "47"
FULL_LENGTH = 8


def initials(name: str) -> str:
    """'Jon Ivar Eira' gives 'JE'; one word gives its first letter."""
    parts = [part for part in re.split(r"\s+", name.strip()) if part]
    if not parts:
        return ""
    ends = parts if len(parts) == 1 else (parts[0], parts[-1])
    return "".join(part[0] for part in ends).upper()


def phone_digits(number: str) -> str:
    """Only the digits, with a leading plus kept; the Norwegian prefix removed."""
    text = number.strip()
    plus = text.startswith(("+", "00")) and not re.fullmatch(r"00[\s\d]{6,9}", text)
    digits = re.sub(r"\D", "", text)
    if plus:
        digits = digits.removeprefix("00")
        return (
            digits[2:]
            if digits.startswith(NORWAY) and len(digits) == FULL_LENGTH + 2
            else f"+{digits}"
        )
    return digits


def phone_display(number: str) -> str:
    """'41234567' as '412 34 567', '75101000' as '75 10 10 00', '116117' as '116 117'; held together by no-break spaces."""
    digits = phone_digits(number)
    if digits.startswith("+"):
        return re.sub(r"\s+", NO_BREAK_SPACE, number.strip())
    if len(digits) == FULL_LENGTH:
        sizes = [3, 2, 3] if digits[0] in "489" else [2, 2, 2, 2]
    elif len(digits) == 6:
        sizes = [3, 3]
    else:
        return digits or number.strip()
    groups, at = [], 0
    for size in sizes:
        groups.append(digits[at : at + size])
        at += size
    return NO_BREAK_SPACE.join(groups)


def phone_href(number: str) -> str:
    """The tel: address; eight digits get the country code so that it works from abroad."""
    digits = phone_digits(number)
    return (
        f"tel:+{NORWAY}{digits}"
        if len(digits) == FULL_LENGTH and digits[0] in "2345679"
        else f"tel:{digits}"
    )
