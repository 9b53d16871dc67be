"""``tocsin rules scorecard``: which rules to keep, to tune and to retire."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from bot.cli.ruleload import database_of, documents, history_of, say_faults, since
from bot.cli.saying import printer, say, say_json
from bot.clock import SystemClock
from bot.rulebook.files import load_rules
from bot.rulebook.records import rule_records
from bot.store.guest import visit
from rules.errors import RuleFileError
from rules.scorecard import Score, Verdict, scorecard, votes_told
from rules.wording import count

_STYLES = {Verdict.KEEP: "good", Verdict.TUNE: "warn", Verdict.RETIRE: "bad", Verdict.WATCH: "dim"}


def scores(args: argparse.Namespace) -> int:
    """Show one line a rule, those to act on first."""
    now, span = SystemClock().now(), since(args)
    try:
        texts, lexicon = documents(args, args.paths)
        found = load_rules(texts, lexicon)
    except RuleFileError as error:
        say_faults(error.faults, as_json=args.json)
        return 1
    database, kept = database_of(args), history_of(args)
    records = visit(database, lambda connection: rule_records(connection, kept, now - span))
    for score in scorecard(found.rules, records, now):
        if args.json:
            say_json(_record(score))
        else:
            say(_line(score, args.since))
    return 0


def _line(score: Score, span: str) -> str:
    style = printer(sys.stdout)
    record = score.record
    last = f"last {record.last_rang:%Y-%m-%d}" if record.last_rang else "never rang"
    shown = "".join(f", {told}" for told in votes_told(record))
    verdict = style(f"{score.verdict:<6}", _STYLES[score.verdict])
    volume = f"{count(record.alerts, 'alert')} in {span}, {last}{shown}"
    return f"{verdict}  {style(score.rule, 'strong')}  {volume}: {score.reason}"


def _record(score: Score) -> dict[str, object]:
    record = asdict(score.record)
    for key in ("last_rang", "since"):
        record[key] = record[key].isoformat() if record[key] else None
    head = {"rule": score.rule, "verdict": score.verdict.value, "reason": score.reason.value, "owner": score.owner}
    return {**head, **record}
