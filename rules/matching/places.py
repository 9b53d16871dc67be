"""Where things stand: the places of words, phrases and pairs as intervals of token positions.

An interval is (first, last), both inclusive. Pairs are made of nearest neighbours only, so that their number stays
linear in the text: for each left part the next right part after it, for each right part the next left part
before it, and the same the other way round where order does not matter.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from itertools import chain, groupby

from rules.matching.view import ItemView
from rules.query.ast import AtLeast, In, Named, Near, Node, Or, Phrase, SameSentence, Scope, Word

Interval = tuple[int, int]


def places(node: Node, view: ItemView, scope: Scope) -> list[Interval]:
    """Return the intervals at which a positional node holds, ascending and without repetition."""
    match node:
        case Word():
            return [(place, place) for place in word_places(node, view, scope)]
        case Phrase():
            return phrase_places(node, view, scope)
        case Or():
            return _united([places(part, view, scope) for part in node.parts])
        case Near() | SameSentence():
            return pair_places(node, places(node.left, view, scope), places(node.right, view, scope), view, scope)
        case Named():
            return places(node.names, view, scope) if node.names is not None else []
        case AtLeast():
            return places(node.part, view, scope)
        case In():
            return places(node.part, view, node.scope)
        case _:
            return []


def word_places(word: Word, view: ItemView, scope: Scope) -> list[int]:
    """Return the positions of a word."""
    found = view.positions(scope, word.key)
    return [place for place in found if view.is_caps(scope, place)] if word.caps else found


def phrase_places(phrase: Phrase, view: ItemView, scope: Scope) -> list[Interval]:
    """Return the intervals of a phrase."""
    first, *rest = phrase.words
    begins = set(word_places(first, view, scope))
    for shift, word in enumerate(rest, 1):
        if not begins:
            return []
        begins &= {place - shift for place in word_places(word, view, scope)}
    width = len(rest)
    return [(place, place + width) for place in sorted(begins)]


def pair_places(
    node: Near | SameSentence, left: list[Interval], right: list[Interval], view: ItemView, scope: Scope
) -> list[Interval]:
    """Return the intervals from a left part to a right part that are close enough."""
    if not left or not right:
        return []
    fits = _fits(node, view, scope)
    found = _following(left, right, fits)
    if not (isinstance(node, Near) and node.ordered):
        found += _following(right, left, fits)
    return _united(found)


def pair_holds(
    node: Near | SameSentence, left: list[Interval], right: list[Interval], view: ItemView, scope: Scope
) -> bool:
    """Tell whether ``pair_places`` would find anything, as soon as it is certain."""
    fits = _fits(node, view, scope)
    is_ordered = isinstance(node, Near) and node.ordered
    return _any_following(left, right, fits) or (not is_ordered and _any_following(right, left, fits))


def _any_following(ahead: list[Interval], behind: list[Interval], fits: Callable[[int, int], bool]) -> bool:
    starts = [start for start, _last in behind]
    for _start, last in ahead:
        place = bisect_left(starts, last + 1)
        if place < len(starts) and fits(last, starts[place]):
            return True
    return False


def _fits(node: Near | SameSentence, view: ItemView, scope: Scope) -> Callable[[int, int], bool]:
    if isinstance(node, Near):
        distance = node.distance
        return lambda last, first: first - last <= distance
    return lambda last, first: view.sentence_of(scope, last) == view.sentence_of(scope, first)


def _united(runs: list[list[Interval]]) -> list[Interval]:
    """Merge ascending runs, without repetition; sorting finds the runs, so this is nearly linear."""
    merged = sorted(chain.from_iterable(runs))
    return [interval for interval, _same in groupby(merged)]


def _following(ahead: list[Interval], behind: list[Interval], fits: Callable[[int, int], bool]) -> list[list[Interval]]:
    """Pair each of ``ahead`` with its next in ``behind``, and each of ``behind`` with its last in ``ahead``."""
    found: list[Interval] = []
    backwards: list[Interval] = []
    starts = [start for start, _last in behind]
    for start, last in ahead:
        place = bisect_left(starts, last + 1)
        if place < len(behind) and fits(last, behind[place][0]):
            found.append((start, behind[place][1]))
    by_end = sorted(ahead, key=lambda interval: (interval[1], interval[0]))
    ends = [last for _start, last in by_end]
    for start, last in behind:
        place = bisect_left(ends, start) - 1
        if place >= 0 and fits(by_end[place][1], start):
            backwards.append((by_end[place][0], last))
    return [found, backwards]
