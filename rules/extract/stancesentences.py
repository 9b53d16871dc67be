"""Which sentences are read for positions: those with a cue that can be a stance, and those that refuse or advise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rules.extract.document import Document
from rules.extract.gazetteer import Mark
from rules.extract.reading import is_prose
from rules.extract.relations import sentences_with_attribution
from rules.extract.wordclasses import (
    AUXILIARIES,
    BAD_WORDS,
    COLLECTIVE,
    COMMISSIVES,
    COMMITMENTS,
    HOPES,
    MODALS,
    NECESSARY,
    NEGATIONS,
    PRESCRIPTIONS,
    RELATIVES,
    THEY,
    WE,
)

_TABLES: Final = ("stance", "stance nouns", "conditions")
_REFUSALS: Final = (
    "will not",
    "will never",
    "not going to",
    "won't",
    "won’t",
    "here can be no",
    " not to ",
    "Should ",
    "Were ",
    "For ",
)
_FIRST_WORDS: Final = ("Should ", "Were ", "No ", '"No ', "“No ")
_ADVISING: Final = PRESCRIPTIONS | BAD_WORDS | NECESSARY | HOPES
_BESIDE_BARE: Final = MODALS | AUXILIARIES | NEGATIONS | THEY | WE | RELATIVES | COLLECTIVE


def sentences_with_cues(document: Document) -> list[int]:
    """Return the indexes of the sentences that may tell a position, in reading order."""
    found = {index for index in document.sentences_with(*_TABLES) if is_prose(document, index)}
    told = {index for index in found if _may_stand(document, index)}
    others = {*sentences_with_attribution(document), *_refusing(document)} - found
    return sorted({*told, *(index for index in others if _advises(document, index))})


def _refusing(document: Document) -> Iterator[int]:
    # "Slovakia will not send a single round": in the paper's own voice, without any cue.
    text = document.text if document.lang == "en" else ""
    for refusal in _REFUSALS:
        at = text.find(refusal)
        while at >= 0:
            index = document.sentence_at(at)
            if is_prose(document, index):
                yield index
            at = text.find(refusal, at + 1)


def _may_stand(document: Document, index: int) -> bool:
    """Tell whether a cue of a sentence can be a stance: a weak condition alone ties but a commitment."""
    if index in document.marks_by_sentence("stance nouns"):
        return True
    end = document.sentences[index].end
    verbs = [mark for mark in document.marks_by_sentence("stance").get(index, ()) if _may_ask(document, mark, end)]
    if not verbs:
        ties = document.marks_by_sentence("conditions").get(index, ())
        return any(mark.entry.kind == "strong" for mark in ties) or _held(document, index) & COMMITMENTS != 0
    return not _are_bare(verbs) or _held(document, index) & _BESIDE_BARE != 0 or _is_named(document, index)


def _may_ask(document: Document, mark: Mark, end: int) -> bool:
    # "told" and "asked" are common and a demand only with a "to" behind them.
    return "actor_to" not in mark.entry.texts("takes") or document.text.find(" to ", mark.end, end) >= 0


def _are_bare(verbs: Sequence[Mark]) -> bool:
    # Nothing but base forms ("back"), which are verbs only behind "to", an auxiliary or a plural.
    return all(mark.role == "short" for mark in verbs)


def _is_named(document: Document, index: int) -> bool:
    span = document.sentences[index]
    return bool(document.names_in(span.start, span.end))


def _held(document: Document, index: int) -> int:
    return document.tokens(document.sentences[index]).held


def _advises(document: Document, index: int) -> bool:
    # Who says what should be done, or what he will not do, needs no word of stance.
    held = _held(document, index)
    if document.text.startswith(_FIRST_WORDS, document.sentences[index].start):
        return True
    if document.text.find(" not to ", document.sentences[index].start, document.sentences[index].end) >= 0:
        return True
    return held & _ADVISING != 0 or (held & (COMMISSIVES | MODALS) != 0 and held & NEGATIONS != 0)
