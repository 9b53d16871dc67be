"""The way from a text to its claims."""

from __future__ import annotations

from rules.extract.attribution import Attributions
from rules.extract.document import Document
from rules.extract.figures import find_figures
from rules.extract.positions import find_positions
from rules.extract.provenance import find_provenance
from rules.model import Extraction
from rules.vocabulary import Lexicon


class Extractor:
    """Reads claims with one lexicon; holds nothing else and may be shared by threads."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon

    def extract(self, text: str, *, title: str = "", outlet: str = "", lang: str | None = None) -> Extraction:
        """Read a text. Total: any string gives an extraction, and every span slices back to its quote.

        ``lang`` is a hint (a language tag); an unknown or missing one is detected. ``outlet`` is the publisher, who
        is never in its own chain.
        """
        document = self.document(text, title=title, lang=lang)
        try:
            return self.read(document, outlet=outlet)
        finally:
            document.forget()

    def document(self, text: str, *, title: str = "", lang: str | None = None) -> Document:
        """Return the text read once, as the stages see it."""
        return Document(text, self.lexicon, title=title, lang=lang)

    def read(self, document: Document, *, outlet: str = "") -> Extraction:
        """Run the three readers over a document."""
        sources = Attributions(document)
        return Extraction(
            lang=document.lang,
            figures=find_figures(document, self.lexicon, sources),
            positions=find_positions(document, sources),
            provenance=find_provenance(document, self.lexicon, outlet),
        )
