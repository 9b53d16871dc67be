"""What the figure tests share: one extractor, and cases written as a sentence with the figures it must give."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import pytest

from bot.resources import load_lexicon
from rules.extract import Extractor
from rules.model import Figure


class Case(NamedTuple):
    """A text of our own and, figure by figure, the fields that must come out of it."""

    says: str
    text: str
    figures: tuple[dict[str, Any], ...] = ()
    lang: str = "en"


@cache
def extractor() -> Extractor:
    return Extractor(load_lexicon())


def figures_of(text: str, lang: str = "en") -> tuple[Figure, ...]:
    return extractor().extract(text, lang=lang).figures


def fig(low: float, unit: str, high: float | None = None, **fields: Any) -> dict[str, Any]:
    """Return the expected fields of a figure; ``high`` is ``low`` unless it is given."""
    return {"low": low, "high": low if high is None else high, "unit": unit, **fields}


def cases(*rows: Case) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", rows, ids=lambda case: case.says.replace(" ", "-"))


def check(case: Case) -> None:
    """Hold a case: the same number of figures, and every expected field equal."""
    found = figures_of(case.text, case.lang)
    shown = [f"{figure.low:g}-{figure.high:g} {figure.unit} ({figure.quote})" for figure in found]
    assert len(found) == len(case.figures), shown
    for figure, wanted in zip(found, case.figures, strict=True):
        assert {key: getattr(figure, key) for key in wanted} == wanted, figure.quote
        assert case.text[figure.start : figure.end] == figure.quote
