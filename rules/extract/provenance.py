"""The chain that an item was reported through.

attributions in reading order -> the first outlet that is not the publisher, and whom it cites
                              -> or, where no outlet is named, the first source
no other outlet, and the publisher named as who was told -> its own report
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.extract.document import Document
from rules.extract.grammar import grammar
from rules.extract.outlets import names_of, outlet_called, outlet_named
from rules.extract.ownreport import is_own_report
from rules.extract.reading import read_sentence
from rules.extract.relations import relations, sentences_with_attribution
from rules.extract.sources import Relation, Source, SourceKind
from rules.model import Provenance
from rules.text import fold_name, outlet_key
from rules.vocabulary import Lexicon

_DATELINE: Final = 80  # characters in which a dateline or a credit stands
_CREDIT: Final = re.compile(r"\(([^()\s,/;][^(),/;]{1,30})[,/;)]")
_LEAD: Final = 12  # sentences; who is quoted further down is not where the item comes from


def find_provenance(document: Document, lexicon: Lexicon, outlet: str) -> Provenance:
    """Return the chain of attributed sources, outermost first; the publisher is never in it."""
    publisher = _publisher(lexicon, outlet)
    reported = _reported(document, publisher) or _credited(document, publisher)
    own_report = not reported and is_own_report(document, publisher)
    chain = reported or _spoken(document, publisher)
    if not chain:
        return Provenance(own_report=own_report)
    return Provenance(
        chain=tuple(source.name for source in chain),
        anonymous=chain[-1].kind is SourceKind.ANONYMOUS
        or any(source.kind is SourceKind.ANONYMOUS for source in chain),
        origin=_innermost(chain, SourceKind.OUTLET) or _innermost(chain, SourceKind.NAMED),
        outlet=_innermost(chain, SourceKind.OUTLET),
        own_report=own_report,
    )


def _publisher(lexicon: Lexicon, outlet: str) -> frozenset[str]:
    """Return what the publisher is called, folded and without articles."""
    name = outlet.rpartition(":")[2].strip()
    return frozenset(names_of(lexicon, outlet_named(lexicon, name))) if name else frozenset()


def _innermost(chain: list[Source], kind: SourceKind) -> str | None:
    return next((source.name for source in reversed(chain) if source.kind is kind), None)


def _outlets(relation: Relation, publisher: frozenset[str]) -> Iterator[Source]:
    for source in (relation.outlet, relation.source):
        if source is not None and source.kind is SourceKind.OUTLET and outlet_key(source.name) not in publisher:
            yield source


def _reported(document: Document, publisher: frozenset[str]) -> list[Source]:
    # The chain from the first outlet inward; every sentence that names the outlet may tell whom it cites.
    chain: list[Source] = []
    for index in sentences_with_attribution(document):
        if not chain and index >= _LEAD:
            break
        if chain and not _mentions(document, index, chain[0].name):
            continue
        reading = read_sentence(document, index)
        found = relations(reading)
        inward = sorted(found, key=lambda relation: relation.part == "cite")
        named = [source for relation in inward for source in _outlets(relation, publisher)]
        if not named or (chain and chain[0].name not in {source.name for source in named}):
            continue
        for source in [*named, *_inner(found)]:
            _add(chain, source)
    outlets = [source for source in chain if source.kind is SourceKind.OUTLET]
    others = [source for source in chain if source.kind is not SourceKind.OUTLET]
    return [*outlets, *_specific(others, document)] if outlets else []


def _mentions(document: Document, index: int, outlet: str) -> bool:
    sentence = fold_name(document.sentences[index].of(document.text))
    return any(name in sentence for name in names_of(document.lexicon, outlet))


def _inner(found: list[Relation]) -> Iterator[Source]:
    """Whom the outlet of a sentence cites, and who spoke to it."""
    for relation in found:
        source = relation.source
        if source is None or source.kind is SourceKind.OUTLET:
            continue
        if relation.part in ("cite", "tell", "accord", "say"):
            yield source


def _add(chain: list[Source], source: Source) -> None:
    if all(fold_name(source.name) != fold_name(other.name) for other in chain):
        chain.append(source)


def _specific(others: list[Source], document: Document) -> list[Source]:
    """Bare "sources" say nothing where another unnamed source is described."""
    words = grammar(document.lexicon, document.lang)
    anonymous = [source for source in others if source.kind is SourceKind.ANONYMOUS]
    bare = {source for source in anonymous if source.name.lower() in words.head("never named") | {"sources"}}
    return [source for source in others if source not in bare or len(anonymous) == len(bare)]


def _credited(document: Document, publisher: frozenset[str]) -> list[Source]:
    # An agency in the dateline or at the very end: "BRUSSELS (Reuters) -", "(APA, 12.3.2023)".
    size = len(document.text)
    for found in (
        _CREDIT.search(document.text, 0, min(size, _DATELINE)),
        _CREDIT.search(document.text, max(0, size - _DATELINE)),
    ):
        entry = outlet_called(document.lexicon, found[1]) if found else None
        if entry is not None and entry.kind == "agency" and outlet_key(entry.name) not in publisher:
            return [Source(entry.name, SourceKind.OUTLET, 0, 0)]
    return []


def _spoken(document: Document, publisher: frozenset[str]) -> list[Source]:
    """Where no outlet is named: the first source of the text's beginning, if it is more than a bare "the minister"."""
    for index in sentences_with_attribution(document):
        if index >= _LEAD:
            break
        for relation in relations(read_sentence(document, index)):
            source = relation.source
            if source is None or source.kind is SourceKind.OUTLET or outlet_key(source.name) in publisher:
                continue
            return [] if source.kind is SourceKind.ROLE else [source]
    return []
