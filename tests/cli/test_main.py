"""Wrong words, and the contracts of the offline commands (JSON lines in and out, exit codes)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.terminal import ROOT, files, tocsin
from tests.cli.test_run import THREE_FAULTS

SENTENCE = "NATO sources expect Washington to withdraw 30,000 to 45,000 troops from Europe, the Example Courier writes."
RULE = """version: 1
topic: bridges
title: Bridges
rules:
  - id: closed
    title: A bridge is closed
    match: 'bridge W/3 closed'
    tests:
      - {name: it rings, text: The bridge was closed., expect: {alert: new}}
      - {name: it is quiet, text: The bridge is open., expect: {alert: none}}
"""


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        pytest.param(["rum"], "invalid choice: 'rum'", id="an unknown command"),
        pytest.param([], "COMMAND", id="no command"),
        pytest.param(["run", "--twice"], "--twice", id="an unknown option"),
        pytest.param(["demo", "--width", "wide"], "--width", id="a width that is no number"),
        pytest.param(["demo", "--width", "5"], "--width", id="a width that nothing fits in"),
        pytest.param(["rules", "chekc"], "invalid choice: 'chekc'", id="an unknown subcommand"),
    ],
)
async def test_wrong_use_ends_with_2_and_says_what_is_right(tmp_path: Path, arguments: list[str], hint: str) -> None:
    ended = await tocsin(*arguments, folder=tmp_path)
    assert ended.code == 2
    assert hint in ended.err
    assert "usage:" in ended.err
    assert "Traceback" not in ended.err
    assert files(tmp_path) == []


async def test_extract_answers_every_line_in_order_with_the_keys_of_the_contract(tmp_path: Path) -> None:
    lines = [{"id": "a", "text": SENTENCE}, {"id": "b", "text": "The bridge is open.", "lang": "en"}]
    ended = await tocsin("extract", "--jsonl", folder=tmp_path, given="\n".join(map(json.dumps, lines)))
    answers = [json.loads(line) for line in ended.out.splitlines()]
    assert ended.code == 0
    assert [answer["id"] for answer in answers] == ["a", "b"]
    assert set(answers[0]) == {"id", "figures", "positions", "provenance"}
    assert set(answers[0]["provenance"]) == {"chain", "anonymous", "origin"}
    (figure,) = answers[0]["figures"]
    assert (figure["low"], figure["high"], figure["unit"], figure["action"]) == (30000, 45000, "troops", "withdraw")
    assert SENTENCE[figure["start"] : figure["end"]] == figure["quote"]
    assert answers[1]["figures"] == []


async def test_a_bad_line_is_told_and_the_others_are_still_answered(tmp_path: Path) -> None:
    ended = await tocsin("extract", "--jsonl", folder=tmp_path, given='{"id": 1\n{"id": 2, "text": "No figure."}\n')
    assert ended.code == 1
    assert [json.loads(line)["id"] for line in ended.out.splitlines()] == [None, 2]
    assert "standard input:1:" in ended.err
    assert "Traceback" not in ended.err


async def test_feeds_parse_answers_a_line_for_each_file_also_where_there_is_no_feed(tmp_path: Path) -> None:
    (tmp_path / "good.rss").write_text(
        "<rss version='2.0'><channel><title>T</title><item><title>A</title></item></channel></rss>", encoding="utf-8"
    )
    (tmp_path / "page.html").write_text("<!doctype html><html><body>Hello</body></html>", encoding="utf-8")
    ended = await tocsin("feeds", "parse", "--jsonl", "good.rss", "page.html", "nowhere", folder=tmp_path)
    answers = [json.loads(line) for line in ended.out.splitlines()]
    assert [(answer["path"], answer["entries"]) for answer in answers] == [
        ("good.rss", 1),
        ("page.html", 0),
        ("nowhere", 0),
    ]
    assert [bool(answer["problems"]) for answer in answers] == [False, True, True]
    assert "Traceback" not in ended.err


async def test_rules_check_tells_every_fault_and_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(THREE_FAULTS, encoding="utf-8")
    ended = await tocsin("rules", "check", "mine.yaml", folder=tmp_path)
    assert ended.code == 1
    told = ended.out + ended.err
    assert [told.count(f"mine.yaml:{place}: ") for place in ("7:5", "8:24", "9:35")] == [1, 1, 1]
    assert "Traceback" not in told


async def test_rules_check_and_test_end_with_0_for_a_good_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(RULE, encoding="utf-8")
    checked = await tocsin("rules", "check", "mine.yaml", folder=tmp_path)
    tested = await tocsin("rules", "test", "mine.yaml", folder=tmp_path)
    assert (checked.code, tested.code) == (0, 0), checked.err + tested.out
    assert "2" in tested.out


async def test_rules_test_ends_with_1_and_names_the_test_that_failed(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(RULE.replace("was closed.", "was painted."), encoding="utf-8")
    ended = await tocsin("rules", "test", "mine.yaml", folder=tmp_path)
    assert ended.code == 1
    assert "it rings" in ended.out + ended.err


def test_a_reader_that_goes_away_is_no_accident(tmp_path: Path) -> None:
    command = f"{sys.executable} -m bot --help | head -1"
    ended = subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stderr == ""
