"""docs/reliability.md names tests; each of them has to exist."""

from __future__ import annotations

import re

import pytest

from tests.shared import ROOT

DOCUMENT = ROOT / "docs" / "reliability.md"
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", DOCUMENT.read_text(encoding="utf-8"))))


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_the_document_names_exists(file: str, name: str) -> None:
    code = (ROOT / "tests" / file).read_text(encoding="utf-8")
    assert re.search(rf"^(async )?def {name}\(", code, re.MULTILINE), f"{DOCUMENT.name} names {file}::{name}"


def test_every_promise_and_fault_has_its_line() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    lines = re.findall(r"^\| ((?:[PF]\d+[-, ]*)+) \|", text, re.MULTILINE)
    found: set[str] = set()
    for line in lines:
        for first, last in re.findall(r"([PF]\d+)(?:-[PF](\d+))?", line):
            found |= {f"{first[0]}{n}" for n in range(int(first[1:]), int(last or first[1:]) + 1)}
    assert found == {*(f"P{n}" for n in range(1, 57)), *(f"F{n}" for n in range(1, 31))}
