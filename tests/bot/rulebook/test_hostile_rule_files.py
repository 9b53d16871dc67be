"""Every file of the reference corpora dropped into the rules of a running bot: never a crash, never a change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.rulebook.history import FileHistory
from bot.rulebook.inforce import Refused
from bot.rulebook.reload import RuleWatcher
from bot.rulebook.stamps import SETTLE
from bot.rulebook.tested import RuleLoader
from tests.rules.real import lexicon
from tests.shared import shared_path

GOOD = """version: 1
topic: mandates
title: Mandates
rules:
  - id: mandate
    title: A mandate is named
    match: mandate
    tests: [{name: rings, text: A mandate was granted., expect: {alert: new}}]
"""
SUITE, SUITE_FILES, SUITE_CASES = "corpus/yaml-test-suite", 351, 406
HOSTILE, HOSTILE_FILES = "corpus/hostile", 60
CRASHERS, CRASHER_FILES = "corpus/crashers", 14
# How the suite writes what an editor would not show: spaces, tabs, ends of lines, the byte order mark, the end.
_VISIBLE = {"␣": " ", "»": "\t", "↵": "", "←": "\r", "⇔": "\ufeff", "∎\n": "", "—": ""}


class Dropper:
    """A bot's watcher over a folder with one good rule file, into which files are dropped."""

    def __init__(self, folder: Path) -> None:
        self.rules = folder / "rules"
        self.rules.mkdir()
        (self.rules / "good.yaml").write_text(GOOD, encoding="utf-8")
        self.now = datetime(2026, 9, 1, tzinfo=UTC)
        loader = RuleLoader(lexicon())
        history = FileHistory(folder / "history")
        self.watcher = RuleWatcher(["rules"], folder, loader.load, history, tested=loader.load_tested)
        self.before = self.watcher.start(self.now)
        self.watcher.keep_start()
        self.told = 0

    def drop(self, name: str, content: bytes) -> None:
        """Drop a file, let the bot see it, and check that nothing but a refusal with places came of it."""
        target = self.rules / "dropped.yaml"
        target.write_bytes(content)
        self.now += timedelta(seconds=60)
        os.utime(target, (self.now.timestamp(), self.now.timestamp()))
        outcomes = [self.watcher.poll(self.now), self.watcher.poll(self.now + SETTLE)]
        self.told += sum(isinstance(outcome, Refused) for outcome in outcomes)
        refused = self.watcher.refused
        assert refused is not None, name
        assert self.watcher.applied is self.before, name
        for fault in refused.faults:
            assert fault.file == "rules/dropped.yaml", name
            assert fault.line >= 1, f"{name}: {fault}"
            assert fault.column >= 1, f"{name}: {fault}"
            assert fault.code.startswith("TC"), f"{name}: {fault}"
            assert fault.code != "TC399", f"{name}: {fault}"  # a defect of ours

    def ends_well(self) -> None:
        """See that the rules can still be changed, and that nothing was recorded meanwhile."""
        assert len(list(self.watcher.history.entries())) == 1
        (self.rules / "dropped.yaml").unlink()
        self.now += timedelta(seconds=60)
        self.watcher.poll(self.now)
        self.watcher.poll(self.now + SETTLE)
        assert self.watcher.refused is None
        assert self.watcher.applied is self.before


@pytest.fixture
def dropper(tmp_path: Path) -> Dropper:
    return Dropper(tmp_path)


def files(folder: str, suffix: str) -> list[Path]:
    return sorted(path for path in shared_path(folder).iterdir() if path.suffix == suffix)


def cases() -> Iterator[tuple[str, bytes]]:
    """Yield the YAML documents that the suite's files are about, as an author would have written them."""
    for path in files(SUITE, ".yaml"):
        for number, case in enumerate(yaml.safe_load(path.read_bytes())):
            if "yaml" not in case:
                continue  # another event stream of the document before
            text = case["yaml"]
            for shown, meant in _VISIBLE.items():
                text = text.replace(shown, meant)
            yield f"{path.name}#{number}", text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("folder", "suffix", "count"),
    [
        pytest.param(SUITE, ".yaml", SUITE_FILES, id="the files of the YAML test suite"),
        pytest.param(HOSTILE, ".bin", HOSTILE_FILES, id="the hostile files"),
        pytest.param(CRASHERS, ".xml", CRASHER_FILES, id="what crashes a feed parser"),
    ],
)
def test_a_file_that_is_no_rule_file_changes_nothing(dropper: Dropper, folder: str, suffix: str, count: int) -> None:
    found = files(folder, suffix)
    assert len(found) == count
    for path in found:
        dropper.drop(path.name, path.read_bytes())
    assert 0 < dropper.told <= count
    dropper.ends_well()


def test_a_yaml_document_that_is_no_rule_file_changes_nothing(dropper: Dropper) -> None:
    found = list(cases())
    assert len(found) == SUITE_CASES
    for name, content in found:
        dropper.drop(name, content)
    dropper.ends_well()


def test_what_is_good_yaml_for_others_does_no_harm_inside_a_rule_either(dropper: Dropper) -> None:
    """Each document of the suite as the text of a rule's key: whatever it makes of the file, it never crashes."""
    head = GOOD.replace("id: mandate", "id: other").replace("topic: mandates", "topic: others")
    start = head.index("    match:")
    for name, content in cases():
        inner = content.decode("utf-8", "replace").replace("\n", "\n      ")
        text = f"{head[:start]}    severity:\n      {inner}\n{head[start:]}"
        dropper.drop(name, text.encode())
    dropper.ends_well()
