"""The compiled lexicon: one line of JSON for each table, read when somebody asks for the table.

    {"source":"<fingerprint of the files it came from>","tables":{
    "conditions":[[812,"cues","strong","only if","en",{"forms":{"en":["only if"]}},{}],...],
    ...
    }}

A row is an entry without its table, led by its place in the whole lexicon: where one form stands for several entries,
the earlier one is what it means.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rules.lexiconfile import Entry, frozen, plain

Placed = tuple[int, Entry]
"""An entry and its place in the whole lexicon."""


def compile_entries(entries: Iterable[Entry], source: str) -> str:
    """Write entries; ``source`` is the fingerprint of the files they came from."""
    tables: dict[str, list[Any]] = {}
    for place, (table, layer, kind, name, lang, forms, attributes) in enumerate(entries):
        tables.setdefault(table, []).append([place, layer, kind, name, lang, plain(forms), plain(attributes)])
    lines = (f"{_json(table)}:{_json(rows)}" for table, rows in tables.items())
    return '{"source":' + json.dumps(source) + ',"tables":{\n' + ",\n".join(lines) + "\n}}\n"


class CompiledTables(Mapping[str, tuple[Placed, ...]]):
    """Table -> its entries with their places, out of what compile_entries wrote; the text is trusted."""

    def __init__(self, text: str) -> None:
        lines = (line.rstrip(",") for line in text.split("\n")[1:-2] if line)
        self._lines = {json.loads(name): rows for name, colon, rows in (line.partition(":") for line in lines)}
        self._read: dict[str, tuple[Placed, ...]] = {}

    def __getitem__(self, table: str) -> tuple[Placed, ...]:
        found = self._read.get(table)
        if found is None:
            found = self._read[table] = tuple(_rows(table, self._lines[table]))
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def _rows(table: str, line: str) -> Iterator[Placed]:
    for place, layer, kind, name, lang, forms, attributes in json.loads(line):
        spoken = {role: {code: tuple(words) for code, words in langs.items()} for role, langs in forms.items()}
        yield place, Entry(table, layer, kind, name, lang, spoken, frozen(attributes) if attributes else attributes)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
