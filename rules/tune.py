"""Proposes an ``unless`` for a rule from what its readers said of its alerts.

    not relevant ─terms that two stories share→ those that hold for nothing wanted → the fewest that remove the most

What anybody found relevant, what was reported as missed and what the rule's own tests let ring is wanted: a term that
holds for one of these is never proposed. ``rules.tuneproof`` then proves it on the changed rule itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from rules.match import Matcher
from rules.model import Item, ItemId
from rules.ports import Vocabulary
from rules.ruleset import Rule, RuleSet
from rules.tuneterms import Case, Holding, Term, TermKind, terms_of

SUPPORT = 2  # stories that a term has to remove, and examples that there have to be of what is wanted
MOST_TERMS = 5
TELLING = 3  # times as common among what nobody wanted as elsewhere
FEW = 20  # articles of any kind: with fewer, nothing is said of what is common
_THEN = datetime(2026, 1, 1, tzinfo=UTC)


class Outcome(StrEnum):
    """What came of looking for an ``unless``; all but the first say why there is none."""

    PROPOSED = "there is a proposal"
    NO_COMPLAINT = "none of its alerts was called not relevant"
    SETTLED = "it does not ring any more for what was called not relevant"
    ONE_EXAMPLE = "only one story was called not relevant, and what is learnt from one example fits that one only"
    NOTHING_WANTED = "too little is known of what has to go on ringing"
    NOTHING_SHARED = (
        "what was called not relevant has no word, name or outlet in common that the wanted ones do not have"
    )
    UNWRITTEN = "its file is not written a key a line, so that nothing can be put into it here"
    UNPROVEN = "what was found does not hold on the changed rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a rule's alerts.

    ``others`` rang and nobody said anything of them: the proof tells which of them would fall silent. ``missed`` were
    reported as missed by whatever rule. ``background`` are articles of any kind that the rule did not ring for: what
    is common there tells nothing.
    """

    wanted: tuple[Case, ...] = ()
    unwanted: tuple[Case, ...] = ()
    missed: tuple[Case, ...] = ()
    others: tuple[Case, ...] = ()
    background: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A term of the proposal: how many of the unwanted articles it holds for, and their languages."""

    term: Term
    removes: int
    langs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What came of it. ``chosen`` is empty where there is no proposal."""

    outcome: Outcome
    chosen: tuple[Chosen, ...] = ()

    def by_lang(self) -> dict[str, list[str]]:
        """Return the terms by the language of the articles that they are for."""
        found: dict[str, list[str]] = {}
        for one in self.chosen:
            for lang in one.langs:
                found.setdefault(lang, []).append(one.term.text)
        return found


def tune(rule: Rule, evidence: Evidence, vocabulary: Vocabulary) -> Tuning:
    """Look for the fewest terms that remove most of what nobody wanted and nothing of what somebody did."""
    matcher = matcher_of(rule, vocabulary)
    unwanted = [case for case in evidence.unwanted if rings(matcher, case)]
    wanted = [case.item for case in (*evidence.wanted, *evidence.missed)]
    tests = [_item_of_test(number, rule) for number, test in enumerate(rule.tests) if test.alert is not None]
    if evidence.unwanted and not unwanted:
        return Tuning(outcome=Outcome.SETTLED)
    outcome = _enough(unwanted, len({case.example for case in evidence.wanted}) + len(tests))
    if outcome is not Outcome.PROPOSED:
        return Tuning(outcome=outcome)
    chosen = _choose(rule, unwanted, [*wanted, *tests], evidence, vocabulary)
    return Tuning(outcome=Outcome.PROPOSED if chosen else Outcome.NOTHING_SHARED, chosen=chosen)


def matcher_of(rule: Rule, vocabulary: Vocabulary) -> Matcher:
    """Return a matcher of one rule, whatever its life."""
    return Matcher(RuleSet(topics={}, rules=(rule,), hash=""), vocabulary, include_inactive=True)


def rings(matcher: Matcher, case: Case) -> bool:
    """Tell whether a rule rings for an article as it is written now."""
    return bool(matcher.match(case.item, case.developments))


def _enough(unwanted: Sequence[Case], wanted: int) -> Outcome:
    examples = len({case.example for case in unwanted})
    if examples < SUPPORT:
        return Outcome.ONE_EXAMPLE if examples else Outcome.NO_COMPLAINT
    return Outcome.NOTHING_WANTED if wanted < SUPPORT else Outcome.PROPOSED


def _choose(
    rule: Rule, unwanted: Sequence[Case], wanted: Sequence[Item], evidence: Evidence, vocabulary: Vocabulary
) -> tuple[Chosen, ...]:
    terms = terms_of(unwanted, wanted, rule, vocabulary, SUPPORT)
    holding = Holding(terms, vocabulary)
    forbidden = frozenset[Term]().union(*(holding.of(item) for item in wanted))
    hits = [(case, holding.of(case.item) - forbidden) for case in unwanted]
    elsewhere = [holding.of(item) for item in evidence.background]
    removes = {term: frozenset(case.example for case, held in hits if term in held) for term in terms}
    examples = len({case.example for case in unwanted})
    telling = {
        term: removed
        for term, removed in removes.items()
        if len(removed) >= SUPPORT and len(removed) / examples >= TELLING * _share(term, elsewhere)
    }
    return tuple(_chosen(term, hits) for term in _fewest(telling, {term: _share(term, elsewhere) for term in telling}))


def _fewest(removes: Mapping[Term, frozenset[object]], common: Mapping[Term, float]) -> list[Term]:
    """Take the term that removes most of what is left, again and again; of equals the one that is rarest elsewhere."""
    left: set[object] = set().union(*removes.values())
    found: list[Term] = []
    while left and len(found) < MOST_TERMS:
        ranks = {term: (-len(removed & left), common[term], *_plainness(term)) for term, removed in removes.items()}
        best = min(ranks, key=ranks.__getitem__)
        found.append(best)
        left -= removes[best]
    return found


def _plainness(term: Term) -> tuple[int, int, str]:
    return (list(TermKind).index(term.kind), len(term.text), term.text)


def _share(term: Term, texts: Sequence[frozenset[Term]]) -> float:
    """Return how common a term is, to the percent; nothing where there are too few texts to say."""
    return round(sum(term in held for held in texts) / len(texts), 2) if len(texts) >= FEW else 0.0


def _chosen(term: Term, hits: Sequence[tuple[Case, frozenset[Term]]]) -> Chosen:
    cases = [case for case, held in hits if term in held]
    langs = tuple(sorted({case.item.lang.partition("-")[0].lower() for case in cases}))
    return Chosen(term=term, removes=len(cases), langs=langs)


def _item_of_test(number: int, rule: Rule) -> Item:
    test = rule.tests[number]
    key = ItemId(-1 - number)
    return Item(id=key, outlet=test.outlet, title=test.title, text=test.text, url="", published=None, fetched=_THEN)
