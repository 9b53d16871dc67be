"""``tocsin status`` beside a bot: all well, rules that are refused, a channel that stands still."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.feeds.polling import FeedSpec
from bot.rulebook.history import FileHistory, folder_beside
from bot.rulebook.inforce import Refused
from bot.store import feeds, lanes
from bot.store.db import Database
from rules.errors import Fault

AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
RECORD = {"hash": "3f2a91c07d55aa", "at": AT.isoformat(), "author": "ana", "changes": ["+ one"], "documents": {}}


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileHistory:
    """A folder in which a bot ran once."""
    monkeypatch.chdir(tmp_path)
    Path("tocsin.yaml").write_text("version: 1\nrules: [rules]\ndatabase: tocsin.db\n", encoding="utf-8")
    database = Database(tmp_path / "tocsin.db")
    database.open()
    database.write(lambda c: feeds.add(c, FeedSpec(url="https://example.org/feed", outlet="The Example"), now=AT))
    database.close()
    found = FileHistory(folder_beside(tmp_path / "tocsin.db"))
    found.folder.mkdir()
    (found.folder / "20260901T120000000000-3f2a91c07d55aa.json").write_text(json.dumps(RECORD), encoding="utf-8")
    return found


def test_when_all_is_well_three_lines_say_so(history: FileHistory, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Rules: set 3f2a91c07d55 since 2026-09-01 12:00 UTC, by ana",
        "Feeds: 1 waiting",
        "Messages: 0 waiting",
    ]


def test_refused_rules_are_named_with_their_places(history: FileHistory, capsys: pytest.CaptureFixture[str]) -> None:
    fault = Fault(
        file="rules/a.yaml", line=5, column=7, path="rules[0]", text='"mtach" is not a key here', code="TC101"
    )
    history.note_refusal(Refused(faults=(fault,), since=AT, author="ben"))
    assert main(["status"]) == 1
    out = capsys.readouterr().out
    assert "the files have not been usable since 2026-09-01 12:00 UTC; the last good set stays in force:" in out
    assert '  rules/a.yaml:5:7: rules[0]: "mtach" is not a key here [TC101]\n' in out
    assert main(["status", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["rules_state"], len(told["faults"])) == (False, "refused", 1)
    assert told["rules"]["hash"] == RECORD["hash"]


def test_a_platform_that_stands_still_is_named(history: FileHistory, capsys: pytest.CaptureFixture[str]) -> None:
    database = Database(Path("tocsin.db").resolve())
    database.open()
    database.write(lambda c: lanes.pause_platform(c, "slack", "token_refused"))
    database.close()
    assert main(["status"]) == 1
    assert "  slack stands still: token_refused; see tocsin outbox list" in capsys.readouterr().out


def test_without_a_database_the_next_step_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tocsin.yaml").write_text("version: 1\nrules: [rules]\n", encoding="utf-8")
    assert main(["status"]) == 1
    assert "there is no database here" in capsys.readouterr().err
