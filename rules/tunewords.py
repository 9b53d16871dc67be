"""Proposals in words, the same on the command line and in the chat."""

from __future__ import annotations

from collections.abc import Iterator

from rules.sanitise import shorten
from rules.tune import Chosen, Outcome
from rules.tuneproof import Proof, Proposal
from rules.wording import count

_TITLE = 70  # code points of a headline
_NEXT = {
    Outcome.NO_COMPLAINT: "There is nothing to tune by: the button Not relevant stands below each alert.",
    Outcome.SETTLED: "There is nothing left to do.",
    Outcome.ONE_EXAMPLE: "Another story called so is needed.",
    Outcome.NOTHING_WANTED: (
        "Say relevant of two of its alerts (the answer to Not relevant offers it, and the command feedback), or give "
        "the rule tests that ring."
    ),
    Outcome.NOTHING_SHARED: "Look at its match, or at origins, min_change and cooldown instead.",
    Outcome.UNWRITTEN: "Write its file a key a line, then try again.",
    Outcome.UNPROVEN: "See whether its own tests pass: rules test.",
}


def refused(proposal: Proposal) -> str:
    """Say why there is no proposal, and what would help."""
    outcome = proposal.tuning.outcome
    return f"No change is proposed for {proposal.rule.id}: {outcome}. {_NEXT[outcome]}"


def headline(proof: Proof) -> str:
    """Say in one sentence what a proposal is worth."""
    gone = f"{len(proof.removed)} of {count(proof.unwanted, 'alert')} called not relevant would not have rung"
    return f"{gone}; {kept(proof)}."


def kept(proof: Proof) -> str:
    """Say that nothing wanted is lost, n of n."""
    parts = [f"{proof.kept} of {proof.wanted} called relevant still ring"] if proof.wanted else []
    parts += [f"{proof.missed} of {proof.missed} reported as missed still fit"] if proof.missed else []
    parts += [f"{proof.tests} of {count(proof.tests, 'test')} of the rule pass"] if proof.tests else []
    return ", ".join(parts)


def small_print(proof: Proof) -> Iterator[str]:
    """Yield what else one should know before it is applied."""
    if proof.silenced:
        titles = "; ".join(shorten(item.title or item.text, _TITLE) for item in proof.silenced[:3])
        more = f" and {len(proof.silenced) - 3} more" if len(proof.silenced) > 3 else ""
        others = count(proof.others, "alert")
        yield f"Of {others} that nobody judged, {len(proof.silenced)} would not have rung: {titles}{more}."
    elif proof.others:
        yield f"Of {count(proof.others, 'alert')} that nobody judged, all would still ring."
    if proof.left_out:
        alerts = count(proof.left_out, "judged alert")
        yield f"{alerts} left out: the rule as it is now does not ring for that article any more."


def term_note(chosen: Chosen, proof: Proof) -> str:
    """Say what a term is and how much it does."""
    return f"{chosen.term.kind}, in {chosen.removes} of {proof.unwanted}"
