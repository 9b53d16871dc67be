"""What scripts read: JSON on standard output, one object a line, and the same exit codes as for people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli.main import main
from bot.store.db import Database
from tests.cli.terminal import tocsin


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("tocsin.yaml").write_text("version: 1\nrules: [pack:sanctions]\ndatabase: tocsin.db\n", encoding="utf-8")
    made = Database(tmp_path / "tocsin.db")
    made.open()
    made.close()
    return tmp_path


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


async def test_a_poll_that_had_nothing_to_do(folder: Path) -> None:
    ended = await tocsin("run", "--once", "--json", folder=folder)
    assert ended.code == 0
    told = json.loads(ended.out)
    assert told == {"ok": True, "polled": 0, "outcomes": {}, "new": 0, "edited": 0, "alerts": 0, "pending": 0}


def test_a_sound_database_and_its_copy(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "check", "--json"]) == 0
    assert main(["db", "backup", "copy.db", "--json"]) == 0
    assert main(["db", "check", "copy.db", "--json"]) == 0
    sound, copied, copy = lines(capsys)
    assert (sound["ok"], sound["problems"], sound["copied_at"]) == (True, [], None)
    assert copied["file"] == copy["file"] == "copy.db"
    assert copy["copied_at"] is not None


def test_a_file_that_is_no_database(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("letter.db").write_text("dear all", encoding="utf-8")
    assert main(["db", "check", "letter.db", "--json"]) == 1
    (told,) = lines(capsys)
    assert not told["ok"]
    assert told["problems"]


def test_feeds_of_the_catalogue(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feeds", "catalogue", "sipri", "--json"]) == 0
    (told,) = lines(capsys)
    assert told["outlet"] == "SIPRI"
    assert main(["feeds", "catalogue", "nosuchword", "--json"]) == 1
    assert lines(capsys) == []


def test_feeds_that_do_not_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogue = "version: 1\nfeeds:\n  - {url: 'http://127.0.0.1:9/feed', outlet: X, lang: en, tier: 1, kind: media,"
    Path("own.yaml").write_text(catalogue + " topics: [un], status: unverified}\n", encoding="utf-8")
    asked = ["feeds", "check", "--catalogue", "--file", "own.yaml", "--allow-private", "127.0.0.1", "--json"]
    assert main(asked) == 1
    (told,) = lines(capsys)
    assert (told["url"], told["ok"]) == ("http://127.0.0.1:9/feed", False)
    assert told["error"]
