"""Lines for people and for scripts, whatever the terminal can show."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, TextIO

_STYLES = {"good": "32", "bad": "31;1", "warn": "33", "dim": "2", "strong": "1"}


def say(text: str = "") -> None:
    """Write a line to standard output, with escapes for what the terminal cannot show."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def say_json(record: Mapping[str, Any]) -> None:
    """Write one JSON object as a line."""
    sys.stdout.write(json_line(record) + "\n")


def json_line(record: Mapping[str, Any]) -> str:
    """Return a JSON object on one line; where a lone surrogate has no UTF-8, all is escaped."""
    line = json.dumps(record, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(record)
    return line


def printer(stream: TextIO) -> Callable[[str, str], str]:
    """Return a function that styles a text for ``stream``: colours only on a terminal, never with NO_COLOR."""
    if not stream.isatty() or os.environ.get("NO_COLOR"):
        return lambda text, _style: text
    return lambda text, style: f"\x1b[{_STYLES[style]}m{text}\x1b[0m"
