"""Proves a proposal: the changed rule file is loaded, and the changed rule itself held against every example.

file with the terms ─load→ changed rule ─every wanted article still rings, which unwanted one does not
                                        ─its own tests, as many pass as before→ proof
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff

from rules.changes import changes_between
from rules.errors import FaultsError
from rules.load import load
from rules.model import Item
from rules.ports import Vocabulary
from rules.reading import Compare
from rules.ruleset import Rule, RuleSet
from rules.ruletest import Extract, run_tests
from rules.ruletext import with_unless
from rules.tune import Evidence, Outcome, Tuning, matcher_of, rings, tune
from rules.tuneterms import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the changed rule does. ``silenced`` rang, and nobody said anything of them; ``left_out`` were judged, but
    the rule as it is now does not ring for them any more, so they prove nothing.
    """

    kept: int
    wanted: int
    removed: tuple[Item, ...]
    unwanted: int
    missed: int  # articles reported as missed that no term holds for
    silenced: tuple[Item, ...]
    others: int
    tests: int  # all of them pass
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A tuning with its proof. ``text`` is the whole file with it, ``diff`` what changes there, a line a line."""

    rule: Rule
    tuning: Tuning
    proof: Proof | None = None
    text: str = ""
    diff: tuple[str, ...] = ()


def propose(
    rule: Rule, text: str, evidence: Evidence, *, vocabulary: Vocabulary, extract: Extract, compare: Compare
) -> Proposal:
    """Look for an ``unless`` and prove it; ``text`` is the file that the rule stands in."""
    tuning = tune(rule, evidence, vocabulary)
    if not tuning.chosen:
        return Proposal(rule=rule, tuning=tuning)
    changed = with_unless(text, rule.id, tuning.by_lang())
    if changed is None:
        return Proposal(rule=rule, tuning=Tuning(outcome=Outcome.UNWRITTEN))
    after = _rule_after(rule, changed, vocabulary)
    proof = None if after is None else _proof(rule, after, evidence, vocabulary)
    if after is None or proof is None or not _tests_pass(rule, after, vocabulary, extract, compare):
        return Proposal(rule=rule, tuning=Tuning(outcome=Outcome.UNPROVEN))
    name = rule.source.file
    lines = unified_diff(text.splitlines(), changed.splitlines(), name, name, lineterm="")
    return Proposal(rule=rule, tuning=tuning, proof=proof, text=changed, diff=tuple(lines))


def _rule_after(rule: Rule, text: str, vocabulary: Vocabulary) -> Rule | None:
    """Return the rule of the changed file; None where anything but its ``unless`` differs."""
    try:
        after = load({rule.source.file: text}, vocabulary).rule(rule.id)
    except FaultsError:
        return None
    if after is None:
        return None
    before, now = (RuleSet(topics={}, rules=(one,), hash="") for one in (rule, after))
    details = [detail for change in changes_between(before, now).changed for detail in change.details]
    return after if len(details) == 1 and details[0].partition(":")[0] == "unless" else None


def _proof(rule: Rule, after: Rule, evidence: Evidence, vocabulary: Vocabulary) -> Proof | None:
    """Hold both rules against the evidence; None where the change loses anything wanted or removes too little."""
    before, now = matcher_of(rule, vocabulary), matcher_of(after, vocabulary)

    def ringing(cases: tuple[Case, ...]) -> list[Case]:
        return [case for case in cases if rings(before, case)]

    wanted, unwanted, others = map(ringing, (evidence.wanted, evidence.unwanted, evidence.others))
    kept = sum(rings(now, case) for case in wanted)
    removed = tuple(case.item for case in unwanted if not rings(now, case))
    missed = [case.item for case in evidence.missed if before.holding(case.item)]
    if kept < len(wanted) or not removed or not all(now.holding(item) for item in missed):
        return None
    return Proof(
        kept=kept,
        wanted=len(wanted),
        removed=removed,
        unwanted=len(unwanted),
        missed=len(missed),
        silenced=tuple(case.item for case in others if not rings(now, case)),
        others=len(others),
        tests=len(rule.tests),
        left_out=len(evidence.wanted) - len(wanted) + len(evidence.unwanted) - len(unwanted),
    )


def _tests_pass(rule: Rule, after: Rule, vocabulary: Vocabulary, extract: Extract, compare: Compare) -> bool:
    ruleset = RuleSet(topics={rule.topic: rule.topic}, rules=(after,), hash="")
    results = run_tests(ruleset, vocabulary=vocabulary, extract=extract, compare=compare)
    return all(result.passed for result in results if rule.tests)
