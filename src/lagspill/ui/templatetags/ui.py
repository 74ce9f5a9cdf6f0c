"""Template tags of the component library: icons, dates and numbers in words, field views."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from django import template
from django.forms import BaseForm, BoundField
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from lagspill.kernel import clock
from lagspill.ui import charts, dates, field_views, markup, names

register = template.Library()

ICONS = Path(__file__).resolve().parent.parent / "icons"
_OUTER = re.compile(r"^\s*<svg\b[^>]*>(.*)</svg>\s*$", re.DOTALL)


class UnknownIcon(LookupError):
    """A template asks for an icon that is not in the library; add its name to icons.txt."""


@lru_cache(maxsize=512)
def _drawing(name: str) -> str:
    path = ICONS / f"{name}.svg"
    if not name.isalnum() or not path.is_file():
        raise UnknownIcon(name)
    found = _OUTER.match(path.read_text(encoding="utf-8"))
    if not found:
        raise UnknownIcon(name)
    return " ".join(found.group(1).split())


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An inline icon. Beside words it is silent; alone it needs a label."""
    meaning = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="ls-icon{}" viewBox="0 0 24 24" {}>{}</svg>',
        f" ls-icon--{size}" if size else "",
        meaning,
        mark_safe(_drawing(str(name))),  # noqa: S308 -- our own files, read from disk
    )


def _today() -> date:
    return dates.local_day(clock.now())


@register.filter
def date_long(value: date | datetime | None) -> str:
    return dates.date_long(value, get_language(), _today()) if value else ""


@register.filter
def date_day(value: date | datetime | None) -> str:
    return dates.date_day(value, get_language(), _today()) if value else ""


@register.filter
def date_full(value: date | datetime | None) -> str:
    return dates.date_full(value, get_language()) if value else ""


@register.filter
def date_short(value: date | datetime | None) -> str:
    return dates.date_short(value, get_language(), _today()) if value else ""


@register.filter
def month_short(value: date | datetime | None) -> str:
    return dates.month_short(value, get_language()) if value else ""


@register.filter
def clock_time(value: datetime | None) -> str:
    return dates.clock(value, get_language()) if value else ""


@register.filter
def week(value: date | datetime | None) -> str:
    return dates.week_of(value, get_language()) if value else ""


@register.filter
def relative_day(value: date | datetime | None) -> str:
    return dates.relative_day(value, get_language(), _today()) if value else ""


@register.filter
def due(value: date | datetime | None) -> dates.Due | None:
    return dates.due(value, get_language(), _today()) if value else None


@register.filter
def local_day(value: date | datetime | None) -> date | None:
    return dates.local_day(value) if value else None


@register.filter
def capital(value: str) -> str:
    return dates.capital(str(value))


@register.simple_tag
def date_range(first: date | datetime, last: date | datetime) -> str:
    return dates.date_range(first, last, get_language(), _today())


@register.simple_tag
def now_in_words() -> str:
    """'torsdag 26. november 2026 kl. 10.00', for the top of a printed page."""
    moment = clock.now()
    language = get_language()
    weekday = dates.words_for(language).weekdays[dates.local_day(moment).weekday()]
    return f"{weekday} {dates.date_full(moment, language)} {dates.clock(moment, language)}"


@register.filter
def initials(value: str) -> str:
    return names.initials(str(value or ""))


@register.filter
def phone(value: str) -> str:
    return names.phone_display(str(value or ""))


@register.filter
def phone_href(value: str) -> str:
    return names.phone_href(str(value or ""))


AVATAR_COLORS = ("primary", "accent", "lyng", "neutral", "info")


@register.filter
def avatar_color(value: str) -> str:
    """The same name always gets the same colour; the colour says nothing."""
    return AVATAR_COLORS[sum(ord(letter) for letter in str(value)) % len(AVATAR_COLORS)]


@register.filter
def field_view(value: BoundField) -> field_views.FieldView:
    return field_views.FieldView(value)


@register.filter
def problems(form: BaseForm) -> list[field_views.Problem]:
    return field_views.problems(form) if form else []


@register.filter
def table_roles(value: str, kind: str) -> SafeString:
    """Complete the rows a template has written; they are escaped already. A worklist's cells show no column's name."""
    rows = markup.icons_once(str(conditional_escape(value)))
    return mark_safe(markup.with_roles(rows, labelled=kind != "work"))  # noqa: S308 -- escaped two lines up


@register.filter
def number(value: float | None) -> str:
    """A number as written in Norwegian: decimal comma, thousands held apart by a no-break space."""
    if value is None:
        return ""
    text = (
        f"{value:,.1f}" if isinstance(value, float) and not value.is_integer() else f"{value:,.0f}"
    )
    if (get_language() or "nb").startswith("en"):
        return text
    return text.replace(",", names.NO_BREAK_SPACE).replace(".", ",")


@register.filter
def coordinate(value: float) -> str:
    """A percentage for SVG, always with a point, whatever the language."""
    return f"{value:g}%"


@register.filter
def chart_day(value: date) -> str:
    """'5. jan.': the days under a chart."""
    return dates.day_short(value, get_language())


@register.filter
def bar_lengths(rows: list[tuple[str, float | None]]) -> tuple[charts.Bar, ...]:
    return charts.bars(rows)
