"""How far a long piece of work has come: one line on standard error, taken away at the end; none without a terminal."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

WIDTH = 30  # cells of a bar
EVERY = 0.1  # seconds between two drawings
PATIENCE = 2.0  # seconds before work that cannot be counted is shown at all


class Progress:
    """Draws a bar for work that is counted. Use as a context manager around the work."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._drawn = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_shown:
            sys.stderr.write("\r\x1b[K")

    def tell(self, done: int, total: int, what: str) -> None:
        """Show that ``done`` of ``total`` are through, at most ten times a second; ``what`` says of what."""
        now = time.monotonic()
        if not self._is_shown or (now - self._drawn < EVERY and done < total):
            return
        self._drawn = now
        bar = "█" * round(min(done / max(total, 1), 1.0) * WIDTH)
        sys.stderr.write(f"\r\x1b[K{bar:░<{WIDTH}} {done:,} of {total:,} {what}")
        sys.stderr.flush()


@contextmanager
def waiting(
    what: str, done: Callable[[], int] | None = None, total: int = 0, patience: float = PATIENCE
) -> Iterator[None]:
    """Show, after ``patience`` seconds, that one long call is running.

    It says how far the call is, where ``done`` can be asked from another thread, else since when it runs.
    """
    if not sys.stderr.isatty():
        yield
        return
    is_over = threading.Event()
    started = time.monotonic()

    def show() -> None:
        with Progress() as progress:
            pause = patience
            while not is_over.wait(pause):
                pause = EVERY
                if done is not None:
                    progress.tell(done(), total, what)
                else:
                    sys.stderr.write(f"\r\x1b[K{what}, {time.monotonic() - started:.0f} s")
                    sys.stderr.flush()

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
