"""Form fields that take what people really type: one line, several lines, a telephone number. For every form.

What no one can see on a screen (control characters, text-direction overrides) is taken out; letters and emoji stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lagspill.ui import names

F = TypeVar("F", bound=forms.Field)

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
_SPACES = re.compile(r"[^\S\n]+")
_MANY_LINES = re.compile(r"\n{3,}")
LONGEST_PHONE = 15
"""Digits, country code included: the international limit."""


def clean_line(text: str) -> str:
    """On one line, without what cannot be seen, with single spaces."""
    return " ".join(_visible(text).split())


def clean_words(text: str) -> str:
    """With its lines, without what cannot be seen; at most one empty line in a row."""
    lines = _visible(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _MANY_LINES.sub(
        "\n\n", "\n".join(_SPACES.sub(" ", line).strip() for line in lines)
    ).strip()


def _visible(text: str) -> str:
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


class Line(forms.CharField):
    """One line of text. Always with a `max_length`."""

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        return clean_line(str(value)) if value else ""


class Words(forms.CharField):
    """Text of several lines. Always with a `max_length`; `rows` is how many show at first."""

    def __init__(self, *, max_length: int, rows: int = 4, **options: Any) -> None:
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **options)

    def to_python(self, value: Any) -> str:
        return clean_words(str(value)) if value else ""


class Phone(forms.CharField):
    """A telephone number, written in any usual way; gives the digits, with + and country code when foreign."""

    default_error_messages = {
        "invalid": _("Skriv telefonnummeret med åtte siffer, eller med + og landkode."),
    }

    def __init__(self, **options: Any) -> None:
        attrs = {"type": "tel", "autocomplete": "tel"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **options)

    def to_python(self, value: Any) -> str:
        text = clean_line(str(value)) if value else ""
        if not text:
            return ""
        if re.search(r"[^\d\s+().\-/]", text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        digits = names.phone_digits(text)
        foreign = digits.startswith("+") and 7 <= len(digits) - 1 <= LONGEST_PHONE
        if not foreign and (digits.startswith("+") or len(digits) != names.FULL_LENGTH):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return digits


def explained(
    field: F,
    *,
    descriptions: Mapping[str, Any] | None = None,
    icons: Mapping[str, str] | None = None,
) -> F:
    """The same field, with a line of text and an icon for each option; keys are option values."""
    for name, value in (("descriptions", descriptions), ("icons", icons)):
        setattr(field, name, dict(value or {}))
    return field
