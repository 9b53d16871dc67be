"""Numbers as text writes them: digits, words, magnitudes, ranges, bounds, money and percent.

    tokens of a sentence -> values -> ranges and from-to pairs -> bounds and signs around them -> Number

Which numbers are policy figures is decided later (rules/extract/figures.py). What is never a quantity is left out here:
dates, years, clock times, labels ("Article 5"), parts of names ("Zapad-2025", "G7"), ordinals, votes ("220 to 211").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from rules.extract.document import Token
from rules.extract.wordtable import WordTable, table_of
from rules.model import Bound, Number as Value
from rules.vocabulary import Lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number in a sentence. ``first:last`` are token indexes, signs and bound included; ``value_at`` is the value's own token.

    ``unit`` is a currency or "percent" where the number carries one. ``role`` tells the halves of a from-to pair apart:
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


class _Read(NamedTuple):
    value: float
    after: int
    magnitude: float
    is_word: bool
    raw: str


class Tables(NamedTuple):
    """The number words of one language."""

    words: WordTable[tuple[str, float]]
    articles: WordTable[str]
    bounds: WordTable[Bound]
    bounds_after: WordTable[Bound]
    ranges: WordTable[str]
    dates: WordTable[str]
    labels: WordTable[str]
    signs: dict[str, str]
    currencies: WordTable[str]
    decimal: str
    spaced_thousands: bool


_DECIMAL_COMMA: Final = frozenset({"de", "fr", "uk", "ru"})
_ORDINAL_TAILS: Final = frozenset(
    {"st", "nd", "rd", "th", "s", "er", "e", "ème", "eme", "й", "го", "му", "м", "х", "я", "ї", "а", "ти", "e", "ый"}
)
_OF: Final = frozenset({"of", "der", "des", "de", "из", "із", "з"})
_THEM: Final = frozenset({"them", "whom", "which", "those", "these", "них", "ihnen"})
_DASHES: Final = frozenset("-–—")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def number_tables(lexicon: Lexicon, lang: str) -> Tables:
    """Return the language's number words, built once per lexicon."""
    return lexicon.derive(("numbers", lang), lambda lex: _build(lex, lang))


def _build(lexicon: Lexicon, lang: str) -> Tables:
    def words(entry: object) -> tuple[str, float]:
        from rules.lexiconfile import Entry

        assert isinstance(entry, Entry)
        return entry.text("role") or "unit", float(entry.text("value") or 0)

    return Tables(
        words=table_of(lexicon, "number_words", lang, words),
        articles=table_of(lexicon, "number_articles", lang, lambda e: e.name),
        bounds=table_of(lexicon, "bounds", lang, lambda e: Bound(e.name)),
        bounds_after=table_of(lexicon, "bounds_after", lang, lambda e: Bound(e.name)),
        ranges=table_of(lexicon, "ranges", lang, lambda e: e.name),
        dates=table_of(lexicon, "dates", lang, lambda e: e.name),
        labels=table_of(lexicon, "labels", lang, lambda e: e.name),
        signs={sign: entry.name for entry in lexicon.entries("currencies") for sign in entry.texts("signs")},
        currencies=table_of(lexicon, "currencies", lang, lambda e: e.name),
        decimal="," if lang in _DECIMAL_COMMA else ".",
        spaced_thousands=lang in _DECIMAL_COMMA,
    )


class NumberReader:
    """Reads the numbers of one sentence."""

    def __init__(self, tokens: Sequence[Token], tables: Tables) -> None:
        self._tokens = tokens
        self._words = [token.lower for token in tokens]
        self._tables = tables

    def numbers(self) -> Iterator[Number]:
        """Yield the quantities of the sentence in reading order."""
        at = 0
        starts = self._tables.words.first_words
        while at < len(self._tokens):
            word = self._words[at]
            is_digit = word[0].isdigit()
            if not is_digit and word not in starts and "-" not in word:
                at += 1
                continue
            read = self._digits(at) if is_digit else self._worded(at)
            if read is None:
                at += 1
                continue
            found, after = self._assemble(at, read)
            yield from found
            at = max(after, at + 1)

    # --- one value

    def _value(self, at: int) -> _Read | None:
        token = self._tokens[at]
        if token.text[0].isdigit():
            return self._digits(at)
        return self._worded(at)

    def _digits(self, at: int) -> _Read | None:
        text, after = self._joined_digits(at)
        value = _parse_digits(text, self._tables.decimal)
        if value is None or self._is_part_of_a_name(at) or self._is_time(at, after):
            return None
        tail = self._glued(after)
        if tail in _ORDINAL_TAILS or (tail == "-" and self._glued(after + 1) in _ORDINAL_TAILS):
            return None
        magnitude, after = self._magnitudes(after, 1.0)
        return _Read(value * magnitude, after, magnitude, False, text)

    def _joined_digits(self, at: int) -> tuple[str, int]:
        """Join "14 014" where the language writes so, and "2, 800" as wires do."""
        text, after = self._tokens[at].text, at + 1
        while after < len(self._tokens) and len(text.rsplit(" ")[-1]) <= 3:
            token = self._tokens[after]
            previous = self._tokens[after - 1]
            if (
                self._tables.spaced_thousands
                and _is_group(token.text)
                and token.start - previous.end == 1
                and len(self._tokens[at].text) <= 3
            ):
                text, after = f"{text} {token.text}", after + 1
                continue
            break
        if text.isdigit() and len(text) <= 3 and not self._tables.spaced_thousands and after + 1 < len(self._tokens):
            comma, group = self._tokens[after], self._tokens[after + 1]
            if (
                comma.text == ","
                and _is_group(group.text)
                and comma.start == self._tokens[at].end
                and group.start - comma.end == 1
            ):
                return f"{text},{group.text}", after + 2
        return text, after

    def _worded(self, at: int) -> _Read | None:
        start = at
        total = current = 0.0
        magnitude = 1.0
        seen = False
        while at < len(self._words):
            parts = self._words[at].split("-") if "-" in self._words[at] else [self._words[at]]
            values = [self._tables.words.starting(parts, index) for index in range(len(parts))]
            if all(values) and values:
                for found in values:
                    assert found is not None
                    role, value = found[0]
                    if role == "magnitude":
                        if not seen and value != 12 and not self._article_before(start):
                            return None
                        current = max(current, 1.0 if not seen else current) * value
                        magnitude *= value
                        if value >= 1000:
                            total, current = total + current, 0.0
                    elif role == "fraction":
                        current += value
                    else:
                        current += value
                    seen = True
                at += 1
                continue
            if seen and self._joins(at):
                at += 1
                continue
            break
        while at > start and seen and self._tables.words.starting([self._words[at - 1].split("-")[-1]], 0) is None:
            at -= 1
        value = total + current
        if not seen or value == 0 or (value < 1):
            return None
        return _Read(value, at, magnitude, True, self._words[start])

    def _joins(self, at: int) -> bool:
        """Whether a small word stands between two parts of one number: "half a million", "two and a half"."""
        if self._words[at] not in self._tables.articles:
            return False
        ahead = at + 1
        while ahead < len(self._words) and self._words[ahead] in self._tables.articles and ahead - at < 2:
            ahead += 1
        found = self._tables.words.starting(self._words, ahead)
        if found is None:
            return False
        role, value = found[0]
        kind = self._tables.articles.starting(self._words, at)
        if kind is not None and kind[0] == "joiner":
            before = self._tables.words.starting(self._words, at - 1)
            return role == "fraction" or (before is not None and before[0][0] == "magnitude" and value < 100)
        return role in ("magnitude", "fraction")

    def _article_before(self, at: int) -> bool:
        found = self._tables.articles.starting(self._words, at - 1) if at else None
        return found is not None and found[0] == "article"

    def _magnitudes(self, at: int, magnitude: float) -> tuple[float, int]:
        while at < len(self._words):
            skip = 1 if self._words[at] in _DASHES and self._glued(at) and self._glued(at + 1) else 0
            word = self._words[at + skip].split("-")[0] if at + skip < len(self._words) else ""
            found = self._tables.words.starting([word], 0)
            if found is None or found[0][0] != "magnitude":
                break
            if len(word) == 1 and not self._is_glued(at):
                break
            magnitude *= found[0][1]
            at += 1 + skip
            if self._words[at - 1] != word:  # "500-Millionen-Dollar-Kredit": the rest of the word is read as the unit
                break
            if at < len(self._words) and self._words[at] == "." and len(word) <= 5 and at + 1 < len(self._words):
                at += 1  # "12 тыс. человек", "10 млрд. евро"
        return magnitude, at

    # --- what makes digits a name, a date or a time

    def _is_glued(self, at: int) -> bool:
        return 0 < at < len(self._tokens) and self._tokens[at].start == self._tokens[at - 1].end

    def _glued(self, at: int) -> str:
        return self._words[at] if self._is_glued(at) else ""

    def _is_part_of_a_name(self, at: int) -> bool:
        if not self._is_glued(at):
            return False
        before = self._words[at - 1]
        if before[-1].isalpha():
            return before.upper() not in self._tables.signs and self._tokens[at - 1].text not in self._tables.signs
        if before in _DASHES and self._is_glued(at - 1):
            return self._words[at - 2][-1].isalpha() and self._tables.words.starting(self._words, at - 2) is None
        return before == "/" or (before == "." and self._is_glued(at - 1))

    def _is_time(self, at: int, after: int) -> bool:
        if self._glued(after) in (":", "/") and after + 1 < len(self._words) and self._words[after + 1][0].isdigit():
            return True
        return self._is_glued(at) and self._words[at - 1] == ":" and at >= 2 and self._words[at - 2][0].isdigit()

    def _is_date(self, at: int, read: _Read) -> bool:
        if read.is_word or read.magnitude != 1:
            return False
        if not read.raw.isdigit():
            return False
        value = int(read.value)
        before = self._words[at - 1] if at else ""
        if before == "." and at >= 2:
            before = self._words[at - 2]
        after = self._words[read.after] if read.after < len(self._words) else ""
        if after == "." and read.after + 1 < len(self._words):
            after = self._words[read.after + 1]
        for word, is_before in ((before, True), (after, False)):
            found = self._tables.dates.starting([word], 0)
            if found is None:
                continue
            if found[0] == "months" and (value <= 31 or _is_year(value)):
                return True
            if found[0] == "before" and is_before and (_is_year(value) or value < 100):
                return True
            if found[0] == "times" and not is_before:
                return True
        return False

    def _is_label(self, at: int, read: _Read) -> bool:
        if read.is_word or read.magnitude != 1 or not at:
            return False
        before = self._words[at - 1]
        if before in (".", "#", "№") and at >= 2:
            if before != ".":
                return True
            before = self._words[at - 2]
        return before in self._tables.labels and len(read.raw) <= 4 and read.raw.isdigit()

    # --- ranges, signs and bounds

    def _assemble(self, at: int, read: _Read) -> tuple[list[Number], int]:
        if read.is_word and read.value == 1 and self._is_one_of(read.after):
            return [], read.after
        if self._is_date(at, read) or self._is_label(at, read):
            return [], self._after_date(read)
        sign, first = self._sign_before(at)
        unit, after = self._unit_after(read.after)
        second = self._second(after, read)
        if second is None:
            if self._is_lone_year(at, read, sign or unit):
                return [], read.after
            return [self._number(first, at, after, read.value, read.value, sign or unit, read)], after
        at2, read2 = second
        sign2, _ = self._sign_before(at2)
        unit2, after2 = self._unit_after(read2.after)
        own, other = sign or unit, sign2 or unit2
        if (own and other and own != other) or (own and not other and read2.magnitude > read.magnitude):
            return [self._number(first, at, after, read.value, read.value, own, read)], after
        if self._is_lone_year(at, read, own) and not self._is_lone_year(at2, read2, None):
            return [], read.after
        shared = sign or sign2 or unit or unit2
        low, high = read.value, read2.value
        if read.magnitude == 1 and read2.magnitude > 1 and low <= high / read2.magnitude:
            low *= read2.magnitude
        if self._is_lone_year(at, read, shared) and self._is_lone_year(at2, read2, shared):
            return [], read2.after
        opener = self._opener(first) or self._opener(self._bound_before(first)[1])
        if opener not in ("from", "by") and low < high:
            return [
                self._number(first - (opener == "between"), at, after2, low, high, shared, read, ranged=True)
            ], after2
        if opener == "by" and low < high and shared == "percent":
            return [self._number(first, at, after2, low, high, shared, read, ranged=True)], after2
        if opener == "by":
            step = self._number(first, at, after, low, low, shared, read)
            return [step, self._number(at2, at2, after2, high, high, shared, read2, role="new")], after2
        if opener == "from" or shared:
            prior = self._number(first, at, after, low, low, shared, read, role="prior")
            new = self._number(at2, at2, after2, high, high, shared, read2, role="new")
            return [prior, new], after2
        return [], after2  # "220 to 211": a vote or a score

    def _is_one_of(self, after: int) -> bool:
        """Whether "one" only picks out a thing: "one of the country's oldest"."""
        return after + 1 < len(self._words) and self._words[after] in _OF and self._words[after + 1] not in _THEM

    def _after_date(self, read: _Read) -> int:
        at = read.after
        if at + 1 < len(self._words) and self._words[at] in (*_DASHES, "and", "to") and self._words[at + 1].isdigit():
            return at + 2
        return at

    def _second(self, at: int, read: _Read) -> tuple[int, _Read] | None:
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
            self._words[start] in self._tables.signs or self._tokens[start].text in self._tables.signs
        ):
            start += 1
        second = self._value(start)
        if second is None:
            return None
        if name == "and" and self._opener(self._sign_before_first(at, read)) != "between":
            return None
        return start, second

    def _sign_before_first(self, connector: int, read: _Read) -> int:
        at = connector - 1
        while at > 0 and self._words[at - 1] not in self._tables.ranges and connector - at < 6:
            at -= 1
        return at

    def _opener(self, first: int) -> str:
        found = self._tables.ranges.starting(self._words, first - 1) if first else None
        return found[0] if found and found[0] in ("between", "from", "by") else ""

    def _sign_before(self, at: int) -> tuple[str | None, int]:
        for length in (3, 2, 1):
            if at - length < 0:
                continue
            run = self._tokens[at - length : at]
            glued = all(run[i].end == run[i + 1].start for i in range(len(run) - 1))
            joined = "".join(token.text for token in run)
            sign = self._tables.signs.get(joined) if glued else None
            if sign and (self._is_glued(at) or len(joined) > 1 or not joined.isalpha()):
                return sign, at - length
        return None, at

    def _unit_after(self, at: int) -> tuple[str | None, int]:
        start = at + 1 if at < len(self._words) and self._words[at] in _DASHES and self._is_glued(at) else at
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

    def _is_lone_year(self, at: int, read: _Read, unit: str | None) -> bool:
        return not unit and not read.is_word and read.raw.isdigit() and len(read.raw) == 4 and _is_year(int(read.value))

    def _number(
        self,
        first: int,
        at: int,
        after: int,
        low: float,
        high: float,
        unit: str | None,
        read: _Read,
        *,
        ranged: bool = False,
        role: str = "",
    ) -> Number:
        bound, first = self._bound_before(first)
        behind = self._tables.bounds_after.starting(self._words, after + (self._glued(after) == "-"))
        last = after
        if behind:
            bound, last = behind
        if ranged:
            bound = Bound.RANGE
        return Number(
            first=first,
            last=last,
            value_at=at,
            low=_whole(low),
            high=_whole(high),
            bound=bound,
            unit=unit,
            role=role,
            is_bare_small=read.magnitude == 1 and low <= 20 and unit is None,
            is_word=read.is_word,
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


def _is_group(text: str) -> bool:
    return len(text) == 3 and text.isdigit()


def _is_year(value: int) -> bool:
    return _FIRST_YEAR <= value <= _LAST_YEAR


def _parse_digits(text: str, decimal: str) -> float | None:
    """Read "40,000", "1.5", "1,5" or "14 014" by the language's decimal sign; groups of three decide where it is unclear."""
    plain = text.replace(" ", "")
    if len(plain) > 18:
        return None
    thousands = "." if decimal == "," else ","
    groups = plain.split(thousands)
    if len(groups) > 1 and all(len(group.split(decimal)[0]) == 3 for group in groups[1:]) and len(groups[0]) <= 3:
        plain = "".join(groups)
    elif len(groups) == 2 and decimal not in plain and len(groups[1]) != 3:
        plain = f"{groups[0]}.{groups[1]}"  # "5.5" in a German text, "1,5" in an English one
    elif len(groups) > 1:
        return None
    if plain.count(decimal) > 1:
        parts = plain.split(decimal)
        if all(len(part) == 3 for part in parts[1:]):
            plain = "".join(parts)  # "1,000,000" in a German text
        else:
            return None
    try:
        return float(plain.replace(decimal, ".")) if decimal in plain else float(plain)
    except ValueError:
        return None


def _whole(value: float) -> Value:
    nearest = round(value)
    if abs(value - nearest) <= abs(value) * 1e-12:  # 8.2 times a million million is no whole number to a float
        return nearest
    return round(value, 6)
