"""docs/lexicon.md names every shipped lexicon file, every table, every key and every fault, and none that is gone."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
import yaml

from bot.resources import lexicon_documents
from rules import lexiconfile, lexiconkeys
from rules.extract import Extractor
from rules.vocabulary import Lexicon
from tests.rules.real import lexicon
from tests.shared import ROOT

TEXT = (ROOT / "docs" / "lexicon.md").read_text(encoding="utf-8")
LANGUAGES = re.compile(r"\.(?:de|en|es|fr|ru|uk)\.yaml$")
EVERYWHERE = {"name", "kind", "lang", *lexiconfile.FORM_ROLES}


@cache
def shipped() -> dict[str, dict[str, Any]]:
    """Tables by file, in the shape of the YAML."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {name: yaml.load(text, loader)["tables"] for name, text in lexicon_documents().items()}


def attributes() -> dict[str, set[str]]:
    """Keys of its own of every table."""
    found: dict[str, set[str]] = {}
    for tables in shipped().values():
        for name, table in tables.items():
            found.setdefault(name, set()).update(key for entry in table["entries"] for key in entry)
    return {name: keys - EVERYWHERE for name, keys in found.items()}


def cells(heading: str) -> dict[str, list[str]]:
    """Return the rows of every table below a heading: names in the first cell -> the other cells."""
    section = TEXT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:3] == "| `"]
    return {name: row[1:] for row in rows for name in re.findall(r"`([^`]+)`", row[0])}


def documented_keys(table: str) -> set[str]:
    cell = cells("The tables and their own keys")[table][1]
    return set(re.findall(r"`([a-z_]+)`(?=[^`:;]*(?:`[a-z_]+`[^`:;]*)*:)", cell))


def example() -> str:
    (found,) = re.findall(r"```yaml\n(version: 1\n.*?)```", TEXT, re.DOTALL)
    return str(found)


def test_every_file_is_listed_with_its_tables() -> None:
    listed = cells("The shipped files")
    expected: dict[str, set[str]] = {}
    for name, tables in shipped().items():
        expected.setdefault(LANGUAGES.sub(".LANG.yaml", name), set()).update(tables)
    expected["people.cyrillic.yaml"] = {"people"}
    assert {name: set(re.findall(r"`([^`]+)`", row[0])) for name, row in listed.items()} == expected


def test_every_table_is_explained() -> None:
    assert cells("The tables and their own keys").keys() == attributes().keys()


@pytest.mark.parametrize("table", sorted(attributes()))
def test_every_key_of_an_entry_is_explained(table: str) -> None:
    assert documented_keys(table) == attributes()[table]


def test_every_key_of_a_file_a_table_and_every_role_of_a_form_is_explained() -> None:
    source = (ROOT / "rules" / "lexiconreader.py").read_text(encoding="utf-8")
    keys = {key for line in re.findall(r"_KEYS: Final = \((.*)\)", source) for key in re.findall(r'"(\w+)"', line)}
    assert keys
    assert {*keys, *lexiconfile.FORM_ROLES} <= cells("What a file holds").keys()


def test_every_fault_is_listed() -> None:
    sources = [ROOT / "rules" / "lexiconreader.py", ROOT / "bot" / "resources.py"]
    used = {code for path in sources for code in re.findall(r'"(TL\d+)"', path.read_text(encoding="utf-8"))}
    assert used == set(re.findall(r"^\| (TL\d+) \|", TEXT, re.MULTILINE))


def test_no_fault_shares_its_code_with_a_remark_of_the_lint() -> None:
    remarks = re.findall(r"^### (TL\d+) ", (ROOT / "docs" / "codes.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert remarks
    assert not set(remarks) & set(re.findall(r"^\| (TL\d+) \|", TEXT, re.MULTILINE))


def test_the_keys_that_are_taken_are_those_of_the_page() -> None:
    tables = cells("The tables and their own keys")
    assert tables.keys() == lexiconkeys.KEYS.keys()
    taken = {name: set(lexiconkeys.keys_of(name)) - EVERYWHERE for name in tables}
    assert {name: documented_keys(name) - taken[name] for name in tables if documented_keys(name) - taken[name]} == {}


@pytest.mark.parametrize("name", ["object_done", "someone_for", "nationals"])
def test_what_a_key_takes_is_explained(name: str) -> None:
    assert re.search(rf"\b{name}\b", TEXT)


def test_the_example_does_what_the_page_says() -> None:
    own = Lexicon.extended(lexicon(), {"words/mine.yaml": example()})
    news = "Finland will send 40 pontoon bridges to Ukraine, Vartiainen said, Havnebladet reported."
    extraction = Extractor(own).extract(news, lang="en")
    (figure,) = extraction.figures
    assert (figure.low, figure.unit, figure.actor) == (40, "pontoon bridge", "Finland")
    assert extraction.provenance.origin == "Harbour Gazette"


def test_an_entry_of_a_shipped_name_adds_to_it() -> None:
    own = lexicon().extended({"mine": "version: 1\ntables: {outlets: {entries: [{name: Reuters, names: [RTRS]}]}}\n"})
    assert own.tier("RTRS") == own.tier("Reuters") == 1
