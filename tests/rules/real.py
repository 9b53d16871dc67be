"""The real lexicon, extractor and ledger, loaded once, for tests that run rules as production would."""

from __future__ import annotations

from functools import cache

from bot.resources import load_lexicon
from rules.extract import Extractor
from rules.load import load
from rules.reading import Compare, ledger_compare
from rules.ruletest import TestResult, run_tests
from rules.vocabulary import Lexicon


@cache
def lexicon() -> Lexicon:
    return load_lexicon()


@cache
def extractor() -> Extractor:
    return Extractor(lexicon())


@cache
def compare() -> Compare:
    return ledger_compare(lexicon())


def run_inline_tests(name: str, text: str) -> tuple[TestResult, ...]:
    """Load a rule file and run the tests that are written in it."""
    ruleset = load({name: text}, lexicon())
    return run_tests(ruleset, vocabulary=lexicon(), extract=extractor().extract, compare=compare())
