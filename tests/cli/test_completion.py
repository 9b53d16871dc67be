"""``tocsin completion``: the scripts complete in real shells what the command line has."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bot.cli.completion import SHELLS
from bot.cli.grammar import Level, levels
from bot.cli.main import COMMANDS, main


@pytest.fixture(scope="module")
def grammar() -> list[Level]:
    return levels()


def script(shell: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["completion", shell]) == 0
    path = folder / f"tocsin.{shell}"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path


def ran(*arguments: str) -> list[str]:
    if shutil.which(arguments[0]) is None:
        pytest.skip(f"{arguments[0]} is not installed here")
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split("\n")


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_itself_takes_the_script(shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran(shell, "-n", str(script(shell, tmp_path, capsys)))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("tocsin do", ["doctor"], id="a command"),
        pytest.param("tocsin rules ch", ["check"], id="a subcommand"),
        pytest.param("tocsin doctor --j", ["--json"], id="an option"),
        pytest.param("tocsin --config x rules li", ["lint"], id="a subcommand behind an option"),
        pytest.param("tocsin feeds add --tier ", ["1", "2", "3"], id="what may follow an option"),
        pytest.param("tocsin completion z", ["zsh"], id="an argument of a closed set"),
        pytest.param("tocsin extract ./no", [], id="a file is the shell's business"),
    ],
)
def test_bash_completes(line: str, expected: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    code = (
        f"source {script('bash', tmp_path, capsys)}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; "
        'COMPREPLY=(); _tocsin; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert [word for word in ran("bash", "-c", code) if word] == expected


def test_fish_completes_with_what_it_means(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = script("fish", tmp_path, capsys)
    found = ran("fish", "--no-config", "-c", f"source {path}; complete -C 'tocsin rules ch'")
    assert found[0].startswith("check\t")
    found = ran("fish", "--no-config", "-c", f"source {path}; complete -C 'tocsin doctor --off'")
    assert found[0].startswith("--offline\t")


def test_every_command_is_a_level_and_says_what_it_is_for(grammar: list[Level]) -> None:
    paths = [level.path for level in grammar]
    assert len(paths) == len(set(paths))
    assert {f"tocsin {name}" for name in COMMANDS} <= set(paths)
    assert [level.path for level in grammar if not level.help] == []
    silent = [(level.path, option.flags) for level in grammar for option in level.options if not option.help]
    assert silent == []
