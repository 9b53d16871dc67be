"""Rolls rules back again and again, killed each time one step of the file system later. Run by test_rollback.

python -m tests.bot.rulebook.killed_rollback FOLDER   -> FOLDER/0, FOLDER/1, ...: what each kill left behind
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.rulebook.history import FileHistory
from bot.rulebook.reload import RuleWatcher
from rules.load import load
from rules.ruleset import RuleSet
from tests.rules.fakes import FakeVocabulary

START = datetime(2026, 9, 1, 12, tzinfo=UTC)
MOST_STEPS = 500
_STEPS = ("os.rename", "os.remove", "os.mkdir", "os.chmod")


def rule(name: str, word: str) -> str:
    return f"version: 1\ntopic: {name}\ntitle: T\nrules:\n  - {{id: {name}-{word}, title: R, match: {word}}}\n"


OLD = {f"{name}.yaml": rule(name, "old") for name in ("a", "b", "c")}
NEW = {f"{name}.yaml": rule(name, "new") for name in ("a", "b", "d")}
"""Going back from NEW to OLD replaces two files, brings one back, and deletes one."""


def load_files(documents: Mapping[str, str]) -> RuleSet:
    return load(documents, FakeVocabulary())


def watcher(folder: Path) -> RuleWatcher:
    return RuleWatcher(["rules"], folder, load_files, FileHistory(folder / "history"))


def write(folder: Path, documents: Mapping[str, str]) -> None:
    rules = folder / "rules"
    shutil.rmtree(rules, ignore_errors=True)
    rules.mkdir(parents=True)
    for name, text in documents.items():
        (rules / name).write_text(text, encoding="utf-8")


def prepare(folder: Path) -> str:
    """Record OLD, then NEW, which is in force; return the hash of OLD."""
    write(folder, OLD)
    first = watcher(folder)
    digest = first.start(START).ruleset.hash
    first.keep_start()
    write(folder, NEW)
    second = watcher(folder)
    second.start(START + timedelta(minutes=1))
    second.keep_start()
    return digest


def roll_back_until(step: int, folder: Path, digest: str) -> None:
    """Roll back in this process, and kill it before its step number ``step`` in the file system."""
    running = watcher(folder)
    running.start(START + timedelta(minutes=2))
    left = step

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        writes = event == "open" and str(arguments[1] or "r")[0] in "wxa"
        if event in _STEPS or writes:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    running.rollback(digest, START + timedelta(minutes=3), "ana")


def main(folder: Path) -> None:
    for step in range(MOST_STEPS):
        here = folder / str(step)
        digest = prepare(here)
        child = os.fork()
        if child == 0:
            roll_back_until(step, here, digest)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))
    sys.exit(f"it never ended within {MOST_STEPS} steps")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
