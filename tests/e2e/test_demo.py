"""The demonstration as a newcomer sees it, at the widths that terminals have."""

from __future__ import annotations

import asyncio
import re
import shlex
import tempfile
from functools import cache
from pathlib import Path

import pytest

from bot.demo import NEXT
from tests.cli.terminal import Ended, files, tocsin

ESCAPE = "\x1b"
WIDTHS = (60, 120)
COMMANDS = [command.format(tocsin="tocsin") for command, _ in NEXT]


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width} columns")
def played(request: pytest.FixtureRequest) -> tuple[int, Ended]:
    """The whole demonstration, played once for each width in whatever order the tests come."""
    width: int = request.param
    return width, play(width)


@cache
def play(width: int) -> Ended:
    """Run the demonstration, which has to end by itself and to leave nothing behind."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # FORCE_COLOR makes rich write for a terminal, where only --no-color keeps the escape codes out.
        ended = asyncio.run(tocsin("demo", "--width", str(width), "--no-color", folder=folder, FORCE_COLOR="1"))
        assert files(folder) == []
    return ended


def in_one_line(text: str) -> str:
    """Undo the wrapping: bars, rules and line ends become single blanks."""
    return re.sub(r"[\s▌│─]+", " ", text)


def section(text: str, title: str, number: int) -> str:
    """Return the number-th part below a rule with this title."""
    parts = re.findall(rf"^#{re.escape(title)} ─*\n(.*?)(?=^#|^\[\d/|^─|\Z)", text, re.MULTILINE | re.DOTALL)
    return in_one_line(parts[number])


def test_it_ends_well_and_says_nothing_beside_the_story(played: tuple[int, Ended]) -> None:
    _, ended = played
    assert (ended.code, ended.err) == (0, "")


def test_no_line_is_wider_than_the_terminal_and_none_has_an_escape_code(played: tuple[int, Ended]) -> None:
    width, ended = played
    assert max(len(line) for line in ended.out.splitlines()) <= width
    assert ESCAPE not in ended.out


def test_both_channels_ring_for_the_new_article_with_quote_facts_and_bullets(played: tuple[int, Ended]) -> None:
    _, ended = played
    forces, mandate = section(ended.out, "us-forces", 0), section(ended.out, "peacekeeping", 0)
    assert "NEW · urgent · US forces in Europe" in forces
    assert "withdraw 40,000–70,000 of up to 100,000 troops from Europe (expected)" in forces
    assert 'withdraw "40,000 to 70,000 of a total of up to 100,000 troops" from Europe.”' in forces
    assert "[Why] [Sources] [Snooze] [Not relevant]" in forces
    assert "NEW · urgent · UN mandate and peacekeepers for Ukraine" in mandate
    assert "China, on a condition: " in mandate
    assert "• Italy, in favour: " in mandate


def test_the_rewrite_is_counted_in_the_head_and_rings_nowhere(played: tuple[int, Ended]) -> None:
    _, ended = played
    third = ended.out.partition("[3/4]")[2].partition("[4/4]")[0]
    assert "1 independent origin · 1 rewrite" in in_one_line(third)
    titles = re.findall(r"^#(\S+(?: · \w+)?) ─", third, re.MULTILINE)
    assert sorted(titles) == ["peacekeeping · edited", "us-forces · edited"]


def test_the_changed_figure_is_an_update_in_the_thread_of_its_story(played: tuple[int, Ended]) -> None:
    _, ended = played
    update = section(ended.out, "us-forces · thread", 1)
    assert "UPDATE · urgent · US forces in Europe" in update
    assert "40,000–70,000 of up to 100,000 troops → 20,000–30,000 troops" in in_one_line(update)
    assert "1 independent origin" in in_one_line(update)
    assert "rewrite" not in update  # the rewrite carries the superseded value
    fourth = ended.out.partition("[4/4]")[2]
    assert "#peacekeeping" not in fourth


def test_what_is_made_up_says_so_and_the_end_names_three_next_steps(played: tuple[int, Ended]) -> None:
    _, ended = played
    assert in_one_line(ended.out).count("made up for the demonstration") == 2
    last = ended.out.partition("What to try next")[2]
    assert [f"  {command}\n" in last for command in COMMANDS] == [True, True, True]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_next_step_works_in_a_checkout(command: str, tmp_path: Path) -> None:
    for name in ("seeds", "rules"):
        (tmp_path / name).symlink_to(Path(__file__).resolve().parents[2] / name)
    words = shlex.split(command.replace("\\\n", ""))
    ended = asyncio.run(tocsin(*words[1:], folder=tmp_path))
    assert ended.code == 0, ended.err
