"""A query's tree to a function of an item's view: what decides whether a candidate rule really holds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from rules.matching.places import is_at_least, pair_holds, phrase_starts, places, word_places
from rules.matching.view import ItemView
from rules.query.ast import (
    And,
    AtLeast,
    In,
    Named,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    SameSentence,
    Scope,
    Word,
)
from rules.query.patterns import compile_pattern

Test = Callable[[ItemView], bool]


def compile_node(node: Node, scope: Scope = Scope.ANY) -> Test:
    """Return the test that a node stands for."""
    match node:
        case Word():
            return _word(node, scope)
        case Phrase():
            return _phrase(node, scope)
        case And():
            return all_of([compile_node(part, scope) for part in node.parts])
        case Or():
            return _or(node, scope)
        case Not():
            test = compile_node(node.part, scope)
            return lambda view: not test(view)
        case Near() | SameSentence():
            return _pair(node, scope)
        case AtLeast():
            part, count = node.part, node.count
            return lambda view: is_at_least(count, part, view, scope)
        case In():
            return compile_node(node.part, node.scope)
        case Named():
            return compile_node(node.names, scope) if node.names is not None else lambda _view: False
        case Regex():
            pattern = compile_pattern(node.pattern)
            return lambda view: pattern.is_in(view.encoded(scope))


def single_key(node: Node) -> str | None:
    """Return the one key whose presence says that ``node`` holds, or None where it takes more."""
    if isinstance(node, Word):
        return None if node.caps else node.key
    if isinstance(node, Phrase) and len(node.pairs) == 1:
        return node.pairs[0]
    return None


def _word(word: Word, scope: Scope) -> Test:
    key = word.key
    if word.caps:
        return lambda view: key in view.keys(scope) and bool(word_places(word, view, scope))
    if scope is Scope.ANY:
        return lambda view: key in view.known
    return lambda view: key in view.keys(scope)


def _phrase(phrase: Phrase, scope: Scope) -> Test:
    keys = frozenset(phrase.pairs)
    if not keys:
        words = frozenset(word.key for word in phrase.words)
        return lambda view: words <= view.keys(scope) and any(True for _ in phrase_starts(phrase, view, scope))
    if len(phrase.words) == 2:
        (key,) = keys
        return lambda view: key in view.keys(scope)
    needle = f" {' '.join(word.text for word in phrase.words)} "
    return lambda view: keys <= view.keys(scope) and view.has_phrase(scope, needle)


def all_of(tests: list[Test]) -> Test:
    """Return the test that all of ``tests`` hold, tried in that order."""
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        one, two = tests
        return lambda view: one(view) and two(view)
    return lambda view: all(test(view) for test in tests)


def _or(node: Or, scope: Scope) -> Test:
    """Words are one look at a set; what is left is tried one after the other."""
    keys = frozenset(key for part in node.parts if (key := single_key(part)) is not None)
    tests = [compile_node(part, scope) for part in node.parts if single_key(part) is None]
    if not tests:
        return lambda view: not keys.isdisjoint(view.keys(scope))
    if len(tests) == 1:
        (only,) = tests
        return lambda view: not keys.isdisjoint(view.keys(scope)) or only(view)
    return lambda view: not keys.isdisjoint(view.keys(scope)) or any(test(view) for test in tests)


def _pair(node: Near | SameSentence, scope: Scope) -> Test:
    left, right = _single_words(node.left), _single_words(node.right)
    if left is not None and right is not None and isinstance(node, Near):
        return _near_words(node, left, right, scope)
    return lambda view: pair_holds(node, places(node.left, view, scope), places(node.right, view, scope), view, scope)


def _single_words(node: Node) -> tuple[str, ...] | None:
    """Return the keys of a word or of an OR of words; None for anything that takes more than one look."""
    if isinstance(node, Word):
        return None if node.caps else (node.key,)
    if isinstance(node, Or) and all(isinstance(part, Word) and not part.caps for part in node.parts):
        return tuple(part.key for part in node.parts if isinstance(part, Word))
    return None


def _near_words(node: Near, left: tuple[str, ...], right: tuple[str, ...], scope: Scope) -> Test:
    distance, ordered = node.distance, node.ordered

    def test(view: ItemView) -> bool:
        ahead, behind = _merged(view, scope, left), _merged(view, scope, right)
        if not ahead or not behind:
            return False
        return _within(ahead, behind, distance) or (not ordered and _within(behind, ahead, distance))

    return test


def _merged(view: ItemView, scope: Scope, keys: tuple[str, ...]) -> list[int]:
    if len(keys) == 1:
        return view.positions(scope, keys[0])
    return sorted({place for key in keys for place in view.positions(scope, key)})


def _within(ahead: list[int], behind: list[int], distance: int) -> bool:
    """Tell whether some place of ``behind`` follows one of ``ahead`` within ``distance``."""
    for place in ahead:
        following = bisect_right(behind, place)
        if following == len(behind):
            return False
        if behind[following] - place <= distance:
            return True
    return False
