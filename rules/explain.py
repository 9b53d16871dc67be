"""Why a rule rang for an item, or did not: every condition as a tree with its finding.

``why`` and ``tocsin rules explain`` show it; the conditions are the very functions that the matcher asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rules.conditions import Finding, claim_findings, item_findings
from rules.explainquery import explain_query
from rules.explanation import Explanation, Needs
from rules.match import dictionary_of, sentence_finder
from rules.matching.compile import compile_node
from rules.matching.view import ItemView
from rules.model import Development, Figure, Item, Position
from rules.news import news_findings
from rules.ports import Vocabulary
from rules.ruleset import Rule, TextQuery, is_about
from rules.wording import span

__all__ = ["Explanation", "explain"]


def explain(rule: Rule, item: Item, developments: Sequence[Development] = (), *, vocabulary: Vocabulary) -> Explanation:
    """Hold every condition of ``rule`` against ``item`` and its developments."""
    explainer = _Explainer(rule, item, vocabulary)
    children = tuple(explainer.conditions(developments))
    return Explanation(
        label=f"{rule.id}: {rule.title}", holds=all(child.holds for child in children), children=children
    )


class _Explainer:
    def __init__(self, rule: Rule, item: Item, vocabulary: Vocabulary) -> None:
        self.rule = rule
        self.vocabulary = vocabulary
        self.dictionary = dictionary_of([rule])
        self.view = ItemView(item, self.dictionary, sentence_finder(vocabulary))

    def conditions(self, developments: Sequence[Development]) -> Iterator[Explanation]:
        yield from _from_findings(item_findings(self.rule, self.view.item))
        if self.rule.match is not None:
            yield self._query("match", self.rule.match)
        if self.rule.unless is not None:
            inner = self._query("the words of unless", self.rule.unless)
            note = "" if not inner.holds else "they are there, so the rule stays silent"
            yield Explanation(label="unless", holds=not inner.holds, note=note, children=(inner,))
        if self.rule.needs_claims:
            yield self._claims(developments)

    def _query(self, label: str, query: TextQuery) -> Explanation:
        lang = self.view.item.lang
        node = query.for_lang(lang)
        if node is None:
            known = ", ".join(sorted(query.by_lang))
            return Explanation(label=label, holds=False, note=f'the text is in "{lang}"; there is a query for {known}')
        tree = explain_query(node, self.view)
        return Explanation(label=label, holds=tree.holds, spans=tree.spans, children=(tree,))

    def _claims(self, developments: Sequence[Development]) -> Explanation:
        wanted = [word for word, clause in (("figure", self.rule.figure), ("position", self.rule.position)) if clause]
        about = [development for development in developments if is_about(self.rule, development)]
        label = f"a {' or '.join(wanted)} to ring for"
        if not about:
            return Explanation(label=label, holds=False, note=f"no {' or '.join(wanted)} was read out of the text")
        children = tuple(self._development(development) for development in about)
        holds = any(child.holds for child in children)
        return Explanation(label=label, holds=holds, needs=Needs.CLOSEST, children=children)

    def _development(self, development: Development) -> Explanation:
        claim = development.mention.claim
        findings = (
            *claim_findings(self.rule, development, self.vocabulary, self._holds_for_text),
            *news_findings(self.rule, development),
        )
        children = tuple(_from_findings(findings))
        return Explanation(
            label=_claim_label(claim),
            holds=all(child.holds for child in children),
            spans=((claim.start, claim.end),) if development.mention.item == self.view.item.id else (),
            children=children,
        )

    def _holds_for_text(self, query: TextQuery, text: str) -> bool:
        view = ItemView.of_text(text, "", self.dictionary)
        return any(compile_node(node)(view) for node in query.by_lang.values())


def _claim_label(claim: Figure | Position) -> str:
    if isinstance(claim, Position):
        return f'position: {claim.actor}, {claim.stance}, "{claim.proposition}"'
    return f"figure: {span(claim.low, claim.high)} {claim.unit}, {claim.actor or 'nobody named'}, {claim.action}"


def _from_findings(findings: Iterable[Finding]) -> Iterator[Explanation]:
    for finding in findings:
        yield Explanation(label=finding.label, holds=finding.holds, note=finding.note)
