"""What matching is compared with, on the same rules and with the same results."""

from __future__ import annotations

from rules.match import dictionary_of
from rules.matching.compile import compile_node
from rules.matching.view import ItemView
from rules.model import Item
from rules.query.ast import Phrase, Word, walk
from rules.ruleset import RuleSet


class Plain:
    """Every rule on every item: tokenised once, each query a compiled function."""

    def __init__(self, ruleset: RuleSet) -> None:
        self.dictionary = dictionary_of(ruleset.rules)
        self.tests = [
            (rule.id, compile_node(node))
            for rule in ruleset.rules
            if rule.match is not None
            for node in rule.match.by_lang.values()
        ]

    def holding(self, item: Item) -> tuple[str, ...]:
        """Return the ids of the rules that hold."""
        view = ItemView(item, self.dictionary)
        return tuple(rule_id for rule_id, test in self.tests if test(view))


class HyperscanPrefilter:
    """hyperscan finds the leaves, rules with a leaf in the text are tried: the peer of the trade."""

    def __init__(self, plain: Plain, ruleset: RuleSet) -> None:
        import hyperscan

        self.plain = plain
        self.tests = dict(plain.tests)
        leaves: dict[str, list[int]] = {}
        self.ids = [rule.id for rule in ruleset.rules]
        for number, rule in enumerate(ruleset.rules):
            assert rule.match is not None
            for node in walk(next(iter(rule.match.by_lang.values()))):
                for word in node.words if isinstance(node, Phrase) else (node,) if isinstance(node, Word) else ():
                    leaves.setdefault(word.key, []).append(number)
        self.rules_of = list(leaves.values())
        patterns = [rf"\b{leaf[:-1]}" if leaf.endswith("*") else rf"\b{leaf}\b" for leaf in leaves]
        flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH
        self.database = hyperscan.Database()
        self.database.compile(
            expressions=[pattern.encode() for pattern in patterns],
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=[flags] * len(patterns),
        )

    def holding(self, item: Item) -> tuple[str, ...]:
        """Return the ids of the rules that hold."""
        met: list[int] = []
        self.database.scan(item.text.encode(), match_event_handler=lambda leaf, *_rest: met.append(leaf))
        candidates = sorted({number for leaf in met for number in self.rules_of[leaf]})
        view = ItemView(item, self.plain.dictionary)
        return tuple(self.ids[number] for number in candidates if self.tests[self.ids[number]](view))
