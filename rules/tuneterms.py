"""What an ``unless`` could say: words, phrases, units, places, actors and outlets of articles nobody wanted.

Everything here is a query of the language that people write, so that what is proposed can be read and changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, islice, pairwise

from rules.match import sentence_finder
from rules.matching.anchors import is_common
from rules.matching.compile import compile_node
from rules.matching.view import Dictionary, ItemView
from rules.matching.words import words
from rules.model import Development, Figure, Item, StoryId
from rules.ports import Vocabulary
from rules.query import QueryError, parse_query
from rules.query.ast import Node, survey
from rules.query.names import resolve_names
from rules.ruleset import Rule

LOOKED_AT = 300  # words of a text: what an article is about stands in front
MOST = 500  # terms that are tried
_SHORTEST, _SHORTEST_STEM, _ENDING = 4, 5, 2  # letters


class TermKind(StrEnum):
    """What a term looks at. Of terms that do the same, the kind that comes first here is taken."""

    TITLE = "word of headlines"
    WORD = "word"
    STEM = "beginning of words"
    PHRASE = "phrase"
    UNIT = "unit"
    PLACE = "place"
    ACTOR = "actor"
    OUTLET = "outlet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One query, ``node`` its tree with all names resolved."""

    text: str
    kind: TermKind
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An article for which a rule rang, and what it rang for. Articles of one ``story`` are one example."""

    item: Item
    developments: tuple[Development, ...] = ()
    story: StoryId | None = None

    @property
    def example(self) -> tuple[str, int]:
        """What it is an example of: its story, or itself."""
        return ("item", self.item.id) if self.story is None else ("story", self.story)


def terms_of(
    cases: Sequence[Case], wanted: Iterable[Item], rule: Rule, vocabulary: Vocabulary, support: int
) -> tuple[Term, ...]:
    """Return what at least ``support`` examples have in common, but for the rule's own words and names.

    What begins a ``wanted`` article is left out at once, so that the common words of a language crowd out none.
    """
    seen: dict[tuple[TermKind, str], set[tuple[str, int]]] = defaultdict(set)
    for case in cases:
        for key in _texts(case, vocabulary):
            seen[key].add(case.example)
    for text, examples in _stems(seen):
        seen[TermKind.STEM, text] |= examples
    own = _own_words(rule)
    kept = {key for item in wanted for key in _texts(Case(item=item), vocabulary)}
    shared = [key for key, examples in seen.items() if len(examples) >= support and key not in kept]
    common = [key for key in shared if not _is_own(key[1], own)]
    order = list(TermKind)
    common.sort(key=lambda key: (-len(seen[key]), order.index(key[0]), key[1]))
    terms = (_term(kind, text, vocabulary) for kind, text in common[:MOST])
    return tuple(term for term in terms if term is not None)


class Holding:
    """Tells which of some terms hold for an item, each as the matcher would."""

    def __init__(self, terms: Sequence[Term], vocabulary: Vocabulary) -> None:
        self._dictionary = Dictionary(survey(term.node for term in terms).keys)
        self._sentences = sentence_finder(vocabulary)
        self._tests = [(term, compile_node(term.node)) for term in terms]

    def of(self, item: Item) -> frozenset[Term]:
        """Return the terms that hold."""
        view = ItemView(item, self._dictionary, self._sentences)
        return frozenset(term for term, test in self._tests if test(view))


def _texts(case: Case, vocabulary: Vocabulary) -> Iterator[tuple[TermKind, str]]:
    """Yield all that could be said of an article."""
    title, text = words(case.item.title), list(islice(words(case.item.text), LOOKED_AT))
    yield from ((TermKind.TITLE, f"title:{word}") for word in set(title) if _is_telling(word))
    both = {*title, *text}
    yield from ((TermKind.WORD, word) for word in both if _is_telling(word))
    for run in (title, text):
        for pair in set(pairwise(run)):
            if not any(is_common(word) or word.isdigit() for word in pair):
                yield TermKind.PHRASE, f'"{" ".join(pair)}"'
    if case.item.outlet and '"' not in case.item.outlet:
        yield TermKind.OUTLET, f'outlet:"{case.item.outlet}"'
    yield from _of_claims(case, both, vocabulary)


def _of_claims(case: Case, text: set[str], vocabulary: Vocabulary) -> Iterator[tuple[TermKind, str]]:
    for development in case.developments:
        claim = development.mention.claim
        if claim.actor:
            yield TermKind.ACTOR, f'actor:"{claim.actor}"'
        if not isinstance(claim, Figure):
            continue
        if claim.place:
            yield TermKind.PLACE, f'place:"{claim.place}"'
        counted = sorted(word for word in text if vocabulary.resolve_unit(word) == claim.unit)
        if len(counted) > 1:  # one alone is a word like any other
            yield TermKind.UNIT, f"({' OR '.join(counted)})"


def _is_telling(word: str) -> bool:
    return len(word) >= _SHORTEST and word.isalpha() and not is_common(word)


def _stems(
    seen: Mapping[tuple[TermKind, str], set[tuple[str, int]]],
) -> Iterator[tuple[str, set[tuple[str, int]]]]:
    """Yield what words of different endings begin with: "airline*" for "airline" and "airlines"."""
    alike: dict[str, list[str]] = defaultdict(list)
    for kind, word in seen:
        if kind is TermKind.WORD and len(word) >= _SHORTEST_STEM:
            alike[word[:_SHORTEST_STEM]].append(word)
    for group in alike.values():
        for one, two in combinations(sorted(group), 2):
            stem = _shared(one, two)
            if max(len(one), len(two)) - len(stem) <= _ENDING:
                yield f"{stem}*", seen[TermKind.WORD, one] | seen[TermKind.WORD, two]


def _shared(one: str, two: str) -> str:
    length = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return one[:length]


def _own_words(rule: Rule) -> frozenset[str]:
    """Return the words of the rule's queries and the names of its clauses: to forbid them is to delete the rule."""
    nodes = [node for query in (rule.match, rule.unless) if query is not None for node in query.by_lang.values()]
    names: Iterable[str] = ()
    if rule.figure is not None:
        names = (*rule.figure.actor, *rule.figure.place, *rule.figure.unit)
    if rule.position is not None:
        names = (*names, *rule.position.actor)
        asked = (rule.position.proposition, rule.position.condition)
        nodes += [node for query in asked if query is not None for node in query.by_lang.values()]
    return frozenset(survey(nodes).keys) | {name.casefold() for name in names}


def _is_own(text: str, own: frozenset[str]) -> bool:
    bare = text.partition(":")[2] or text
    parts = [part.strip('"*() ').casefold() for part in bare.split(" OR ")]
    return any(part in own or any(_begins(part, key) for key in own if key.endswith("*")) for part in parts)


def _begins(word: str, key: str) -> bool:
    return word.startswith(key[:-1]) or key.startswith(word)


def _term(kind: TermKind, text: str, vocabulary: Vocabulary) -> Term | None:
    """Return the term, or None where the lexicon does not have the name."""
    try:
        root, problems = resolve_names(parse_query(text).root, vocabulary)
    except QueryError:
        return None
    return None if problems else Term(text=text, kind=kind, node=root)
