"""Reads lexicon files and tells every fault of them with its place; what they may hold is in rules/lexiconfile.py.

Apart from it, for the compiled lexicon needs no YAML, and start-up is measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rules.errors import Fault, FaultsError, LexiconError, guess
from rules.lexiconfile import ANY, FORM_ROLES, LAYERS, Attribute, Entry, frozen
from rules.lexiconkeys import KEYS, MAY_BE_NEW, Values, keys_of, kinds_of
from rules.strictyaml import Document, parse

_LANG: Final = re.compile(r"[a-z]{2,3}\Z")
_TABLE_KEYS: Final = ("layer", "kind", "lang", "entries", "about", "as_of")
_FILE_KEYS: Final = ("version", "tables", "about", "as_of")


def entries_from_yaml(documents: Mapping[str, str]) -> list[Entry]:
    """Read the entries of lexicon files, in order. Raises LexiconError with every fault of every file."""
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


class _Reader:
    """Reads one parsed document and notes each fault with its place."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.faults: list[Fault] = []

    def entries(self) -> Iterator[Entry]:
        root = self._document.value
        if not isinstance(root, dict):
            self._fault((), "a lexicon file is a mapping with the key tables", "TL002")
            return
        self._known_keys((), root, _FILE_KEYS)
        tables = root.get("tables")
        if not isinstance(tables, dict):
            self._fault(("tables",), "tables is missing or no mapping from table name to table", "TL003")
            return
        for name, table in tables.items():
            yield from self._table(name, table)

    def _table(self, name: str, table: Any) -> Iterator[Entry]:
        path = ("tables", name)
        if not isinstance(table, dict) or not isinstance(table.get("entries"), list):
            self._fault(path, "a table is a mapping with a list of entries", "TL003")
            return
        self._known_keys(path, table, _TABLE_KEYS)
        layer = table.get("layer", "data")
        if layer not in LAYERS:
            self._fault(
                (*path, "layer"), f'"{layer}" is no layer{guess(str(layer), LAYERS)} ({", ".join(LAYERS)})', "TL005"
            )
            layer = MAY_BE_NEW
        if layer != MAY_BE_NEW and name not in KEYS:
            text = f'no stage looks for a table "{name}"{guess(name, KEYS)} (docs/lexicon.md lists them)'
            self._fault(path, f"{text}; one of names needs layer: names", "TL012")
        lang = self._lang((*path, "lang"), str(table.get("lang", "en")))
        if "kind" in table:
            self._value((*path, "kind"), table["kind"], kinds_of(name, layer))
        first: dict[str, int] = {}
        for index, raw in enumerate(table["entries"]):
            here = (*path, "entries", index)
            entry = self._entry(here, raw, name, layer, str(table.get("kind", "")), lang)
            if entry is None:
                continue
            if entry.name in first:
                line, _ = self._document.position((*path, "entries", first[entry.name], "name"))
                self._fault(
                    (*here, "name"),
                    f'"{entry.name}" stands in this table already, in line {line}; make one entry of the two',
                    "TL011",
                )
            first.setdefault(entry.name, index)
            yield entry

    def _entry(
        self, path: tuple[str | int, ...], raw: Any, table: str, layer: str, kind: str, lang: str
    ) -> Entry | None:
        if not isinstance(raw, dict) or not isinstance(raw.get("name"), str) or not raw["name"].strip():
            self._fault(path, "an entry is a mapping with a name", "TL004")
            return None
        forms: dict[str, dict[str, tuple[str, ...]]] = {}
        attributes: dict[str, Attribute] = {}
        own = keys_of(table)
        for key, value in raw.items():
            if key in FORM_ROLES:
                forms[key] = self._forms((*path, key), value, ANY if key == "aliases" else lang)
            elif key == "kind":
                self._value((*path, key), value, kinds_of(table, layer))
            elif key in own:
                self._value((*path, key), value, own[key])
                attributes[key] = frozen(value)
            elif key != "name":
                known = ("name", "kind", *own, *FORM_ROLES)
                text = f'"{key}" is no key of an entry of {table}{guess(str(key), known)} ({", ".join(known)})'
                self._fault((*path, key), text, "TL009")
        return Entry(
            table=table,
            layer=layer,
            kind=str(raw.get("kind", kind)),
            name=raw["name"].strip(),
            lang=lang,
            forms=forms,
            attributes=attributes,
        )

    def _value(self, path: tuple[str | int, ...], value: Any, values: Values) -> None:
        text = values.fault(value)
        if text:
            self._fault(path, text, "TL010", self._document.position(path))

    def _forms(self, path: tuple[str | int, ...], value: Any, lang: str) -> dict[str, tuple[str, ...]]:
        by_lang = value if isinstance(value, dict) else {lang: value}
        found: dict[str, tuple[str, ...]] = {}
        for code, words in by_lang.items():
            where = (*path, code) if by_lang is value else path
            listed = words if isinstance(words, list) else [words]
            if any(not isinstance(word, str) or not word.strip() for word in listed):
                self._fault(where, "a form is a text, a list of texts, or a mapping from language to either", "TL006")
                continue
            found[self._lang(where, code)] = tuple(word.strip() for word in listed)
        return found

    def _lang(self, path: tuple[str | int, ...], code: str) -> str:
        if code != ANY and not _LANG.match(code):
            self._fault(path, f'"{code}" is no language code (en, de, fr, uk, ru, ... or any)', "TL007")
        return code

    def _known_keys(self, path: tuple[str | int, ...], mapping: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in mapping:
            if key not in known:
                self._fault((*path, key), f'"{key}" is not known here{guess(key, known)} ({", ".join(known)})', "TL008")

    def _fault(self, path: tuple[str | int, ...], text: str, code: str, place: tuple[int, int] | None = None) -> None:
        line, column = place or (self._document.key_position(path) if path else (1, 1))
        shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
        self.faults.append(Fault(file=self._document.name, line=line, column=column, path=shown, text=text, code=code))
