"""Reads figures, positions and provenance out of a text: deterministic, explainable, without any model.

text -> document (language, sentences, names, cues) -> figures   (numbers -> units -> deed, actor, place, status)
                                                    -> positions (stance frames)
                                                    -> provenance (attribution chain)
"""

from rules.extract.document import Document
from rules.extract.extractor import Extractor
from rules.extract.gazetteer import Mark
from rules.extract.names import Name

__all__ = ["Document", "Extractor", "Mark", "Name"]
