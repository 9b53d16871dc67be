"""Makes the tools of the commands out of the rules and the lexicon in force."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.desk import Regroup, Tools
from rules.explain import explain
from rules.explanation import Explanation
from rules.extract.sentences import find_sentences
from rules.ledger import Policy
from rules.model import Development, Item
from rules.narrowing import Narrowing
from rules.ruleset import RuleSet
from rules.vocabulary import Lexicon


def lend(tools: Tools, ruleset: RuleSet, lexicon: Lexicon, regroup: Regroup | None = None) -> None:
    """Bring a rule set into the commands' hands; call it at the start and after every reload."""

    def explain_all(item: Item, developments: Sequence[Development]) -> Sequence[Explanation]:
        return [explain(rule, item, developments, vocabulary=lexicon) for rule in ruleset.rules]

    tools.policy = Policy(contains=lexicon.contains)
    tools.rules = {rule.id: rule.title for rule in ruleset.rules}
    tools.rule_topics = {rule.id: rule.topic for rule in ruleset.rules}
    tools.rules_hash = ruleset.hash
    tools.resolve = lexicon.resolve_actor
    tools.resolve_place = lexicon.resolve
    tools.explain = explain_all
    tools.narrow = lambda text: Narrowing(text, lexicon).holds
    tools.sentences = lambda text, lang: find_sentences(text, lexicon, lang)
    if regroup is not None:
        tools.regroup = regroup
