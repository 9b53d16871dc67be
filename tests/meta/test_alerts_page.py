"""docs/alerts.md shows what the golden files say, and explains every kind of alert."""

from __future__ import annotations

import re

import pytest

from rules import wording
from rules.model import Novelty
from tests.shared import ROOT
from tools.alerts_page import PAGE, filled

TEXT = PAGE.read_text(encoding="utf-8")


def test_its_console_texts_are_the_golden_ones() -> None:
    assert filled(TEXT) == TEXT, "run: python tools/alerts_page.py"
    assert len(re.findall(r"<!-- golden: ", TEXT)) >= 4


def test_no_console_text_is_typed_by_hand() -> None:
    without = re.sub(r"<!-- golden: .*?<!-- end -->", "", TEXT, flags=re.DOTALL)
    assert "▌" not in without
    assert "│" not in without


@pytest.mark.parametrize("novelty", [one for one in Novelty if one is not Novelty.RESTATED])
def test_every_kind_has_its_line(novelty: Novelty) -> None:
    assert f"| {wording.novelty_label(novelty)} |" in TEXT


def test_every_picture_it_shows_is_there() -> None:
    for name in re.findall(r"\]\((pictures/[\w-]+\.png)\)", TEXT):
        assert (ROOT / "docs" / name).exists(), name
