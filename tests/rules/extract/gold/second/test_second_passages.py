"""The second own set is well formed: every label can be scored, and nothing of the first set comes again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import pytest

from rules.model import Action, Bound, Stance, Status
from tools.score_claims import Row, source_key
from tools.score_sets import (
    HALVES,
    TITLES,
    LabelledSet,
    aliases,
    half,
    labelled_sets,
    load_rows,
    score,
    score_provenance,
)

HERE: Final = Path(__file__).parent
SECOND: Final = [
    LabelledSet(name=name, part=part, rows=load_rows(path))
    for name in TITLES
    for part in HALVES
    if (path := HERE / f"{name}.{part}.jsonl").exists()
]


def each(*kinds: str) -> pytest.MarkDecorator:
    """Run a test with every set of these kinds."""
    sets = [labelled for labelled in SECOND if labelled.kind in kinds]
    return pytest.mark.parametrize("labelled", sets, ids=[f"{one.name} {one.part}" for one in sets])


EACH = each("figures", "positions", "provenance")
EACH_OF_CLAIMS = each("figures", "positions")
FIGURES, POSITIONS, PROVENANCE = each("figures"), each("positions"), each("provenance")
CLOSED: Final = {"bound": Bound, "action": Action, "status": Status, "stance": Stance}
FIGURE_KEYS: Final = {"low", "high", "bound", "unit", "actor", "action", "place", "of_total", "status"}
POSITION_KEYS: Final = {"actor", "stance", "proposition", "condition"}
ALWAYS: Final = {"source_cited", "quote"}
EXTRA: Final = {"optional", "actor_affiliation"}


def keys(kind: str) -> set[str]:
    return ALWAYS | (FIGURE_KEYS if kind == "figures" else POSITION_KEYS)


@EACH
def test_a_passage_lies_in_the_half_that_its_id_says(labelled: LabelledSet) -> None:
    assert {half(row["id"]) for row in labelled.rows} == {labelled.part}


def test_no_passage_is_in_both_own_sets_or_twice_in_one() -> None:
    both = [*SECOND, *labelled_sets(HALVES)]
    for key in ("id", "text"):
        assert max(Counter(row[key] for labelled in both for row in labelled.rows).values()) == 1


@EACH_OF_CLAIMS
def test_every_quote_and_condition_stands_in_its_passage(labelled: LabelledSet) -> None:
    for row in labelled.rows:
        for label in row[labelled.kind]:
            assert label["quote"] in row["text"], row["id"]
            assert (label.get("condition") or "") in row["text"], row["id"]


@EACH_OF_CLAIMS
def test_labels_have_the_keys_and_the_closed_values_that_the_scorer_knows(labelled: LabelledSet) -> None:
    needed = keys(labelled.kind)
    for row in labelled.rows:
        for label in row[labelled.kind]:
            assert needed <= label.keys() <= needed | EXTRA | {f"{key}_alt" for key in needed}, row["id"]
            for key, kind in CLOSED.items():
                given = [*([label[key]] if key in label else []), *label.get(f"{key}_alt", [])]
                assert {value for value in given if value is not None} <= {*kind}, row["id"]


@FIGURES
def test_a_range_has_two_ends_and_nothing_else_has(labelled: LabelledSet) -> None:
    for row in labelled.rows:
        for label in row["figures"]:
            assert (label["low"] < label["high"]) == (label["bound"] == "range"), row["id"]


@POSITIONS
def test_a_condition_is_given_where_a_stance_is_conditional_and_only_there(labelled: LabelledSet) -> None:
    for row in labelled.rows:
        for label in row["positions"]:
            assert bool(label["condition"]) == (label["stance"] == "conditional"), row["id"]


def sound(row: Row) -> bool:
    """Tell whether the origin is one of the hops, and has a kind where there is one."""
    origin = row["origin"]
    return (origin is None) == (row["origin_kind"] is None) and (origin is None or origin in row["chain"])


@PROVENANCE
def test_an_origin_is_one_of_the_hops(labelled: LabelledSet) -> None:
    assert [row["id"] for row in labelled.rows if not sound(row)] == []


@PROVENANCE
def test_the_innermost_hop_is_unnamed_to_the_scorer_where_the_label_says_so(labelled: LabelledSet) -> None:
    spellings = aliases()
    for row in labelled.rows:
        innermost = source_key(row["chain"][-1], spellings) if row["chain"] else None
        assert (innermost == "(unnamed)") == row["anonymous"], row["id"]


@EACH
def test_the_labels_scored_against_themselves_are_perfect(labelled: LabelledSet) -> None:
    if labelled.kind == "provenance":
        itself = {row["id"]: row for row in labelled.rows}
        assert set(score_provenance(labelled.rows, itself).values()) == {1.0}
    else:
        tallies = score(labelled.kind, labelled.rows, {row["id"]: row[labelled.kind] for row in labelled.rows}).values()
        assert {(tally.wrong, tally.missed, tally.f1) for tally in tallies} == {(0, 0, 1.0)}
