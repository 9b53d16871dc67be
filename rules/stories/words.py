"""The word tables of stories, ready for look-up: concepts and places across languages, months, stop words."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple

from rules.lexiconfile import ANY, Entry
from rules.vocabulary import Lexicon

CONCEPT_TABLES: Final = ("story_concepts", "story_places", "story_missions")
_PLACE_KINDS: Final = frozenset({"state", "territory", "region"})  # no cities: Nice, Reading and Split are words too
_PLACE_ROLES: Final = ("names", "adjectives", "people")
_KEY_LENGTH: Final = 5  # letters of a cognate key: 5 joined languages best, 6 and 7 split inflections
_INITIALS: Final = 3
_STEM_HEAD: Final = 3  # letters; no stem is shorter
_HEAD: Final = 2  # letters of a phrase by which most words are ruled out
_MEMO_SIZE: Final = 20_000  # words a language, and as many older ones

_LATIN: Final = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e",
    "ю": "iu", "я": "ia", "є": "e", "і": "i", "ї": "i", "ґ": "g", "ў": "u",
})  # fmt: skip
_COGNATES: Final = (
    ("sch", "sh"), ("ph", "f"), ("th", "t"), ("qu", "k"), ("ck", "k"), ("ch", "k"), ("kh", "h"), ("ae", "e"),
    ("oe", "e"), ("ou", "u"), ("c", "k"), ("q", "k"), ("y", "i"), ("j", "i"), ("w", "v"), ("z", "s"), ("x", "ks"),
)  # fmt: skip


class Phrase(NamedTuple):
    """The words that must follow the head, each exact or (ending in ``*``) a beginning, and what the phrase means."""

    tail: tuple[str, ...]
    term: str


class Meaning(NamedTuple):
    """What a word is worth: its term (empty for a stop word), whether that is a concept, a mission, a month, ..."""

    term: str
    is_concept: bool = False
    is_mission: bool = False
    is_place: bool = False
    month: int = 0
    magnitude: int = 0
    document: str = ""  # "resolution": its number tells documents apart
    phrases: tuple[Phrase, ...] = ()  # that the word may begin


def fold_accents(text: str) -> str:
    """Return the text in lower case without accents; the length may change."""
    lower = text.lower().replace("ß", "ss")
    if lower.isascii():
        return lower
    # й and ї are letters, not accented ones, but й and и are never told apart by endings: folding them is harmless.
    return "".join(char for char in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(char))


def cognate_key(word: str) -> str:
    """Return a key that related words share across languages and scripts: ``sanct``, ``санкции``, ``Sanktionen``.

    ``word`` is folded by ``fold_accents``.
    """
    latin = word.translate(_LATIN)
    for old, new in _COGNATES:
        if old in latin:
            latin = latin.replace(old, new)
    letters = [letter for place, letter in enumerate(latin) if place == 0 or letter != latin[place - 1]]
    return "".join(letters[:_KEY_LENGTH])


class StoryWords:
    """Every table for every language, indexed. Words are looked up in the language of the text, or in all of them."""

    def __init__(self, tables: Mapping[str, Iterable[Entry]]) -> None:
        self._exact: dict[str, dict[str, Meaning]] = {}
        self._stems: dict[str, dict[str, dict[str, Meaning]]] = {}  # by language, then by their first letters
        self._phrases: dict[str, dict[str, list[Phrase]]] = {}
        self._heads: dict[str, set[str]] = {}  # how words begin that may begin a phrase
        self._memo: dict[str, _Meanings] = {}
        self.common: dict[str, float] = {}
        for table in CONCEPT_TABLES:
            for entry in tables.get(table, ()):
                meaning = Meaning(
                    "=" + entry.name,
                    is_concept=True,
                    is_mission=table == "story_missions",
                    is_place=table == "story_places",
                )
                for lang, form in _forms(entry):
                    self._add(lang, form, meaning)
        for entry in (entry for table in tables.values() for entry in table if entry.kind in _PLACE_KINDS):
            for lang, form in _names(entry):
                self._add(lang, form, Meaning("=" + entry.name, is_concept=True, is_place=True))
        self._read_small_tables(tables)

    @classmethod
    def of(cls, lexicon: Lexicon) -> StoryWords:
        """Return the tables of a lexicon, built once for it."""
        return lexicon.derive(cls, lambda source: cls({table: source.entries(table) for table in source.tables}))

    def meanings(self, lang: str) -> Mapping[str, Meaning]:
        """Return what words mean: a look-up by any word, as written. ``lang`` is "any" where it is unknown."""
        memo = self._memo.get(lang)
        if memo is None:
            memo = self._memo[lang] = _Meanings(partial(self._find, lang=lang))
        return memo

    def _read_small_tables(self, tables: Mapping[str, Iterable[Entry]]) -> None:
        for entry in tables.get("story_documents", ()):
            for lang, form in _forms(entry):
                self._refine(lang, form, document=entry.name)
        for entry in tables.get("story_months", ()):
            for lang, form in _forms(entry):
                self._refine(lang, form, month=_number(entry, "number"))
        for entry in tables.get("story_magnitudes", ()):
            for lang, form in _forms(entry):
                self._refine(lang, form, magnitude=_number(entry, "value"))
        for entry in tables.get("story_stopwords", ()):
            for lang, form in _forms(entry):
                self._exact.setdefault(lang, {})[form] = Meaning("")
        for entry in tables.get("story_common_words", ()):
            share = float(entry.text("share") or 0)
            for lang, form in _forms(entry):
                term = self.meanings(lang)[form].term
                self.common[term] = max(share, self.common.get(term, 0.0))

    def _add(self, lang: str, form: str, meaning: Meaning) -> None:
        head, *tail = form.split()
        if tail:
            phrases = self._phrases.setdefault(lang, {}).setdefault(head, [])
            phrases.append(Phrase(tuple(tail), meaning.term))
            self._heads.setdefault(lang, set()).add(head.removesuffix("*")[:_HEAD])
        elif head.endswith("*"):
            self._stems_like(lang, head[:-1]).setdefault(head[:-1], meaning)
        else:
            self._exact.setdefault(lang, {}).setdefault(head, meaning)

    def _refine(self, lang: str, form: str, *, month: int = 0, magnitude: int = 0, document: str = "") -> None:
        """Add to what a word means without taking a concept from it ("resolution" is both)."""
        stem = form.removesuffix("*")
        old = self._meaning(stem, lang) or Meaning(cognate_key(stem))
        table = self._exact.setdefault(lang, {}) if stem == form else self._stems_like(lang, stem)
        table[stem] = old._replace(
            month=month or old.month, magnitude=magnitude or old.magnitude, document=document or old.document
        )

    def _stems_like(self, lang: str, stem: str) -> dict[str, Meaning]:
        return self._stems.setdefault(lang, {}).setdefault(stem[:_STEM_HEAD], {})

    def _find(self, word: str, lang: str) -> Meaning:
        folded = fold_accents(word)
        meaning = self._meaning(folded, lang) or Meaning(cognate_key(folded))
        if word.isupper() and len(word) <= _INITIALS:  # "US" is not "us"
            meaning = self._meaning(".".join(folded), lang) or meaning
        phrases = [phrase for each in self._languages(lang) for phrase in self._begun(each, folded)]
        return meaning._replace(phrases=tuple(phrases)) if phrases else meaning

    def _meaning(self, folded: str, lang: str) -> Meaning | None:
        for each in self._languages(lang):
            exact = self._exact.get(each, {}).get(folded)
            if exact is not None:
                return exact
        head = folded[:_STEM_HEAD]
        for each in self._languages(lang):
            stems = self._stems.get(each, {}).get(head)
            if stems is None:
                continue
            for length in range(len(folded), _STEM_HEAD - 1, -1):
                if folded[:length] in stems:
                    return stems[folded[:length]]
        return None

    def _begun(self, lang: str, folded: str) -> Sequence[Phrase]:
        if folded[:_HEAD] not in self._heads.get(lang, ()):
            return ()
        table = self._phrases[lang]
        starts = (folded, *(f"{folded[:length]}*" for length in range(_HEAD, len(folded) + 1)))
        return [phrase for start in starts for phrase in table.get(start, ())]

    def _languages(self, lang: str) -> tuple[str, ...]:
        if lang != ANY:
            return (lang, ANY)
        return tuple(sorted({*self._exact, *self._stems, *self._phrases}, key=lambda each: (each != "en", each)))


class _Meanings(dict[str, Meaning]):
    """Meanings of words, found once each; bounded: when it is full, only words that come again stay known."""

    def __init__(self, find: Callable[[str], Meaning]) -> None:
        super().__init__()
        self._find = find
        self._older: dict[str, Meaning] = {}

    def __missing__(self, word: str) -> Meaning:
        if len(self) >= _MEMO_SIZE:
            self._older = dict(self)
            self.clear()
        found = self._older.get(word)
        if found is None:
            found = self._find(word)
        self[word] = found
        return found


def _forms(entry: Entry) -> Iterable[tuple[str, str]]:
    for lang, forms in entry.forms.get("forms", {}).items():
        for form in forms:
            yield lang, fold_accents(form).removesuffix(".")


def _names(entry: Entry) -> Iterable[tuple[str, str]]:
    if entry.table != "story_places":
        yield "en", fold_accents(entry.name)
    for role in _PLACE_ROLES:
        for lang, forms in entry.forms.get(role, {}).items():
            for form in forms:
                yield lang, fold_accents(form).removesuffix(".")


def _number(entry: Entry, attribute: str) -> int:
    return int(entry.text(attribute) or 0)
