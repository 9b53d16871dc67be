"""What the tests of positions and provenance share: one extractor, and sentences with what they must give."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import pytest

from bot.resources import load_lexicon
from rules.extract import Extractor
from rules.model import Position, Provenance


class Stands(NamedTuple):
    """A text and, position by position in reading order, the fields that must come out of it."""

    says: str
    text: str
    positions: tuple[dict[str, Any], ...] = ()
    lang: str = "en"


class Chain(NamedTuple):
    """A text, its publisher, and the chain that it was reported through."""

    says: str
    text: str
    chain: tuple[str, ...]
    origin: str | None
    anonymous: bool = False
    outlet: str = "The Example"
    lang: str = "en"


@cache
def extractor() -> Extractor:
    return Extractor(load_lexicon())


def positions_of(text: str, lang: str = "en") -> tuple[Position, ...]:
    return extractor().extract(text, lang=lang).positions


def provenance_of(text: str, outlet: str = "", lang: str = "en") -> Provenance:
    return extractor().extract(text, outlet=outlet, lang=lang).provenance


def on(actor: str, stance: str, proposition: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return the expected fields of a position; the condition is None unless it is given."""
    expected: dict[str, Any] = {"actor": actor, "stance": stance, "condition": None, **fields}
    return expected if proposition is None else {**expected, "proposition": proposition}


def stands(*rows: Stands) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", rows, ids=lambda case: case.says.replace(" ", "-"))


def chains(*rows: Chain) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", rows, ids=lambda case: case.says.replace(" ", "-"))


def check(case: Stands) -> None:
    found = positions_of(case.text, case.lang)
    keys = [list(want) for want in case.positions]
    assert [
        {key: getattr(position, key) for key in wanted} for position, wanted in zip(found, keys, strict=False)
    ] == list(case.positions)
    assert len(found) == len(case.positions), [(each.actor, each.stance, each.quote) for each in found]
    for position in found:
        assert case.text[position.start : position.end] == position.quote
