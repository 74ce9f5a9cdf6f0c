"""The numbers behind charts. Pure: the template only places what stands here.

Coordinates are percentages of the drawing area, so a chart fills any width while its text keeps its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

MAX_X_LABELS = 3
LABEL_ROOM = 30
"""Percent of the width that a day needs under a narrow chart."""


@dataclass(frozen=True)
class Band:
    """A range of values with a name, for example 'Høy' from 30 to 40."""

    label: str
    low: float
    high: float
    color: str = "neutral"


@dataclass(frozen=True)
class Point:
    """One measured value on a day."""

    day: date
    value: float


@dataclass(frozen=True)
class PlacedPoint:
    day: date
    value: float
    x: float
    y: float
    band: str


@dataclass(frozen=True)
class PlacedBand:
    label: str
    color: str
    y: float
    height: float
    middle: float


@dataclass(frozen=True)
class Tick:
    value: float
    y: float


@dataclass(frozen=True)
class Segment:
    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class DayLabel:
    day: date
    x: float
    anchor: str


@dataclass(frozen=True)
class Trend:
    """A trend line, ready to place."""

    points: tuple[PlacedPoint, ...]
    segments: tuple[Segment, ...]
    bands: tuple[PlacedBand, ...]
    ticks: tuple[Tick, ...]
    days: tuple[DayLabel, ...]
    direction: str
    """'up', 'down', 'flat' or 'single': the message in one word, for the sentence beside the picture."""

    @property
    def first(self) -> PlacedPoint:
        return self.points[0]

    @property
    def last(self) -> PlacedPoint:
        return self.points[-1]

    @property
    def label_below(self) -> bool:
        """Whether the last value is written under its point: the line comes from above, and there is room."""
        return len(self.points) > 1 and self.points[-2].y < self.last.y < 80


def trend(
    points: Sequence[Point], *, low: float, high: float, bands: Sequence[Band] = (), step: float = 0
) -> Trend:
    """Place points between `low` and `high`, oldest first, with lines between them and bands behind."""
    if not points:
        raise ValueError("a trend needs at least one point")
    if high <= low:
        raise ValueError("the scale must end above where it begins")
    ordered = sorted(points, key=lambda point: point.day)
    start, days = ordered[0].day, (ordered[-1].day - ordered[0].day).days

    def x_of(day: date) -> float:
        return round(100 * (day - start).days / days, 2) if days else 50.0

    def y_of(value: float) -> float:
        inside = min(max(value, low), high)
        return round(100 * (high - inside) / (high - low), 2)

    placed = tuple(
        PlacedPoint(
            point.day, point.value, x_of(point.day), y_of(point.value), band_of(point.value, bands)
        )
        for point in ordered
    )
    return Trend(
        points=placed,
        segments=tuple(Segment(a.x, a.y, b.x, b.y) for a, b in pairwise(placed)),
        bands=tuple(_place_band(band, y_of) for band in bands),
        ticks=tuple(
            Tick(value, y_of(value)) for value in _steps(low, high, step or _step(low, high))
        ),
        days=tuple(_day_labels(placed)),
        direction=direction(placed[0].value, placed[-1].value) if len(placed) > 1 else "single",
    )


def band_of(value: float, bands: Sequence[Band]) -> str:
    """The name of the band a value lies in; on a border the upper band, beyond all bands the nearest end."""
    name = ""
    for band in sorted(bands, key=lambda item: item.low):
        if value >= band.low or not name:
            name = band.label
    return name


def direction(first: float, last: float) -> str:
    """'up', 'down' or 'flat'."""
    if last == first:
        return "flat"
    return "up" if last > first else "down"


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: its name, its number and its length in percent of the drawing area."""

    label: str
    value: float | None
    length: float


def bars(rows: Sequence[tuple[str, float | None]], *, highest: float = 0) -> tuple[Bar, ...]:
    """Bars in the given order. A number that must stay hidden (None) keeps its row, without a bar."""
    top = highest or max((value for _, value in rows if value is not None), default=0)
    return tuple(
        Bar(
            label,
            value,
            round(100 * min(value, top) / top, 2) if value is not None and top else 0.0,
        )
        for label, value in rows
    )


def _place_band(band: Band, y_of) -> PlacedBand:
    top, bottom = y_of(band.high), y_of(band.low)
    return PlacedBand(
        band.label, band.color, top, round(bottom - top, 2), round((top + bottom) / 2, 2)
    )


def _step(low: float, high: float) -> float:
    span = high - low
    for candidate in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500):
        if span / candidate <= 5:
            return candidate
    return span / 4


def _steps(low: float, high: float, step: float) -> list[float]:
    count = int((high - low) / step + 1e-9)
    return [low + step * n for n in range(count + 1)]


def _day_labels(placed: Sequence[PlacedPoint]) -> list[DayLabel]:
    """At most three days, the first and the last among them, so that they never run into each other."""
    if len(placed) <= 2:
        chosen = list(placed)
    else:
        wanted = [100 * n / (MAX_X_LABELS - 1) for n in range(MAX_X_LABELS)]
        chosen = []
        for x in wanted:
            nearest = min(placed, key=lambda point: abs(point.x - x))
            if not chosen or nearest.x - chosen[-1].x >= LABEL_ROOM:
                chosen.append(nearest)
        if chosen[-1] is not placed[-1]:
            chosen[-1] = placed[-1]
    anchors = {0.0: "start", 100.0: "end"}
    return [DayLabel(point.day, point.x, anchors.get(point.x, "middle")) for point in chosen]
