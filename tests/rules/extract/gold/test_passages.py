"""The own passages are well formed, enough, varied, and split by a rule that nobody can bend."""

from __future__ import annotations

from collections import Counter

import pytest

from tools.score_claims import Row
from tools.score_sets import TITLES, LabelledSet, half, labelled_sets, score, score_provenance

OWN = labelled_sets(["tune", "held"])
CLAIMS = [labelled for labelled in OWN if labelled.kind != "provenance"]
EACH = pytest.mark.parametrize("labelled", OWN, ids=lambda labelled: f"{labelled.name} {labelled.part}")
EACH_OF_CLAIMS = pytest.mark.parametrize("labelled", CLAIMS, ids=lambda labelled: f"{labelled.name} {labelled.part}")
ENOUGH = {
    "figures.en": {"en": 150},
    "figures.multi": dict.fromkeys(("de", "fr", "uk", "ru"), 15),
    "positions.en": {"en": 120},
    "positions.multi": dict.fromkeys(("de", "fr", "uk", "ru"), 12),
    "provenance": {"en": 30, **dict.fromkeys(("de", "fr", "uk", "ru"), 4)},
}


def passages(name: str) -> list[Row]:
    return [row for labelled in OWN if labelled.name == name for row in labelled.rows]


@EACH
def test_a_passage_lies_in_the_half_that_its_id_says(labelled: LabelledSet) -> None:
    assert {half(row["id"]) for row in labelled.rows} == {labelled.part}


def test_no_passage_is_there_twice() -> None:
    counts = Counter(row[key] for labelled in OWN for row in labelled.rows for key in ("id", "text"))
    texts = Counter(row["text"] for name in TITLES for row in passages(name))
    assert max(counts.values()) == 1 == max(texts.values())


@pytest.mark.parametrize("name", list(TITLES))
def test_there_are_enough_passages_in_every_language(name: str) -> None:
    counts = Counter(row["lang"] for row in passages(name))
    assert counts.keys() == ENOUGH[name].keys()
    assert all(counts[lang] >= least for lang, least in ENOUGH[name].items())


@pytest.mark.parametrize(("name", "least"), [("figures.en", 45), ("positions.en", 35)], ids=["figures", "positions"])
def test_many_english_passages_ask_for_nothing(name: str, least: int) -> None:
    kind = name.partition(".")[0]
    assert sum(all(label.get("optional") for label in row[kind]) for row in passages(name)) >= least


@EACH_OF_CLAIMS
def test_every_quote_and_condition_stands_in_its_passage(labelled: LabelledSet) -> None:
    for row in labelled.rows:
        for label in row[labelled.kind]:
            assert label["quote"] in row["text"], row["id"]
            assert (label.get("condition") or "") in row["text"], row["id"]


@EACH
def test_the_labels_scored_against_themselves_are_perfect(labelled: LabelledSet) -> None:
    if labelled.kind == "provenance":
        itself = {row["id"]: row for row in labelled.rows}
        assert set(score_provenance(labelled.rows, itself).values()) == {1.0}
    else:
        tallies = score(labelled.kind, labelled.rows, {row["id"]: row[labelled.kind] for row in labelled.rows}).values()
        assert {(tally.wrong, tally.missed, tally.f1) for tally in tallies} == {(0, 0, 1.0)}
