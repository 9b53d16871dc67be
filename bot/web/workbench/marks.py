"""A text with what was found in it, cut where a finding begins or ends: what overlaps stays to be seen. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.web.marking import stretches
from rules.model import Extraction, Figure
from rules.sanitise import clean


class Kind(StrEnum):
    """What a part of a text was found to be. Each is drawn in a manner of its own, not in a colour only."""

    WORD = "word"  # of a query
    FIGURE = "figure"
    POSITION = "position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A finding. ``label`` ("F1") stands before it and names it in the list of claims; words have none."""

    start: int
    end: int
    kind: Kind
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a text between two edges, its kinds in the order of ``Kind``; ``labels`` of those that begin here."""

    text: str
    kinds: tuple[Kind, ...] = ()
    labels: tuple[str, ...] = ()


def claim_marks(extraction: Extraction) -> list[Mark]:
    """Return a mark for each claim, in the order of the text: F1, F2, ... and P1, P2, ..."""
    counts = {Kind.FIGURE: 0, Kind.POSITION: 0}
    found = []
    for claim in extraction.claims:
        kind = Kind.FIGURE if isinstance(claim, Figure) else Kind.POSITION
        counts[kind] += 1
        label = f"{kind[0].upper()}{counts[kind]}"
        found.append(Mark(start=claim.start, end=claim.end, kind=kind, label=label))
    return found


def pieces(text: str, marks: Iterable[Mark]) -> list[Piece]:
    """Cut a text at the edges of marks. What is invisible in it is left out; joined, the pieces are ``clean(text)``."""
    within = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    found: list[Piece] = []
    for start, end, numbers in stretches(len(text), [(mark.start, mark.end) for mark in within]):
        here = [within[number] for number in numbers]
        kinds = tuple(kind for kind in Kind if any(mark.kind is kind for mark in here))
        labels = tuple(mark.label for mark in here if mark.label and mark.start == start)
        found.append(Piece(text=clean(text[start:end]), kinds=kinds, labels=labels))
    return found
