"""docs/quality.md claims no more of the reader than a measurement gives; its tables are written, not typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.rules.real import extractor
from tests.shared import ROOT
from tools.score_errors import figure_errors, position_errors
from tools.score_extraction import CHANCE, READING, measure, read_all, reader
from tools.score_page import BEGIN, END, read, write
from tools.score_sets import PARTS, TITLES, labelled_sets

PAGE = ROOT / "docs" / "quality.md"
SLACK = 0.02  # a change of the reader that moves a figure by more writes the page anew


def last_number(cell: str) -> float:
    return float(cell.split()[-1])


@pytest.mark.parametrize("part", PARTS[1:])
def test_the_page_claims_no_more_than_is_measured(part: str) -> None:
    claimed, read_passage = read(PAGE, READING), reader(extractor())
    too_much = []
    for labelled in labelled_sets([part]):
        for name, cell in measure(labelled, read_all(labelled, read_passage)).items():
            told = claimed[TITLES[labelled.name], name, part]
            if " of " in cell or name == CHANCE:
                continue
            if last_number(told) > last_number(cell) + SLACK:
                too_much.append(f"{labelled.name}, {name}: {told} claimed, {cell} measured")
    assert too_much == []


def shown() -> list[tuple[str, str]]:
    """Id and text of the passages that the page shows as read right."""
    return re.findall(
        r"^\| `(own-[a-z]+-[a-z]+-\d+)` (.*?) \| [^|]* \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )


def test_ten_passages_are_shown_as_read_right() -> None:
    assert len(shown()) == 10


@pytest.mark.parametrize(("passage", "text"), shown(), ids=[passage for passage, _ in shown()])
def test_a_passage_that_the_page_shows_is_read_with_every_field_right(passage: str, text: str) -> None:
    labelled, row = next((one, row) for one in labelled_sets(["tune"]) for row in one.rows if row["id"] == passage)
    errors = figure_errors if labelled.kind == "figures" else position_errors
    assert row["text"] == text
    assert list(errors(row[labelled.kind], reader(extractor())(row)[labelled.kind])) == []


def test_what_is_written_into_a_page_can_be_read_back_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Before\n\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write(
        page, {"One": {"figures": {"dev": {"F1": "0.50"}, "held": {"F1": "0.40"}}}, "Two": {"x": {"tune": {"F1": "1"}}}}
    )
    assert read(page, "One") == {
        ("figures", "F1", part): {"dev": "0.50", "held": "0.40"}.get(part, "-") for part in PARTS
    }
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Before\n")
    assert text.endswith("after\n")
    assert "old" not in text
