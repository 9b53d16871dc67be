"""Progress is one line on a terminal that goes away, and nothing anywhere else."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

import pytest

from bot.cli.progress import Progress, waiting

CLEARED = "\r\x1b[K"


class Terminal(io.StringIO):
    """A standard error that is a terminal; ``drawn`` is set at the first thing written."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.drawn.set()
        return super().write(text)


@contextmanager
def on_a_terminal() -> Iterator[Terminal]:
    with redirect_stderr(Terminal()) as terminal:
        yield terminal


def test_counted_work_is_a_bar_that_ends_full_and_is_taken_away() -> None:
    with on_a_terminal() as terminal, Progress() as progress:
        for number in range(1, 10_001):
            progress.tell(number, 10_000, "items")
    lines = terminal.getvalue().split(CLEARED)
    assert lines[1] == f"{'░' * 30} 1 of 10,000 items"
    assert lines[-2] == f"{'█' * 30} 10,000 of 10,000 items"
    assert lines[-1] == ""
    assert len(lines) < 1_000  # drawn by the clock, not by the item


def test_a_long_call_says_how_far_it_is() -> None:
    with on_a_terminal() as terminal, waiting("bytes copied", lambda: 5, 10, patience=0):
        assert terminal.drawn.wait(10)
    assert "5 of 10 bytes copied" in terminal.getvalue()
    assert terminal.getvalue().endswith(CLEARED)


def test_a_long_call_that_cannot_be_counted_says_since_when_it_runs() -> None:
    with on_a_terminal() as terminal, waiting("reading", patience=0):
        assert terminal.drawn.wait(10)
    assert "reading, 0 s" in terminal.getvalue()


def test_a_short_call_shows_nothing() -> None:
    with on_a_terminal() as terminal, waiting("reading", patience=60):
        pass
    assert terminal.getvalue() in ("", CLEARED)


def test_what_is_piped_holds_no_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress, waiting("reading", patience=0):
        progress.tell(1, 2, "items")
    assert capsys.readouterr().err == ""
