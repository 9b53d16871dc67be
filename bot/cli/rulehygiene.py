"""``tocsin rules hygiene``: what needs looking after among the rules, with what it is seen by and the next step."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from bot.cli.ruleload import database_of, documents, history_of, say_faults, since
from bot.cli.saying import printer, say, say_json
from bot.clock import SystemClock
from bot.rulebook.files import load_rules
from bot.rulebook.hygiene import estate
from bot.store.guest import visit
from rules.errors import RuleFileError
from rules.hygiene import Finding, by_kind
from rules.hygiene import hygiene as findings_of
from rules.wording import count


def hygiene(args: argparse.Namespace) -> int:
    """Show every finding by kind, the most urgent first."""
    now, span = SystemClock().now(), since(args)
    try:
        texts, lexicon = documents(args, args.paths)
        found = load_rules(texts, lexicon)
    except RuleFileError as error:
        say_faults(error.faults, as_json=args.json)
        return 1
    gather = partial(estate, ruleset=found, history=history_of(args), since=now - span, now=now, period=args.since)
    findings = findings_of(visit(database_of(args), gather))
    if args.json:
        for finding in findings:
            say_json(_record(finding))
        return 0
    _show(findings)
    say(f"{count(len(findings), 'finding')} among {count(len(found.rules), 'rule')}.")
    return 0


def _show(findings: tuple[Finding, ...]) -> None:
    style = printer(sys.stdout)
    for kind, alike in by_kind(findings).items():
        say(f"{style(kind, 'warn')} ({len(alike)}): {alike[0].next_step}")
        for one in alike:
            say(f"  {style(one.rule or one.topic, 'strong')}  {one.evidence}")


def _record(one: Finding) -> dict[str, object]:
    head = {"kind": one.kind.name.lower(), "topic": one.topic, "rule": one.rule or None, "owner": one.owner}
    return {**head, "evidence": one.evidence, "next": one.next_step}
