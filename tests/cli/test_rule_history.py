"""``tocsin rules history`` and ``rollback`` as they are typed, beside a bot that recorded three sets."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from bot.cli.main import main
from bot.rulebook.history import FileHistory
from bot.rulebook.reload import RuleWatcher
from bot.rulebook.tested import RuleLoader
from tests.rules.real import lexicon

START = datetime(2026, 9, 1, 12, tzinfo=UTC)
RULES = """version: 1
topic: mandates
title: Mandates
rules:
  - id: mandate
    title: A mandate is named
    match: {query}
    tests: [{{name: rings, text: A {word} was granted., expect: {{alert: new}}}}]
"""


class Said(Protocol):
    def __call__(self, *arguments: str, stdin: str | None = None) -> tuple[int, str, str]: ...


class Desk:
    """A folder with tocsin.yaml, rules, and a history made by a bot that ran there."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "rules" / "mandates.yaml"
        self.file.parent.mkdir()
        (folder / "tocsin.yaml").write_text("version: 1\nrules: [rules]\ndatabase: var/tocsin.db\n", encoding="utf-8")
        self.history = FileHistory(folder / "var" / "rules-history")
        self.now = START
        self.write("mandate")
        loader = RuleLoader(lexicon())
        self.bot = RuleWatcher(["rules"], folder, loader.load, self.history, tested=loader.load_tested)
        self.bot.start(self.now)
        self.bot.keep_start()
        for query in ("mandate OR decree", "decree"):
            self.write(query)
            self.tick()

    def write(self, query: str) -> None:
        word = "decree" if query == "decree" else "mandate"
        self.file.write_text(RULES.format(query=query, word=word), encoding="utf-8")

    def tick(self) -> None:
        """Let the running bot look at the files, twice, as long apart as it takes."""
        for _ in range(2):
            self.now += timedelta(seconds=10)
            self.bot.poll(self.now)

    @property
    def in_force(self) -> str:
        assert self.bot.applied is not None
        (rule,) = self.bot.applied.ruleset.rules
        assert rule.match is not None
        return rule.match.source

    def hashes(self) -> list[str]:
        return [entry.hash for entry in self.history.entries()]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    def run(*arguments: str, stdin: str | None = None) -> tuple[int, str, str]:
        typed = io.StringIO(stdin or "")
        typed.isatty = lambda: stdin is not None  # type: ignore[method-assign]
        monkeypatch.setattr(sys, "stdin", typed)
        code = main(["rules", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_history_tells_of_each_set_its_hash_time_author_and_changes(desk: Desk, said: Said) -> None:
    code, out, _ = said("history")
    lines = out.splitlines()
    newest, middle, first = desk.hashes()
    assert code == 0
    assert lines[0].startswith(f"{newest[:12]}  2026-09-01 12:00 UTC  ")
    assert lines[1] == "    ~ mandate: match: mandate OR decree → decree, tests: 1 changed"
    assert lines[2].startswith(middle[:12])
    assert lines[3] == "    ~ mandate: match: mandate → mandate OR decree"
    assert (lines[4][:12], lines[5]) == (first[:12], "    + mandate")
    assert lines[-1].startswith("Newest first. What one changed: tocsin rules history HASH.")


def test_history_of_one_set_shows_its_changed_lines(desk: Desk, said: Said) -> None:
    code, out, _ = said("history", desk.hashes()[1][:8])
    assert code == 0
    assert "--- rules/mandates.yaml" in out
    assert "-    match: mandate\n+    match: mandate OR decree\n" in out


def test_history_as_json_is_an_object_a_set(desk: Desk, said: Said) -> None:
    records = [json.loads(line) for line in said("history", "--json")[1].splitlines()]
    assert [record["hash"] for record in records] == desk.hashes()
    assert set(records[0]) == {"hash", "at", "author", "changes"}


def test_history_ends_with_what_is_wrong_with_the_files_now(desk: Desk, said: Said) -> None:
    desk.file.write_text("rulez: []\n", encoding="utf-8")
    desk.tick()
    out = said("history")[1]
    assert "The files have not been usable since 2026-09-01 12:01 UTC:" in out
    assert 'rules/mandates.yaml:1:1: "rulez" is not a key here' in out


def test_without_any_history_the_next_step_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: Said
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("tocsin.yaml").write_text("version: 1\nrules: [rules]\n", encoding="utf-8")
    assert said("history")[:2] == (
        0, "No rule set has been recorded yet; `tocsin run` records each one that comes into force.\n",
    )  # fmt: skip
    assert said("rollback", "abcdef")[0] == 2


def test_rollback_says_what_it_will_do_and_does_it_and_the_running_bot_follows(desk: Desk, said: Said) -> None:
    first = desk.hashes()[-1]
    code, out, err = said("rollback", first[:6], "--yes")
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith(f"Back to the rule set {first[:12]} of 2026-09-01 12:00 UTC (")
    assert "    ~ mandate: match: decree → mandate, tests: 1 changed" in out
    assert "    write rules/mandates.yaml" in out
    assert f"The rule set {first[:12]} is back." in out
    assert "match: mandate\n" in desk.file.read_text(encoding="utf-8")
    assert desk.in_force == "decree"
    desk.tick()
    assert desk.in_force == "mandate"
    assert desk.hashes()[0] == first
    assert len(desk.hashes()) == 4, "recorded once, not once by each"


@pytest.mark.parametrize(
    ("typed", "code", "is_back"),
    [
        pytest.param("y\n", 0, True, id="yes"),
        pytest.param("n\n", 1, False, id="no"),
        pytest.param("\n", 1, False, id="nothing"),
        pytest.param(None, 2, False, id="nobody there"),
    ],
)
def test_without_yes_rollback_asks(desk: Desk, said: Said, typed: str | None, code: int, is_back: bool) -> None:
    ended, out, err = said("rollback", desk.hashes()[-1], stdin=typed)
    assert ended == code
    assert ("match: mandate\n" in desk.file.read_text(encoding="utf-8")) is is_back
    assert ("Go on? [y/N]" in out) is (typed is not None)
    assert ("add --yes" in err) is (typed is None)


def test_rollback_to_what_is_in_force_changes_nothing(desk: Desk, said: Said) -> None:
    code, out, _ = said("rollback", desk.hashes()[0], "--yes")
    assert (code, "is in force already; nothing was changed." in out) == (0, True)


def test_rollback_to_an_unknown_set_names_the_newest(desk: Desk, said: Said) -> None:
    code, _, err = said("rollback", "0000ffff", "--yes")
    assert code == 2
    assert f'begins with "0000ffff"; the newest ones: {desk.hashes()[0][:12]}' in err


def test_a_set_that_no_longer_passes_is_refused_with_its_faults(desk: Desk, said: Said) -> None:
    path = next(desk.history.entries()).path
    record = json.loads(path.read_text(encoding="utf-8"))
    record["documents"]["rules/mandates.yaml"] = RULES.format(query="mandate", word="decree")
    path.write_text(json.dumps(record), encoding="utf-8")
    before = desk.file.read_text(encoding="utf-8")
    code, out, _ = said("rollback", desk.hashes()[0], "--yes")
    assert code == 1
    assert 'the test "rings" fails' in out
    assert "cannot be used any more; nothing was changed." in out
    assert desk.file.read_text(encoding="utf-8") == before


def test_what_no_set_has_is_kept_and_the_place_is_told(desk: Desk, said: Said) -> None:
    desk.file.write_text("an evening's work\n", encoding="utf-8")
    code, out, _ = said("rollback", desk.hashes()[-1], "--yes")
    assert code == 0
    folder = Path(out.splitlines()[-1].rpartition(" ")[2])
    assert (folder / "rules" / "mandates.yaml").read_text(encoding="utf-8") == "an evening's work\n"
