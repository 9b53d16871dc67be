"""Where things stand: the places of words, phrases and pairs as intervals of token positions.

An interval is (first, last), both inclusive. Pairs are made of nearest neighbours only, so that their number stays
linear in the text: for each left part the next right part after it, for each right part the next left part
before it, and the same the other way round where order does not matter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import chain, pairwise
from operator import itemgetter

from rules.matching.view import ItemView
from rules.query.ast import AtLeast, In, Named, Near, Node, Or, Phrase, SameSentence, Scope, Word

Interval = tuple[int, int]

FAR = 1 << 30  # behind every text


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
    width = len(phrase.words) - 1
    return [(place, place + width) for place in phrase_starts(phrase, view, scope)]


def phrase_starts(phrase: Phrase, view: ItemView, scope: Scope) -> Iterator[int]:
    """Yield the positions of a phrase's first word, ascending: around each place of its rarest word, word by word."""
    counts = [len(view.positions(scope, word.key)) for word in phrase.words]
    rarest = counts.index(min(counts))
    if not counts[rarest]:
        return
    others = [(number - rarest, word) for number, word in enumerate(phrase.words) if number != rarest]
    for place in word_places(phrase.words[rarest], view, scope):
        if all(view.has_word(scope, place + shift, word) for shift, word in others):
            yield place - rarest


def starts(node: Node, view: ItemView, scope: Scope) -> Iterator[int]:
    """Yield where the intervals of a positional node begin, some perhaps twice; without intervals where it can."""
    match node:
        case Word():
            yield from word_places(node, view, scope)
        case Phrase():
            yield from phrase_starts(node, view, scope)
        case Or():
            for part in node.parts:
                yield from starts(part, view, scope)
        case _:
            for first, _last in places(node, view, scope):
                yield first


def is_at_least(count: int, node: Node, view: ItemView, scope: Scope) -> bool:
    """Tell whether a positional node begins in ``count`` places or more, as soon as it is certain."""
    met: set[int] = set()
    for place in starts(node, view, scope):
        met.add(place)
        if len(met) >= count:
            return True
    return False


def pair_places(
    node: Near | SameSentence, left: list[Interval], right: list[Interval], view: ItemView, scope: Scope
) -> list[Interval]:
    """Return the intervals from a left part to a right part that are close enough."""
    if not left or not right:
        return []
    found = _following(node, left, right, view, scope)
    if not (isinstance(node, Near) and node.ordered):
        found += _following(node, right, left, view, scope)
    return _united(found)


def pair_holds(
    node: Near | SameSentence, left: list[Interval], right: list[Interval], view: ItemView, scope: Scope
) -> bool:
    """Tell whether ``pair_places`` would find anything."""
    if not left or not right:
        return False
    is_ordered = isinstance(node, Near) and node.ordered
    return _any_following(node, left, right, view, scope) or (
        not is_ordered and _any_following(node, right, left, view, scope)
    )


def _any_following(
    node: Near | SameSentence, ahead: list[Interval], behind: list[Interval], view: ItemView, scope: Scope
) -> bool:
    begins = [first for first, _last in behind]
    lasts = [last for _first, last in ahead]
    beyond = len(begins)
    for last, reach in zip(lasts, _reaches(node, lasts, view, scope), strict=True):
        place = bisect_right(begins, last)
        if place < beyond and begins[place] <= reach:
            return True
    return False


def _following(
    node: Near | SameSentence, ahead: list[Interval], behind: list[Interval], view: ItemView, scope: Scope
) -> list[list[Interval]]:
    """Pair each of ``ahead`` with its next in ``behind``, and each of ``behind`` with its last in ``ahead``."""
    by_end = sorted(ahead, key=itemgetter(1))  # stable: of those that end together, the longest come first
    begins = [first for first, _last in behind]
    lasts = [last for _first, last in by_end]
    reaches = _reaches(node, lasts, view, scope)
    beyond = len(begins)
    forwards: list[Interval] = []
    backwards: list[Interval] = []
    for (first, last), reach in zip(by_end, reaches, strict=True):
        place = bisect_right(begins, last)
        if place < beyond and begins[place] <= reach:
            forwards.append((first, behind[place][1]))
    for first, last in behind:
        place = bisect_left(lasts, first) - 1
        if place >= 0 and first <= reaches[place]:
            backwards.append((by_end[place][0], last))
    return [forwards, backwards]


def _reaches(node: Near | SameSentence, lasts: list[int], view: ItemView, scope: Scope) -> list[int]:
    """Return, for what ends at each of ``lasts``, the last position at which its partner may begin."""
    if isinstance(node, Near):
        return [last + node.distance for last in lasts]
    begins = [*view.sentence_starts(scope), FAR]
    return [begins[bisect_right(begins, last)] - 1 for last in lasts]


def _united(runs: list[list[Interval]]) -> list[Interval]:
    """Merge ascending runs, without repetition; sorting finds the runs, so this is nearly linear."""
    if len(runs) == 1:
        return runs[0]
    merged = sorted(chain.from_iterable(runs))
    return merged[:1] + [later for earlier, later in pairwise(merged) if earlier != later]
