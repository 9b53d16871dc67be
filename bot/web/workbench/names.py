"""The names of the lexicon that a rule may use, found by any of their forms: "Wash" leads to "United States". Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rules.text import fold_name
from rules.vocabulary import ACTOR_KINDS, PLACE_KINDS, Lexicon

LANG = "en"  # rules are written with English names


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A name: ``form`` is what may be typed, ``name`` what a rule then says, ``about`` what it is."""

    folded: str
    form: str
    name: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Everything that can be named, by what a rule asks for."""

    actors: tuple[Known, ...]
    places: tuple[Known, ...]
    units: tuple[Known, ...]
    outlets: tuple[Known, ...]
    languages: tuple[Known, ...]

    @classmethod
    def of(cls, lexicon: Lexicon) -> Names:
        """Return the names of a lexicon, made at the first call."""
        return lexicon.derive("names for rules", _names)


def _names(lexicon: Lexicon) -> Names:
    actors: dict[tuple[str, str], Known] = {}
    places: dict[tuple[str, str], Known] = {}
    for form in lexicon.forms(LANG, "names"):
        entry = form.entry
        is_group = bool(lexicon.members(entry.name))
        government = entry.text("metonym")
        if entry.kind in ACTOR_KINDS or government or is_group:
            _add(
                actors,
                form.text,
                government or entry.name,
                _kind("state" if government else entry.kind, is_group=is_group),
            )
        if entry.kind in PLACE_KINDS or is_group:
            _add(places, form.text, entry.name, _kind(entry.kind, is_group=is_group))
    return Names(
        actors=_ordered(actors.values()),
        places=_ordered(places.values()),
        units=_ordered(Known(folded=fold_name(unit), form=unit, name=unit) for unit in lexicon.units),
        outlets=_ordered(_outlets(lexicon)),
        languages=_languages(lexicon),
    )


def _add(names: dict[tuple[str, str], Known], form: str, name: str, about: str) -> None:
    folded = fold_name(form)
    names.setdefault((folded, name), Known(folded=folded, form=form, name=name, about=about))


def _kind(kind: str, *, is_group: bool) -> str:
    return "group" if is_group else kind.replace("_", " ")


def _outlets(lexicon: Lexicon) -> Iterator[Known]:
    for entry in lexicon.entries("outlets"):
        yield Known(folded=fold_name(entry.name), form=entry.name, name=entry.name, about="outlet")


def _languages(lexicon: Lexicon) -> tuple[Known, ...]:
    """Return the languages whose texts are understood: those with words for telling them apart."""
    forms = [by_lang for entry in lexicon.entries("function_words") for by_lang in entry.forms.values()]
    codes = sorted({lang for by_lang in forms for lang in by_lang}, key=lambda code: (code != LANG, code))
    return tuple(Known(folded=code, form=code, name=code, about="language") for code in codes)


def _ordered(names: Iterable[Known]) -> tuple[Known, ...]:
    return tuple(sorted(names, key=lambda known: (known.folded, known.name)))
