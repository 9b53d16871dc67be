"""Positions side by side: who holds what of each proposition. Propositions that mean the same are one row. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.web.claims import Card
from rules.ledger.identity import word_overlap

ALIKE = 0.5  # of the content words of the shorter one: as much as the ledger asks of two stories
COLUMNS = 8  # actors side by side


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One proposition in the words of its newest holder, with a card or None under each actor of the matrix."""

    about: str
    cells: tuple[Card | None, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """``actors`` head the columns, those with most to say first; the cards of all others are in the rows only."""

    actors: tuple[str, ...]
    rows: tuple[Row, ...]


def matrix(cards: Sequence[Card]) -> Matrix:
    """Arrange cards of positions, newest first: propositions on which several actors are known come first."""
    groups: list[list[Card]] = []
    for card in cards:
        group = next((group for group in groups if word_overlap(group[0].about, card.about) >= ALIKE), None)
        if group is None:
            groups.append([card])
        else:
            group.append(card)
    groups.sort(key=lambda group: -len({card.title for card in group}))
    counted = Counter(card.title for group in groups for card in group)
    actors = tuple(name for name, _ in counted.most_common(COLUMNS))
    return Matrix(
        actors=actors,
        rows=tuple(
            Row(
                about=group[0].about,
                cells=tuple(next((card for card in group if card.title == name), None) for name in actors),
                cards=tuple(group),
            )
            for group in groups
        ),
    )
