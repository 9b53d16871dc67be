"""A figure over time as marks on a plane: a bar from low to high for each value, from when it was said. Pure.

Time runs to the right; values that were said close together are set side by side. A bar carries the number under which
the table beside the chart tells of it, so that nothing is said by colour alone. Lengths are in the units of ``WIDTH``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor, log10

from bot.web.words import day
from rules import wording

WIDTH, HEIGHT = 440.0, 230.0
LEFT, RIGHT, TOP, BOTTOM = 88.0, 14.0, 26.0, 30.0  # room for the numbers of the axes
SMALLEST = 0.01  # value that the axis shows; no figure in the news is smaller
THINNEST = 3.0  # height of the bar of a single number
GAP = 24.0  # between two bars at least
HUES = 6  # colours that the sheet has for origins; the last one serves all further ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value: ``number`` is its line in the table, ``until`` when it was superseded, None while it stands."""

    number: int
    at: datetime
    low: float
    high: float
    origin: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A value on the plane. ``hue`` is that of its origin; ``stands`` draws it full, with a line to the present."""

    number: int
    hue: int
    x: float
    top: float
    height: float
    end: float
    stands: bool

    @property
    def middle(self) -> float:
        """Where the line of its duration runs."""
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark of an axis."""

    place: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A chart between ``left`` and ``right``. ``hues`` are the colours of the origins."""

    bars: tuple[Bar, ...]
    rows: tuple[Tick, ...]
    days: tuple[Tick, ...]
    left: float
    right: float
    hues: Mapping[str, int]


def plot(points: Sequence[Point], now: datetime) -> Plot:
    """Return the chart of a figure's values, oldest first; there has to be one."""
    ticks = _steps(min(point.low for point in points), max(point.high for point in points))
    hues = _hues(points)
    places = _places(points, now)
    bars = []
    for point, x in zip(points, places, strict=True):
        top, bottom = _y(point.high, ticks), _y(point.low, ticks)
        height = max(bottom - top, THINNEST)
        bars.append(
            Bar(
                number=point.number,
                hue=hues[point.origin],
                x=x,
                top=(top + bottom - height) / 2,
                height=height,
                end=max(_x(point.until or now, points[0].at, now), x),
                stands=point.until is None,
            )
        )
    return Plot(
        bars=tuple(bars),
        rows=tuple(Tick(place=_y(value, ticks), label=wording.number(_whole(value))) for value in ticks),
        days=_days(points[0].at, now),
        left=LEFT,
        right=WIDTH - RIGHT,
        hues=hues,
    )


def _hues(points: Sequence[Point]) -> dict[str, int]:
    origins = dict.fromkeys(point.origin for point in points)
    return {origin: min(number, HUES) for number, origin in enumerate(origins, start=1)}


def _x(at: datetime, first: datetime, last: datetime) -> float:
    span = max((last - first).total_seconds(), 1.0)
    share = (at - first).total_seconds() / span
    return LEFT + GAP / 2 + share * (WIDTH - LEFT - RIGHT - GAP)


def _places(points: Sequence[Point], now: datetime) -> list[float]:
    """Place the bars by time, each a gap right of the one before, and all of them within the plane."""
    gap = min(GAP, (WIDTH - LEFT - RIGHT - GAP) / len(points))
    found: list[float] = []
    for point in points:
        wanted = _x(point.at, points[0].at, now)
        found.append(max(wanted, found[-1] + gap) if found else wanted)
    edge = WIDTH - RIGHT - GAP / 2
    for number in reversed(range(len(found))):
        found[number] = min(found[number], edge)
        edge = found[number] - gap
    return found


def _steps(low: float, high: float) -> list[float]:
    """Return round numbers that hold all values between them: from nought, unless that would hide the differences."""
    high = max(high, SMALLEST)
    start = 0.0 if low < high * 0.6 or high - low < high * 0.01 else low - (high - low) / 2
    size = (high - start) / 3
    power = 10.0 ** floor(log10(size))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= size)
    first = floor(start / step)
    found = [first * step]
    while found[-1] < high:
        found.append(found[-1] + step)
    return found


def _y(value: float, ticks: Sequence[float]) -> float:
    share = (value - ticks[0]) / (ticks[-1] - ticks[0] or 1.0)
    return TOP + (1 - share) * (HEIGHT - TOP - BOTTOM)


def _days(first: datetime, now: datetime) -> tuple[Tick, ...]:
    """Mark the day of the first value and the present one; where they are one day, that alone."""
    ends = [Tick(place=LEFT, label=day(first)), Tick(place=WIDTH - RIGHT, label=day(now))]
    return tuple(ends[:1] if ends[0].label == ends[1].label else ends)


def _whole(value: float) -> float | int:
    return int(value) if value == int(value) else round(value, 6)
