"""A proposal for a rule: what its readers said is read, an ``unless`` looked for and proven. Nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping

from rules.extract import Extractor
from rules.reading import ledger_compare
from rules.ruleset import Rule
from rules.tune import Evidence
from rules.tuneproof import Proposal, propose
from rules.vocabulary import Lexicon


def proposal_for(rule: Rule, documents: Mapping[str, str], evidence: Evidence, lexicon: Lexicon) -> Proposal:
    """Propose for a rule of these files what its evidence says. Takes up to seconds, so run it off the event loop."""
    return propose(
        rule,
        documents[rule.source.file],
        evidence,
        vocabulary=lexicon,
        extract=Extractor(lexicon).extract,
        compare=ledger_compare(lexicon),
    )
