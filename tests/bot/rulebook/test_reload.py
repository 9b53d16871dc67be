"""Hot reload: all or nothing, once the files are quiet, told once; history and rollback."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.rulebook.edit import Edit
from bot.rulebook.files import pack_names, read_rule_files
from bot.rulebook.history import KEPT, FileHistory
from bot.rulebook.inforce import Applied, Refused
from bot.rulebook.reload import RuleWatcher
from bot.rulebook.stamps import SETTLE, Decision, decide
from bot.rulebook.tested import RuleLoader
from rules.errors import RuleFileError
from rules.load import load
from rules.ruleset import RuleSet
from tests.rules.fakes import FakeVocabulary
from tests.rules.real import lexicon

START = datetime(2026, 9, 1, 12, tzinfo=UTC)
ONE = "version: 1\ntopic: t\ntitle: T\nrules:\n  - {id: one, title: R, match: troops}\n"
TWO = ONE.replace("troops", "tanks")
BROKEN = ONE.replace("match", "mtach")


def load_files(documents: Mapping[str, str]) -> RuleSet:
    return load(documents, FakeVocabulary())


class Desk:
    """A folder of rules, a watcher, and a clock that moves when told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "rules"
        self.folder.mkdir()
        self.now = START
        self.history = FileHistory(folder / "history")
        self.stamp = 0
        self.write("a.yaml", ONE)
        self.watcher = RuleWatcher(["rules"], folder, load_files, self.history)
        self.watcher.start(self.now)
        self.watcher.keep_start()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        self.stamp += 1_000_000_000  # file systems with coarse clocks must not hide a change from the test
        os.utime(path, ns=(self.stamp, self.stamp))

    def poll(self, seconds: float = 0) -> Applied | Refused | None:
        self.now += timedelta(seconds=seconds)
        return self.watcher.poll(self.now)

    def settle(self) -> Applied | Refused | None:
        assert self.poll(1) is None
        return self.poll(SETTLE.total_seconds())

    @property
    def query(self) -> str:
        assert self.watcher.applied is not None
        (rule,) = self.watcher.applied.ruleset.rules
        assert rule.match is not None
        return rule.match.source


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_first_load_is_in_force_and_nothing_happens_while_nothing_changes(desk: Desk) -> None:
    assert desk.query == "troops"
    assert [desk.poll(10) for _ in range(3)] == [None, None, None]
    assert len(list(desk.history.entries())) == 1


def test_a_change_is_taken_when_the_files_have_been_quiet(desk: Desk) -> None:
    desk.write("a.yaml", TWO)
    assert desk.poll(1) is None
    desk.write("a.yaml", ONE + "\n")
    assert desk.poll(1) is None, "still being written"
    desk.write("a.yaml", TWO)
    assert desk.poll(1) is None
    outcome = desk.poll(2)
    assert isinstance(outcome, Applied)
    assert desk.query == "tanks"
    assert str(outcome.changes) == "~ one: match: troops → tanks"
    assert outcome.author
    assert desk.poll(10) is None


def test_a_broken_edit_keeps_the_last_good_set_and_is_told_once(desk: Desk) -> None:
    desk.write("a.yaml", BROKEN)
    outcome = desk.settle()
    assert isinstance(outcome, Refused)
    assert outcome.sentence().startswith(
        "The rules were changed but cannot be used, so the last good ones stay in force:"
    )
    assert 'rules/a.yaml:5:25: rules[0]: "mtach" is not a key here' in outcome.sentence()
    assert desk.query == "troops"
    assert [desk.poll(10) for _ in range(3)] == [None, None, None], "told once"
    assert desk.watcher.refused is outcome
    desk.write("a.yaml", BROKEN)
    assert desk.settle() is None, "the same fault again is no news"
    assert desk.watcher.refused is not None
    assert desk.watcher.refused.since == outcome.since
    desk.write("a.yaml", TWO)
    assert isinstance(desk.settle(), Applied)
    assert desk.watcher.refused is None


def test_going_back_to_what_is_in_force_ends_the_refusal_without_a_reload(desk: Desk) -> None:
    desk.write("a.yaml", BROKEN)
    desk.settle()
    desk.write("a.yaml", ONE)
    assert desk.settle() is None
    assert desk.watcher.refused is None
    assert len(list(desk.history.entries())) == 1


def test_one_broken_file_of_several_holds_all_of_them_back(desk: Desk) -> None:
    desk.write("a.yaml", TWO)
    desk.write("b.yaml", BROKEN.replace("id: one", "id: two"))
    assert isinstance(desk.settle(), Refused)
    assert desk.query == "troops"


@pytest.mark.parametrize("name", [".a.yaml.swp", "a.yaml~", "#a.yaml#", "notes.txt", ".git/x.yaml"])
def test_what_editors_leave_behind_is_no_rule_file(desk: Desk, name: str) -> None:
    (desk.folder / name).parent.mkdir(exist_ok=True)
    desk.write(name, "not: [yaml")
    assert desk.settle() is None
    assert desk.watcher.refused is None


def test_a_deleted_folder_is_refused_and_a_new_file_is_taken(desk: Desk) -> None:
    (desk.folder / "a.yaml").unlink()
    outcome = desk.settle()
    assert isinstance(outcome, Refused)
    assert "has no rule files" in outcome.sentence()
    (desk.folder / "sub").mkdir()
    desk.write("sub/new.yml", TWO)
    assert isinstance(desk.settle(), Applied)
    assert desk.query == "tanks"


def test_a_rename_over_the_file_is_a_change(desk: Desk) -> None:
    beside = desk.folder.parent / "new.yaml"
    beside.write_text(TWO, encoding="utf-8")
    os.utime(beside, ns=(desk.stamp, desk.stamp))
    beside.replace(desk.folder / "a.yaml")
    assert isinstance(desk.settle(), Applied)


def test_a_defect_of_the_loader_does_not_take_the_rules_down(tmp_path: Path) -> None:
    desk = Desk(tmp_path)

    def broken(_documents: Mapping[str, str]) -> RuleSet:
        raise ZeroDivisionError("a defect")

    desk.watcher._tested = broken
    desk.write("a.yaml", TWO)
    outcome = desk.settle()
    assert isinstance(outcome, Refused)
    assert outcome.faults[0].code == "TC399"
    assert desk.query == "troops"


def test_without_any_rules_there_is_no_start(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="no such file"):
        RuleWatcher(["rules"], tmp_path, load_files, FileHistory(tmp_path / "history")).start(START)


def test_the_history_survives_damage_and_does_not_grow_for_ever(desk: Desk) -> None:
    (desk.history.folder / "20200101T000000000000-x.json").write_text("{", encoding="utf-8")
    assert len(list(desk.history.entries())) == 1
    assert desk.watcher.applied is not None
    for number in range(KEPT + 5):
        text = ONE.replace("title: R", f"title: R{number}")
        desk.watcher.change(Edit(write={"rules/a.yaml": text}), START + timedelta(minutes=number), "x")
    assert len(list(desk.history.folder.glob("*.json"))) == KEPT


def test_what_changed_while_nothing_ran_is_recorded_as_that(desk: Desk) -> None:
    desk.write("a.yaml", TWO)
    again = RuleWatcher(["rules"], desk.folder.parent, load_files, desk.history)
    again.start(desk.now + timedelta(hours=1))
    again.keep_start()
    assert [entry.changes for entry in desk.history.entries()] == [("~ one: match: troops → tanks",), ("+ one",)]


def test_a_restart_is_not_recorded_again(desk: Desk) -> None:
    again = RuleWatcher(["rules"], desk.folder.parent, load_files, desk.history)
    again.start(desk.now + timedelta(hours=1))
    again.keep_start()
    assert len(list(desk.history.entries())) == 1


@pytest.mark.parametrize(
    ("current", "handled", "seen", "age", "decision"),
    [
        pytest.param("a", "a", "a", 99, Decision.NOTHING, id="as it was"),
        pytest.param("b", "a", "a", 99, Decision.WAIT, id="just changed"),
        pytest.param("b", "a", "b", 1, Decision.WAIT, id="not quiet for long enough"),
        pytest.param("b", "a", "b", 2, Decision.LOAD, id="quiet"),
        pytest.param("a", "a", "b", 99, Decision.NOTHING, id="back to what it was"),
    ],
)
def test_files_are_read_when_they_differ_and_are_quiet(
    current: str, handled: str, seen: str, age: float, decision: Decision
) -> None:
    stamps = {name: {name: (1, 1, 1)} for name in "ab"}
    seen_at = START - timedelta(seconds=age)
    assert decide(START, stamps[current], stamps[handled], stamps[seen], seen_at) is decision


def test_a_reload_runs_the_rules_own_tests_first() -> None:
    load_tested = RuleLoader(lexicon()).load_tested
    tests = "\n    tests:\n      - {name: a, text: The troops stay., expect: {alert: %s}}\n"
    rule = "version: 1\ntopic: t\ntitle: T\nrules:\n  - id: one\n    title: R\n    match: troops"
    assert load_tested({"a.yaml": rule + tests % "new"}).rules
    assert load_tested({"a.yaml": rule}).rules, "rules without tests load"
    with pytest.raises(RuleFileError) as caught:
        load_tested({"a.yaml": rule + tests % "none"})
    message = 'a.yaml:9:1: one: the test "a" fails: it rang but must not: its words are in the text [TC313]'
    assert str(caught.value) == message


def test_sources_are_files_folders_and_packs(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(ONE, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.yml").write_text(TWO, encoding="utf-8")
    assert list(read_rule_files(["."], tmp_path)) == ["b.yaml", "sub/c.yml"]
    assert list(read_rule_files(["sub/c.yml", "pack:us-forces-europe"], tmp_path)) == [
        "sub/c.yml",
        "pack:us-forces-europe",
    ]
    assert "us-forces-europe" in pack_names()


def test_everything_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "latin.yaml").write_bytes(b"title: caf\xe9\n")
    with pytest.raises(RuleFileError) as caught:
        read_rule_files(["nope.yaml", "empty", "pack:us-forces", "latin.yaml", "/dev/null"], tmp_path)
    assert [fault.code for fault in sorted(caught.value.faults, key=lambda f: f.code)] == [
        "TC013", "TC320", "TC321", "TC322", "TC323",
    ]  # fmt: skip
    assert any('did you mean "us-forces-europe"' in fault.text for fault in caught.value.faults)


def test_a_history_that_cannot_be_written_keeps_no_good_rules_out(desk: Desk) -> None:
    desk.history.folder.rename(desk.history.folder.with_name("elsewhere"))
    desk.history.folder.write_text("in the way", encoding="utf-8")
    desk.write("a.yaml", TWO)
    assert isinstance(desk.settle(), Applied)
    assert desk.query == "tanks"
    assert desk.watcher.unrecorded.startswith("the history of rules cannot be written")


def test_a_refusal_is_noted_for_other_processes_until_it_is_mended(desk: Desk) -> None:
    assert desk.history.refusal() is None
    desk.write("a.yaml", BROKEN)
    desk.settle()
    noted = desk.history.refusal()
    assert noted is not None
    assert desk.watcher.refused is not None
    assert noted == desk.watcher.refused
    desk.write("a.yaml", ONE)
    desk.settle()
    assert desk.history.refusal() is None


def test_a_command_beside_the_bot_takes_the_recorded_set_for_the_one_in_force(desk: Desk) -> None:
    beside = RuleWatcher(["rules"], desk.folder.parent, load_files, desk.history)
    beside.resume(desk.now)
    assert beside.applied is not None
    assert desk.watcher.applied is not None
    assert beside.applied.ruleset.hash == desk.watcher.applied.ruleset.hash
    empty = RuleWatcher(["rules"], desk.folder.parent, load_files, FileHistory(desk.folder.parent / "none"))
    empty.resume(desk.now)
    assert empty.applied is None


def test_a_start_loads_the_files_once_and_without_their_tests(desk: Desk) -> None:
    loaded: list[str] = []

    def load_counted(documents: Mapping[str, str]) -> RuleSet:
        loaded.append("load")
        return load_files(documents)

    def load_tested(documents: Mapping[str, str]) -> RuleSet:
        loaded.append("tests")
        return load_files(documents)

    again = RuleWatcher(["rules"], desk.folder.parent, load_counted, desk.history, tested=load_tested)
    again.start(desk.now)
    again.keep_start()
    assert loaded == ["load"]
    desk.write("a.yaml", TWO)
    for seconds in (10, 20):
        again.poll(desk.now + timedelta(seconds=seconds))
    assert loaded == ["load", "tests"]
