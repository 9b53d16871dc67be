"""Holds positions and provenance to the expectations that stand beside the seed articles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.resources import load_lexicon
from rules.extract import Extractor
from rules.model import Position
from tests.shared import ROOT

EXPECTATIONS = sorted((ROOT / "seeds").glob("*.expect.yaml"))
BY_SEED = pytest.mark.parametrize("path", EXPECTATIONS, ids=lambda path: path.name.removesuffix(".expect.yaml"))


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_lexicon())


def read(path: Path) -> tuple[str, dict[str, Any]]:
    text = path.with_name(path.name.replace(".expect.yaml", ".txt")).read_text(encoding="utf-8")
    return text, yaml.safe_load(path.read_text(encoding="utf-8"))


def as_dict(position: Position, keys: list[str]) -> dict[str, Any]:
    return {key: getattr(position, key) for key in keys}


@BY_SEED
def test_the_positions_are_exactly_those_expected(extractor: Extractor, path: Path) -> None:
    text, expected = read(path)
    found = extractor.extract(text, outlet="UNN").positions
    wanted = expected.get("positions", [])
    assert [as_dict(position, list(want)) for position, want in zip(found, wanted, strict=False)] == wanted
    assert len(found) == len(wanted)


@BY_SEED
def test_the_chain_leads_from_the_outlet_inward(extractor: Extractor, path: Path) -> None:
    text, expected = read(path)
    found = extractor.extract(text, outlet="UNN").provenance
    wanted = expected["provenance"]
    assert list(found.chain) == wanted["chain"]
    assert found.anonymous is wanted["anonymous"]
    assert found.origin == wanted["origin"]


@BY_SEED
def test_every_position_says_what_it_was_read_from(extractor: Extractor, path: Path) -> None:
    text, _ = read(path)
    for position in extractor.extract(text, outlet="UNN").positions:
        assert position.confidence_reason
        assert {"stance"} <= {evidence.field for evidence in position.evidence}
        assert all(0 <= evidence.start < evidence.end <= len(text) for evidence in position.evidence)
