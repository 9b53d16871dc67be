"""Which rules can hold at all for the words of a text: every query is filed under words that it cannot do without.

From a query come clauses, sets of keys of which at least one must occur. The clause whose keys are rarest is the
anchor, the next rarest the second; a rule is looked at only when both occur. A query without any clause (only
NOT, only a pattern) is in the always-run list, which lint reports.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from functools import cache, reduce
from itertools import accumulate

from rules.matching.frequencies import Frequencies
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

Clause = frozenset[str]
Cost = Callable[[Clause], float]

_INDEXED = {Scope.ANY, Scope.TITLE, Scope.BODY, Scope.LEAD}
_UNSEEN = 0.0005  # of the items, for a word that the archive has not met
_LAST = "\U0010ffff"
_COMMON_WORDS = """
a an and are as at be been but by can could did do for from had has have he her his i if in into is it its
more most new no not of on one or our out over said says she so some than that the their them then there these
they this to two under up us was we were what when which who will with would year years you der die das und in
zu den von mit ist le la les de des et en un une que qui est pour dans и в на не что с по за
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def is_common(word: str) -> bool:
    """Tell whether nearly every text has the word."""
    return word in _COMMON


def estimate(uses: Mapping[str, int], frequencies: Frequencies | None = None) -> Cost:
    """Return how often a clause is likely to be met: by the archive's measured ``frequencies``, else by a guess.

    ``uses`` counts the rules that ask for a key, which also tells how common it is.
    """
    shares = frequencies.shares() if frequencies is not None else {}
    words = sorted(shares)
    up_to = [0.0, *accumulate(map(shares.__getitem__, words))]

    @cache
    def key_cost(key: str) -> float:
        if " " in key:  # a pair is much rarer than the rarer of its words
            return min(map(key_cost, key.split(" "))) / 8
        if key in shares:
            return shares[key]
        word = key.rstrip("*")
        if words and word != key:  # all the words that the prefix stands for
            return up_to[bisect_left(words, word + _LAST)] - up_to[bisect_left(words, word)] + _UNSEEN
        length = len(word) - 3 * (key != word)
        guessed = 1.0 if word in _COMMON else 0.3 / max(length, 1) ** 1.5
        return guessed * (1 + uses.get(key, 0)) ** 0.3 if not shares else min(guessed, _UNSEEN)

    return lambda clause: sum(map(key_cost, clause))


def clauses_of(node: Node, cost: Cost, scope: Scope = Scope.ANY) -> tuple[list[Clause], bool]:
    """Return clauses that ``node`` cannot hold without, and whether they say all there is to it."""
    match node:
        case Word():
            return _if_indexed([frozenset((node.key,))], scope), scope is Scope.ANY and not node.caps
        case Phrase():
            keys = node.pairs or tuple(word.key for word in node.words)
            is_whole = len(node.pairs) == 1 and scope is Scope.ANY
            return _if_indexed([frozenset((key,)) for key in keys], scope), is_whole
        case And():
            found = [clauses_of(part, cost, scope) for part in node.parts]
            return [clause for clauses, _whole in found for clause in clauses], all(whole for _c, whole in found)
        case Or():
            return _of_or(node, cost, scope)
        case Near() | SameSentence():
            left, _whole = clauses_of(node.left, cost, scope)
            right, _whole = clauses_of(node.right, cost, scope)
            return left + right, False
        case AtLeast():
            return clauses_of(node.part, cost, scope)[0], False
        case In():
            return clauses_of(node.part, cost, node.scope)[0], False
        case Named():
            return clauses_of(node.names, cost, scope) if node.names is not None else ([], False)
        case Not() | Regex():
            return [], False


def _if_indexed(clauses: list[Clause], scope: Scope) -> list[Clause]:
    return clauses if scope in _INDEXED else []


def _of_or(node: Or, cost: Cost, scope: Scope) -> tuple[list[Clause], bool]:
    """Take the cheapest clause of every alternative together."""
    cheapest: list[Clause] = []
    is_whole = True
    for part in node.parts:
        clauses, whole = clauses_of(part, cost, scope)
        if not clauses:
            return [], False
        is_whole = is_whole and whole and len(clauses) == 1
        cheapest.append(min(clauses, key=cost))
    union: Clause = reduce(frozenset.union, cheapest, frozenset())
    return [union], is_whole


def conjuncts(node: Node) -> tuple[Node, ...]:
    """Return the parts that must all hold."""
    return node.parts if isinstance(node, And) else (node,)
