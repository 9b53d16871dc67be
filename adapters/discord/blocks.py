"""One block of a message as Discord markdown, and the splitting of blocks that are larger than a message."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TypeVar

from adapters.discord.markdown import capped, guard_start, line, link, unmention
from adapters.tables import WIDEST, listed
from bot.message import (
    Block,
    Bullets,
    Context,
    Facts,
    Image,
    Inline,
    Line,
    Link,
    Moment,
    Paragraph,
    Quote,
    Strong,
    Table,
    Text,
)
from rules.sanitise import clean, one_line, shorten

_Part = TypeVar("_Part")

CELL = 40  # code points of a table cell
LABEL = 60  # code points of a fact's label
COLUMNS = 8
NO_BREAK = "\u00a0"  # a dash does not end a line


def block_text(block: Block) -> str:
    """Render one block; an image is an attachment and has no text."""
    match block:
        case Paragraph(line=content):
            return line(content)
        case Quote():
            return _quote(block)
        case Facts(rows=rows):
            return "\n".join(line((Strong(_fact_label(label)), Text(" "), *value)) for label, value in rows)
        case Bullets(lines=lines):
            return "\n".join(f"- {line(content)}" for content in lines)
        case Table():
            return _table(block)
        case Context(line=content):
            return f"-# {line(content)}" if content else ""
        case Image():
            return ""


def narrowed(block: Block) -> Block:
    """Return the block; a table that would wrap as a list."""
    if not isinstance(block, Table):
        return block
    rows = [_cells(row) for row in (block.header, *block.rows)]
    columns = max(map(len, rows))
    widths = [max(_width(row[column]) for row in rows if column < len(row)) for column in range(columns)]
    return listed(block) if sum(widths) + 2 * (columns - 1) > WIDEST else block


def separator(before: Block, after: Block) -> str:
    """Two quotes, or two paragraphs, stay apart; other blocks follow line on line."""
    return "\n\n" if type(before) is type(after) and isinstance(after, (Quote, Paragraph)) else "\n"


def split(block: Block) -> tuple[Block, ...]:
    """Split a block into two of the same kind, at the most harmless place there is."""
    match block:
        case Paragraph(line=content):
            return tuple(Paragraph(part) for part in _halves_of_line(content))
        case Context(line=content):
            return tuple(Context(part) for part in _halves_of_line(content))
        case Quote(text=text, link=source):
            first, second = _halves_of_text(text)
            return Quote(first), Quote(second, source)
        case Facts(rows=rows):
            if len(rows) > 1:
                return tuple(Facts(part) for part in _halves(rows))
            label, value = rows[0]
            return tuple(Facts(((label, part),)) for part in _halves_of_line(value))
        case Bullets(lines=lines):
            if len(lines) > 1:
                return tuple(Bullets(part) for part in _halves(lines))
            return tuple(Bullets((part,)) for part in _halves_of_line(lines[0]))
        case Table(header=header, rows=rows):
            return tuple(Table(header, part) for part in _halves(rows))
        case Image():
            return (block,)


def _quote(block: Quote) -> str:
    lines = [guard_start(line((Text(part),))) for part in clean(block.text).split("\n") if part.strip()]
    if block.link is not None:
        source = link(block.link)
        lines = [*lines[:-1], f"{lines[-1]} —{NO_BREAK}{source}"] if lines else [source]
    return "\n".join(f"> {each}" for each in lines)


def _fact_label(label: str) -> str:
    return shorten(one_line(label), LABEL)


def _table(block: Table) -> str:
    rows = [_cells(row) for row in (block.header, *block.rows) if row]
    if not rows:
        return ""
    columns = max(len(row) for row in rows)
    rows = [(*row, *[""] * (columns - len(row))) for row in rows]
    widths = [max(_width(row[column]) for row in rows) for column in range(columns)]
    lines = ["  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    if block.header:
        lines.insert(1, "  ".join("-" * width for width in widths))
    return "```\n" + "\n".join(lines) + "\n```"


def _cells(row: Sequence[str]) -> tuple[str, ...]:
    """Return the cells as they can stand in a code block, which has no escapes."""
    return tuple(shorten(unmention(one_line(cell).replace("`", "'")), CELL) for cell in row[:COLUMNS])


def _width(text: str) -> int:
    """Count monospace cells: wide characters take two, combining ones none."""
    return sum(_cell_width(char) for char in text)


def _cell_width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _halves(parts: tuple[_Part, ...]) -> tuple[tuple[_Part, ...], tuple[_Part, ...]]:
    middle = len(parts) // 2
    return parts[:middle], parts[middle:]


def _halves_of_line(content: Line) -> tuple[Line, ...]:
    if len(content) > 1:
        return _halves(content)
    piece = content[0]
    if isinstance(piece, (Link, Moment)):
        return (content,)
    first, second = _halves_of_text(piece.text)
    return (_with_text(piece, first),), (_with_text(piece, second),)


def _with_text(piece: Inline, text: str) -> Inline:
    return piece if isinstance(piece, (Link, Moment)) else type(piece)(text)


def _halves_of_text(text: str) -> tuple[str, str]:
    """Cut near the middle at a blank that touches no digit, else at any blank, else where no mark hangs on."""
    text = capped(text)
    at = _cut_near_middle(text)
    return text[:at].rstrip(), text[at:].lstrip()


def _cut_near_middle(text: str) -> int:
    middle = len(text) // 2
    reach = range(min(middle, 2000))
    nearby = [at for step in reach for at in (middle + step, middle - step) if 0 < at < len(text)]
    blanks = [at for at in nearby if text[at].isspace()]
    for at in blanks:
        if not text[at - 1].isdigit() and not text[at + 1 : at + 2].isdigit():
            return at
    if blanks:
        return blanks[0]
    whole = (at for at in nearby if not unicodedata.combining(text[at]))
    return next(whole, max(middle, 1))
