"""A text with the claims in it marked: cut where a mark begins or ends, since marks may lie in each other. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

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
    edges = sorted({0, len(text), *(edge for _, claim in found for edge in (claim.start, claim.end))})
    return [_piece(text, start, end, found) for start, end in pairwise(edges)]


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


def _piece(text: str, start: int, end: int, claims: Sequence[tuple[int, Claim]]) -> Piece:
    here = [(number, claim) for number, claim in claims if claim.start <= start and end <= claim.end]
    kinds = sorted({"figure" if isinstance(claim, Figure) else "position" for _, claim in here})
    return Piece(
        text=text[start:end],
        claims=tuple(number for number, _ in here),
        kind=" ".join(kinds),
        starts=tuple(number for number, claim in here if claim.start == start),
    )
