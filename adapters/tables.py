"""Tables that are too wide for a chat, as lists: a wrapped table cannot be read, a list can, on a phone too."""

from __future__ import annotations

from bot.message import Bullets, Inline, Line, Strong, Table, Text
from rules.sanitise import one_line, shorten

WIDEST = 56  # monospaced columns that a Discord embed, or a Slack thread beside its channel, shows without wrapping
CELL = 120  # code points of a listed cell
SELF_EVIDENT = 2  # first columns whose cells need no label


def listed(table: Table) -> Bullets:
    """Return a line for each row: its first cell emphasised, the later ones with the name of their column."""
    return Bullets(tuple(_line(table.header, row) for row in table.rows))


def _line(header: tuple[str, ...], row: tuple[str, ...]) -> Line:
    line: list[Inline] = []
    for column, value in enumerate(row):
        cell = shorten(one_line(value), CELL)
        if not cell:
            continue
        label = header[column] if SELF_EVIDENT <= column < len(header) else ""
        separator = " · " if line else ""
        lead = f"{separator}{shorten(one_line(label), CELL)}: " if label else separator
        if lead:
            line.append(Text(lead))
        line.append(Text(cell) if column else Strong(cell))
    return tuple(line)
