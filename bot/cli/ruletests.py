"""``tocsin rules test``: the tests written in rule files, as text for people, JSON, or JUnit for CI."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree

from bot.cli.ruleload import UsageError, documents, say_faults
from bot.cli.saying import printer, say, say_json
from bot.rulebook.files import load_rules
from rules.errors import RuleFileError, guess
from rules.extract import Extractor
from rules.reading import ledger_compare
from rules.ruleset import RuleSet
from rules.ruletest import TestResult, run_tests
from rules.wording import count


def test(args: argparse.Namespace) -> int:
    """Run the tests; no test at all is a failure, as is a file that is not there."""
    try:
        texts, lexicon = documents(args, args.paths)
        found = load_rules(texts, lexicon)
    except RuleFileError as error:
        say_faults(error.faults, as_json=args.json)
        return 1
    if args.rule is not None:
        _known(found, args.rule)
    results = run_tests(
        found,
        vocabulary=lexicon,
        extract=Extractor(lexicon).extract,
        compare=ledger_compare(lexicon),
        only=args.rule,
    )
    if args.junit is not None:
        args.junit.write_text(junit(results), encoding="utf-8")
    if args.json:
        for result in results:
            say_json({**_record(result), "passed": result.passed})
    else:
        _show(results)
    return 0 if results and all(result.passed for result in results) else 1


def _known(found: RuleSet, rule_id: str) -> None:
    if found.rule(rule_id) is None:
        ids = [rule.id for rule in found.rules]
        raise UsageError(f'there is no rule "{rule_id}"{guess(rule_id, ids)} ({", ".join(ids)})')


def _record(result: TestResult) -> dict[str, object]:
    return {
        "rule": result.rule,
        "test": result.name,
        "file": result.file,
        "line": result.line,
        "problems": list(result.problems),
    }


def _show(results: Sequence[TestResult]) -> None:
    style = printer(sys.stdout)
    for (file, rule), group in groupby(results, key=lambda result: (result.file, result.rule)):
        say(style(rule, "strong") + style(f"  {file}", "dim"))
        for result in group:
            if result.passed:
                say(f"  {style('ok', 'good')}    {result.name}")
                continue
            say(f"  {style('FAIL', 'bad')}  {result.name}  ({result.file}:{result.line})")
            for problem in result.problems:
                say(f"        {problem}")
    failed = sum(not result.passed for result in results)
    if not results:
        say(
            style("There are no tests.", "bad")
            + " A rule without tests is a guess; docs/rules.md shows how to write one."
        )
    elif failed:
        say(style(f"{count(failed, 'test')} of {len(results)} failed.", "bad"))
    else:
        say(style(f"All {count(len(results), 'test')} passed.", "good"))


def junit(results: Sequence[TestResult]) -> str:
    """Return a JUnit report: a suite for each rule, a case for each test."""
    root = ElementTree.Element("testsuites", name="tocsin rules", tests=str(len(results)))
    root.set("failures", str(sum(not result.passed for result in results)))
    for rule, group in groupby(results, key=lambda result: result.rule):
        cases = list(group)
        suite = ElementTree.SubElement(root, "testsuite", name=rule, tests=str(len(cases)))
        suite.set("failures", str(sum(not case.passed for case in cases)))
        for case in cases:
            element = ElementTree.SubElement(suite, "testcase", classname=rule, name=case.name)
            element.set("file", case.file)
            element.set("line", str(case.line))
            if not case.passed:
                failure = ElementTree.SubElement(element, "failure", message=_xml_safe(case.problems[0]))
                failure.text = _xml_safe("\n".join(case.problems))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _xml_safe(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return "".join(char if char in "\t\n\r" or char.isprintable() else "\ufffd" for char in text)
