"""Texts, dates and numbers from outside, made sound: what cannot be, is refused with its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from lagspill.fhir.rules.faults import Fault
from lagspill.fhir.rules.nodes import Node
from lagspill.kernel import national_id

_PHONE = re.compile(r"\+?[0-9]{5,15}")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T.*)?", re.ASCII)
_MAYBE_ID = re.compile(r"(?<![0-9])[0-9]{6}[ -]?[0-9]{5}(?![0-9])")
#: Controls, direction marks and halves of characters; the joiners that emoji and many scripts need stay.
_DROPPED = frozenset({"Cc", "Cs", "Co", "Cn"})
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")
OLDEST = date(1890, 1, 1)


@dataclass
class Reader:
    """Reads pieces and gathers faults; a piece that is refused reads as missing."""

    faults: list[Fault] = field(default_factory=list)

    def refuse(self, place: str, reason: str) -> None:
        """Note a fault, once."""
        fault = Fault(place, reason)
        if fault not in self.faults:
            self.faults.append(fault)

    def each(self, node: Node, name: str, place: str) -> Iterator[tuple[Node, str]]:
        """The children of a list with the place of each."""
        for at, child in enumerate(node.all(name)):
            yield child, f"{place}.{name}[{at}]"

    def parts(self, node: Node, name: str, place: str) -> Iterator[tuple[Node, str]]:
        """Those of `each` that have parts of their own, as a data type must; a lone value is refused."""
        for child, where in self.each(node, name, place):
            if child.is_wrong or child.value is not None:
                self.refuse(where, "wrong_type")
            elif child.children:
                yield child, where

    def part(self, node: Node, name: str, place: str) -> Node | None:
        """The one child with parts of its own, or none."""
        child = next(self.parts(node, name, place), None)
        return child[0] if child else None

    def text(self, node: Node, name: str, place: str, limit: int = 200) -> str:
        """The one text of this name, cleaned, or "". Refuses other types, what is too long, and a national id in it."""
        child = node.one(name)
        return self.text_of(child, f"{place}.{name}", limit) if child else ""

    def text_of(self, child: Node, place: str, limit: int = 200) -> str:
        if (
            child.is_wrong
            or not child.is_text
            or (child.value is None and child.children.keys() - _MARKS)
        ):
            self.refuse(place, "wrong_type")
            return ""
        text = clean(child.value or "")
        if len(text) > limit:
            self.refuse(place, "too_long")
            return ""
        if holds_national_id(text):
            self.refuse(place, "national_id_in_text")
            return ""
        return text

    def flag(self, node: Node, name: str, place: str) -> bool | None:
        """The one boolean of this name, or none."""
        child = node.one(name)
        if child is None or (child.value is None and not child.is_wrong):
            return None
        if child.value not in ("true", "false"):
            self.refuse(f"{place}.{name}", "wrong_type")
            return None
        return child.value == "true"

    def days(self, node: Node, name: str, place: str) -> tuple[date, date] | None:
        """First and last day that a date of FHIR may mean ("1950" is a whole year), or none."""
        text = self.text(node, name, place)
        if not text:
            return None
        span = _span(text)
        if span is None:
            self.refuse(f"{place}.{name}", "not_a_date")
        return span

    def phone(self, node: Node, name: str, place: str) -> str:
        """A telephone number with digits and a leading plus alone, or ""."""
        text = self.text(node, name, place)
        bare = re.sub(r"[\s().\-/]", "", text.removeprefix("tel:"))
        if not text or _PHONE.fullmatch(bare):
            return bare
        self.refuse(f"{place}.{name}", "not_a_phone")
        return ""

    def email(self, node: Node, name: str, place: str) -> str:
        """An e-mail address, or ""."""
        text = self.text(node, name, place, limit=254).removeprefix("mailto:")
        if not text or _EMAIL.fullmatch(text):
            return text
        self.refuse(f"{place}.{name}", "not_an_email")
        return ""


_MARKS = frozenset({"id", "extension"})


def clean(text: str) -> str:
    """Composed, on one line, without controls and direction marks; emoji and all letters stay."""
    composed = unicodedata.normalize("NFC", text)
    kept = (
        " " if c.isspace() else c
        for c in composed
        if c.isspace() or (unicodedata.category(c) not in _DROPPED and c not in _DIRECTION)
    )
    return " ".join("".join(kept).split())


def holds_national_id(text: str) -> bool:
    """True when eleven digits in the text are a sound national id."""
    for match in _MAYBE_ID.finditer(text):
        try:
            national_id.parse(match[0].replace("-", "").replace(" ", ""))
        except national_id.InvalidNationalId:
            continue
        return True
    return False


def _span(text: str) -> tuple[date, date] | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        if day:
            return first, first
        return first, _last_day(first, in_month=month is not None)
    except ValueError:
        return None


def _last_day(first: date, *, in_month: bool) -> date:
    if not in_month or first.month == 12:
        return date(first.year, 12, 31)
    return date.fromordinal(date(first.year, first.month + 1, 1).toordinal() - 1)
