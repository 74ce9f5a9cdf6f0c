"""Dates and times in words, in bokmål, nynorsk and English. Pure: language and today are passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
DAYS_IN_WORDS = 13
"""Further away than this, days are told as weeks."""
WEEKS_IN_WORDS = 8
SOON = 7
"""Days ahead within which a due date is near."""


@dataclass(frozen=True)
class Words:
    """The words one language needs for dates."""

    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    day_month: str
    clock: str
    today: str
    tomorrow: str
    yesterday: str
    days_ahead: str
    days_ago: str
    weeks_ahead: str
    weeks_ago: str
    overdue_one: str
    overdue: str
    until: str
    week: str


_SHORT_MONTHS_NO = (
    "jan.",
    "feb.",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "aug.",
    "sep.",
    "okt.",
    "nov.",
    "des.",
)
_MONTHS_NO = (
    "januar", "februar", "mars", "april", "mai", "juni",
    "juli", "august", "september", "oktober", "november", "desember",
)  # fmt: skip  # six months a line read better

WORDS = {
    "nb": Words(
        weekdays=("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
        short_weekdays=("ma.", "ti.", "on.", "to.", "fr.", "lø.", "sø."),
        months=_MONTHS_NO,
        short_months=_SHORT_MONTHS_NO,
        day_month="{day}. {month}",
        clock="kl. {hour:02}.{minute:02}",
        today="i dag",
        tomorrow="i morgen",
        yesterday="i går",
        days_ahead="om {n} dager",
        days_ago="for {n} dager siden",
        weeks_ahead="om {n} uker",
        weeks_ago="for {n} uker siden",
        overdue_one="Forfalt 1 dag",
        overdue="Forfalt {n} dager",
        until="til",
        week="uke {n}",
    ),
    "nn": Words(
        weekdays=("måndag", "tysdag", "onsdag", "torsdag", "fredag", "laurdag", "søndag"),
        short_weekdays=("må.", "ty.", "on.", "to.", "fr.", "la.", "sø."),
        months=_MONTHS_NO,
        short_months=_SHORT_MONTHS_NO,
        day_month="{day}. {month}",
        clock="kl. {hour:02}.{minute:02}",
        today="i dag",
        tomorrow="i morgon",
        yesterday="i går",
        days_ahead="om {n} dagar",
        days_ago="for {n} dagar sidan",
        weeks_ahead="om {n} veker",
        weeks_ago="for {n} veker sidan",
        overdue_one="1 dag over fristen",
        overdue="{n} dagar over fristen",
        until="til",
        week="veke {n}",
    ),
    "en": Words(
        weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        short_weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        months=(
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ),
        short_months=(
            "Jan",
            "Feb",
            "Mar",
            "Apr",
            "May",
            "June",
            "July",
            "Aug",
            "Sep",
            "Oct",
            "Nov",
            "Dec",
        ),
        day_month="{day} {month}",
        clock="{hour:02}:{minute:02}",
        today="today",
        tomorrow="tomorrow",
        yesterday="yesterday",
        days_ahead="in {n} days",
        days_ago="{n} days ago",
        weeks_ahead="in {n} weeks",
        weeks_ago="{n} weeks ago",
        overdue_one="1 day overdue",
        overdue="{n} days overdue",
        until="to",
        week="week {n}",
    ),
}


def words_for(language: str | None) -> Words:
    """The words of a language code such as 'nb' or 'en-gb'; bokmål when we have none of our own."""
    return WORDS.get((language or "nb").split("-")[0].lower(), WORDS["nb"])


def local_day(moment: date | datetime) -> date:
    """The day in Norway that a moment falls on."""
    if isinstance(moment, datetime):
        return moment.astimezone(OSLO).date() if moment.tzinfo else moment.date()
    return moment


def local_time(moment: datetime) -> datetime:
    """The moment as the clock on the wall in Norway shows it."""
    return moment.astimezone(OSLO) if moment.tzinfo else moment


def date_long(moment: date | datetime, language: str | None, today: date) -> str:
    """'torsdag 26. november', with the year when it is not this year's."""
    words, day = words_for(language), local_day(moment)
    return f"{words.weekdays[day.weekday()]} {_day_month(words, words.months, day, today)}"


def date_day(moment: date | datetime, language: str | None, today: date) -> str:
    """'26. november', with the year when it is not this year's."""
    words = words_for(language)
    return _day_month(words, words.months, local_day(moment), today)


def date_full(moment: date | datetime, language: str | None) -> str:
    """'26. november 2026': for papers that are kept."""
    words, day = words_for(language), local_day(moment)
    return f"{words.day_month.format(day=day.day, month=words.months[day.month - 1])} {day.year}"


def date_short(moment: date | datetime, language: str | None, today: date) -> str:
    """'to. 26. nov.', with the year when it is not this year's."""
    words, day = words_for(language), local_day(moment)
    return (
        f"{words.short_weekdays[day.weekday()]} {_day_month(words, words.short_months, day, today)}"
    )


def day_short(moment: date | datetime, language: str | None) -> str:
    """'5. jan.': where room is scarce and the year stands elsewhere."""
    words, day = words_for(language), local_day(moment)
    return words.day_month.format(day=day.day, month=words.short_months[day.month - 1])


def clock(moment: datetime, language: str | None) -> str:
    """'kl. 10.00'."""
    at = local_time(moment)
    return words_for(language).clock.format(hour=at.hour, minute=at.minute)


def date_range(
    first: date | datetime, last: date | datetime, language: str | None, today: date
) -> str:
    """'7.–13. desember', '28. november–3. desember'; one day alone is just that day."""
    start, end = local_day(first), local_day(last)
    if start == end:
        return date_day(start, language, today)
    words = words_for(language)
    if (start.year, start.month) == (end.year, end.month):
        begin = str(start.day) if words.day_month.startswith("{day} ") else f"{start.day}."
        return f"{begin}–{date_day(end, language, today)}"
    if start.year == end.year:
        begin = words.day_month.format(day=start.day, month=words.months[start.month - 1])
        return f"{begin}–{date_day(end, language, today)}"
    return f"{date_full(start, language)} – {date_full(end, language)}"


def month_short(moment: date | datetime, language: str | None) -> str:
    """'nov.': the upper line of a date card."""
    return words_for(language).short_months[local_day(moment).month - 1]


def week_of(moment: date | datetime, language: str | None) -> str:
    """'uke 48'."""
    return words_for(language).week.format(n=local_day(moment).isocalendar().week)


def relative_day(moment: date | datetime, language: str | None, today: date) -> str:
    """'i dag', 'i morgen', 'om 3 dager', 'for 2 uker siden'; far away it is the date itself."""
    words, day = words_for(language), local_day(moment)
    distance = (day - today).days
    near = {0: words.today, 1: words.tomorrow, -1: words.yesterday}
    if distance in near:
        return near[distance]
    if abs(distance) <= DAYS_IN_WORDS:
        return (words.days_ahead if distance > 0 else words.days_ago).format(n=abs(distance))
    weeks = round(abs(distance) / 7)
    if weeks <= WEEKS_IN_WORDS:
        return (words.weeks_ahead if distance > 0 else words.weeks_ago).format(n=weeks)
    return date_day(day, language, today)


@dataclass(frozen=True)
class Due:
    """How near a due date is: always icon, words and colour together."""

    level: str
    color: str
    icon: str
    words: str
    exact: str


def due(moment: date | datetime, language: str | None, today: date) -> Due:
    """The tag for a due date and the exact date under it."""
    words, day = words_for(language), local_day(moment)
    distance = (day - today).days
    exact = date_short(day, language, today)
    if distance == 0 and isinstance(moment, datetime):
        exact = clock(moment, language)
    if distance < 0:
        text = words.overdue_one if distance == -1 else words.overdue.format(n=-distance)
        return Due("overdue", "danger", "ExclamationmarkTriangle", text, exact)
    text = capital(relative_day(day, language, today))
    if distance == 0:
        return Due("today", "warning", "Clock", text, exact)
    if distance <= SOON:
        return Due("soon", "info", "Calendar", text, exact)
    return Due("later", "neutral", "Calendar", text, exact)


def capital(text: str) -> str:
    """The first letter large, the rest as it was."""
    return text[:1].upper() + text[1:]


def _day_month(words: Words, months: tuple[str, ...], day: date, today: date) -> str:
    text = words.day_month.format(day=day.day, month=months[day.month - 1])
    return text if day.year == today.year else f"{text} {day.year}"
