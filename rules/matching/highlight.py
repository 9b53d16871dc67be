"""Which words of an item's text made a query hold: for the few rules that matched."""

from __future__ import annotations

from itertools import islice

from rules.matching.compile import compile_node
from rules.matching.places import Interval, places
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

Span = tuple[int, int]

MOST_SPANS = 50  # enough to highlight an article; the query's truth never depends on them


def spans_of(node: Node, view: ItemView, scope: Scope = Scope.ANY) -> tuple[Span, ...]:
    """Return the spans in the item's text that made ``node`` hold, ascending; nothing where it does not hold."""
    found = sorted(_spans(node, view, scope))
    return tuple(islice(found, MOST_SPANS))


def _spans(node: Node, view: ItemView, scope: Scope) -> set[Span]:
    match node:
        case And() | Or():
            return {
                span for part in node.parts if compile_node(part, scope)(view) for span in _spans(part, view, scope)
            }
        case Not():
            return set()
        case In():
            return _spans(node.part, view, node.scope)
        case Regex():
            return _regex_spans(node, view, scope)
        case Near() | SameSentence():
            pairs = places(node, view, scope)
            return _ends(node, pairs, view, scope)
        case Word() | Phrase() | AtLeast() | Named():
            return _located(places(node, view, scope), view, scope)


def _ends(node: Near | SameSentence, pairs: list[Interval], view: ItemView, scope: Scope) -> set[Span]:
    """Return the left and right parts of pairs, not the words between them."""
    inside: set[Span] = set()
    for side in (node.left, node.right):
        for first, last in places(side, view, scope):
            if any(start == first or end == last for start, end in islice(pairs, MOST_SPANS)):
                inside |= _located([(first, last)], view, scope)
    return inside


def _located(intervals: list[Interval], view: ItemView, scope: Scope) -> set[Span]:
    """Turn token positions into offsets into the text; what stands in the title or elsewhere has none."""
    if scope not in {Scope.ANY, Scope.BODY}:
        return set()
    found: set[Span] = set()
    for first, last in islice(intervals, MOST_SPANS):
        part, start = view.locate(scope, first)
        if part is view.body:
            found.add(part.span(start, start + last - first))
    return found


def _regex_spans(node: Regex, view: ItemView, scope: Scope) -> set[Span]:
    if scope not in {Scope.ANY, Scope.BODY}:
        return set()
    text = view.item.text
    encoded = text.encode("utf-8", "replace")
    found: set[Span] = set()
    for first, last in islice(compile_pattern(node.pattern).spans(encoded), MOST_SPANS):
        start = len(encoded[:first].decode("utf-8", "ignore"))
        found.add((start, start + len(encoded[first:last].decode("utf-8", "ignore"))))
    return found
