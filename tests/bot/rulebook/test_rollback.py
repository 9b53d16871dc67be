"""Going back to an earlier set of rules: whole or not at all, wherever it is interrupted; nothing of anybody's lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from bot.rulebook.edit import Edit, EditError, placed
from bot.rulebook.history import FileHistory, UnknownSetError
from bot.rulebook.inforce import Applied
from bot.rulebook.reload import RuleWatcher
from bot.rulebook.stamps import SETTLE
from rules.errors import RuleFileError
from tests.bot.rulebook.killed_rollback import NEW, OLD, START, load_files, prepare, rule, watcher, write
from tests.shared import ROOT

LATER = START + timedelta(hours=1)


def on_disk(folder: Path) -> dict[str, str]:
    """Return every file in the folder of rules, hidden ones too."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((folder / "rules").iterdir())}


def in_force(applied: Applied | None) -> list[str]:
    assert applied is not None
    return [each.id for each in applied.ruleset.rules]


@pytest.fixture
def old(tmp_path: Path) -> str:
    return prepare(tmp_path)


@pytest.fixture
def desk(tmp_path: Path, old: str) -> RuleWatcher:
    running = watcher(tmp_path)
    running.start(START + timedelta(minutes=2))
    running.keep_start()
    return running


class TestRollback:
    def test_brings_the_files_back_and_into_force(self, tmp_path: Path, desk: RuleWatcher, old: str) -> None:
        applied = desk.rollback(old[:8], LATER, "ana")
        assert on_disk(tmp_path) == OLD
        assert in_force(applied) == ["a-old", "b-old", "c-old"]
        assert (applied.author, applied.ruleset.hash, applied.before != old) == ("ana", old, True)
        assert str(applied.changes) == "+ a-old; + b-old; + c-old; - a-new; - b-new; - d-new"
        assert desk.poll(LATER + SETTLE * 5) is None, "the next look at the files finds what is in force"
        assert in_force(watcher(tmp_path).start(LATER)) == ["a-old", "b-old", "c-old"], "and so does a restart"

    def test_is_recorded_with_its_author(self, desk: RuleWatcher, old: str) -> None:
        desk.rollback(old, LATER, "ana")
        newest = next(desk.history.entries())
        assert (newest.hash, newest.author, newest.at) == (old, "ana", LATER)
        assert len(list(desk.history.entries())) == 3

    def test_of_a_rollback_goes_forward_again(self, tmp_path: Path, desk: RuleWatcher, old: str) -> None:
        back = desk.rollback(old, LATER, "ana")
        desk.rollback(back.before, LATER + timedelta(minutes=1), "ana")
        assert on_disk(tmp_path) == NEW

    def test_mends_files_that_cannot_be_used_and_keeps_them(self, tmp_path: Path, desk: RuleWatcher, old: str) -> None:
        broken = "rules: [this was my long evening's work"
        (tmp_path / "rules" / "a.yaml").write_text(broken, encoding="utf-8")
        (tmp_path / "rules" / "d.yaml").write_bytes(b"\xff\xfe")
        desk.rollback(old, LATER, "ana")
        assert on_disk(tmp_path) == OLD
        assert desk.saved is not None
        assert (desk.saved / "rules" / "a.yaml").read_text(encoding="utf-8") == broken
        assert (desk.saved / "rules" / "d.yaml").read_bytes() == b"\xff\xfe"
        assert not (desk.saved / "rules" / "b.yaml").exists(), "the history has that one"

    def test_leaves_files_alone_that_are_no_rules(self, tmp_path: Path, desk: RuleWatcher, old: str) -> None:
        (tmp_path / "rules" / "README.md").write_text("ours", encoding="utf-8")
        desk.rollback(old, LATER, "ana")
        assert on_disk(tmp_path) == OLD | {"README.md": "ours"}

    def test_keeps_a_files_mode(self, tmp_path: Path, desk: RuleWatcher, old: str) -> None:
        path = tmp_path / "rules" / "a.yaml"
        path.chmod(0o640)
        desk.rollback(old, LATER, "ana")
        assert path.stat().st_mode & 0o777 == 0o640

    @pytest.mark.parametrize(
        ("digest", "told"),
        [
            ("nothing", 'no rule set of the history begins with "nothing"; the newest ones: '),
            ("", 'no rule set of the history begins with ""'),
            ("abc", 'no rule set of the history begins with "abc"'),
        ],
    )
    def test_to_a_set_that_is_not_kept_names_those_that_are(self, desk: RuleWatcher, digest: str, told: str) -> None:
        with pytest.raises(UnknownSetError) as caught:
            desk.rollback(digest, LATER, "ana")
        assert str(caught.value).startswith(told)

    def test_to_a_set_that_todays_checks_refuse_changes_nothing(self, tmp_path: Path, old: str) -> None:
        def strict(documents: Mapping[str, str]) -> object:
            if any("old" in text for text in documents.values()):
                raise RuleFileError([])
            return load_files(documents)

        running = RuleWatcher(["rules"], tmp_path, strict, FileHistory(tmp_path / "history"))  # type: ignore[arg-type]
        before = running.start(LATER)
        with pytest.raises(RuleFileError):
            running.rollback(old, LATER, "ana")
        assert (on_disk(tmp_path), running.applied) == (NEW, before)

    def test_where_tocsin_yaml_names_other_files_by_now_says_so(self, tmp_path: Path, old: str) -> None:
        (tmp_path / "more.yaml").write_text(rule("e", "new"), encoding="utf-8")
        for sources, told in (
            (["rules/a.yaml"], "that set also had rules/b.yaml, rules/c.yaml, which `rules:` in tocsin.yaml does not"),
            (["rules", "more.yaml"], "that set had no more.yaml, which `rules:` in tocsin.yaml names"),
        ):
            running = RuleWatcher(sources, tmp_path, load_files, FileHistory(tmp_path / "history"))
            running.start(LATER)
            with pytest.raises(EditError, match=told):
                running.rollback(old, LATER, "ana")
            assert on_disk(tmp_path) == NEW


class TestKilled:
    def test_a_rollback_that_is_killed_at_any_step_is_done_whole_or_not_at_all(self, tmp_path: Path) -> None:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.bot.rulebook.killed_rollback", str(tmp_path)],
            cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert (ran.returncode, ran.stderr) == (0, "")
        steps = sorted(int(path.name) for path in tmp_path.iterdir())
        assert len(steps) > 10, "it takes more steps than that: the test does not see them"
        ends = [self._end_of(tmp_path / str(step)) for step in steps]
        assert ends[0] == "new"
        assert ends[-1] == "old"
        assert ends == sorted(ends), "once it is decided, it stays decided"

    def _end_of(self, folder: Path) -> str:
        """Look at the files as the next start does; return which set is there, whole."""
        running = watcher(folder)
        found = in_force(running.start(LATER))
        visible = {name: text for name, text in on_disk(folder).items() if not name.startswith(".")}
        assert visible in (OLD, NEW)
        assert found == (["a-old", "b-old", "c-old"] if visible == OLD else ["a-new", "b-new", "d-new"])
        assert not (folder / "history" / "pending-edit.json").exists()
        return "old" if visible == OLD else "new"

    def test_a_running_bot_finishes_what_a_killed_command_began(self, tmp_path: Path, desk: RuleWatcher) -> None:
        rules = tmp_path / "rules"
        staged = rules / ".a.yaml.tocsin-new~"
        staged.write_text(OLD["a.yaml"], encoding="utf-8")
        moves = f'[["{staged}", "{rules / "a.yaml"}"], ["{rules / ".gone~"}", "{rules / "b.yaml"}"]]'
        (tmp_path / "history" / "pending-edit.json").write_text(
            f'{{"moves": {moves}, "deletions": ["{rules / "d.yaml"}"]}}', encoding="utf-8"
        )
        assert desk.poll(LATER) is None
        assert isinstance(desk.poll(LATER + SETTLE), Applied)
        assert on_disk(tmp_path) == {"a.yaml": OLD["a.yaml"], "b.yaml": NEW["b.yaml"]}
        assert in_force(desk.applied) == ["a-old", "b-new"]

    def test_a_list_of_moves_that_cannot_be_read_is_told_and_the_rules_go_on(
        self, tmp_path: Path, desk: RuleWatcher
    ) -> None:
        pending = tmp_path / "history" / "pending-edit.json"
        pending.write_text("{", encoding="utf-8")
        refused = desk.poll(LATER)
        assert refused is not None
        assert "pending-edit.json cannot be read" in str(desk.refused)
        assert desk.poll(LATER) is None, "told once"
        pending.unlink()
        assert in_force(desk.applied) == ["a-new", "b-new", "d-new"]


class TestChange:
    def test_one_file_is_written_and_in_force_at_once(self, tmp_path: Path, desk: RuleWatcher) -> None:
        text = rule("b", "third")
        applied = desk.change(Edit(write={"rules/b.yaml": text}), LATER, "ana")
        assert on_disk(tmp_path) == NEW | {"b.yaml": text}
        assert str(applied.changes) == "+ b-third; - b-new"
        assert desk.poll(LATER + SETTLE * 5) is None

    def test_a_file_that_cannot_be_used_is_not_written(self, tmp_path: Path, desk: RuleWatcher) -> None:
        with pytest.raises(RuleFileError, match=r"rules/b\.yaml:1:1"):
            desk.change(Edit(write={"rules/b.yaml": "nonsense\n"}), LATER, "ana")
        assert on_disk(tmp_path) == NEW

    def test_a_fault_in_another_file_is_told_with_its_place(self, tmp_path: Path, desk: RuleWatcher) -> None:
        (tmp_path / "rules" / "d.yaml").write_text("nonsense\n", encoding="utf-8")
        with pytest.raises(RuleFileError, match=r"rules/d\.yaml:1:1"):
            desk.change(Edit(write={"rules/b.yaml": rule("b", "third")}), LATER, "ana")

    def test_a_file_in_the_way_of_a_folder_changes_nothing(self, tmp_path: Path, desk: RuleWatcher) -> None:
        (tmp_path / "rules" / "sub").write_text("in the way", encoding="utf-8")
        before = on_disk(tmp_path)
        edit = Edit(write={"rules/b.yaml": rule("b", "third"), "rules/sub/e.yaml": rule("e", "third")})
        with pytest.raises(EditError, match=r"the rule files cannot be written: .*sub"):
            desk.change(edit, LATER, "ana")
        assert on_disk(tmp_path) == before, "not even the first file, nor anything hidden"
        assert in_force(desk.applied) == ["a-new", "b-new", "d-new"]


class TestPlaced:
    def test_a_file_is_where_it_was_else_in_the_first_folder(self, tmp_path: Path) -> None:
        write(tmp_path, OLD)
        (tmp_path / "rules" / "sub").mkdir()
        (tmp_path / "rules" / "sub" / "e.yaml").write_text(rule("e", "old"), encoding="utf-8")
        sources = ["pack:us-forces-europe", "rules"]
        assert placed("a.yaml", sources, tmp_path) == "rules/a.yaml"
        assert placed("e.yaml", sources, tmp_path) == "rules/sub/e.yaml"
        assert placed("new.yaml", sources, tmp_path) == "rules/new.yaml"

    def test_without_a_folder_or_with_two_of_a_name_it_is_not_guessed(self, tmp_path: Path) -> None:
        write(tmp_path, OLD)
        with pytest.raises(EditError, match=r'no folder for new rule files.*did you mean "a.yaml"'):
            placed("aa.yaml", ["rules/a.yaml"], tmp_path)
        (tmp_path / "rules" / "sub").mkdir()
        (tmp_path / "rules" / "sub" / "a.yaml").write_text(rule("e", "old"), encoding="utf-8")
        with pytest.raises(EditError, match=r"2 rule files called a\.yaml \(rules/a\.yaml, rules/sub/a\.yaml\)"):
            placed("a.yaml", ["rules"], tmp_path)
