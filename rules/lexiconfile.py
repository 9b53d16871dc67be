"""Lexicon files: YAML that people write.

A file holds tables, a table holds entries::

    version: 1
    tables:
      armed_groups:
        layer: names          # names: resolve to an actor or place; cues: words the stages look for; data: neither
        kind: armed_group     # of every entry that names none itself
        lang: en              # of forms written without a language (the default; "any" means every language)
        entries:
          - {name: Hezbollah, names: {en: [Hizbollah, Hizbullah], de: Hisbollah}, within: Lebanon}

Keys of an entry that hold surface forms are listed in ``FORM_ROLES``; each takes a text, a list, or a mapping from
language to either; a text or list is in the table's language, under ``aliases`` in every language. Every other key is
an attribute that some stage asks for. A later entry of the same table and name adds to the earlier one: forms are
joined, attributes are replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rules.errors import Fault, FaultsError, LexiconError, guess

if TYPE_CHECKING:
    from rules.strictyaml import Document

FORM_ROLES: Final = ("names", "aliases", "short", "adjectives", "people", "government", "oblique", "forms")
LAYERS: Final = ("names", "cues", "data")
ANY: Final = "any"
_LANG = re.compile(r"[a-z]{2,3}\Z")
_TABLE_KEYS: Final = ("layer", "kind", "lang", "entries", "about", "as_of")
_FILE_KEYS: Final = ("version", "tables", "about", "as_of")

Forms = Mapping[str, Mapping[str, tuple[str, ...]]]
Attribute = str | int | float | bool | tuple[Any, ...] | Mapping[str, Any] | None


class Entry(NamedTuple):
    """One row of a table: ``forms`` maps role to language to surface forms, the canonical name not included.

    A named tuple, for thousands of them are made at every start.
    """

    table: str
    layer: str
    kind: str
    name: str
    lang: str = "en"
    forms: Forms = MappingProxyType({})
    attributes: Mapping[str, Attribute] = MappingProxyType({})

    def text(self, attribute: str) -> str | None:
        """Return an attribute as text, or None where the entry has none."""
        value = self.attributes.get(attribute)
        return None if value is None else str(value)

    def texts(self, attribute: str) -> tuple[str, ...]:
        """Return an attribute as texts: a single value is a tuple of one, a missing one is empty."""
        value = self.attributes.get(attribute)
        if value is None:
            return ()
        return tuple(str(each) for each in value) if isinstance(value, tuple) else (str(value),)

    def of(self, role: str, lang: str) -> tuple[str, ...]:
        """Return the surface forms of one role in one language, those for every language included."""
        by_lang = self.forms.get(role)
        return (*by_lang.get(lang, ()), *by_lang.get(ANY, ())) if by_lang else ()


def entries_from_yaml(documents: Mapping[str, str]) -> list[Entry]:
    """Read the entries of lexicon files, in order. Raises LexiconError with every fault of every file."""
    from rules.strictyaml import parse  # the compiled lexicon needs no YAML, and start-up is measured

    entries: list[Entry] = []
    faults: list[Fault] = []
    for name, text in documents.items():
        try:
            document = parse(text, name)
        except FaultsError as error:
            faults.extend(error.faults)
            continue
        reader = _Reader(document)
        entries.extend(reader.entries())
        faults.extend(reader.faults)
    if faults:
        raise LexiconError(faults)
    return entries


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """Join entries of the same table and name, later ones adding to earlier ones."""
    by_key: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        key = (entry.table, entry.name)
        earlier = by_key.get(key)
        by_key[key] = _joined(earlier, entry) if earlier else entry
    return list(by_key.values())


def _joined(first: Entry, second: Entry) -> Entry:
    forms: dict[str, dict[str, tuple[str, ...]]] = {role: dict(langs) for role, langs in first.forms.items()}
    for role, langs in second.forms.items():
        for lang, words in langs.items():
            mine = forms.setdefault(role, {})
            mine[lang] = tuple(dict.fromkeys((*mine.get(lang, ()), *words)))
    return Entry(
        table=first.table,
        layer=first.layer,
        kind=second.kind or first.kind,
        name=first.name,
        lang=first.lang,
        forms=forms,
        attributes={**first.attributes, **second.attributes},
    )


def plain(value: Any) -> Any:
    """Return a value of an entry as JSON can write it."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, tuple) else value


def frozen(value: Any) -> Any:
    """Return a value of a file as an entry holds it."""
    if isinstance(value, dict):
        return MappingProxyType({key: frozen(each) for key, each in value.items()})
    return tuple(frozen(each) for each in value) if isinstance(value, list) else value


class _Reader:
    """Reads one parsed document and notes each fault with its place."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.faults: list[Fault] = []

    def entries(self) -> Iterator[Entry]:
        root = self._document.value
        if not isinstance(root, dict):
            self._fault((), "a lexicon file is a mapping with the key tables", "TL101")
            return
        self._known_keys((), root, _FILE_KEYS)
        tables = root.get("tables")
        if not isinstance(tables, dict):
            self._fault(("tables",), "tables is missing or no mapping from table name to table", "TL102")
            return
        for name, table in tables.items():
            yield from self._table(name, table)

    def _table(self, name: str, table: Any) -> Iterator[Entry]:
        path = ("tables", name)
        if not isinstance(table, dict) or not isinstance(table.get("entries"), list):
            self._fault(path, "a table is a mapping with a list of entries", "TL102")
            return
        self._known_keys(path, table, _TABLE_KEYS)
        layer = table.get("layer", "data")
        if layer not in LAYERS:
            self._fault(
                (*path, "layer"), f'"{layer}" is no layer{guess(str(layer), LAYERS)} ({", ".join(LAYERS)})', "TL104"
            )
            layer = "data"
        lang = self._lang((*path, "lang"), str(table.get("lang", "en")))
        for index, raw in enumerate(table["entries"]):
            entry = self._entry((*path, "entries", index), raw, name, layer, str(table.get("kind", "")), lang)
            if entry:
                yield entry

    def _entry(
        self, path: tuple[str | int, ...], raw: Any, table: str, layer: str, kind: str, lang: str
    ) -> Entry | None:
        if not isinstance(raw, dict) or not isinstance(raw.get("name"), str) or not raw["name"].strip():
            self._fault(path, "an entry is a mapping with a name", "TL103")
            return None
        forms: dict[str, dict[str, tuple[str, ...]]] = {}
        attributes: dict[str, Attribute] = {}
        for key, value in raw.items():
            if key in FORM_ROLES:
                forms[key] = self._forms((*path, key), value, ANY if key == "aliases" else lang)
            elif key not in ("name", "kind"):
                attributes[key] = frozen(value)
        return Entry(
            table=table,
            layer=layer,
            kind=str(raw.get("kind", kind)),
            name=raw["name"].strip(),
            lang=lang,
            forms=forms,
            attributes=attributes,
        )

    def _forms(self, path: tuple[str | int, ...], value: Any, lang: str) -> dict[str, tuple[str, ...]]:
        by_lang = value if isinstance(value, dict) else {lang: value}
        found: dict[str, tuple[str, ...]] = {}
        for code, words in by_lang.items():
            where = (*path, code) if by_lang is value else path
            listed = words if isinstance(words, list) else [words]
            if any(not isinstance(word, str) or not word.strip() for word in listed):
                self._fault(where, "a form is a text, a list of texts, or a mapping from language to either", "TL105")
                continue
            found[self._lang(where, code)] = tuple(word.strip() for word in listed)
        return found

    def _lang(self, path: tuple[str | int, ...], code: str) -> str:
        if code != ANY and not _LANG.match(code):
            self._fault(path, f'"{code}" is no language code (en, de, fr, uk, ru, ... or any)', "TL106")
        return code

    def _known_keys(self, path: tuple[str | int, ...], mapping: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in mapping:
            if key not in known:
                self._fault((*path, key), f'"{key}" is not known here{guess(key, known)} ({", ".join(known)})', "TL107")

    def _fault(self, path: tuple[str | int, ...], text: str, code: str) -> None:
        line, column = self._document.key_position(path) if path else (1, 1)
        shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
        self.faults.append(Fault(file=self._document.name, line=line, column=column, path=shown, text=text, code=code))
