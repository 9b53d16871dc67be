"""What to propose where somebody types in a rule file: keys by the schema, values by schema and lexicon. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.web.workbench.hints import HINTS, MEANINGS, OPERATORS, VALUES
from bot.web.workbench.inline import Path
from bot.web.workbench.names import Known, Names
from bot.web.workbench.place import Place, Wants
from bot.web.workbench.shape import Shape
from rules.text import fold_name

MOST = 40
_QUERIES = {"match", "unless", "proposition", "condition"}
_LISTS = {"any", "all", "none"}
_NAMED = re.compile(r"""(?P<field>actor|place|outlet|lang):(?P<quote>"?)(?P<typed>[^"():]*)\Z""")
_LAST = re.compile(r"[^\s()]*\Z")
_PLAIN = re.compile(r"[^\W_][\w .'/&-]*\Z")
_MEANT = {"true", "false", "null", "yes", "no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One thing to put there. ``replaces`` counts the characters before the cursor that it takes the place of, ``back``
    says how far before its end the cursor goes.
    """

    label: str
    insert: str
    about: str = ""
    replaces: int = 0
    back: int = 0


class Proposer:
    """Proposes. ``topics`` are those in force, id to title."""

    def __init__(self, shape: Shape, names: Names, topics: Mapping[str, str]) -> None:
        self._shape = shape
        self._topics = topics
        self._names: Mapping[str, tuple[Known, ...]] = {
            "actor": names.actors,
            "place": names.places,
            "unit": names.units,
            "outlet": names.outlets,
            "outlets": names.outlets,
            "lang": names.languages,
            "languages": names.languages,
        }

    def at(self, place: Place) -> tuple[Proposal, ...]:
        """Return what fits best first, at most ``MOST``."""
        match place.wants:
            case Wants.KEY:
                found: Iterable[Proposal] = self._keys(place)
            case Wants.VALUE:
                found = self._values(place)
            case Wants.NODE:
                found = (*self._keys(place), *self._values(place))
            case Wants.WORDS:
                found = self._words(place)
            case _:
                found = ()
        return tuple(dict.fromkeys(found))[:MOST]

    def _keys(self, place: Place) -> Iterator[Proposal]:
        keys = self._shape.keys(place.path)
        if self._shape.takes_languages(place.path):
            keys = (*keys, *(known.name for known in self._names["lang"]))
        rows = [(key, HINTS.get(key, "")) for key in keys if key not in place.used]
        for key, about in _fitting(rows, place.typed):
            yield self._key(place, key, about)

    def _key(self, place: Place, key: str, about: str) -> Proposal:
        replaces = len(place.typed)
        if place.has_colon:
            return Proposal(label=key, insert=key, about=about, replaces=replaces)
        opens = self._shape.opens((*place.path, key))
        if opens == "mapping" and place.in_brackets:
            return Proposal(label=key, insert=f"{key}: {{}}", about=about, replaces=replaces, back=1)
        if opens and not place.in_brackets:
            below = "\n" + " " * (place.indent + 2) + ("- " if opens == "mappings" else "")
            return Proposal(label=key, insert=f"{key}:{below}", about=about, replaces=replaces)
        return Proposal(label=key, insert=f"{key}: ", about=about, replaces=replaces)

    def _values(self, place: Place) -> Iterator[Proposal]:
        if self._is_query(place.path):
            if place.typed or place.quote:
                yield from self._words(place)
            return
        key = _key_of(place.path)
        chosen = [(value, MEANINGS.get(value, "")) for value in self._shape.values(place.path)]
        rows = chosen or list(VALUES.get(key, ()))
        if key == "topic" and len(place.path) > 1:
            rows = list(self._topics.items())
        for value, about in _fitting(rows, place.typed):
            yield _value(place, value, value, about)
        if not chosen and self._is_text(place.path):
            for known in _found(self._names.get(key, ()), place.typed):
                yield _value(place, known.name, known.name, _about(known))

    def _is_text(self, path: Path) -> bool:
        return bool(self._shape.at(path))

    def _is_query(self, path: Path) -> bool:
        steps = [step for step in path if isinstance(step, str)]
        is_inside = any(step in _QUERIES for step in steps) and bool(self._shape.at(path))
        return is_inside and "tests" not in steps

    def _words(self, place: Place) -> Iterator[Proposal]:
        if not self._is_query(place.path):
            return
        named = _NAMED.search(place.typed)
        if named is not None:
            yield from self._named(place, named["field"], named["quote"], named["typed"])
            return
        last = (_LAST.search(place.typed) or [""])[0]
        for word, about in _fitting(OPERATORS, last):
            end = "" if word.endswith((":", "(")) else " "
            yield Proposal(label=word, insert=f"{word}{end}", about=about, replaces=len(last))

    def _named(self, place: Place, field: str, quote: str, typed: str) -> Iterator[Proposal]:
        """Propose names after ``actor:`` and its like: those of several words in quotes."""
        mark = '\\"' if place.quote == '"' else '"'
        for known in _found(self._names[field], typed):
            written = known.name if known.name.isalnum() and not quote else f"{mark}{known.name}{mark}"
            if place.quote == "'":
                written = written.replace("'", "''")
            replaces = len(typed) + len(quote)
            yield Proposal(label=known.name, insert=written, about=_about(known), replaces=replaces)


def _key_of(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _value(place: Place, label: str, value: str, about: str) -> Proposal:
    if place.quote:
        written = value.replace("'", "''") if place.quote == "'" else value.replace('"', '\\"')
    else:
        written = _scalar(value)
    blank = " " if place.is_glued else ""
    return Proposal(label=label, insert=blank + written, about=about, replaces=len(place.typed))


def _scalar(value: str) -> str:
    """Write a value so that YAML reads it as what it is."""
    is_plain = _PLAIN.match(value) and not value.endswith(" ") and value.lower() not in _MEANT
    return value if is_plain or value.rstrip("%").isalnum() else "'" + value.replace("'", "''") + "'"


def _about(known: Known) -> str:
    return known.about if known.form == known.name else f"{known.about}, also “{known.form}”".lstrip(", ")


def _fitting(rows: Iterable[tuple[str, str]], typed: str) -> list[tuple[str, str]]:
    """Return the rows whose word begins so, then those that have it inside; all where nothing is typed."""
    wanted = typed.casefold()
    ranked = [(_rank(word.casefold(), wanted), row) for row in rows for word in row[:1]]
    return [row for rank, row in sorted((each for each in ranked if each[0] < 3), key=lambda each: each[0])]


def _rank(word: str, wanted: str) -> int:
    if word.startswith(wanted):
        return 0
    if any(part.startswith(wanted) for part in re.split(r"[\s_-]", word)):
        return 1
    return 2 if len(wanted) > 1 and wanted in word else 3


def _found(names: Iterable[Known], typed: str) -> list[Known]:
    """Return the names by what is typed of any of their forms, each once, the plainest form first."""
    wanted = fold_name(typed)
    best: dict[str, tuple[int, bool, int, Known]] = {}
    for known in names:
        rank = _rank(known.folded, wanted)
        if rank == 3:
            continue
        place = (rank, known.form != known.name, len(known.form), known)
        if known.name not in best or place[:3] < best[known.name][:3]:
            best[known.name] = place
    return [known for *_, known in sorted(best.values(), key=lambda each: (*each[:2], each[3].name))[:MOST]]
