"""Writes rules/lexicon/territories.yaml: names of states in German, French, Ukrainian and Russian, from CLDR.

``python tools/build_territories.py`` after an update of babel or of tools/nations.tsv. English stays in states.yaml,
which gives the list. Names come from CLDR (babel), their case forms from the declension rules below; adjectives and
the words for people are stems written down in tools/nations.tsv.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel import Locale

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.resources import LEXICON
from rules.lexiconfile import Entry
from rules.vocabulary import Lexicon

ROOT = Path(__file__).resolve().parent.parent
TARGET = LEXICON / "territories.yaml"
NATIONS = Path(__file__).resolve().parent / "nations.tsv"
LANGUAGES = ("de", "fr", "uk", "ru")

ADJECTIVE_ENDINGS = {
    "de": ("e", "en", "er", "es", "em"),
    "uk": ("ий", "ого", "ому", "им", "а", "ої", "ій", "у", "ою", "е", "і", "их", "ими"),
    "ru": ("ий", "ого", "ому", "им", "ом", "ая", "ой", "ую", "ое", "ие", "их", "ими"),
}
PEOPLE_ENDINGS = {"ru": ("ец", "ца", "цы", "цев", "цам", "цами"), "uk": ("ець", "ця", "ці", "ців", "цям", "цями")}
VOWELS = "аеиоуыэюяіїє"


def declined(name: str, lang: str) -> list[str]:
    """Return the case forms of a Ukrainian or Russian name of one word; other names only take an s in German."""
    if name.isupper():
        return [name]
    if lang == "de":
        return [name] if name.endswith(("s", "n ", ")")) or " " in name else [name, f"{name}s"]
    if lang == "fr" or " " in name or name.endswith(("о", "е", "и", "у", "э", "ю", "і")):
        return [name]
    stem = name[:-1]
    if name.endswith(("ия", "ія")):
        return [name, *(stem + end for end in (("и", "ю", "ей") if lang == "ru" else ("ї", "ю", "єю")))]
    if name.endswith("ья"):
        return [name, stem + "и", stem + "ю", stem + "ей"]
    if name.endswith("я"):
        return [name, *(stem + end for end in (("и", "ю", "е", "ей") if lang == "ru" else ("і", "ю", "ею")))]
    if name.endswith("а"):
        soft = stem[-1] in "гкхжчшщ"
        hard = ("и" if soft else "ы", "у", "е", "ой") if lang == "ru" else ("и", "у", "і", "ою")
        return [name, *(stem + end for end in hard)]
    if name.endswith(("ь", "й")):
        mild = ("я", "ю", "ем", "е", "и", "ью") if lang == "ru" else ("я", "ю", "єм", "ї", "і")
        return [name, *(stem + end for end in mild)]
    ends = ("а", "у", "ом", "е") if lang == "ru" else ("у", "а", "ом", "і")
    return [name, *(name + end for end in ends)]


def nations() -> dict[str, dict[str, str]]:
    """Return the stems by territory code."""
    with NATIONS.open(encoding="utf-8", newline="") as stream:
        return {row["code"]: row for row in csv.DictReader(stream, delimiter="\t")}


def entry(code: str, name: str, stems: dict[str, str]) -> str:
    """Return one line of YAML."""
    names = {lang: forms(code, lang, stems) for lang in LANGUAGES}
    adjectives = {lang: adjective_forms(stems.get(lang, ""), lang) for lang in LANGUAGES}
    people = {lang: people_forms(stems.get(f"{lang}_people", ""), lang) for lang in LANGUAGES}
    oblique = {lang: case_forms(found, lang) for lang, found in names.items()}
    parts = [f"name: {quoted(name)}", f"names: {mapping(names)}", f"oblique: {mapping(oblique)}"]
    for key, by_lang in (("adjectives", adjectives), ("people", people)):
        if any(by_lang.values()):
            parts.append(f"{key}: {mapping(by_lang)}")
    return "      - {" + ", ".join(parts) + "}"


def forms(code: str, lang: str, stems: dict[str, str]) -> list[str]:
    """Return the names of a territory in one language, undeclined."""
    locale = Locale(lang)
    found = [locale.territories.get(code, ""), locale.territories.get(f"{code}-alt-short", "")]
    found += stems.get(f"{lang}_more", "").split("|")
    return list(dict.fromkeys(name.replace("’", "'") for name in found if name))


def case_forms(names: list[str], lang: str) -> list[str]:
    """Return the case forms of names that are not the names themselves."""
    return list(dict.fromkeys(form for name in names for form in declined(name, lang) if form not in names))


def city_entries(cities: Iterable[Entry]) -> Iterator[str]:
    """Yield a line for each town that CLDR names in other languages (as the example of a time zone)."""
    english = Locale("en").time_zones
    zones: dict[str, str] = {}
    for zone in map(str, Locale("ru").time_zones):
        zones[str(english.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " "))] = zone
    for city in cities:
        if city.name not in zones:
            continue
        zone = zones[city.name]
        names = {lang: [name] for lang in LANGUAGES if (name := Locale(lang).time_zones.get(zone, {}).get("city"))}
        if names:
            oblique = {lang: case_forms(found, lang) for lang, found in names.items()}
            yield f"      - {{name: {quoted(city.name)}, names: {mapping(names)}, oblique: {mapping(oblique)}}}"


def adjective_forms(stem: str, lang: str) -> list[str]:
    """Return the endings put to an adjective's stem; French forms are written out."""
    if not stem:
        return []
    if lang == "fr":
        return stem.split("|")
    return [part + end for part in stem.split("|") for end in ADJECTIVE_ENDINGS[lang]]


def people_forms(stem: str, lang: str) -> list[str]:
    """Return the words for the people; a stem with a hyphen takes the endings of -ец or -ець."""
    found: list[str] = []
    for part in filter(None, stem.split("|")):
        found += [part[:-1] + end for end in PEOPLE_ENDINGS[lang]] if part.endswith("-") else [part]
    return found


def mapping(by_lang: dict[str, list[str]]) -> str:
    """Return a flow mapping from language to forms, empty languages left out."""
    return (
        "{" + ", ".join(f"{lang}: [{', '.join(map(quoted, words))}]" for lang, words in by_lang.items() if words) + "}"
    )


def quoted(text: str) -> str:
    """Quote what YAML would read as something else."""
    return (
        f'"{text}"' if any(char in text for char in "':,#[]{}&*!|>%@`") or text.lower() in ("no", "yes", "on") else text
    )


def main() -> int:
    """Write the file."""
    states = Lexicon.load({"states.yaml": (LEXICON / "states.yaml").read_text(encoding="utf-8")}).entries("states")
    by_code = nations()
    lines = [
        "# Written by tools/build_territories.py from CLDR (babel) and tools/nations.tsv; do not edit, run it again.",
        "version: 1",
        "tables:",
        "  states:",
        "    layer: names",
        "    kind: state",
        "    entries:",
    ]
    for state in states:
        code = state.text("code") or ""
        lines.append(entry(code, state.name, by_code.get(code, {})))
    places = Lexicon.load({"places.yaml": (LEXICON / "places.yaml").read_text(encoding="utf-8")})
    lines += ["  cities:", "    layer: names", "    kind: city", "    entries:"]
    lines += city_entries(places.entries("cities"))
    lines += ["  regions:", "    layer: names", "    kind: region", "    entries:"]
    for region in places.entries("regions"):
        if region.text("code"):
            lines.append(entry(region.text("code") or "", region.name, {}))
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
