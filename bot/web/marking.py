"""A text with the claims in it marked: cut where a mark begins or ends, since marks may lie in each other. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from rules.model import Claim, Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text with the numbers of the claims that it belongs to; ``kind`` is figure, position or both."""

    text: str
    claims: tuple[int, ...] = ()
    kind: str = ""
    starts: tuple[int, ...] = ()  # the claims that begin here


def pieces(text: str, claims: Iterable[Claim]) -> Sequence[Piece]:
    """Return the whole text in pieces. Claims are numbered from 1; one whose words moved in an edit is left out."""
    found = [
        (number, claim)
        for number, claim in enumerate(claims, start=1)
        if text[claim.start : claim.end] == claim.quote and claim.quote
    ]
    cut = stretches(len(text), [(claim.start, claim.end) for _, claim in found])
    return [_piece(text, start, end, [found[mark] for mark in marks]) for start, end, marks in cut]


def stretches(length: int, marks: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Cut a text at the edges of marks within it; yield start and end of each part, and the numbers of its marks."""
    starting: dict[int, list[int]] = {}
    for number, (start, _end) in enumerate(marks):
        starting.setdefault(start, []).append(number)
    here: list[int] = []
    for start, end in pairwise(sorted({0, length, *chain.from_iterable(marks)})):
        here = [number for number in here if marks[number][1] > start] + starting.get(start, [])
        yield start, end, tuple(sorted(here))


def paragraphs(all_pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return the pieces of each paragraph."""
    found: list[list[Piece]] = [[]]
    for piece in all_pieces:
        for number, line in enumerate(piece.text.split("\n")):
            if number:
                found.append([])
            if line:
                starts = () if number else piece.starts
                found[-1].append(Piece(text=line, claims=piece.claims, kind=piece.kind, starts=starts))
    return [one for one in found if one]


def _piece(text: str, start: int, end: int, here: Sequence[tuple[int, Claim]]) -> Piece:
    kinds = sorted({"figure" if isinstance(claim, Figure) else "position" for _, claim in here})
    return Piece(
        text=text[start:end],
        claims=tuple(number for number, _ in here),
        kind=" ".join(kinds),
        starts=tuple(number for number, claim in here if claim.start == start),
    )
