"""``tocsin rules hygiene`` and ``rules tune`` as they are typed, beside the database of a bot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.main import main
from tests.bot.commands.newsroom import PACKS, Newsroom
from tests.bot.commands.test_tuning import RULE, judged
from tests.databases import blank_database
from tests.rules.real import lexicon

Said = Callable[..., tuple[int, str]]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a command in a folder whose bot has rung and been judged."""
    rules = "".join(f"  - {source}\n" for source in (*PACKS, "rules"))
    config = f"version: 1\ndatabase: tocsin.db\nrules:\n{rules}"
    (tmp_path / "tocsin.yaml").write_text(config, encoding="utf-8")
    asyncio.run(_played(blank_database(tmp_path / "tocsin.db")))
    monkeypatch.chdir(tmp_path)
    capsys.readouterr()

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["rules", *arguments])
        return code, "".join(capsys.readouterr())

    return run


async def _played(path: Path) -> None:
    room = Newsroom(path, lexicon())
    await judged(room)
    room.db.close()


def test_a_proposal_is_a_difference_with_its_proof(said: Said) -> None:
    code, shown = said("tune", RULE)
    assert code == 0
    assert "\n+    unless: title:chess\n" in shown
    assert "2 of 2 alerts called not relevant would not have rung; 2 of 2 called relevant still ring" in shown
    assert "title:chess  word of headlines, in 2 of 2" in shown
    assert "unless" not in Path("rules/desk.yaml").read_text(encoding="utf-8")


def test_it_is_written_where_that_is_asked_for(said: Said) -> None:
    assert said("tune", RULE, "--write")[0] == 0
    assert "    unless: title:chess\n" in Path("rules/desk.yaml").read_text(encoding="utf-8")
    assert said("check")[0] == 0
    code, shown = said("tune", RULE)
    assert code == 1
    assert "it does not ring any more for what was called not relevant. There is nothing left to do." in shown


def test_scripts_get_one_object(said: Said) -> None:
    found = json.loads(said("tune", RULE, "--json")[1])
    assert found["unless"] == [{"term": "title:chess", "kind": "word of headlines", "removes": 2}]
    assert (found["kept"], found["relevant"], found["not_relevant"], len(found["removed"])) == (2, 2, 2, 2)
    assert found["outcome"] == "proposed"
    found = json.loads(said("tune", "us-withdrawal-figure", "--json")[1])
    assert found["outcome"] == "no_complaint"


def test_an_unknown_rule_is_guessed(said: Said) -> None:
    code, shown = said("tune", "bridge-close")
    assert code == 2
    assert 'there is no rule "bridge-close"; did you mean "bridge-closed"?' in shown


def test_hygiene_tells_by_kind_and_for_scripts_line_by_line(said: Said) -> None:
    code, shown = said("hygiene")
    assert code == 0
    assert "followed by nobody (2): subscribe a channel, or take the rules out of tocsin.yaml\n" in shown
    assert "  us-forces-europe  no channel follows it; 4 rules\n" in shown
    records = [json.loads(line) for line in said("hygiene", "--json")[1].splitlines()]
    assert {record["kind"] for record in records} >= {"no_description", "unfollowed"}
    assert all(record["evidence"] and record["next"] for record in records)
