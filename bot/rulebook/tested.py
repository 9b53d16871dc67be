"""Loads rules for the running bot: a change has to pass the rules' own tests, and is compiled before it counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.rulebook.files import load_rules
from rules.errors import Fault, RuleFileError
from rules.extract import Extractor
from rules.match import Frequencies, Matcher
from rules.reading import ledger_compare
from rules.ruleset import RuleSet
from rules.ruletest import TestResult, run_tests
from rules.vocabulary import Lexicon

MANY = 1_000
"""Rules from which on it pays to know which words of the archive are rare (benchmarks/matching.py)."""


class RuleLoader:
    """Turns texts into a rule set that is ready to be matched.

    Takes some milliseconds a test and, for large sets, seconds, so run it off the event loop.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._compiled: Matcher | None = None
        self._frequencies: Frequencies | None = None

    def learn(self, texts: Iterable[str]) -> None:
        """Let what is compiled from now on know how common words are: a thousand texts of the archive are plenty."""
        self._frequencies = Frequencies.of(texts)
        self._compiled = None

    def load(self, documents: Mapping[str, str]) -> RuleSet:
        """Load and compile. Raises RuleFileError with every fault."""
        ruleset = load_rules(documents, self.lexicon)
        self._compiled = self._compile(ruleset)  # a defect shows here, not when the set is in force already
        return ruleset

    def load_tested(self, documents: Mapping[str, str]) -> RuleSet:
        """Load, compile, and run the rules' own tests. Raises RuleFileError with every fault or failing test."""
        ruleset = self.load(documents)
        faults = failures_of(self.run_tests(ruleset), ruleset)
        if faults:
            raise RuleFileError(faults)
        return ruleset

    def run_tests(self, ruleset: RuleSet, only: str | None = None) -> tuple[TestResult, ...]:
        """Run the rules' own tests, or those of the rule called ``only``."""
        return run_tests(
            ruleset,
            vocabulary=self.lexicon,
            extract=Extractor(self.lexicon).extract,
            compare=ledger_compare(self.lexicon),
            only=only,
        )

    def matcher(self, ruleset: RuleSet) -> Matcher:
        """Return the matcher of a set, compiled when it was loaded."""
        if self._compiled is None or self._compiled.ruleset is not ruleset:
            self._compiled = self._compile(ruleset)
        return self._compiled

    def _compile(self, ruleset: RuleSet) -> Matcher:
        return Matcher(ruleset, self.lexicon, frequencies=self._frequencies)


def failures_of(results: Sequence[TestResult], ruleset: RuleSet) -> list[Fault]:
    """Return a fault for each test that fails.

    A rule without tests gives none: lint and ``tocsin rules test`` are strict about that, a reload is not.
    """
    tested = {rule.id for rule in ruleset.rules if rule.tests}
    return [
        Fault(
            file=result.file,
            line=result.line,
            column=1,
            path=result.rule,
            text=f'the test "{result.name}" fails: {result.problems[0]}',
            code="TC313",
        )
        for result in results
        if not result.passed and result.rule in tested
    ]
