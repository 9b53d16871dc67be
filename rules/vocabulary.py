"""The lexicon: who and what the names in a text stand for, and the word tables that the stages look things up in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from rules.compiledlexicon import CompiledTables, Placed, compile_entries
from rules.lexiconfile import FORM_ROLES, Entry, merged
from rules.text import fold_name
from rules.unitwords import unit_words

T = TypeVar("T")

PLACE_KINDS: Final = frozenset({"state", "territory", "region", "city"})
ACTOR_KINDS: Final = frozenset(
    {
        "state",
        "territory",
        "person",
        "organisation",
        "institution",
        "armed_group",
        "party",
        "group",
        "company",
        "outlet",
    }
)
# Where one form is claimed by several entries, the reading that news means far more often comes first.
_KINDS_BY_RANK: Final = (
    *("state", "organisation", "institution", "armed_group", "person", "party", "territory", "city", "region"),
    *("group", "outlet"),
)
_RANK: Final = {kind: rank for rank, kind in enumerate(_KINDS_BY_RANK)}

_TRANSLATED: Final = frozenset({"state", "region"})  # other languages have their own names for these
_SHARED_ROLES: Final = frozenset({"names", "short"})  # proper names that texts in other languages use as they are


class Form(NamedTuple):
    """One surface form: as written, the role it plays, and what it stands for."""

    text: str
    role: str
    entry: Entry


class Lexicon:
    """Every table, looked up by name, form or language. Never changes; what is derived is kept once it is asked for."""

    def __init__(self, entries: Iterable[Entry] = (), *, tables: Mapping[str, Sequence[Placed]] | None = None) -> None:
        self._tables = _by_table(entries) if tables is None else tables
        self._derived: dict[object, object] = {}

    @classmethod
    def load(cls, documents: Mapping[str, str]) -> Lexicon:
        """Read lexicon files (name -> YAML text); later ones extend earlier ones.

        Raises LexiconError with every fault of every file, as file:line:col.
        """
        return cls(_read(documents))

    @classmethod
    def from_compiled(cls, text: str) -> Lexicon:
        """Read what ``compiled`` wrote, each table when it is asked for; the text is trusted."""
        return cls(tables=CompiledTables(text))

    def compiled(self, source: str) -> str:
        """Write the whole lexicon as JSON for from_compiled; ``source`` is the fingerprint of its files."""
        return compile_entries(self._entries, source)

    def extended(self, documents: Mapping[str, str]) -> Lexicon:
        """Return this lexicon with further files on top. Raises LexiconError as load does."""
        return Lexicon((*self._entries, *_read(documents))) if documents else self

    @property
    def tables(self) -> frozenset[str]:
        """The names of all tables."""
        return frozenset(self._tables)

    def entries(self, table: str) -> tuple[Entry, ...]:
        """Return the rows of a table in file order; an unknown table is empty."""
        return self.derive(("entries", table), lambda _: tuple(entry for _, entry in self._tables.get(table, ())))

    @cached_property
    def _entries(self) -> tuple[Entry, ...]:
        placed = sorted((each for rows in self._tables.values() for each in rows), key=_place)
        return tuple(entry for _, entry in placed)

    def derive(self, key: object, build: Callable[[Lexicon], T]) -> T:
        """Return ``build(self)``, computed at the first call for this key and kept with the lexicon.

        A stage keeps its automaton, its regex or its dictionary here, so that a text never pays for building it.
        """
        if key not in self._derived:
            self._derived[key] = build(self)
        return self._derived[key]  # type: ignore[return-value]

    def forms(self, lang: str, layer: str) -> Iterator[Form]:
        """Every form of a layer that may stand in a text of the language, canonical names included."""
        langs = (lang,) if lang == "en" or layer == "cues" else (lang, "en")
        for entry in self._entries:
            if entry.layer != layer:
                continue
            if layer == "names" and (lang == "en" or entry.kind not in _TRANSLATED):
                yield Form(entry.name, "names", entry)
            for role in FORM_ROLES:
                for text in _spoken(entry, role, langs):
                    yield Form(text, role, entry)

    def resolve(self, name: str) -> str | None:
        """Return the canonical English name for any alias in any language, or None where nobody is called so.

        A capital stays the city; ``resolve_actor`` reads it as the government that sits there.
        """
        entry = self._find(name)
        return entry.name if entry else None

    def resolve_actor(self, name: str) -> str | None:
        """Return the actor that a name stands for: like resolve, but "Berlin" and "Bundestag" are Germany."""
        entry = self._find(name)
        if entry is None:
            return None
        return entry.text("metonym") or entry.name

    def resolve_unit(self, name: str) -> str | None:
        """Return the canonical unit that a word in any language counts ("dollars" is usd), or None."""
        return self._unit_by_word.get(name.casefold())

    def entry(self, canonical: str) -> Entry | None:
        """Return the entry of a canonical name, or None."""
        return self._by_name.get(canonical)

    def tier(self, outlet: str) -> int | None:
        """Return the tier of a news outlet by any of its names (1: quoted by others); None when it is not listed."""
        return self.derive("tiers", _tiers).get(fold_name(outlet))

    def kind(self, canonical: str) -> str | None:
        """Return what a canonical name is ("state", "person", "organisation", "city", ...), or None."""
        entry = self._by_name.get(canonical)
        return entry.kind if entry else None

    def affiliation(self, person: str) -> str | None:
        """Return the state or body that a person or institution acts for, or None."""
        entry = self._by_name.get(person)
        return entry.text("of") if entry else None

    def contains(self, region: str, place: str) -> bool:
        """Tell whether a place lies in a region; every place contains itself. Both names are canonical."""
        return region == place or region in self._around.get(place, frozenset())

    def members(self, group: str) -> frozenset[str]:
        """Return the members of a group of states ("EU members", "P5"); empty where there is no such group."""
        entry = self._by_name.get(group)
        return frozenset(entry.texts("members")) if entry else frozenset()

    @cached_property
    def units(self) -> frozenset[str]:
        """The canonical names of all units."""
        return frozenset(self._unit_by_word.values())

    @cached_property
    def _unit_by_word(self) -> Mapping[str, str]:
        return unit_words([*self.entries("units"), *self.entries("currencies")])

    @cached_property
    def actors(self) -> frozenset[str]:
        """The canonical names that can act."""
        return frozenset(entry.name for entry in self._named if entry.kind in ACTOR_KINDS)

    @cached_property
    def places(self) -> frozenset[str]:
        """The canonical names that are places."""
        return frozenset(entry.name for entry in self._named if entry.kind in PLACE_KINDS)

    @cached_property
    def _named(self) -> tuple[Entry, ...]:
        return tuple(
            sorted((e for e in self._entries if e.layer == "names"), key=lambda e: _RANK.get(e.kind, len(_RANK)))
        )

    @cached_property
    def _by_name(self) -> Mapping[str, Entry]:
        return {entry.name: entry for entry in reversed(self._named)}

    @cached_property
    def _by_alias(self) -> Mapping[str, Entry]:
        found: dict[str, Entry] = {}
        for entry in self._named:
            found.setdefault(fold_name(entry.name), entry)
        for entry in self._named:
            for by_lang in entry.forms.values():
                for words in by_lang.values():
                    for word in words:
                        found.setdefault(fold_name(word), entry)
        return found

    def _find(self, name: str) -> Entry | None:
        key = fold_name(name)
        return self._by_alias.get(key) or self._by_alias.get(key.removeprefix("the "))

    @cached_property
    def _around(self) -> Mapping[str, frozenset[str]]:
        direct = {entry.name: entry.texts("within") for entry in reversed(self._named)}
        around: dict[str, frozenset[str]] = {}
        for name in direct:
            seen: set[str] = set()
            queue = list(direct[name])
            while queue:
                outer = queue.pop()
                if outer not in seen:
                    seen.add(outer)
                    queue.extend(direct.get(outer, ()))
            around[name] = frozenset(seen)
        return around


def _read(documents: Mapping[str, str]) -> list[Entry]:
    from rules.lexiconreader import entries_from_yaml  # only for files: the shipped lexicon starts without YAML

    return entries_from_yaml(documents)


def _by_table(entries: Iterable[Entry]) -> Mapping[str, Sequence[Placed]]:
    tables: dict[str, list[Placed]] = {}
    for placed in enumerate(merged(entries)):
        tables.setdefault(placed[1].table, []).append(placed)
    return tables


def _place(placed: Placed) -> int:
    return placed[0]


def _spoken(entry: Entry, role: str, langs: tuple[str, ...]) -> Iterator[str]:
    """Yield the forms of one role in the first language, and in the others those that any language may borrow."""
    yield from entry.of(role, langs[0])
    if role in _SHARED_ROLES:
        for lang in langs[1:]:
            yield from entry.of(role, lang)


def _tiers(lexicon: Lexicon) -> dict[str, int]:
    tiers: dict[str, int] = {}
    for entry in lexicon.entries("outlets"):
        tier = entry.text("tier")
        names = (entry.name, *(name for forms in entry.forms.values() for some in forms.values() for name in some))
        for name in names if tier is not None else ():
            tiers.setdefault(fold_name(name), int(tier or 0))
    return tiers
