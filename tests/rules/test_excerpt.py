"""Which sentences are quoted below an alert."""

from __future__ import annotations

from rules.excerpt import LONGEST, MOST, choose
from rules.text import Span
from tests.rules.builders import figure

TEN = [Span(start, start + 90) for start in range(0, 1000, 100)]


def chosen(*numbers: int) -> list[int]:
    return [span.start // 100 for span in choose(TEN, [figure(start=n * 100 + 1, end=n * 100 + 9) for n in numbers])]


def test_the_sentences_with_claims_come_in_the_order_of_the_text_with_the_opening_ones() -> None:
    assert chosen(7, 4) == [0, 4, 7]


def test_without_claims_the_first_three_are_taken() -> None:
    assert chosen() == [0, 1, 2]


def test_of_more_than_five_the_strongest_claims_win() -> None:
    assert chosen(9, 8, 7, 6, 5, 4, 3) == [5, 6, 7, 8, 9]
    assert len(chosen(9, 8, 7, 6, 5, 4, 3)) == MOST


def test_two_claims_in_one_sentence_quote_it_once() -> None:
    assert chosen(4, 4, 4) == [0, 1, 4]


def test_a_sentence_without_end_is_not_quoted() -> None:
    endless = Span(0, LONGEST + 1)
    assert choose([endless, *TEN[7:]], [figure(start=5, end=9)]) == tuple(TEN[7:])


def test_a_claim_that_runs_over_two_sentences_takes_neither() -> None:
    assert choose(TEN[:1], [figure(start=80, end=120)]) == (TEN[0],)
    assert [span.start for span in choose(TEN, [figure(start=480, end=520)])] == [0, 100, 200]
