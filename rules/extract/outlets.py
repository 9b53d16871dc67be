"""The listed news outlets, by every name that a text may use for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rules.lexiconfile import Entry
from rules.text import ARTICLES, fold, outlet_key
from rules.vocabulary import Lexicon

# Names that are written small, and particles that names begin with.
_SMALL: Final = frozenset({"dpa", "taz", "de", "epd", "stern", "profil", "elDiario"})


def outlets(lexicon: Lexicon) -> Mapping[str, Entry]:
    """Return every folded name of a listed outlet, articles left out -> its entry."""
    return lexicon.derive("outlets by name", _names)


def outlet_called(lexicon: Lexicon, name: str) -> Entry | None:
    """Return the outlet that is called so, with or without an article, or None."""
    return outlets(lexicon).get(outlet_key(name))


def outlet_named(lexicon: Lexicon, name: str) -> str:
    """Return the canonical name of an outlet, or the name itself where it is not listed."""
    entry = outlet_called(lexicon, name)
    return entry.name if entry else name


def names_of(lexicon: Lexicon, outlet: str) -> tuple[str, ...]:
    """Return how an outlet is called, folded and without articles; one that is not listed only by its name."""
    return lexicon.derive("names of outlets", _called).get(outlet) or (outlet_key(outlet),)


def _called(lexicon: Lexicon) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, entry in outlets(lexicon).items():
        found[entry.name] = (*found.get(entry.name, ()), key)
    return found


def opens_outlet(lexicon: Lexicon, written: str) -> bool:
    """Tell whether the name of a listed outlet can begin with a token."""
    first = fold(written).split()[:1]
    return bool(first) and (first[0] in _first_words(lexicon) or first[0] in ARTICLES) and _may_open(written)


def _may_open(written: str) -> bool:
    if written[0].islower() and ("'" in written or "’" in written):  # "l'AFP"
        written = written.replace("’", "'").partition("'")[2] or written
    return written[0].isupper() or written[0].isdigit() or written in _SMALL


def _first_words(lexicon: Lexicon) -> frozenset[str]:
    return lexicon.derive("first words of outlets", lambda lex: frozenset(key.split()[0] for key in outlets(lex)))


def _names(lexicon: Lexicon) -> Mapping[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in lexicon.entries("outlets"):
        found.setdefault(outlet_key(entry.name), entry)
    for entry in lexicon.entries("outlets"):
        for by_lang in entry.forms.values():
            for words in by_lang.values():
                for word in words:
                    found.setdefault(outlet_key(word), entry)
    return found
