"""The scorer counts as the reference scorer does, and the peers get their help."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pytest

from tests.rules.real import extractor
from tests.shared import shared_path
from tools.score_claims import Row, same_actor, same_figure, same_value, tally, unit_key
from tools.score_errors import figure_errors
from tools.score_extraction import measure_families, reader
from tools.score_peers import Number, figures
from tools.score_sets import LabelledSet, false_alarms, interval, labelled_sets, score

LABEL: Row = {
    "low": 40,
    "high": 70,
    "bound": "range",
    "unit": "troops",
    "actor": "Norway",
    "actor_alt": [None],
    "action": "deploy",
    "place": "Mali",
    "status": "fact",
    "quote": "40 to 70 soldiers",
}
REFERENCE_LEVELS = {
    "value": "value",
    "value, bound, unit": "value+bound+unit",
    "... and actor": "  +actor",
    "quote": "aligned span",
    "actor and stance": "actor+stance",
}


@pytest.mark.parametrize(
    ("change", "agrees"),
    [
        ({}, True),
        ({"high": 71}, False),
        ({"bound": "exact"}, False),
        ({"unit": "soldiers"}, True),
        ({"unit": "tank"}, False),
    ],
    ids=["the same", "another number", "another bound", "a synonym of the unit", "another unit"],
)
def test_a_figure_agrees_in_value_bound_and_unit(change: dict[str, Any], agrees: bool) -> None:
    assert same_figure(LABEL, LABEL | change) is agrees


@pytest.mark.parametrize(
    ("actor", "agrees"), [("Norway", True), ("the Norway", True), (None, True), ("Sweden", False)], ids=str
)
def test_an_actor_may_be_any_that_the_label_allows(actor: str | None, agrees: bool) -> None:
    assert same_actor(LABEL, {"actor": actor}) is agrees


def test_a_surname_is_enough() -> None:
    assert same_actor({"actor": "Espen Barth Eide", "actor_affiliation": "Norway"}, {"actor": "Eide"})


def test_one_claim_meets_one_label() -> None:
    twice = tally([LABEL], [LABEL, LABEL], same_figure, same_value)
    assert (twice.found, twice.wrong, twice.missed) == (1, 1, 0)


def test_an_optional_label_is_neither_asked_for_nor_counted_against() -> None:
    optional = LABEL | {"optional": True}
    assert tally([optional], [], same_figure, same_value).missed == 0
    assert tally([optional], [LABEL | {"unit": "tank"}], same_figure, same_value).wrong == 0


def test_a_claim_about_an_empty_passage_is_a_false_alarm() -> None:
    rows: list[Row] = [{"id": "a", "figures": []}, {"id": "b", "figures": [LABEL | {"optional": True}]}]
    assert false_alarms("figures", rows, {"a": [LABEL], "b": [LABEL]}) == (1, 2)


def test_units_of_forces_are_one() -> None:
    assert {unit_key(unit) for unit in ("troops", "soldiers", "Marines", "personnel", "peacekeeper")} == {"troops"}


def test_the_spread_by_chance_lies_around_what_was_measured_and_is_always_the_same() -> None:
    rows = [{"id": str(number), "figures": [LABEL]} for number in range(40)]
    claims = {str(number): [LABEL] if number % 2 else [] for number in range(40)}
    low, high = interval("figures", "value", rows, claims)
    measured = score("figures", rows, claims)["value"].f1
    assert low < measured < high
    assert (low, high) == interval("figures", "value", rows, claims)


def test_families_with_few_claims_are_left_out() -> None:
    families = ["wire"] * 5 + ["leaflet"]
    rows: tuple[Row, ...] = tuple(
        {"id": str(number), "family": family, "figures": [LABEL]} for number, family in enumerate(families)
    )
    shown = measure_families(
        LabelledSet(name="figures.en", part="tune", rows=rows), {row["id"]: {"figures": []} for row in rows}
    )
    assert shown == {"families": "1", "mean F1": "0.00", "least F1": "0.00", "in": "wire, 5 claims"}


def numbers(*spans: tuple[float, int, int]) -> Iterable[Number]:
    return [Number(value=value, start=start, end=end, unit=None) for value, start, end in spans]


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("sent up to 90 brave soldiers", numbers((90, 11, 13)), [(90, 90, "at_most", "soldiers")]),
        ("5 to 7 tanks", numbers((5, 0, 1), (7, 5, 6)), [(5, 7, "range", "tanks")]),
        ("in 2024 it sent 5 tanks", numbers((2024, 3, 7), (5, 16, 17)), [(5, 5, "exact", "tanks")]),
    ],
    ids=["a cue and a unit further on", "a range", "a year"],
)
def test_peers_get_the_help_that_costs_nothing(text: str, found: Iterable[Number], expected: list[Any]) -> None:
    assert [(f["low"], f["high"], f["bound"], f["unit"]) for f in figures(text, found)] == expected


def test_errors_are_named_by_kind() -> None:
    claims = [LABEL | {"place": "Chad", "bound": "about"}, LABEL | {"low": 1, "high": 1}]
    lines = list(figure_errors([LABEL, LABEL | {"low": 9, "high": 9}], claims))
    assert [line.split()[0] for line in lines] == ["field", "missed", "made"]
    assert "bound about, not range; place Chad, not Mali" in lines[0]


def reference() -> ModuleType:
    path = shared_path("dev/gold/score.py")
    spec = importlib.util.spec_from_file_location("reference_scorer", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = before
    return module


@pytest.mark.parametrize("name", ["figures.en", "figures.multi", "positions.en", "positions.multi"])
def test_the_figures_are_those_of_the_reference_scorer(name: str) -> None:
    scorer, read = reference(), reader(extractor())
    for labelled in (entry for entry in labelled_sets() if entry.name == name):
        records = [read(row) for row in labelled.rows]
        theirs = scorer.score(labelled.kind, list(labelled.rows), records)
        ours = score(labelled.kind, labelled.rows, {record["id"]: record[labelled.kind] for record in records})
        for level, known in REFERENCE_LEVELS.items():
            if level in ours:
                assert ours[level].f1 == pytest.approx(theirs[known]["f1"], abs=0.02), (labelled.part, level)
