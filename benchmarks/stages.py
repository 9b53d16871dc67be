"""CPU by stage of a running program: named functions are wrapped, each counts its own time without what it calls."""

from __future__ import annotations

import functools
import importlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any


class Stages:
    """Seconds of CPU by stage. A stage within another is taken off the outer one."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._local = threading.local()
        self._lock = threading.Lock()

    @contextmanager
    def watching(self, places: Mapping[str, Iterable[str]]) -> Iterator[None]:
        """Wrap functions while it lasts: stage -> ``module:Class.method`` or ``module:function``."""
        undo: list[tuple[Any, str, Any]] = []
        try:
            for stage, paths in places.items():
                for path in paths:
                    module, _, name = path.partition(":")
                    owner: Any = importlib.import_module(module)
                    *outer, name = name.split(".")
                    for part in outer:
                        owner = getattr(owner, part)
                    undo.append((owner, name, getattr(owner, name)))
                    setattr(owner, name, self._timed(stage, getattr(owner, name)))
            yield
        finally:
            for owner, name, original in undo:
                setattr(owner, name, original)

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            running: list[float] = self._local.__dict__.setdefault("running", [])  # what inner stages have taken
            running.append(0.0)
            started = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                took = time.thread_time() - started
                inner = running.pop()
                if running:
                    running[-1] += took
                with self._lock:
                    self.seconds[stage] = self.seconds.get(stage, 0.0) + took - inner

        return timed
