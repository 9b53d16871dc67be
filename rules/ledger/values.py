"""Whether two figures say the same number. How a claim is written for people is ``rules.wording``'s.

News rounds, hedges and narrows: "about 40,000", "39,800", "more than 38,000" and "30,000-50,000" are four
ways of saying one thing. A figure has a *core* (what is written) and a *reach* (what the wording covers);
two figures agree when the core of one lies within the reach of the other.
"""

from __future__ import annotations

from decimal import Decimal

from rules.model import Action, Bound, Figure, Number, Status

TOLERANCE = 0.02
"""Relative difference that a plain number may have from its own rounded form (39,800 and 40,000)."""

_ABOUT_LEAST, _ABOUT_MOST = 0.025, 0.10  # "about" never covers less, nor more, than this share of the number
_OPEN_END = 0.25  # "more than 40,000" is not said of more than 50,000
_SAME_MAGNITUDE = 10.0

_FIRMNESS = {
    Status.CONDITIONAL: 0,
    Status.CLAIMED: 1,
    Status.EXPECTED: 1,
    Status.PLANNED: 2,
    Status.FACT: 3,
    Status.DENIED: 0,
}


def firmness(status: Status) -> int:
    """Rank a status from a mere condition (0) to a done deed (3); forecasts and accusations rank the same."""
    return _FIRMNESS[status]


def agree(one: Figure, other: Figure, tolerance: float = TOLERANCE) -> bool:
    """Tell whether both say the same number once rounding, hedging and ranges are allowed for."""
    return _within(one, other, tolerance) or _within(other, one, tolerance)


def is_total_of(figure: Figure, part: Figure, tolerance: float = TOLERANCE) -> bool:
    """Tell whether ``figure`` is the whole that ``part`` names itself a part of."""
    if part.of_total is None:
        return False
    slack = tolerance * abs(part.of_total)
    return abs(figure.low - part.of_total) <= slack and abs(figure.high - part.of_total) <= slack


def is_comparable(one: Figure, other: Figure) -> bool:
    """Tell whether the numbers are near enough (ten times) to be two values of one thing."""
    a, b = _middle(one), _middle(other)
    if a <= 0 or b <= 0:
        return True
    return max(a, b) / min(a, b) <= _SAME_MAGNITUDE


def is_higher(figure: Figure, than: Figure) -> bool:
    """Tell whether the number is above the other one."""
    return _middle(figure) > _middle(than)


def _middle(figure: Figure) -> float:
    return (figure.low + figure.high) / 2


def _within(inner: Figure, outer: Figure, tolerance: float) -> bool:
    low, high = _reach(outer, tolerance)
    return low <= inner.low and inner.high <= high


def _reach(figure: Figure, tolerance: float) -> tuple[float, float]:
    low, high = float(figure.low), float(figure.high)
    if figure.low != figure.high:
        return low - tolerance * abs(low), high + tolerance * abs(high)
    step, size = _granularity(figure.low), abs(low)
    rounding = min(step / 2, tolerance * size)
    if figure.bound is Bound.ABOUT:
        rounding = min(max(step / 2, _ABOUT_LEAST * size), _ABOUT_MOST * size)
    elif figure.bound is Bound.AT_LEAST and figure.action is not Action.KILL:
        return low - rounding, high + min(step, _OPEN_END * size)
    elif figure.bound is Bound.AT_MOST:
        return low - min(step, _OPEN_END * size), high + rounding
    return low - rounding, high + rounding


def _granularity(value: Number) -> float:
    """Return the worth of the last digit that is not zero: 10,000 for 40,000, 0.1 for 4.5."""
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return float(10.0**exponent) if isinstance(exponent, int) else 1.0
