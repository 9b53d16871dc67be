"""What other number readers make of the English passages: quantulum3, recognizers-text and a plain pattern.

None of them decides whether a number is a policy figure, so every number that they report counts as one. They get help
that costs nothing: bare years are dropped, two numbers with "to" between them are one range, the bound is read from the
word before the number, and the unit from the words after it where they name none. Both packages are optional:
``pip install quantulum3 recognizers-text-suite "emoji<2"``.
"""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tools.score_claims import Row
from tools.score_sets import Read

PACKAGES: Final[Mapping[str, str]] = {
    "quantulum3": "quantulum3",
    "recognizers-text": 'recognizers-text-suite "emoji<2"',
}
CUES: Final[Mapping[str, str]] = {
    "up to": "at_most",
    "as many as": "at_most",
    "below": "at_most",
    "no more than": "at_most",
    "at least": "at_least",
    "more than": "at_least",
    "over": "at_least",
    "about": "about",
    "around": "about",
    "some": "about",
    "nearly": "about",
    "roughly": "about",
}
CURRENCIES: Final[Mapping[str, str]] = {
    "euro": "eur",
    "united states dollar": "usd",
    "dollar": "usd",
    "pound sterling": "gbp",
    "yen": "jpy",
    "percentage": "percent",
    "$": "usd",
    "€": "eur",
    "£": "gbp",
    "%": "percent",
}
SCALES: Final[Mapping[str, float]] = {
    "thousand": 1e3,
    "million": 1e6,
    "mln": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bln": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
}
PLURALS: Final = frozenset({"people", "personnel", "police", "aircraft"})
YEAR: Final = re.compile(r"(?:19|20)\d\d")
RANGE: Final = re.compile(r" ?(?:to|and|-|–) ?")
NUMBER: Final = re.compile(
    r"(?P<sign>[$€£])?\b(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:[ -]?(?P<scale>thousand|million|mln|billion|bln|trillion|bn|m)\b)?(?P<percent> ?%| per ?cent| pct)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number that a peer found: its value, its span in the text, and its unit where the peer names one."""

    value: float
    start: int
    end: int
    unit: str | None


Numbers = Callable[[str], Iterable[Number]]


def figures(text: str, numbers: Iterable[Number]) -> list[Row]:
    """Make figures out of a peer's numbers."""
    found: list[Row] = []
    last: Number | None = None
    for number in sorted(numbers, key=lambda number: number.start):
        if number.unit is None and YEAR.fullmatch(text[number.start : number.end].strip()):
            continue
        if last and RANGE.fullmatch(text[last.end : number.start]) and last.value < number.value:
            found[-1] |= {"high": number.value, "bound": "range", "unit": _unit(text, number)}
        else:
            found.append(
                {
                    "low": number.value,
                    "high": number.value,
                    "bound": _bound(text, number),
                    "unit": _unit(text, number),
                }
            )
        last = number
    return found


def _bound(text: str, number: Number) -> str:
    before = text[: number.start].casefold().rstrip("$€£ ")
    return next((bound for cue, bound in CUES.items() if before.endswith(f" {cue}")), "exact")


def _unit(text: str, number: Number) -> str | None:
    if number.unit:
        return CURRENCIES.get(number.unit, number.unit)
    after = re.match(r"((?:[ -]+[^\W\d_]+){0,3})", text[number.end :])
    words = re.findall(r"[^\W\d_]+", after[1].casefold()) if after else []
    plural = [word for word in words if word.endswith("s") or word in PLURALS]
    return next(iter(plural or words), None)


def peers() -> dict[str, Read]:
    """Return the peers that can be imported here, by name: a passage in, ``{"figures": [...]}`` out."""
    found: dict[str, Read] = {"plain pattern": _reader(_pattern)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, make in (("quantulum3", _quantulum), ("recognizers-text", _recognizers)):
            try:
                found[name] = _reader(make())
            except ImportError:
                continue
    return found


def _reader(numbers: Numbers) -> Read:
    def read(row: Row) -> Row:
        text = row["text"]
        return {"figures": figures(text, numbers(text))}

    return read


def _pattern(text: str) -> Iterator[Number]:
    for hit in NUMBER.finditer(text):
        value = float(hit["digits"].replace(",", "")) * SCALES.get(hit["scale"] or "", 1)
        unit = "percent" if hit["percent"] else hit["sign"]
        yield Number(value=value, start=hit.start(), end=hit.end(), unit=unit)


def _quantulum() -> Numbers:
    parser = importlib.import_module("quantulum3.parser")

    def numbers(text: str) -> Iterator[Number]:
        for quantity in parser.parse(text):
            start, end = quantity.span
            unit = None if quantity.unit.name in {"dimensionless", ""} else quantity.unit.name
            yield Number(value=quantity.value, start=start, end=end, unit=unit)

    return numbers


def _recognizers() -> Numbers:
    number = importlib.import_module("recognizers_number")
    money = importlib.import_module("recognizers_number_with_unit")

    def numbers(text: str) -> Iterator[Number]:
        taken: list[tuple[int, int]] = []
        for recognise in (money.recognize_currency, number.recognize_percentage, number.recognize_number):
            for found in recognise(text, "en-us"):
                span = (found.start, found.end + 1)
                value = _number((found.resolution or {}).get("value"))
                if value is None or any(start < span[1] and span[0] < end for start, end in taken):
                    continue
                taken.append(span)
                unit = found.resolution.get("unit") or ("percent" if found.type_name == "percentage" else None)
                yield Number(value=value, start=span[0], end=span[1], unit=unit and unit.casefold())

    return numbers


def _number(value: object) -> float | None:
    try:
        return float(str(value).rstrip("%"))
    except ValueError:
        return None
