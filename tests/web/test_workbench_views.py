from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.web.workbench.marks import Kind, Mark, Piece, pieces
from bot.web.workbench.trees import verdict
from rules.explanation import Explanation, Needs
from rules.ruleset import Life, Rule, Source
from rules.sanitise import clean

RULE = Rule(id="r", title="R", topic="t", life=Life.ACTIVE, source=Source(file="f", line=1, column=1))
TEXT = "Washington will withdraw 20,000 troops"


def leaf(label: str, *spans: tuple[int, int], holds: bool = True, note: str = "") -> Explanation:
    return Explanation(label=label, holds=holds, note=note, spans=spans)


def tree(*children: Explanation) -> Explanation:
    return Explanation(label="r: R", holds=all(child.holds for child in children), children=children)


def test_findings_that_overlap_stay_to_be_seen() -> None:
    marks = [Mark(start=16, end=24, kind=Kind.WORD), Mark(start=16, end=38, kind=Kind.FIGURE, label="F1")]
    assert pieces(TEXT, marks) == [
        Piece(text="Washington will "),
        Piece(text="withdraw", kinds=(Kind.WORD, Kind.FIGURE), labels=("F1",)),
        Piece(text=" 20,000 troops", kinds=(Kind.FIGURE,)),
    ]


def test_what_would_hide_or_turn_text_is_left_out() -> None:
    assert pieces("a\u202eb\x00c", [Mark(start=2, end=5, kind=Kind.WORD)])[-1].text == "bc"


SPANS = st.tuples(st.integers(-2, 40), st.integers(-2, 40), st.sampled_from(Kind))


@given(st.text(max_size=38), st.lists(SPANS, max_size=8))
def test_no_letter_is_lost_or_doubled(text: str, spans: list[tuple[int, int, Kind]]) -> None:
    marks = [Mark(start=start, end=end, kind=kind) for start, end, kind in spans]
    found = pieces(text, marks)
    assert "".join(piece.text for piece in found).replace("\n", " ") == "".join(
        clean(text[slice(*edge)]) for edge in _edges(text, marks)
    ).replace("\n", " ")


def _edges(text: str, marks: list[Mark]) -> list[tuple[int, int]]:
    within = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    places = sorted({0, len(text), *(one.start for one in within), *(one.end for one in within)})
    return list(pairwise(places))


def test_words_that_made_a_query_hold_are_marked_where_they_did() -> None:
    inner = leaf("withdraw*", (16, 24), (30, 34))
    match = Explanation(label="match", holds=True, spans=((16, 24),), children=(inner,))
    assert verdict(RULE, tree(match), TEXT).spans == ((16, 24),)


def test_of_a_query_that_does_not_hold_the_words_that_are_there_are_marked() -> None:
    match = Explanation(label="match", holds=False, children=(leaf("troops", (32, 38)), leaf("x", holds=False)))
    assert verdict(RULE, tree(match), TEXT).spans == ((32, 38),)


def test_only_what_failed_first_is_to_blame() -> None:
    told = verdict(RULE, tree(leaf("a"), leaf("b", holds=False), leaf("c", holds=False)), TEXT)
    assert [one.is_first for one in told.branches] == [False, True, False]
    assert not told.rings


def test_the_claim_that_comes_closest_is_shown_whole_and_of_others_what_fails() -> None:
    def claim(name: str, *asked: Explanation) -> Explanation:
        return Explanation(label=f"figure: {name}", holds=all(one.holds for one in asked), children=asked)

    near = claim("near", leaf("unit: troops"), leaf("place: Europe", holds=False, note="the place is Asia"))
    far = claim("far", leaf("unit: troops", holds=False, note="the unit is usd"), leaf("place: Europe", holds=False))
    claims = Explanation(label="a figure to ring for", holds=False, needs=Needs.CLOSEST, children=(far, near))
    (shown,) = verdict(RULE, tree(claims), TEXT).branches
    first, second = shown.below
    assert first.label == "figure: near"
    assert [one.is_first for one in first.below] == [False, True]
    assert second.below == ()
    assert second.note.startswith("unit: troops, but the unit is usd")


def test_a_draft_is_judged_as_if_it_were_active() -> None:
    draft = Rule(id="r", title="R", topic="t", life=Life.DRAFT, source=Source(file="f", line=1, column=1))
    told = verdict(draft, tree(leaf("status", holds=False), leaf("match")), TEXT)
    assert (told.rings, told.life) == (True, "draft")
