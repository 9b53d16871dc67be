"""``tocsin rules ...`` as it is typed: what it prints, and how it ends."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Protocol
from xml.etree import ElementTree

import pytest

from bot.cli.main import main
from tests.shared import ROOT

GOOD = """# yaml-language-server: $schema=x
version: 1
topic: t
title: Troops
owner: me
rules:
  - id: withdrawal
    title: A withdrawal
    match: withdraw* AND troops
    figure: {unit: troops}
    tests:
      - name: rings
        text: Washington will withdraw 20,000 troops from Europe, two officials said.
        expect: {alert: new, figure: {low: 20000}}
      - name: does not ring
        text: Nobody will withdraw.
        expect: {alert: none}
"""
ITEM = {"id": "a", "text": "Washington will withdraw 20,000 troops from Europe."}


class Ran:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err
        self.lines = out.splitlines()


class Tocsin(Protocol):
    def __call__(self, *arguments: str, stdin: str = "") -> Ran: ...


@pytest.fixture
def tocsin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tocsin:
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str = "") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        code = main(["rules", *arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_check_says_what_was_found(tocsin: Tocsin, good: Path) -> None:
    ran = tocsin("check", "good.yaml")
    assert (ran.code, ran.err) == (0, "")
    assert ran.lines == ["No faults. 1 file, 1 topic, 1 rule, 2 tests.", "  t (Troops): withdrawal"]
    assert json.loads(tocsin("check", "--json", "good.yaml").out)["topics"] == {"t": "Troops"}


def test_check_points_at_rules_without_tests_but_takes_them(tocsin: Tocsin, good: Path) -> None:
    good.write_text(GOOD.split("    tests:")[0], encoding="utf-8")
    ran = tocsin("check", "good.yaml")
    assert ran.code == 0
    assert ran.lines[-1].startswith("good.yaml:7:5: withdrawal: the rule has no tests;")


def test_check_names_every_fault_and_their_count(tocsin: Tocsin, good: Path) -> None:
    good.write_text(GOOD.replace("owner", "ownr").replace("unit: troops", "unit: trops"), encoding="utf-8")
    ran = tocsin("check", ".")
    assert ran.code == 1
    keys = "description, owner, rules, title, topic, version"
    assert ran.lines[0] == f'good.yaml:5:1: "ownr" is not a key here; did you mean "owner"? ({keys}) [TC101]'
    assert ran.lines[2:] == ["2 faults in 1 file"]
    assert ran.lines[1].startswith('good.yaml:10:20: rules[0].figure.unit: "trops" is not a unit in the lexicon;')
    faults = [json.loads(line) for line in tocsin("check", "--json", ".").lines]
    assert [fault["code"] for fault in faults] == ["TC101", "TC303"]


@pytest.mark.parametrize("command", ["check", "lint", "test"])
def test_a_missing_file_is_a_failure(tocsin: Tocsin, command: str) -> None:
    ran = tocsin(command, "nope.yaml")
    assert ran.code == 1
    assert "nope.yaml: there is no such file or folder [TC320]" in ran.out


@pytest.mark.parametrize("command", ["check", "lint", "test"])
def test_without_paths_and_without_a_configuration_the_use_is_wrong(tocsin: Tocsin, command: str) -> None:
    ran = tocsin(command)
    assert ran.code == 2
    assert "name rule files, folders or pack:NAME (there is no tocsin.yaml" in ran.err
    assert "Traceback" not in ran.err


def test_without_paths_the_rules_of_the_configuration_are_meant(tocsin: Tocsin, good: Path) -> None:
    folder = good.parent / "desk"
    folder.mkdir()
    good.rename(folder / "good.yaml")
    (folder / "tocsin.yaml").write_text("version: 1\nrules: [good.yaml, 'pack:us-forces-europe']\n", encoding="utf-8")
    ran = tocsin("check", "--config", "desk/tocsin.yaml")
    assert ran.code == 0
    assert ran.lines[0].startswith("No faults. 2 files, 2 topics")


def test_lint_remarks_and_mends(tocsin: Tocsin, good: Path) -> None:
    good.write_text(GOOD.replace("match: withdraw* AND troops", "match: withdraw* AND troops OR drawdown"), "utf-8")
    ran = tocsin("lint", "good.yaml")
    assert ran.code == 1
    assert ran.lines[0].startswith("good.yaml:9:12: withdrawal: warning: AND and OR stand side by side")
    assert tocsin("lint", "--ignore", "TL110", "good.yaml").code == 0
    assert json.loads(tocsin("lint", "--json", "good.yaml").out)["code"] == "TL110"
    ran = tocsin("lint", "--fix", "good.yaml")
    assert (ran.code, ran.lines[0]) == (0, "mended 1 remark in 1 file")
    assert "match: (withdraw* AND troops) OR drawdown\n" in good.read_text("utf-8")
    assert [path.name for path in good.parent.iterdir()] == ["good.yaml"]


def test_tests_pass_and_are_listed(tocsin: Tocsin, good: Path) -> None:
    ran = tocsin("test", "good.yaml")
    assert ran.code == 0
    assert ran.lines == ["withdrawal  good.yaml", "  ok    rings", "  ok    does not ring", "All 2 tests passed."]


def test_a_failing_test_shows_the_difference_and_its_place(tocsin: Tocsin, good: Path) -> None:
    good.write_text(GOOD.replace("low: 20000", "low: 70000"), encoding="utf-8")
    ran = tocsin("test", "good.yaml", "--junit", "report.xml")
    assert ran.code == 1
    assert "  FAIL  rings  (good.yaml:12)" in ran.lines
    assert '        expected low 70,000, found 20,000; the reading was "20,000 troops"' in ran.lines
    assert ran.lines[-1] == "1 test of 2 failed."
    root = ElementTree.parse("report.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    failure = root.find("./testsuite[@name='withdrawal']/testcase[@name='rings']/failure")
    assert failure is not None
    assert failure.get("message") == 'expected low 70,000, found 20,000; the reading was "20,000 troops"'
    records = [json.loads(line) for line in tocsin("test", "good.yaml", "--json").lines]
    assert [record["passed"] for record in records] == [False, True]


def test_no_test_at_all_is_a_failure(tocsin: Tocsin, good: Path) -> None:
    head = GOOD.split("    tests:")[0]
    good.write_text(head, encoding="utf-8")
    ran = tocsin("test", "good.yaml")
    assert ran.code == 1
    assert "the rule has no tests" in ran.out
    good.write_text(head + "    status: draft\n", encoding="utf-8")
    ran = tocsin("test", "good.yaml")
    assert ran.code == 1
    assert "There are no tests." in ran.out


def test_an_unknown_rule_is_guessed(tocsin: Tocsin, good: Path) -> None:
    for command in (("test", "good.yaml", "--rule"), ("explain", "--rules", "good.yaml")):
        ran = tocsin(*command, "withdrawl")
        assert ran.code == 2
        assert 'there is no rule "withdrawl"; did you mean "withdrawal"? (withdrawal)' in ran.err


def test_explain_shows_the_tree_and_the_first_condition_that_fails(tocsin: Tocsin, good: Path) -> None:
    ran = tocsin("explain", "withdrawal", "--rules", "good.yaml", stdin="They withdrew 500 soldiers.")
    assert ran.code == 1
    assert ran.lines[0] == "no   withdrawal: A withdrawal"
    assert ran.lines[-1] == "The rule does not ring: withdraw*: no word begins so."
    ran = tocsin("explain", "withdrawal", "--rules", "good.yaml", stdin=str(ITEM["text"]))
    assert ran.code == 0
    assert 'yes        withdraw*  "withdraw"' in ran.lines
    assert "yes        unit: troops" in ran.lines, "what holds as it was asked needs no finding"
    assert ran.lines[-1] == "The rule rings."


def test_explain_without_a_text_asks_for_one(tocsin: Tocsin, good: Path) -> None:
    ran = tocsin("explain", "withdrawal", "--rules", "good.yaml", stdin=" \n")
    assert (ran.code, ran.out) == (2, "")
    assert "give an article on standard input, or with --text FILE" in ran.err


def test_explain_lists_missing_alternatives_on_one_line_and_claims_that_are_further_off_on_one_each(
    tocsin: Tocsin, good: Path
) -> None:
    choice = GOOD.replace("match: withdraw* AND troops", "match: (withdraw* OR pullout) AND (troop OR soldier)")
    good.write_text(choice.replace("{unit: troops}", "{unit: troops, place: Asia}"), encoding="utf-8")
    ran = tocsin("explain", "withdrawal", "--rules", "good.yaml", stdin="Cheese costs 5 euros.")
    assert "no         none of these is there: withdraw*, pullout" in ran.lines
    assert ran.lines[-1] == "The rule does not ring: the text has none of these: withdraw*, pullout."
    text = "Washington will withdraw 20,000 troops from Europe, and spend 5 billion dollars on bases in Poland."
    ran = tocsin("explain", "withdrawal", "--rules", "good.yaml", stdin=text)
    assert 'troop: the text has "troops", which troop* would match' in ran.out
    assert "the text has none of these: troop, soldier (troop: the text has" in ran.lines[-1]
    good.write_text(GOOD.replace("{unit: troops}", "{unit: troops, place: Asia}"), encoding="utf-8")
    ran = tocsin("explain", "withdrawal", "--rules", "good.yaml", stdin=text)
    (other,) = [line for line in ran.lines if "usd" in line]
    assert "unit: troops, but the unit is usd" in other
    assert ran.lines[-1] == (
        "The rule does not ring: a figure was read (20,000 troops, United States, withdraw), "
        "but the place is Europe; the rule asks for place: Asia."
    )


def test_explain_knows_what_was_given_before(tocsin: Tocsin, good: Path) -> None:
    Path("before.txt").write_text(str(ITEM["text"]), encoding="utf-8")
    ran = tocsin("explain", "withdrawal", "--rules", "good.yaml", "--given", "before.txt", stdin=str(ITEM["text"]))
    assert ran.code == 1
    assert "this is restated" in ran.lines[-1]


def test_match_answers_every_line_in_order(tocsin: Tocsin, good: Path) -> None:
    lines = [
        json.dumps(ITEM),
        "",
        json.dumps({"id": 2, "text": "Nothing."}),
        "{",
        '{"id": 3}',
        '{"id": 4, "text": 5}',
        "[]",
    ]
    ran = tocsin("match", "--rules", "good.yaml", "--jsonl", "--no-claims", stdin="\n".join(lines))
    assert ran.code == 1
    answers = [json.loads(line) for line in ran.lines]
    assert answers[0] == {"id": "a", "matches": [{"rule": "withdrawal", "topic": "t", "spans": [[16, 24], [32, 38]]}]}
    assert answers[1] == {"id": 2, "matches": []}
    assert [answer["error"] for answer in answers[2:]] == [
        "line 4: the line is no JSON: Expecting property name enclosed in double quotes",
        'line 5: the key "text" is missing',
        'line 6: "text" has to be text',
        'line 7: the line is no JSON object; write {"id": ..., "text": ...}',
    ]


def test_match_with_claims_needs_the_figure(tocsin: Tocsin, good: Path) -> None:
    items = [ITEM, {"id": "b", "text": "They withdraw troops."}]
    ran = tocsin("match", "--rules", "good.yaml", "--jsonl", stdin="\n".join(map(json.dumps, items)))
    assert ran.code == 0
    first, second = map(json.loads, ran.lines)
    assert [16, 24] in first["matches"][0]["spans"]
    assert [25, 38] in first["matches"][0]["spans"], "the figure's quote"
    assert second["matches"] == []


def test_match_names_rules_that_wait_for_a_change(tocsin: Tocsin, good: Path) -> None:
    text = good.read_text(encoding="utf-8")
    assert "alert_on" not in text
    changed = text.replace("    figure:", "    alert_on: [changed]\n    figure:", 1)
    Path("changed.yaml").write_text(changed, encoding="utf-8")
    ran = tocsin("match", "--rules", "changed.yaml", "--jsonl", stdin=json.dumps(ITEM))
    answer = json.loads(ran.out)
    assert answer["matches"] == []
    assert [(one["rule"], one["until"]) for one in answer["waiting"]] == [("withdrawal", "the figure has changed")]
    ran = tocsin("match", "--rules", "changed.yaml", stdin=json.dumps(ITEM))
    assert ran.lines == ["a: withdrawal (once the figure has changed)"]


def test_match_survives_what_no_terminal_can_show(tocsin: Tocsin, good: Path) -> None:
    ran = tocsin(
        "match", "--rules", "good.yaml", "--jsonl", stdin='{"id": "\\ud800", "text": "\\ud800 withdraw troops 5"}'
    )
    assert json.loads(ran.out)["id"] == "\ud800"


def test_schema_is_the_shipped_one(tocsin: Tocsin) -> None:
    ran = tocsin("schema")
    assert json.loads(ran.out) == json.loads((ROOT / "rules" / "rules.schema.json").read_text("utf-8"))
    assert tocsin("schema", "-o", "s.json").code == 0
    assert Path("s.json").read_text("utf-8") == ran.out


@pytest.mark.parametrize("kind", ["figure", "position", "words"])
def test_a_new_file_loads_and_passes_its_tests(tocsin: Tocsin, kind: str) -> None:
    made = tocsin("new", "my-topic", "--kind", kind, "--title", "It's: mine", "--owner", "me", "-o", "my.yaml")
    assert made.code == 0
    assert made.lines[0] == "wrote my.yaml; next: edit it, then run"
    assert tocsin("check", "my.yaml").code == 0
    assert tocsin("test", "my.yaml").code == 0
    ran = tocsin("lint", "--ignore", "TL112", "my.yaml")
    assert (ran.code, ran.out) == (0, "1 file, 1 topic, 1 rule, 2 tests. Nothing to remark.\n")
    again = tocsin("new", "my-topic", "-o", "my.yaml")
    assert again.code == 2
    assert "my.yaml exists already" in again.err


def test_a_topic_id_that_is_none_is_refused(tocsin: Tocsin) -> None:
    ran = tocsin("new", "My Topic")
    assert ran.code == 2
    assert '"My Topic" is no topic id' in ran.err


def backtest_items() -> None:
    figures = {"2026-09-01": "20,000", "2026-09-02T10:00:00+02:00": "20,000", "2026-09-03": "50,000"}
    items = [
        {"id": time, "time": time, "title": time[:10], "text": f"Washington will withdraw {each} troops from Europe."}
        for time, each in figures.items()
    ]
    Path("items.jsonl").write_text("\n".join(map(json.dumps, items)), encoding="utf-8")


def test_backtest_counts_a_day_at_a_time_and_compares(tocsin: Tocsin, good: Path) -> None:
    backtest_items()
    Path("old.yaml").write_text(GOOD.replace("unit: troops", "unit: tank"), encoding="utf-8")
    ran = tocsin("backtest", "good.yaml", "--items", "items.jsonl", "--against", "old.yaml")
    assert ran.code == 0
    assert ran.lines[0] == "3 items of 3 days, 2026-09-01 to 2026-09-03"
    assert ran.lines[1].startswith("withdrawal  2 alerts, 4.7 a week")
    assert "    2026-09-03  2026-09-03" in ran.lines
    assert "  withdrawal: 0 -> 2" in ran.lines
    record = json.loads(tocsin("backtest", "good.yaml", "--items", "items.jsonl", "--json").out)
    assert record["per_day"] == {"2026-09-01": 1, "2026-09-03": 1}


def test_backtest_fails_when_an_expectation_is_not_met(tocsin: Tocsin, good: Path) -> None:
    backtest_items()
    good.write_text(GOOD.replace("    tests:", "    expect: {at_most: 1}\n    tests:"), encoding="utf-8")
    ran = tocsin("backtest", "good.yaml", "--items", "items.jsonl")
    assert ran.code == 1
    assert "    withdrawal: it would have rung 2 times, at most 1 are expected" in ran.lines


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--since", "soon"], '"soon" is not a duration', id="a span that is none"),
        pytest.param([], "there is no tocsin.yaml that names the archive", id="no archive"),
        pytest.param(["--items", "no-time.jsonl"], 'no-time.jsonl: line 1: the key "time" is missing', id="no time"),
        pytest.param(["--items", "nope.jsonl"], "nope.jsonl: it cannot be read", id="no file"),
    ],
)
def test_backtest_says_what_it_lacks(tocsin: Tocsin, good: Path, arguments: list[str], message: str) -> None:
    Path("no-time.jsonl").write_text('{"id": 1, "text": "x"}', encoding="utf-8")
    ran = tocsin("backtest", "good.yaml", *arguments)
    assert ran.code in {1, 2}
    assert message in ran.err


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    code = (
        "import sys, argparse; from bot.cli import rules; p = argparse.ArgumentParser(); "
        "rules.add_parser(p.add_subparsers()); heavy = {'pydantic', 'yaml', 're2', 'sqlalchemy', 'rules.extract'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
