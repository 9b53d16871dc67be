"""The words for what figures count, and the one name of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from rules.lexiconfile import Entry

_SINGULARS: Final = {"men": "man", "women": "woman", "children": "child", "people": "person", "housing units": "home"}
_PLURALS: Final = {"man": "men", "child": "children", "person": "people"}
_NO_MEN: Final = ("human", "german", "roman", "ottoman", "shaman", "talisman", "caiman")


def unit_name(entry: Entry, form: str) -> str:
    """Return the unit that an English form counts: the entry's name, or the form's own noun in the singular."""
    return singular(form.lower().split()[-1]) if entry.attributes.get("own_noun") else entry.name


def unit_words(entries: Iterable[Entry]) -> Mapping[str, str]:
    """Return the canonical unit of each word in any language, the word with its case folded.

    Canonical names stand for themselves; of others the first entry that has the word counts ("dollars" is usd).
    What is never a policy figure (durations, votes) is left out.
    """
    counted = [entry for entry in entries if entry.text("class") != "never"]
    found = {entry.name.casefold(): entry.name for entry in counted}
    own = {unit_name(entry, form) for entry in counted for form in entry.of("forms", "en")}
    found |= {name.casefold(): name for name in sorted(own)}
    for entry in counted:
        for lang, forms in entry.forms.get("forms", {}).items():
            for form in forms:
                found.setdefault(form.casefold(), unit_name(entry, form) if lang == "en" else entry.name)
    return found


def singular(noun: str) -> str:
    """Return the singular of an English plural in lower case."""
    for plural, one in _SINGULARS.items():
        if noun.endswith(plural):
            return noun.removesuffix(plural) + one
    if noun.endswith("ies"):
        return noun.removesuffix("ies") + "y"
    if noun.endswith(("ches", "shes", "sses", "xes")):
        return noun.removesuffix("es")
    return noun.removesuffix("s") if not noun.endswith("ss") else noun


def plural(noun: str) -> str:
    """Return the plural of an English noun in lower case."""
    for one, many in _PLURALS.items():
        if noun.endswith(one) and not noun.endswith(_NO_MEN):
            return noun.removesuffix(one) + many
    if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou"):
        return noun.removesuffix("y") + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
