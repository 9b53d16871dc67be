"""Very many queries against one text: only those whose rarest words occur are looked at.

anchor key -> second key -> queries that need both -> further clauses (set tests) -> what sets cannot tell (a test)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from rules.matching.anchors import Clause, Cost, clauses_of, conjuncts
from rules.matching.compile import Test, all_of, compile_node, single_key
from rules.matching.view import ItemView
from rules.query.ast import Node, Not, Or, Phrase, Regex, Scope

_NONE: Clause = frozenset()


class Filed(NamedTuple):
    """One query: its place among the queries, and what must still hold when its anchor and second clause are met."""

    place: int
    clauses: tuple[Clause, ...]  # each has to meet the text
    never: Clause  # must not meet the text
    test: Test | None  # what clauses cannot say


class QueryIndex:
    """Queries by number. ``always`` are the numbers of queries that have to be tried on every text.

    ``cost`` tells rare clauses from common ones; ``has_lead`` that some query looks at the lead, whose words may
    stand nowhere else.
    """

    def __init__(
        self,
        queries: Iterable[tuple[int, str, Node]],
        *,
        cost: Cost,
        has_lead: bool = False,
    ) -> None:
        queries = list(queries)
        self.has_lead = has_lead
        self._shared: dict[Clause, Clause] = {}
        self._direct: dict[str, list[Filed]] = {}
        self._paired: dict[str, dict[str, list[Filed]]] = {}
        self._always: list[Filed] = []
        self._numbers = [number for number, _lang, _node in queries]
        for place, (_number, lang, node) in enumerate(queries):
            self._file(place, lang, node, cost)
        # sets keep their members' hashes: two of them meet without touching a string, which spares the caches
        self._seconds = {key: frozenset(paired) for key, paired in self._paired.items()}
        self._anchors = self._direct.keys() | self._paired.keys()
        self.always = tuple(self._numbers[filed.place] for filed in self._always)
        del self._shared

    def _file(self, place: int, lang: str, node: Node, cost: Cost) -> None:
        clauses, never, tests = self._split(node, cost)
        if lang:
            tests.insert(0, lambda view: view.item.lang.partition("-")[0].lower() == lang)
        needed = self._tightest(clauses, cost)
        test = all_of(tests) if tests else None
        if not needed:
            self._always.append(Filed(place, (), never, test))
            return
        anchor, *others = needed
        filed = Filed(place, tuple(others[1:]), never, test)
        for key in anchor:
            if not others:
                self._direct.setdefault(key, []).append(filed)
                continue
            paired = self._paired.setdefault(key, {})
            for second in others[0]:
                paired.setdefault(second, []).append(filed)

    def _split(self, node: Node, cost: Cost) -> tuple[list[Clause], Clause, list[Test]]:
        """Take a query apart: clauses it needs, keys it must not have, and tests for what those do not say."""
        clauses: list[Clause] = []
        never = _NONE
        rest: list[Node] = []
        for part in conjuncts(node):
            if isinstance(part, Not):
                forbidden = _forbidden(part)
                never |= forbidden
                if not forbidden:
                    rest.append(part)
                continue
            found, is_whole = clauses_of(part, cost)
            clauses += found
            if not is_whole or self.has_lead:  # with leads among the words, clauses only narrow down
                rest.append(part)
        rest.sort(key=_effort)
        return clauses, never, [compile_node(part) for part in rest]

    def _tightest(self, clauses: Sequence[Clause], cost: Cost) -> list[Clause]:
        """Order clauses from rare to common, without those that a rarer one implies."""
        if len(clauses) == 1:
            return [self._shared.setdefault(clauses[0], clauses[0])]
        kept: list[Clause] = []
        for clause in sorted(dict.fromkeys(clauses), key=cost):
            if not any(smaller <= clause for smaller in kept):
                kept.append(self._shared.setdefault(clause, clause))
        return kept

    def leave_out(self, number: int) -> None:
        """Never try the queries of ``number`` again."""
        paired = chain.from_iterable(by_second.values() for by_second in self._paired.values())
        for filed in chain([self._always], self._direct.values(), paired):
            filed[:] = [one for one in filed if self._numbers[one.place] != number]

    def matching(self, view: ItemView, failed: list[tuple[int, Exception]]) -> list[int]:
        """Return the numbers of the queries that hold, ascending; those whose test raises end in ``failed``."""
        known = view.known
        wide = known | view.part(Scope.LEAD).known if self.has_lead else known
        trial = _Trial(view, wide)
        for key in wide & self._anchors:
            direct = self._direct.get(key)
            if direct is not None:
                trial.run(direct)
            paired = self._paired.get(key)
            if paired is not None:
                for second in self._seconds[key] & wide:
                    trial.run(paired[second])
        if self._always:
            trial.run(self._always)
        numbers = self._numbers
        failed += [(numbers[place], error) for place, error in trial.failed]
        return sorted({numbers[place] for place in trial.found})


class _Trial:
    """Candidates tried on one item: each once, although several of its words may bring it up."""

    __slots__ = ("failed", "found", "known", "tested", "view", "wide")

    def __init__(self, view: ItemView, wide: set[str]) -> None:
        self.view = view
        self.known = view.known
        self.wide = wide
        self.found: set[int] = set()
        self.tested: set[int] = set()
        self.failed: list[tuple[int, Exception]] = []

    def run(self, filed: list[Filed]) -> None:
        wide = self.wide
        for place, clauses, never, test in filed:
            for clause in clauses:
                if clause.isdisjoint(wide):
                    break
            else:
                if never and not never.isdisjoint(self.known):
                    continue
                if test is None:
                    self.found.add(place)
                elif place not in self.tested:
                    self.tested.add(place)
                    self._test(place, test)

    def _test(self, place: int, test: Test) -> None:
        try:
            if test(self.view):
                self.found.add(place)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other queries go on
            self.failed.append((place, error))


def _forbidden(part: Not) -> Clause:
    """Return the words of a NOT that is about the mere presence of words or pairs of words, else nothing."""
    inner = part.part.parts if isinstance(part.part, Or) else (part.part,)
    keys = [single_key(node) for node in inner]
    return _NONE if None in keys else frozenset(key for key in keys if key is not None)


def _effort(node: Node) -> int:
    """Order tests from cheap to dear."""
    if isinstance(node, Phrase):
        return 0
    return 2 if isinstance(node, Regex) else 1
