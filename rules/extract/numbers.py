"""Numbers as text writes them: digits, words, magnitudes, ranges, bounds, money and percent.

    tokens of a sentence -> values -> ranges and from-to pairs -> bounds and signs around them -> Number

Which numbers are policy figures is decided later (rules/extract/figures.py). What is never a quantity is left out here:
dates, years, clock times, labels ("Article 5"), parts of names ("Zapad-2025", "G7"), ordinals, votes ("220 to 211").
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from rules.extract.digits import whole
from rules.extract.numberwords import Tables
from rules.extract.tokens import Tokens
from rules.extract.values import Read, ValueReader
from rules.model import Bound
from rules.model import Number as Value


class Number(NamedTuple):
    """A number in a sentence.

    ``first:last`` are token indexes, signs and bound included; ``value_at`` is the value's own token. ``unit`` is a
    currency or "percent" where the number carries one. ``role`` tells the halves of a from-to pair apart:
    "prior" (the former state), "new" (the state it became) or "" for all other numbers.
    """

    first: int
    last: int
    value_at: int
    low: Value
    high: Value
    bound: Bound
    unit: str | None
    role: str = ""
    is_bare_small: bool = False
    is_word: bool = False

    @property
    def is_range(self) -> bool:
        """Whether two ends were written."""
        return self.low != self.high


class _End(NamedTuple):
    """One end of what may be a pair: first token with the sign, value's token, token behind, value, unit."""

    first: int
    at: int
    after: int
    read: Read
    unit: str | None


PERCENT: Final = "percent"
_SMALL: Final = 20
_DASHES: Final = frozenset("-–—")


class NumberReader:
    """Reads the numbers of one sentence."""

    def __init__(self, tokens: Tokens, tables: Tables) -> None:
        self._texts = tokens.texts
        self._tables = tables
        self._values = ValueReader(tokens, tables)
        self._words = self._values.words

    def numbers(self) -> Iterator[Number]:
        """Yield the quantities of the sentence in reading order."""
        may_open = self._tables.may_open
        behind = 0
        for at in [at for at, word in enumerate(self._words) if may_open[word]]:
            if at < behind:
                continue
            read = self._values.value(at)
            if read is None:
                continue
            found, behind = self._assemble(at, read)
            yield from found

    def _assemble(self, at: int, read: Read) -> tuple[list[Number], int]:
        """Return the numbers that begin with this value (none, one, or a pair) and the token behind them."""
        values = self._values
        if read.is_word and read.value == 1 and values.is_article(read.after):
            return [], read.after
        if values.is_date(at, read) or values.is_label(at, read):
            return [], values.after_date(read)
        sign, first = self._sign_before(at)
        unit, after = self._unit_after(read.after)
        one = _End(first, at, after, read, sign or unit)
        second = self._second(after)
        if second is None:
            return self._alone(one)
        sign2, _ = self._sign_before(second[0])
        unit2, after2 = self._unit_after(second[1].after)
        return self._pair(one, _End(second[0], second[0], after2, second[1], sign2 or unit2))

    def _alone(self, end: _End) -> tuple[list[Number], int]:
        if not end.unit and self._values.is_lone_year(end.read):
            return [], end.read.after
        return [self._number(end, end.after, end.read.value, end.read.value, end.unit)], end.after

    def _pair(self, one: _End, two: _End) -> tuple[list[Number], int]:
        """Read two values with "to" between them: a range, a change, a step and what it leads to, or a score."""
        is_other_kind = bool(one.unit and two.unit and one.unit != two.unit)
        is_smaller_kind = one.unit == PERCENT and not two.unit and two.read.magnitude > 1
        years = [not end.unit and self._values.is_lone_year(end.read) for end in (one, two)]
        if is_other_kind or is_smaller_kind or (years[0] and not years[1]):
            return self._alone(one)
        shared = one.unit or two.unit
        if all(years) and not shared:
            return [], two.after
        low, high = one.read.value, two.read.value
        if one.read.magnitude == 1 and two.read.magnitude > 1 and low <= high / two.read.magnitude:
            low *= two.read.magnitude  # "60 to 70 million"
        opener = self._opener(one.first) or self._opener(self._bound_before(one.first)[1])
        if low < high and (opener not in ("from", "by") or (opener == "by" and shared == PERCENT)):
            begin = one._replace(first=one.first - (opener == "between"))
            return [self._number(begin, two.after, low, high, shared, bound=Bound.RANGE)], two.after
        if opener == "from" or (opener == "by" and low < high) or shared:
            prior = self._number(one, one.after, low, low, shared, role="prior" if opener != "by" else "")
            return [prior, self._number(two, two.after, high, high, shared, role="new")], two.after
        return [], two.after  # "220 to 211": a vote or a score

    def _second(self, at: int) -> tuple[int, Read] | None:
        if at >= len(self._words) - 1:
            return None
        connector = self._words[at]
        if connector not in self._tables.ranges and connector not in _DASHES:
            return None
        kind = self._tables.ranges.starting(self._words, at)
        name = kind[0] if kind else "to"
        if name in ("between", "from", "by"):
            return None
        start = at + 1
        while start < len(self._words) - 1 and (
            self._words[start] in self._tables.signs or self._texts[start] in self._tables.signs
        ):
            start += 1
        second = self._values.value(start)
        if second is None:
            return None
        if name == "and" and self._opener(self._sign_before_first(at)) != "between":
            return None
        return start, second

    def _sign_before_first(self, connector: int) -> int:
        at = connector - 1
        while at > 0 and self._words[at - 1] not in self._tables.ranges and connector - at < 6:
            at -= 1
        return at

    def _opener(self, first: int) -> str:
        found = self._tables.ranges.starting(self._words, first - 1) if first else None
        return found[0] if found and found[0] in ("between", "from", "by") else ""

    def _sign_before(self, at: int) -> tuple[str | None, int]:
        if not at or self._texts[at - 1] not in self._tables.sign_tails:
            return None, at
        for length in (3, 2, 1):
            if at - length < 0:
                continue
            glued = all(self._values.is_glued(index) for index in range(at - length + 1, at))
            joined = "".join(self._texts[at - length : at])
            sign = self._tables.signs.get(joined) if glued else None
            if sign and (self._values.is_glued(at) or len(joined) > 1 or not joined.isalpha()):
                return sign, at - length
        return None, at

    def _unit_after(self, at: int) -> tuple[str | None, int]:
        start = at + 1 if at < len(self._words) and self._words[at] in _DASHES and self._values.is_glued(at) else at
        found = self._tables.currencies.starting(self._words, start)
        if found:
            return found
        if start < len(self._words) and "-" in self._words[start]:
            for part in self._words[start].split("-"):
                compound = self._tables.currencies.starting([part], 0)
                if compound:
                    return compound[0], start  # "Millionen-Dollar-Kredit": the word itself is read again for what it is
        if at and "-" in self._words[at - 1]:
            for part in self._words[at - 1].split("-"):
                compound = self._tables.currencies.starting([part], 0)
                if compound:
                    return compound[0], at
        return None, at

    def _number(
        self,
        end: _End,
        after: int,
        low: float,
        high: float,
        unit: str | None,
        *,
        bound: Bound | None = None,
        role: str = "",
    ) -> Number:
        said, first = self._bound_before(end.first)
        behind = self._tables.bounds_after.starting(self._words, after + (self._values.glued(after) == "-"))
        last = after
        if behind:
            said, last = behind
        return Number(
            first=first,
            last=last,
            value_at=end.at,
            low=whole(low),
            high=whole(high),
            bound=bound or said,
            unit=unit,
            role=role,
            is_bare_small=end.read.magnitude == 1 and low <= _SMALL and unit is None,
            is_word=end.read.is_word,
        )

    def _bound_before(self, first: int) -> tuple[Bound, int]:
        at = first
        while (
            at
            and self._tables.articles.starting(self._words, at - 1)
            and self._words[at - 1] not in self._tables.ranges
        ):
            at -= 1
        for start in dict.fromkeys((first, at)):
            found = self._tables.bounds.ending(self._words, start)
            if not found:
                continue
            bound, begin = found
            if bound is Bound.ABOUT:
                outer = self._tables.bounds.ending(self._words, begin)
                if outer and outer[0] is not Bound.ABOUT:
                    return outer
            return found
        return Bound.EXACT, first
