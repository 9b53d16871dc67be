"""Every example of docs/rules.md is run, and every code of docs/codes.md comes from its example."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.errors import FaultsError
from rules.lint import lint_rules
from rules.load import load
from rules.match import Matcher
from rules.model import Item, ItemId
from tests.rules.real import lexicon, run_inline_tests
from tests.shared import ROOT

GUIDE = ROOT / "docs" / "rules.md"
CODES = ROOT / "docs" / "codes.md"
SOURCES = ("rules", "bot/rulebook/files.py", "bot/rulebook/reload.py", "bot/rulebook/tested.py")
ELSEWHERE = re.compile(r"T[CL]0?15\d|TL0\d\d")  # of tocsin.yaml and of lexicon files, documented with them


def fenced(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def _first_line(example: str) -> str:
    return example.strip().splitlines()[0]


@pytest.mark.parametrize("example", fenced(GUIDE.read_text("utf-8"), "match"), ids=_first_line)
def test_a_query_of_the_guide_matches_what_it_says(example: str) -> None:
    query, *texts = example.strip().splitlines()
    quoted = query.replace("'", "''")
    head = "version: 1\ntopic: t\ntitle: T\nrules:\n"
    ruleset = load({"guide": f"{head}  - {{id: r, title: R, match: '{quoted}'}}\n"}, lexicon())
    matcher = Matcher(ruleset, lexicon())
    assert texts, "an example shows at least one text"
    for text in texts:
        day = datetime(2026, 1, 1, tzinfo=UTC)
        item = Item(id=ItemId(1), outlet="O", title="", text=text[2:], url="", published=None, fetched=day)
        assert bool(matcher.holding(item)) == (text[0] == "+"), text


def _topic(example: str) -> str:
    found = re.search(r"^topic: (\S+)", example, re.MULTILINE)
    return found[1] if found else "?"


@pytest.mark.parametrize("example", fenced(GUIDE.read_text("utf-8"), "yaml"), ids=_topic)
def test_a_rule_file_of_the_guide_passes_its_own_tests(example: str) -> None:
    results = run_inline_tests("guide.yaml", example)
    assert results
    assert [(result.name, result.problems) for result in results if not result.passed] == []


def _codes_in_source() -> set[str]:
    files: list[Path] = []
    for source in SOURCES:
        path = ROOT / source
        files += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    found = {code for file in files for code in re.findall(r'"(T[CL]\d{3})"', file.read_text("utf-8"))}
    numbers = re.findall(r'^[A-Z_]+ = "(\d{3})"', (ROOT / "rules" / "validation.py").read_text("utf-8"), re.MULTILINE)
    return {code for code in found | {f"TC{number}" for number in numbers} if not ELSEWHERE.fullmatch(code)}


def _sections() -> dict[str, str]:
    parts = re.split(r"^### (T[CL]\d{3}) .*$", CODES.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_code_is_documented_and_none_that_does_not_exist() -> None:
    assert set(_sections()) == _codes_in_source()


@pytest.mark.parametrize(
    ("code", "example"),
    [(code, example) for code, section in sorted(_sections().items()) for example in fenced(section, "yaml")],
)
def test_the_example_of_a_code_leads_to_it(code: str, example: str) -> None:
    try:
        ruleset = load({"example.yaml": example}, lexicon())
    except FaultsError as error:
        found = {fault.code for fault in error.faults}
    else:
        found = {issue.code for issue in lint_rules(ruleset, {"example.yaml": example}, lexicon())}
    assert code in found
