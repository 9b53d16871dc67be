"""The compiled lexicon: tables are read when they are asked for, and entries keep their order across tables."""

from __future__ import annotations

import pytest

from rules.compiledlexicon import CompiledTables
from rules.vocabulary import Lexicon

# Both are called so; whoever stands first is meant, though the tables of the two are mixed.
FIRST = "tables: {towns: {layer: names, kind: city, entries: [{name: Utopia City, aliases: [Utopia]}]}}"
SECOND = "tables: {states: {layer: names, kind: city, entries: [{name: Utopia Land, aliases: [Utopia]}]}}"
THIRD = "tables: {towns: {layer: names, kind: city, entries: [{name: Port Nowhere, aliases: [Nowhere]}]}}"


@pytest.mark.parametrize(
    ("files", "meant"), [((FIRST, SECOND, THIRD), "Utopia City"), ((THIRD, SECOND, FIRST), "Utopia Land")]
)
def test_the_order_of_entries_outlives_compiling(files: tuple[str, ...], meant: str) -> None:
    written = Lexicon.load({f"{at}.yaml": text for at, text in enumerate(files)})
    compiled = Lexicon.from_compiled(written.compiled("source"))
    assert list(compiled.forms("en", "names")) == list(written.forms("en", "names"))
    assert compiled.resolve("Utopia") == written.resolve("Utopia") == meant


def test_a_table_is_read_only_when_it_is_asked_for() -> None:
    text = Lexicon.load({"one.yaml": FIRST, "two.yaml": SECOND}).compiled("source")
    broken = text.replace('"Utopia Land"', "no JSON at all")
    lexicon = Lexicon.from_compiled(broken)
    assert [entry.name for entry in lexicon.entries("towns")] == ["Utopia City"]
    with pytest.raises(ValueError, match="Expecting value"):
        lexicon.entries("states")


def test_a_lexicon_without_entries_compiles_too() -> None:
    assert dict(CompiledTables(Lexicon(()).compiled("source"))) == {}
    assert Lexicon.from_compiled(Lexicon(()).compiled("source")).tables == frozenset()
