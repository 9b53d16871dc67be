"""Logs as events: a short constant text and fields, on standard error, never a secret."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
from collections.abc import Iterator
from typing import Any

from bot.secret import Secret, without_secrets


@contextlib.contextmanager
def _hidden(library: str) -> Iterator[None]:
    """Let an import find that a library is not there, unless it was loaded before."""
    modules: dict[str, Any] = sys.modules
    was_loaded = modules.setdefault(library, None) is not None
    try:
        yield
    finally:
        if not was_loaded:
            del modules[library]


with _hidden("rich"):  # structlog would load it to draw tracebacks, which ours are not: 50 ms and 6 MB
    import structlog

_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")  # also within a sentence or a traceback


def set_up(level: str | None = None) -> None:
    """Configure structlog and the standard logging for the whole process; ``TOCSIN_LOG`` names the level."""
    name = (level or os.environ.get("TOCSIN_LOG", "warning")).upper()
    threshold = logging.getLevelNamesMapping().get(name, logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_secrets,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=threshold, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    # An ordinary reconnect is no error; discord.py writes a traceback for it.
    logging.getLogger("discord.client").setLevel(logging.CRITICAL)
    # A tick that is left out while the one before it still works is no warning: ``bot.schedule`` says what takes long.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


def _without_secrets(_logger: object, _method: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    return {key: _silent(value) for key, value in event.items()}


def _silent(value: object) -> object:
    if isinstance(value, Secret):
        return "<secret>"
    return _ADDRESS.sub(lambda found: without_secrets(found[0]), value) if isinstance(value, str) else value
