"""Rules against an item and its developments.

item -> view (tokens) -> index: rules whose query holds -> unless, outlets, languages, tier, validity
     -> developments of the claim asked for -> alert_on, min_change, origins -> matches with their spans
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.conditions import asks_of_item, claim_findings, item_findings, may_be_about, news_findings
from rules.extract.sentences import find_sentences
from rules.matching.compile import Test, compile_node
from rules.matching.highlight import spans_of
from rules.matching.index import QueryIndex
from rules.matching.view import MOST_TOKENS, Dictionary, ItemView, Sentences, plain_sentences
from rules.model import Claim, Development, Figure, Item, Match
from rules.ports import Vocabulary
from rules.query.ast import Node, keys_of
from rules.ruleset import Life, Rule, RuleSet, TextQuery, is_about
from rules.vocabulary import Lexicon

Span = tuple[int, int]

_MOST_FAILURES = 3  # of one rule, until it is left out: one bad rule must not cost every item an exception


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordMatch:
    """A rule whose query holds for an item's words; ``spans`` are offsets into the item's text."""

    rule: str
    topic: str
    spans: tuple[Span, ...]


def sentence_finder(vocabulary: Vocabulary) -> Sentences:
    """Return the lexicon's way of finding sentences, or a plain one for vocabularies that have none."""
    if isinstance(vocabulary, Lexicon):
        return lambda text, lang: find_sentences(text, vocabulary, lang.partition("-")[0].lower())
    return plain_sentences


def queries_of(rule: Rule) -> Iterator[TextQuery]:
    """Yield every query of a rule."""
    queries = [rule.match, rule.unless]
    if rule.position is not None:
        queries += [rule.position.proposition, rule.position.condition]
    yield from (query for query in queries if query is not None)


def dictionary_of(rules: Sequence[Rule]) -> Dictionary:
    """Return the words, prefixes and pairs that the rules' queries ask for."""
    nodes = (node for rule in rules for query in queries_of(rule) for node in query.by_lang.values())
    return Dictionary(key for node in nodes for key in keys_of(node))


class _ClaimsOnly:
    """The rules without words, filed by what a claim has to be, so that a claim meets few of them."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._by_unit: dict[str, list[int]] = {}
        self._any_figure: list[int] = []
        self._positions: list[int] = []
        for number, rule in enumerate(rules):
            if rule.match is not None:
                continue
            if rule.position is not None:
                self._positions.append(number)
            if rule.figure is not None and not rule.figure.unit:
                self._any_figure.append(number)
            for unit in rule.figure.unit if rule.figure is not None else ():
                self._by_unit.setdefault(unit, []).append(number)

    def for_claims(self, claims: Iterable[Claim]) -> set[int]:
        """Return the numbers of the rules that may be about any of ``claims``."""
        found: set[int] = set()
        for claim in claims:
            if isinstance(claim, Figure):
                found.update(self._any_figure, self._by_unit.get(claim.unit, ()))
            else:
                found.update(self._positions)
        return found


class Matcher:
    """A rule set made ready to be matched. Results depend on nothing but the arguments.

    ``failures`` counts, by rule, queries that raised: a defect of ours, so the rule is left out from the third on and
    the others go on. ``truncated`` counts items of which only the first ``MOST_TOKENS`` words were looked at.
    ``always`` are the rules that no word can rule out; each costs time on every item.
    """

    def __init__(
        self,
        ruleset: RuleSet,
        vocabulary: Vocabulary,
        *,
        frequencies: Mapping[str, float] | None = None,
        include_inactive: bool = False,
    ) -> None:
        """Index the active rules; ``frequencies`` is the share of items in which a word occurs, where known."""
        self.ruleset = ruleset
        self.vocabulary = vocabulary
        self.failures: Counter[str] = Counter()
        self.truncated = 0
        self._ignores_life = include_inactive
        self._rules = tuple(rule for rule in ruleset.rules if include_inactive or rule.life is Life.ACTIVE)
        self._sentences = sentence_finder(vocabulary)
        self._dictionary = dictionary_of(self._rules)
        queries = (
            (number, lang, node)
            for number, rule in enumerate(self._rules)
            if rule.match is not None
            for lang, node in rule.match.by_lang.items()
        )
        self._index = QueryIndex(queries, self._dictionary, frequencies=frequencies)
        self._conditional = frozenset(
            n for n, rule in enumerate(self._rules) if asks_of_item(rule) or rule.unless is not None
        )
        self._claims_only = _ClaimsOnly(self._rules)
        self._tests: dict[int, Test] = {}  # by id of the node: compiled when first needed

    @property
    def always(self) -> tuple[str, ...]:
        """The rules whose query has no word that has to occur."""
        return tuple(dict.fromkeys(self._rules[number].id for number in self._index.always))

    def match(self, item: Item, developments: Sequence[Development] = ()) -> tuple[Match, ...]:
        """Return the matches in the order of the rules.

        A rule with a figure or position clause matches with the developments that it rings for, and not at all
        without one. Other rules match with no developments as soon as their words are there: they ring once a
        story, which only the pipeline can know.
        """
        view = self._view(item)
        found: list[Match] = []
        for rule in self._holding(view, developments):
            ringing: tuple[Development, ...] = ()
            if rule.needs_claims:
                ringing = tuple(development for development in developments if self._rings(rule, development))
                if not ringing:
                    continue
            found.append(self._match(rule, view, ringing))
        return tuple(found)

    def keywords(self, item: Item) -> tuple[KeywordMatch, ...]:
        """Return the rules with a query that holds, whatever the claims, with the spans that made it hold."""
        view = self._view(item)
        rules = (rule for rule in self._holding(view))
        return tuple(KeywordMatch(rule=rule.id, topic=rule.topic, spans=self._spans(rule, view)) for rule in rules)

    def holding(self, item: Item) -> tuple[str, ...]:
        """Return the ids of the rules with a query that holds, without spans: the fast part, for measuring."""
        return tuple([rule.id for rule in self._holding(self._view(item))])

    def _view(self, item: Item) -> ItemView:
        view = ItemView(item, self._dictionary, self._sentences)
        self.truncated += len(view.body.tokens) == MOST_TOKENS
        return view

    def _holding(self, view: ItemView, developments: Sequence[Development] = ()) -> list[Rule]:
        failed: list[tuple[int, Exception]] = []
        numbers = self._index.matching(view, failed)
        for number, _error in failed:
            self.failures[self._rules[number].id] += 1
        if developments:
            numbers = sorted({*numbers, *self._claims_only.for_claims(d.mention.claim for d in developments)})
        rules, conditional = self._rules, self._conditional
        if self.failures:
            numbers = [number for number in numbers if self.failures[rules[number].id] < _MOST_FAILURES]
        return [rules[n] for n in numbers if n not in conditional or self._applies(rules[n], view)]

    def _applies(self, rule: Rule, view: ItemView) -> bool:
        for finding in item_findings(rule, view.item):
            if not finding.holds and not (self._ignores_life and finding.label == "status"):
                return False
        return rule.unless is None or not self._holds(rule.unless, view)

    def _rings(self, rule: Rule, development: Development) -> bool:
        if not is_about(rule, development):
            return False
        if not may_be_about(rule, development.mention.claim):
            return False
        claims = claim_findings(rule, development, self.vocabulary, self._holds_for_text)
        return all(finding.holds for finding in claims) and all(
            finding.holds for finding in news_findings(rule, development)
        )

    def _holds(self, query: TextQuery, view: ItemView) -> bool:
        node = query.for_lang(view.item.lang)
        return node is not None and self._test(node)(view)

    def _holds_for_text(self, query: TextQuery, text: str) -> bool:
        """Hold a query against a short text in whatever language; one of several queries is enough."""
        view = ItemView.of_text(text, "", self._dictionary)
        return any(self._test(node)(view) for node in query.by_lang.values())

    def _test(self, node: Node) -> Test:
        test = self._tests.get(id(node))
        if test is None:
            test = self._tests[id(node)] = compile_node(node)
        return test

    def _match(self, rule: Rule, view: ItemView, developments: tuple[Development, ...]) -> Match:
        spans = list(self._spans(rule, view))
        if rule.needs_claims:
            here = (d.mention.claim for d in developments if d.mention.item == view.item.id)
            spans += [(claim.start, claim.end) for claim in here if claim.end <= len(view.item.text)]
        return Match(
            rule=rule.id,
            topic=rule.topic,
            title=rule.title,
            severity=rule.severity,
            developments=developments,
            spans=tuple(sorted(set(spans))),
        )

    def _spans(self, rule: Rule, view: ItemView) -> tuple[Span, ...]:
        node = rule.match.for_lang(view.item.lang) if rule.match is not None else None
        return spans_of(node, view) if node is not None else ()
