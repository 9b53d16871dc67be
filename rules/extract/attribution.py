"""Who says so: attributions within a text and the chain that an item was reported through."""

from __future__ import annotations

from typing import NamedTuple

from rules.extract.document import Document
from rules.model import Provenance
from rules.vocabulary import Lexicon


class Attribution(NamedTuple):
    """A source named at ``start:end``; what lies within ``scope_start:scope_end`` is said by it."""

    start: int
    end: int
    source: str
    scope_start: int
    scope_end: int


def attributions(document: Document, lexicon: Lexicon) -> tuple[Attribution, ...]:
    """Return the attributions of a text in reading order."""
    del document, lexicon
    return ()


def find_provenance(document: Document, lexicon: Lexicon, outlet: str) -> Provenance:
    """Return the chain of attributed sources, outermost first; the publisher is never in it."""
    del document, lexicon, outlet
    return Provenance()
