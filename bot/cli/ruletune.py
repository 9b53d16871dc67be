"""``tocsin rules tune``: an ``unless`` proposed from what readers said of a rule's alerts, and proven."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from bot.cli.ruleload import UsageError, database_of, documents, history_of, say_faults, sources
from bot.cli.saying import printer, say, say_json
from bot.rulebook.edit import Edit, EditLog
from bot.rulebook.files import PACK_PREFIX, load_rules
from bot.rulebook.tuning import proposal_for
from bot.store import judged
from bot.store.guest import visit
from rules import tunewords
from rules.errors import RuleFileError, guess
from rules.ruleset import Rule, RuleSet
from rules.tuneproof import Proof, Proposal


def tune(args: argparse.Namespace) -> int:
    """Show the proposal as a difference with its proof; exit code 1 where there is none."""
    try:
        texts, lexicon = documents(args, args.paths)
        rule = _known(load_rules(texts, lexicon), args.rule)
    except RuleFileError as error:
        say_faults(error.faults, as_json=args.json)
        return 1
    evidence = visit(database_of(args), partial(judged.evidence, rule=rule.id))
    proposal = proposal_for(rule, texts, evidence, lexicon)
    if args.json:
        say_json(_record(proposal))
    elif proposal.proof is None:
        say(tunewords.refused(proposal))
    else:
        _show(proposal, proposal.proof)
    if proposal.proof is None:
        return 1
    if args.write:
        _write(args, proposal)
    return 0


def _known(ruleset: RuleSet, wanted: str) -> Rule:
    rule = ruleset.rule(wanted)
    if rule is None:
        raise UsageError(f'there is no rule "{wanted}"{guess(wanted, [one.id for one in ruleset.rules])}')
    return rule


def _show(proposal: Proposal, proof: Proof) -> None:
    style = printer(sys.stdout)
    for line in proposal.diff:
        kind = {"+": "good", "-": "bad", "@": "dim"}.get(line[:1])
        say(style(line, kind) if kind else line)
    say()
    say(style(tunewords.headline(proof), "strong"))
    for one in proposal.tuning.chosen:
        say(f"  {one.term.text}  {style(tunewords.term_note(one, proof), 'dim')}")
    for line in tunewords.small_print(proof):
        say(line)


def _write(args: argparse.Namespace, proposal: Proposal) -> None:
    """Put the change into its file. Raises EditError where it cannot be, UsageError for a pack."""
    name = proposal.rule.source.file
    if name.startswith(PACK_PREFIX):
        raise UsageError(f"{name} ships with Tocsin and stays as it is; keep a copy of it, and tune that")
    _names, base, _lexicons = sources(args, args.paths)
    if base is None:
        raise UsageError("--write changes the rules of tocsin.yaml; leave the paths out")
    EditLog(history_of(args).folder, base).carry_out(Edit(write={name: proposal.text}))
    if not args.json:
        say(f"wrote {name}; a running Tocsin takes it within seconds")


def _record(proposal: Proposal) -> dict[str, object]:
    proof, tuning = proposal.proof, proposal.tuning
    head = {"rule": proposal.rule.id, "file": proposal.rule.source.file, "outcome": tuning.outcome.name.lower()}
    if proof is None:
        return {**head, "reason": tunewords.refused(proposal)}
    terms = [{"term": one.term.text, "kind": one.term.kind.value, "removes": one.removes} for one in tuning.chosen]
    return {
        **head,
        "unless": terms,
        "removed": [item.url for item in proof.removed],
        "not_relevant": proof.unwanted,
        "kept": proof.kept,
        "relevant": proof.wanted,
        "missed": proof.missed,
        "tests": proof.tests,
        "silenced": [item.url for item in proof.silenced],
        "unjudged": proof.others,
        "left_out": proof.left_out,
        "diff": "\n".join(proposal.diff),
    }
