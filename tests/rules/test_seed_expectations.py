"""Holds the extractor to the expectations that stand beside the seed articles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.resources import load_lexicon
from rules.extract import Extractor
from rules.model import Extraction, Figure, Position
from tests.shared import ROOT

EXPECTATIONS = sorted((ROOT / "seeds").glob("*.expect.yaml"))
BY_SEED = pytest.mark.parametrize("path", EXPECTATIONS, ids=lambda path: path.name.removesuffix(".expect.yaml"))


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_lexicon())


def read(path: Path) -> tuple[str, dict[str, Any]]:
    text = path.with_name(path.name.replace(".expect.yaml", ".txt")).read_text(encoding="utf-8")
    return text, yaml.safe_load(path.read_text(encoding="utf-8"))


def extract(extractor: Extractor, path: Path, text: str) -> Extraction:
    return extractor.extract(text, title=text.split("\n", 1)[0], outlet="UNN")


def as_dict(claim: Figure | Position, keys: list[str]) -> dict[str, Any]:
    return {key: getattr(claim, key) for key in keys}


@BY_SEED
def test_the_figures_are_exactly_those_expected(extractor: Extractor, path: Path) -> None:
    text, expected = read(path)
    found = extract(extractor, path, text).figures
    wanted = expected.get("figures", [])
    assert [as_dict(figure, list(want)) for figure, want in zip(found, wanted, strict=False)] == wanted
    assert len(found) == len(wanted)


@BY_SEED
def test_nothing_is_read_as_a_figure_that_is_none(extractor: Extractor, path: Path) -> None:
    text, expected = read(path)
    figures = extract(extractor, path, text).figures
    for words in expected.get("not_figures", []):
        at = text.index(words)
        assert not [f.quote for f in figures if f.start < at + len(words) and f.end > at], words


@BY_SEED
def test_spans_slice_back_to_the_quotes(extractor: Extractor, path: Path) -> None:
    text, _ = read(path)
    for claim in extract(extractor, path, text).claims:
        assert text[claim.start : claim.end] == claim.quote
        for evidence in claim.evidence:
            assert 0 <= evidence.start <= evidence.end <= len(text)


def test_there_is_a_seed_to_hold_the_extractor_to() -> None:
    assert EXPECTATIONS
