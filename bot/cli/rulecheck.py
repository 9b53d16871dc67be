"""``tocsin rules check | lint | schema``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.ruleload import documents, say_faults, sources
from bot.cli.saying import printer, say, say_json
from bot.rulebook.files import PACK_PREFIX, SCHEMA, load_rules
from rules.errors import RuleFileError
from rules.ruleset import Life, RuleSet
from rules.wording import count

if TYPE_CHECKING:
    from rules.lint import Issue


def check(args: argparse.Namespace) -> int:
    """Report every fault; where there is none, say what was found."""
    try:
        texts, lexicon = documents(args, args.paths)
        found = load_rules(texts, lexicon)
    except RuleFileError as error:
        say_faults(error.faults, as_json=args.json)
        return 1
    if args.json:
        say_json({"files": len(texts), "rules": len(found.rules), "topics": dict(found.topics), "hash": found.hash})
        return 0
    say(printer(sys.stdout)("No faults.", "good") + f" {_summary(found, len(texts))}")
    for topic, title in found.topics.items():
        rules = [rule for rule in found.rules if rule.topic == topic]
        say(f"  {topic} ({title}): " + ", ".join(rule.id + _life(rule.life) for rule in rules))
    for rule in found.rules:
        if not rule.tests and rule.life is Life.ACTIVE:
            place = f"{rule.source.file}:{rule.source.line}:{rule.source.column}"
            say(f"{place}: {rule.id}: the rule has no tests; `tocsin rules test` will fail until it has some [TL102]")
    return 0


def _summary(found: RuleSet, files: int) -> str:
    tests = sum(len(rule.tests) for rule in found.rules)
    counts = (count(files, "file"), count(len(found.topics), "topic"), count(len(found.rules), "rule"))
    return f"{', '.join(counts)}, {count(tests, 'test')}."


def _life(life: Life) -> str:
    return "" if life is Life.ACTIVE else f" ({life})"


def lint(args: argparse.Namespace) -> int:
    """Report what is allowed but unwise; with --fix, mend what is safe."""
    from rules.lint import fix, lint_rules

    try:
        texts, lexicon = documents(args, args.paths)
        found = load_rules(texts, lexicon)
    except RuleFileError as error:
        say_faults(error.faults, as_json=args.json)
        return 1
    issues = lint_rules(found, texts, lexicon, ignore=args.ignore)
    if args.fix:
        fixed = fix(found, texts, lexicon, schema=str(SCHEMA), ignore=args.ignore)
        _write(args, fixed.texts)
        issues = [issue for issue in issues if issue not in fixed.issues]
        if not args.json:
            say(f"mended {count(len(fixed.issues), 'remark')} in {count(len(fixed.texts), 'file')}")
    style = printer(sys.stdout)
    for issue in issues:
        if args.json:
            say_json({**asdict(issue), "severity": issue.severity.value})
        else:
            place = f"{issue.file}:{issue.line}:{issue.column}"
            mark = style(issue.severity, "bad" if issue.severity == "error" else "warn")
            say(f"{place}: {issue.rule}: {mark}: {issue.text} [{issue.code}]")
    if not args.json:
        say(f"{_summary(found, len(texts))} {_counted(issues)}")
    return 1 if issues else 0


def _counted(issues: Sequence[Issue]) -> str:
    if not issues:
        return "Nothing to remark."
    fixable = sum(issue.fixable for issue in issues)
    return f"{count(len(issues), 'remark')}" + (f", {fixable} of which --fix mends." if fixable else ".")


def _write(args: argparse.Namespace, texts: Mapping[str, str]) -> None:
    """Write mended files, each replaced at once."""
    _names, base, _lexicons = sources(args, args.paths)
    for name, text in texts.items():
        if name.startswith(PACK_PREFIX):
            continue  # shipped with Tocsin: not the user's to change
        path = (base or Path()) / name
        beside = path.with_name(path.name + ".new~")
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)


def schema(args: argparse.Namespace) -> int:
    """Print or write the JSON Schema."""
    from rules.schema import json_schema

    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    if args.output is None:
        sys.stdout.write(text)
    else:
        args.output.write_text(text, encoding="utf-8")
        say(f"wrote {args.output}; start a rule file with:\n# yaml-language-server: $schema={args.output}")
    return 0
