"""Tables as monospaced text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from adapters.slack.limits import SlackLimits, size
from adapters.tables import WIDEST
from bot.message import Table
from rules.sanitise import one_line, shorten

_NUMBER = re.compile(r"[-+\u2212]?[\d.,\s%]*\d[\d.,\s%]*")
_GAP = "  "


def preformatted(table: Table, limits: SlackLimits) -> Iterator[str]:
    """Yield the table as one or more monospaced texts within the limit; each begins with the header."""
    header, rows = _cells(table, limits)
    widths = [max(map(width, column)) for column in zip(header, *rows, strict=True)]
    right = [
        bool(rows) and all(_NUMBER.fullmatch(cell) for cell in column if cell) for column in zip(*rows, strict=True)
    ]
    right = right or [False] * len(header)
    head = [_line(header, widths, right), _line(["-" * each for each in widths], widths, right)]
    chunk = list(head)
    for row in rows:
        line = _line(row, widths, right)
        if len(chunk) > len(head) and size("\n".join([*chunk, line])) > limits.preformatted:
            yield "\n".join(chunk)
            chunk = list(head)
        chunk.append(line)
    if header:
        yield "\n".join(chunk)


def is_wide(table: Table, limits: SlackLimits) -> bool:
    """Tell whether the table would wrap in a thread beside its channel."""
    header, rows = _cells(table, limits)
    widths = [max(map(width, column)) for column in zip(header, *rows, strict=True)]
    return sum(widths) + len(_GAP) * (len(widths) - 1) > WIDEST


def _cells(table: Table, limits: SlackLimits) -> tuple[list[str], list[list[str]]]:
    columns = max([len(table.header), *map(len, table.rows)])
    cell = min(limits.cell, max(1, limits.preformatted // (8 * max(columns, 1))))  # header, rule and a row always fit
    lines = [[shorten(one_line(value), cell) for value in row] for row in (table.header, *table.rows)]
    header, *rows = [line + [""] * (columns - len(line)) for line in lines]
    return header, rows


def width(text: str) -> int:
    """Return how many columns of a monospaced font ``text`` takes."""
    return sum(0 if unicodedata.combining(char) else 2 if _is_wide(char) else 1 for char in text)


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for cell, columns, is_right in zip(cells, widths, right, strict=True):
        blanks = " " * (columns - width(cell))
        padded.append(blanks + cell if is_right else cell + blanks)
    return _GAP.join(padded).rstrip()
