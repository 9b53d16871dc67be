"""One value at a time: digits with their magnitude, number words, and what makes digits no quantity at all."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.digits import is_group, is_year, parse_digits
from rules.extract.numberwords import Tables
from rules.extract.tokens import Tokens


class Read(NamedTuple):
    """A value, the token behind it, the magnitude in it, and how its first token was written."""

    value: float
    after: int
    magnitude: float
    is_word: bool
    raw: str


_ORDINAL_TAILS: Final = frozenset(
    {"st", "nd", "rd", "th", "s", "er", "e", "ème", "eme", "й", "го", "му", "м", "х", "я", "ї", "а", "ти", "ый"}
)
_OF: Final = frozenset({"of", "der", "des", "de", "из", "із", "з"})
_THEM: Final = frozenset({"them", "whom", "which", "those", "these", "них", "ihnen"})
_DASHES: Final = frozenset("-–—")
_MODEL_DIGITS: Final = 3  # of the number in a model's name
_MODEL_REACH: Final = 4  # tokens from a number to the model of what it counts
_PARTS: Final = frozenset(",;:()")
_LARGEST: Final = 1e17  # nothing that is counted in the news is more


class ValueReader:
    """Reads single values out of the tokens of a sentence."""

    def __init__(self, tokens: Tokens, tables: Tables) -> None:
        self.texts = tokens.texts
        self.words = tokens.lowers
        self.starts = tokens.starts
        self._end = tokens.end
        self.tables = tables

    def value(self, at: int) -> Read | None:
        """Return the value that begins at a token, or None."""
        return self._digits(at) if self.texts[at][0].isdigit() else self._worded(at)

    def _digits(self, at: int) -> Read | None:
        text, after = self._joined_digits(at)
        value = parse_digits(text, self.tables.decimal)
        if value is None or self._is_part_of_a_name(at) or self._is_time(at, after):
            return None
        tail = self.glued(after)
        if tail in _ORDINAL_TAILS or (tail == "-" and self.glued(after + 1) in _ORDINAL_TAILS):
            return None
        magnitude, after = self._magnitudes(after, 1.0)
        if value * magnitude > _LARGEST:
            return None
        return Read(value * magnitude, after, magnitude, False, text)

    def _joined_digits(self, at: int) -> tuple[str, int]:
        """Join "14 014" where the language writes so, and "2, 800" as wires do."""
        texts = self.texts
        text, after = texts[at], at + 1
        if self.tables.spaced_thousands:
            if len(text) > 3:
                return text, after
            while after < len(texts) and is_group(texts[after]) and self._gap(after) == 1:
                text, after = f"{text} {texts[after]}", after + 1
            return text, after
        if (
            len(text) <= 3
            and text.isdigit()
            and after + 1 < len(texts)
            and texts[after] == ","
            and is_group(texts[after + 1])
            and self._gap(after) == 0
            and self._gap(after + 1) == 1
        ):
            return f"{text},{texts[after + 1]}", after + 2
        return text, after

    def _gap(self, at: int) -> int:
        """How many characters stand between the token and the one before it."""
        return self.starts[at] - self._end(at - 1)

    def _worded(self, at: int) -> Read | None:
        start = at
        total = current = 0.0
        magnitude = 1.0
        seen = False
        while at < len(self.words):
            parts = self.words[at].split("-") if "-" in self.words[at] else [self.words[at]]
            values = [self.tables.words.starting(parts, index) for index in range(len(parts))]
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
        while at > start and seen and self.tables.words.starting([self.words[at - 1].split("-")[-1]], 0) is None:
            at -= 1
        value = total + current
        if not seen or not 1 <= value <= _LARGEST:
            return None
        return Read(value, at, magnitude, True, self.words[start])

    def _joins(self, at: int) -> bool:
        """Whether a small word stands between two parts of one number: "half a million", "two and a half"."""
        if self.words[at] not in self.tables.articles:
            return False
        ahead = at + 1
        while ahead < len(self.words) and self.words[ahead] in self.tables.articles and ahead - at < 2:
            ahead += 1
        found = self.tables.words.starting(self.words, ahead)
        if found is None:
            return False
        role, value = found[0]
        kind = self.tables.articles.starting(self.words, at)
        if kind is not None and kind[0] == "joiner":
            before = self.tables.words.starting(self.words, at - 1)
            return role == "fraction" or (before is not None and before[0][0] == "magnitude" and value < 100)
        return role in ("magnitude", "fraction")

    def _article_before(self, at: int) -> bool:
        found = self.tables.articles.starting(self.words, at - 1) if at else None
        return found is not None and found[0] == "article"

    def _magnitudes(self, at: int, magnitude: float) -> tuple[float, int]:
        while at < len(self.words):
            skip = 1 if self.words[at] in _DASHES and self.glued(at) and self.glued(at + 1) else 0
            word = self.words[at + skip].split("-")[0] if at + skip < len(self.words) else ""
            found = self.tables.words.starting([word], 0)
            if found is None or found[0][0] != "magnitude":
                break
            if len(word) == 1 and not self.is_glued(at):
                break
            magnitude *= found[0][1]
            at += 1 + skip
            if self.words[at - 1] != word:  # "500-Millionen-Dollar-Kredit": the rest of the word is read as the unit
                break
            if at < len(self.words) and self.words[at] == "." and len(word) <= 5 and at + 1 < len(self.words):
                at += 1  # "12 тыс. человек", "10 млрд. евро"
        return magnitude, at

    def is_glued(self, at: int) -> bool:
        """Whether no blank stands before the token."""
        return 0 < at < len(self.words) and self.starts[at] == self._end(at - 1)

    def glued(self, at: int) -> str:
        """Return the token's word if no blank stands before it, else an empty text."""
        return self.words[at] if self.is_glued(at) else ""

    def _is_part_of_a_name(self, at: int) -> bool:
        if not self.is_glued(at):
            return self._is_model(at)
        before = self.words[at - 1]
        if before[-1].isalpha():
            return before.upper() not in self.tables.signs and self.texts[at - 1] not in self.tables.signs
        if before in _DASHES and self.is_glued(at - 1):
            name = self.texts[at - 2]  # the "B" of "B-2" is no billion
            return name[-1].isalpha() and (name.isupper() or self.tables.words.starting(self.words, at - 2) is None)
        return before == "/" or (before == "." and self.is_glued(at - 1))

    def _is_model(self, at: int) -> bool:
        """Whether the digits tell a model apart, in a phrase that another number opens: "18 Leopard 2A8 tanks"."""
        name = self.texts[at - 1] if at else ""
        if len(self.texts[at]) > _MODEL_DIGITS or not (name.isalpha() and name[0].isupper()) or name.isupper():
            return False
        if self.tables.dates.starting([name.lower()], 0) or self.tables.words.starting(self.words, at + 1):
            return False
        opening = self.words[max(0, at - _MODEL_REACH) : at - 1]
        return any(self._may_count(word) for word in opening) and not any(word in _PARTS for word in opening)

    def _may_count(self, word: str) -> bool:
        if word.isdigit():
            return not is_year(int(word))  # "bis 2030 will Belgien 300 Soldaten"
        return word[0].isdigit() or self.tables.words.starting([word], 0) is not None

    def _is_time(self, at: int, after: int) -> bool:
        if self.glued(after) in (":", "/") and after + 1 < len(self.words) and self.words[after + 1][0].isdigit():
            return True
        return self.is_glued(at) and self.words[at - 1] == ":" and at >= 2 and self.words[at - 2][0].isdigit()

    def is_date(self, at: int, read: Read) -> bool:
        """Whether a bare number is part of a date or a time of day."""
        if read.is_word or read.magnitude != 1:
            return False
        if not read.raw.isdigit():
            return False
        value = int(read.value)
        before = self.words[at - 1] if at else ""
        if before == "." and at >= 2:
            before = self.words[at - 2]
        after = self.words[read.after] if read.after < len(self.words) else ""
        if after == "." and read.after + 1 < len(self.words):
            after = self.words[read.after + 1]
        for word, is_before in ((before, True), (after, False)):
            found = self.tables.dates.starting([word], 0)
            if found is None:
                continue
            if found[0] == "months" and (is_year(value) or (value <= 31 and (not is_before or self.tables.day_behind))):
                return True
            if found[0] == "before" and is_before and (is_year(value) or value < 100):
                return True
            if found[0] == "times" and not is_before:
                return True
        return False

    def is_label(self, at: int, read: Read) -> bool:
        """Whether a bare number only numbers a thing: "Article 5", "No. 15"."""
        if read.is_word or read.magnitude != 1 or not at:
            return False
        before = self.words[at - 1]
        if before in (".", "#", "№") and at >= 2:
            if before != ".":
                return True
            before = self.words[at - 2]
        return before in self.tables.labels and len(read.raw) <= 4 and read.raw.isdigit()

    def is_article(self, after: int) -> bool:
        """Whether "one" is no number: "one of the country's oldest", "ein 500-Millionen-Kredit"."""
        following = self.words[after : after + 2]
        if following and following[0][0].isdigit():
            return True
        return len(following) == 2 and following[0] in _OF and following[1] not in _THEM

    def is_lone_year(self, read: Read) -> bool:
        """Whether four bare digits may be a year."""
        return not read.is_word and read.raw.isdigit() and len(read.raw) == 4 and is_year(int(read.value))

    def after_date(self, read: Read) -> int:
        """Return the token behind a date, "Dec. 1 and 2" taken as one."""
        at = read.after
        if at + 1 < len(self.words) and self.words[at] in (*_DASHES, "and", "to") and self.words[at + 1].isdigit():
            return at + 2
        return at
