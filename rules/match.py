"""Rules against an item and its developments.

item -> view (tokens) -> index: rules whose query holds -> unless, outlets, languages, tier, validity
     -> developments of the claim asked for -> alert_on, min_change, origins -> matches with their spans
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

from rules.conditions import asks_of_item, claim_findings, item_findings, may_be_about
from rules.extract.sentences import find_sentences
from rules.matching.anchors import estimate
from rules.matching.claimindex import ClaimIndex
from rules.matching.compile import Test, compile_node
from rules.matching.frequencies import Frequencies
from rules.matching.highlight import spans_of
from rules.matching.index import QueryIndex
from rules.matching.results import Failure, KeywordMatch, Matched, Span, Standing, Waiting, until
from rules.matching.view import MOST_TOKENS, Dictionary, ItemView, Sentences, plain_sentences
from rules.model import Development, Item, Match
from rules.news import LastRung, never_rung, news_findings
from rules.ports import Vocabulary
from rules.query.ast import Node, Scope, survey
from rules.ruleset import Life, Rule, RuleSet, TextQuery, is_about
from rules.vocabulary import Lexicon

__all__ = ["Failure", "Frequencies", "KeywordMatch", "Matched", "Matcher", "Standing", "Waiting"]

_Answer = TypeVar("_Answer")

_MOST_FAILURES = 3  # items on which a rule may fail until it is left out: it must not cost every item an exception


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


def dictionary_of(rules: Iterable[Rule]) -> Dictionary:
    """Return the words, prefixes and pairs that the rules' queries ask for."""
    return Dictionary(
        survey(node for rule in rules for query in queries_of(rule) for node in query.by_lang.values()).keys
    )


class Matcher:
    """A rule set made ready to be matched. Matches depend on nothing but the arguments.

    A rule that fails on an item (a defect of ours) is passed over, and named among the failures; one that failed on
    three items is left out. ``failures`` counts them by rule; ``always`` are the rules that no word can rule out: each
    costs time on every item.
    """

    def __init__(
        self,
        ruleset: RuleSet,
        vocabulary: Vocabulary,
        *,
        frequencies: Frequencies | None = None,
        include_inactive: bool = False,
    ) -> None:
        """Index the active rules; ``frequencies`` of the archive's words, where known, make matching faster."""
        self.ruleset = ruleset
        self.vocabulary = vocabulary
        self.failures: Counter[str] = Counter()
        self._ignores_life = include_inactive
        self._rules = tuple(rule for rule in ruleset.rules if include_inactive or rule.life is Life.ACTIVE)
        self._sentences = sentence_finder(vocabulary)
        self._claims_only = ClaimIndex(self._rules)
        self._conditional = {n for n, rule in enumerate(self._rules) if asks_of_item(rule) or rule.unless is not None}
        self._tests: dict[int, Test] = {}  # by id of the node: compiled when first needed
        self._build(frequencies)

    def _build(self, frequencies: Frequencies | None) -> None:
        queries = [
            (number, lang, node)
            for number, rule in enumerate(self._rules)
            if rule.match is not None
            for lang, node in rule.match.by_lang.items()
        ]
        asked = survey(node for _number, _lang, node in queries)
        others = (query for rule in self._rules for query in queries_of(rule) if query is not rule.match)
        keys = survey(node for query in others for node in query.by_lang.values()).keys
        self._dictionary = Dictionary(chain(asked.keys, keys))
        cost = estimate(Counter(asked.keys), frequencies)
        self._index = QueryIndex(queries, cost=cost, has_lead=Scope.LEAD in asked.scopes)

    @property
    def always(self) -> tuple[str, ...]:
        """The rules whose query has no word that has to occur."""
        return tuple(dict.fromkeys(self._rules[number].id for number in self._index.always))

    def match(self, item: Item, developments: Sequence[Development] = ()) -> tuple[Match, ...]:
        """Return the matches in the order of the rules: what ``judge`` finds, for those who need no more."""
        return self.judge(item, developments).matches

    def judge(self, item: Item, developments: Sequence[Development] = (), last_rung: LastRung = never_rung) -> Matched:
        """Return the matches in the order of the rules, and what went wrong.

        A rule with a figure or position clause matches with the developments that it rings for, and not at all
        without one. Other rules match with no developments as soon as their words are there: they ring once a
        story, which only the pipeline can know. ``last_rung`` knows for what a rule rang before: many small changes,
        each below its ``min_change``, make a large one.
        """

        def match(rule: Rule, view: ItemView) -> Match | None:
            ringing = [one for one in developments if self._is_meant(rule, one) and _is_news(rule, one, last_rung)]
            return self._match(rule, view, ringing) if ringing or not rule.needs_claims else None

        view, failed = self._view(item), list[Failure]()
        matches = self._each(self._holding(view, developments, failed), view, match, failed)
        return Matched(matches=matches, failures=tuple(failed), is_cut=len(view.body.tokens) == MOST_TOKENS)

    def waiting(self, item: Item, developments: Sequence[Development] = ()) -> tuple[Waiting, ...]:
        """Return the rules that match but for the kind of news: they would ring once the claim changes, say."""

        def wait(rule: Rule, view: ItemView) -> Waiting | None:
            meant = [one for one in developments if self._is_meant(rule, one)]
            if not meant or any(_is_news(rule, one) for one in meant):
                return None
            spans = self._match(rule, view, meant).spans
            needs = until(rule, meant[0].novelty, meant[0].origins)
            return Waiting(rule=rule.id, topic=rule.topic, spans=spans, until=needs)

        view, failed = self._view(item), list[Failure]()
        return self._each(self._holding(view, developments, failed), view, wait, failed)

    def keywords(self, item: Item) -> tuple[KeywordMatch, ...]:
        """Return the rules with a query that holds, whatever the claims, with the spans that made it hold."""

        def match(rule: Rule, view: ItemView) -> KeywordMatch:
            return KeywordMatch(rule=rule.id, topic=rule.topic, spans=self._spans(rule, view))

        view, failed = self._view(item), list[Failure]()
        return self._each(self._holding(view, (), failed), view, match, failed)

    def holding(self, item: Item) -> tuple[str, ...]:
        """Return the ids of the rules with a query that holds, without spans: the fast part, for measuring."""
        return tuple([self._rules[number].id for number in self._holding(self._view(item), (), [])])

    def _view(self, item: Item) -> ItemView:
        return ItemView(item, self._dictionary, self._sentences)

    def _holding(self, view: ItemView, developments: Sequence[Development], failed: list[Failure]) -> list[int]:
        """Return the numbers of the rules whose words are there and that ask nothing else of the item."""
        raised: list[tuple[int, Exception]] = []
        numbers = self._index.matching(view, raised)
        for number, error in dict(raised).items():
            failed.append(self._failure(number, error))
        if developments:
            numbers = sorted({*numbers, *self._claims_only.for_claims(d.mention.claim for d in developments)})
        if self.failures:
            numbers = [number for number in numbers if self.failures[self._rules[number].id] < _MOST_FAILURES]
        conditional = self._conditional
        if conditional.isdisjoint(numbers):
            return numbers
        asked = self._each([n for n in numbers if n in conditional], view, self._applying, failed)
        return [n for n in numbers if n not in conditional or self._rules[n].id in asked]

    def _each(
        self,
        numbers: Iterable[int],
        view: ItemView,
        answer: Callable[[Rule, ItemView], _Answer | None],
        failed: list[Failure],
    ) -> tuple[_Answer, ...]:
        """Ask every rule; one that raises ends in ``failed`` and hides none of the others."""
        found: list[_Answer] = []
        for number in numbers:
            try:
                answered = answer(self._rules[number], view)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other rules go on
                failed.append(self._failure(number, error))
                continue
            if answered is not None:
                found.append(answered)
        return tuple(found)

    def _failure(self, number: int, error: Exception) -> Failure:
        rule = self._rules[number].id
        self.failures[rule] += 1
        is_out = self.failures[rule] >= _MOST_FAILURES
        if is_out:
            self._index.leave_out(number)
        return Failure(rule=rule, error=error, standing=Standing.LEFT_OUT if is_out else Standing.TRIED)

    def _applying(self, rule: Rule, view: ItemView) -> str | None:
        for finding in item_findings(rule, view.item):
            if not finding.holds and not (self._ignores_life and finding.label == "status"):
                return None
        return rule.id if rule.unless is None or not self._holds(rule.unless, view) else None

    def _is_meant(self, rule: Rule, development: Development) -> bool:
        """Tell whether the development's claim is one that the rule asks for, news or not."""
        if not is_about(rule, development) or not may_be_about(rule, development.mention.claim):
            return False
        return all(
            finding.holds for finding in claim_findings(rule, development, self.vocabulary, self._holds_for_text)
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

    def _match(self, rule: Rule, view: ItemView, developments: Sequence[Development]) -> Match:
        spans = list(self._spans(rule, view))
        if rule.needs_claims:
            here = (d.mention.claim for d in developments if d.mention.item == view.item.id)
            spans += [(claim.start, claim.end) for claim in here if claim.end <= len(view.item.text)]
        return Match(
            rule=rule.id,
            topic=rule.topic,
            title=rule.title,
            severity=rule.severity,
            developments=tuple(developments) if rule.needs_claims else (),
            spans=tuple(sorted(set(spans))),
            cooldown=rule.cooldown,
        )

    def _spans(self, rule: Rule, view: ItemView) -> tuple[Span, ...]:
        node = rule.match.for_lang(view.item.lang) if rule.match is not None else None
        return spans_of(node, view) if node is not None else ()


def _is_news(rule: Rule, development: Development, last_rung: LastRung = never_rung) -> bool:
    return all(finding.holds for finding in news_findings(rule, development, last_rung))
