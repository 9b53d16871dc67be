"""Rules that are put into force are rules whose own tests pass: what a reload loads with."""

from __future__ import annotations

from collections.abc import Mapping

from bot.reload import Load
from bot.rulefiles import load_rules
from rules.errors import Fault, RuleFileError
from rules.extract import Extractor
from rules.reading import ledger_compare
from rules.ruleset import RuleSet
from rules.ruletest import run_tests
from rules.vocabulary import Lexicon


def loader_with_tests(lexicon: Lexicon) -> Load:
    """Return a loader that also runs the rules' tests, and raises RuleFileError for each that fails.

    A rule without tests loads: lint and ``tocsin rules test`` are strict about that, a reload is not. Takes some
    milliseconds a test, so run it off the event loop.
    """
    extract = Extractor(lexicon).extract
    compare = ledger_compare(lexicon)

    def load(documents: Mapping[str, str]) -> RuleSet:
        ruleset = load_rules(documents, lexicon)
        results = run_tests(ruleset, vocabulary=lexicon, extract=extract, compare=compare)
        tested = {rule.id for rule in ruleset.rules if rule.tests}
        faults = [
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
        if faults:
            raise RuleFileError(faults)
        return ruleset

    return load
