"""The way from a text to its claims."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from rules.extract.attribution import attributions
from rules.extract.document import Document
from rules.extract.figures import find_figures
from rules.extract.positions import find_positions
from rules.extract.provenance import find_provenance
from rules.model import Extraction, Figure, Position
from rules.vocabulary import Lexicon

C = TypeVar("C", Figure, Position)


class Extractor:
    """Reads claims with one lexicon; holds nothing else and may be shared by threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def extract(self, text: str, *, title: str = "", outlet: str = "", lang: str | None = None) -> Extraction:
        """Read a text. Total: any string gives an extraction, and every span slices back to its quote.

        ``lang`` is a hint (a language tag); an unknown or missing one is detected. ``outlet`` is the publisher, who
        is never in its own chain.
        """
        return self.read(self.document(text, title=title, lang=lang), outlet=outlet)

    def document(self, text: str, *, title: str = "", lang: str | None = None) -> Document:
        """Return the text read once, as the stages see it."""
        return Document(text, self.lexicon, title=title, lang=lang)

    def read(self, document: Document, *, outlet: str = "") -> Extraction:
        """Run the three readers over a document."""
        sources = attributions(document, self.lexicon)
        unnamed = frozenset(source.source for source in sources if source.anonymous)
        return Extraction(
            lang=document.lang,
            figures=_marked(find_figures(document, self.lexicon, sources), unnamed),
            positions=_marked(find_positions(document, self.lexicon, sources), unnamed),
            provenance=find_provenance(document, self.lexicon, outlet),
        )


def _marked(claims: tuple[C, ...], unnamed: frozenset[str]) -> tuple[C, ...]:
    """Mark the claims whose source names nobody."""
    return tuple(replace(claim, source_unnamed=True) if claim.source_cited in unnamed else claim for claim in claims)
