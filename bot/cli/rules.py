"""``tocsin rules ...``: check, lint, test, explain, match, backtest and more, for those who write alert rules.

Only the arguments are here; each subcommand imports what it needs when it runs, so that ``tocsin --help`` is quick.
Exit codes: 0 all well, 1 faults or failed tests, 2 wrong use.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.cli.arguments import add_config

_PATHS = "rule files, folders of them, or pack:NAME; default: the rules of tocsin.yaml"


def add_parser(subparsers: Any) -> None:
    """Add ``rules`` and its subcommands to the command line."""
    parser = subparsers.add_parser(
        "rules",
        help="check, lint, test, explain and try out alert rules",
        description="Everything for those who write alert rules. docs/rules.md explains the language.",
    )
    parser.set_defaults(run=run)
    commands = parser.add_subparsers(dest="rules_command", metavar="COMMAND", required=True)
    _add_reading(commands)
    _add_running(commands)
    _add_looking_back(commands)
    _add_writing(commands)


def run(args: argparse.Namespace) -> int:
    """Run the subcommand. Raises TocsinError for what the user can mend; the caller prints it."""
    from bot.cli.ruleload import UsageError

    command: Callable[[argparse.Namespace], int] = args.rules_run()
    try:
        return command(args)
    except UsageError as error:
        sys.stderr.write(f"tocsin rules {args.rules_command}: {error}\n")
        return 2


def _add(commands: Any, name: str, summary: str, load: Callable[[], Callable[[argparse.Namespace], int]]) -> Any:
    parser = commands.add_parser(name, help=summary, description=summary)
    parser.set_defaults(rules_run=load)
    add_config(parser)
    parser.add_argument(
        "--lexicon", action="append", default=[], type=Path, metavar="FILE", help="a lexicon file of yours; repeatable"
    )
    return parser


def _check() -> Callable[[argparse.Namespace], int]:
    from bot.cli.rulecheck import check

    return check


def _lint() -> Callable[[argparse.Namespace], int]:
    from bot.cli.rulecheck import lint

    return lint


def _schema() -> Callable[[argparse.Namespace], int]:
    from bot.cli.rulecheck import schema

    return schema


def _new() -> Callable[[argparse.Namespace], int]:
    from bot.cli.rulenew import new

    return new


def _test() -> Callable[[argparse.Namespace], int]:
    from bot.cli.ruletests import test

    return test


def _match() -> Callable[[argparse.Namespace], int]:
    from bot.cli.rulematch import match

    return match


def _explain() -> Callable[[argparse.Namespace], int]:
    from bot.cli.ruleexplain import explain

    return explain


def _backtest() -> Callable[[argparse.Namespace], int]:
    from bot.cli.rulebacktest import backtest

    return backtest


def _scorecard() -> Callable[[argparse.Namespace], int]:
    from bot.cli.rulescores import scores

    return scores


def _hygiene() -> Callable[[argparse.Namespace], int]:
    from bot.cli.rulehygiene import hygiene

    return hygiene


def _tune() -> Callable[[argparse.Namespace], int]:
    from bot.cli.ruletune import tune

    return tune


def _history() -> Callable[[argparse.Namespace], int]:
    from bot.cli.rulehistory import history

    return history


def _rollback() -> Callable[[argparse.Namespace], int]:
    from bot.cli.rulehistory import rollback

    return rollback


def _add_reading(commands: Any) -> None:
    check = _add(commands, "check", "read rule files and report every fault with its place", _check)
    lint = _add(commands, "lint", "look for what is allowed but unwise: no owner, no test, too broad, twice", _lint)
    for parser in (check, lint):
        parser.add_argument("paths", nargs="*", metavar="PATH", help=_PATHS)
        parser.add_argument("--json", action="store_true", help="one JSON object a fault or remark")
    lint.add_argument("--fix", action="store_true", help="mend in place what can be mended safely")
    lint.add_argument("--ignore", action="append", default=[], metavar="CODE", help="a code not to report; repeatable")


def _add_running(commands: Any) -> None:
    test = _add(commands, "test", "run the tests that are written in the rule files", _test)
    test.add_argument("paths", nargs="*", metavar="PATH", help=_PATHS)
    test.add_argument("--rule", metavar="ID", help="only the tests of this rule")
    test.add_argument("--junit", type=Path, metavar="FILE", help="also write a JUnit report for CI")
    test.add_argument("--json", action="store_true", help="one JSON object a test")
    explain = _add(
        commands, "explain", "show for one text why a rule rings or does not, condition by condition", _explain
    )
    explain.add_argument("rule", metavar="RULE", help="the rule's id")
    explain.add_argument("--rules", action="append", default=[], metavar="PATH", help=_PATHS + "; repeatable")
    explain.add_argument("--text", type=Path, metavar="FILE", help="the article; default standard input")
    explain.add_argument("--given", action="append", default=[], type=Path, metavar="FILE", help="an earlier article")
    for option in ("title", "outlet", "lang"):
        explain.add_argument(f"--{option}", default="", help=f"the article's {option}")
    match = _add(commands, "match", "hold items against rules: JSON lines in, JSON lines out", _match)
    match.add_argument("--rules", action="append", default=[], metavar="PATH", help=_PATHS + "; repeatable")
    match.add_argument("--jsonl", action="store_true", help='read {"id","text","title"?,"lang"?,"outlet"?} a line')
    match.add_argument(
        "--no-claims", action="store_true", help="only the words (match, unless), no figures or positions"
    )
    match.add_argument("files", nargs="*", type=Path, metavar="FILE", help="JSON lines; default standard input")
    backtest = _add(commands, "backtest", "what would have rung over past items, a day at a time", _backtest)
    backtest.add_argument("paths", nargs="*", metavar="PATH", help=_PATHS)
    backtest.add_argument("--since", default="30d", metavar="SPAN", help="how far back: 30d (default), 12h, 8w")
    backtest.add_argument("--items", type=Path, metavar="FILE", help="JSON lines with a time, instead of the archive")
    backtest.add_argument("--against", action="append", default=[], metavar="PATH", help="rules to compare with")
    backtest.add_argument("--json", action="store_true", help="one JSON object a rule")


def _add_looking_back(commands: Any) -> None:
    history = _add(commands, "history", "which rule sets were in force, by whom, and what changed", _history)
    history.add_argument("set", nargs="?", default="", metavar="HASH", help="show the changed lines of this set")
    history.add_argument("--json", action="store_true", help="one JSON object a set")
    rollback = _add(commands, "rollback", "bring the files of an earlier rule set back, all or none", _rollback)
    rollback.add_argument("set", metavar="HASH", help="the set, or the beginning of its hash, from `rules history`")
    rollback.add_argument("--yes", action="store_true", help="do not ask")
    scorecard = _add(commands, "scorecard", "what each rule is worth: volume, last alert, what to do", _scorecard)
    scorecard.add_argument("paths", nargs="*", metavar="PATH", help=_PATHS)
    scorecard.add_argument("--since", default="30d", metavar="SPAN", help="volumes over that time (default 30d)")
    scorecard.add_argument("--json", action="store_true", help="one JSON object a rule")
    hygiene = _add(commands, "hygiene", "what needs looking after: silent, noisy, stale, broken, untested", _hygiene)
    hygiene.add_argument("paths", nargs="*", metavar="PATH", help=_PATHS)
    hygiene.add_argument("--since", default="30d", metavar="SPAN", help="volumes over that time (default 30d)")
    hygiene.add_argument("--json", action="store_true", help="one JSON object a finding")
    tune = _add(commands, "tune", "propose what a rule should be silent for, from what readers said of it", _tune)
    tune.add_argument("rule", metavar="RULE", help="the rule's id")
    tune.add_argument("paths", nargs="*", metavar="PATH", help=_PATHS)
    tune.add_argument("--write", action="store_true", help="put what is proposed into the rule's file")
    tune.add_argument("--json", action="store_true", help="one JSON object")


def _add_writing(commands: Any) -> None:
    schema = _add(commands, "schema", "print the JSON Schema of rule files, for editors", _schema)
    schema.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there")
    new = _add(commands, "new", "start a rule file with a topic, a rule and tests to fill in", _new)
    new.add_argument("topic", metavar="TOPIC", help="id of the topic: lower-case words with dashes")
    new.add_argument("--title", default="", help="what people read")
    new.add_argument("--kind", choices=("figure", "position", "words"), default="figure", help="what the rule is about")
    new.add_argument("--owner", default="", help="who answers for it")
    new.add_argument("-o", "--output", type=Path, metavar="FILE", help="write it there (never over a file that exists)")
