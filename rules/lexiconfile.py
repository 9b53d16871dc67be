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
an attribute that some stage asks for (rules/lexiconkeys.py knows them all). An entry with the table and name of one in
an earlier file adds to it: forms are joined, attributes are replaced. Within one file a name stands once in a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

FORM_ROLES: Final = ("names", "aliases", "short", "adjectives", "people", "government", "oblique", "forms")
LAYERS: Final = ("names", "cues", "data")
ANY: Final = "any"

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
        return value if value is None or isinstance(value, str) else str(value)

    def texts(self, attribute: str) -> tuple[str, ...]:
        """Return an attribute as texts: a single value is a tuple of one, a missing one is empty."""
        value = self.attributes.get(attribute)
        if isinstance(value, tuple):
            return value  # of texts: the reader takes nothing else
        return () if value is None else (str(value),)

    def of(self, role: str, lang: str) -> tuple[str, ...]:
        """Return the surface forms of one role in one language, those for every language included."""
        by_lang = self.forms.get(role)
        return (*by_lang.get(lang, ()), *by_lang.get(ANY, ())) if by_lang else ()


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
