"""Messages as terminal lines: readable with and without colour, at any width, drawn with rich.

A parent has a rule above it; replies hang below with a bar on the left. Feed text is passed as ``rich.text.Text``,
never as markup, and is cleaned of control characters.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.segment import Segment
from rich.style import Style
from rich.table import Table as Grid
from rich.text import Text as Rich

from bot.message import (
    Block,
    Bullets,
    Code,
    Context,
    Facts,
    Image,
    Inline,
    Line,
    Link,
    Message,
    MessageKind,
    Moment,
    Paragraph,
    Quote,
    Strong,
    Struck,
    Table,
    Text,
)
from rules.model import Severity
from rules.sanitise import clean

_COLOUR = {Severity.URGENT: "bold red", Severity.IMPORTANT: "bold yellow", Severity.NOTICE: "bold cyan"}


class Barred:
    """A renderable with a bar at its left edge, so that a thread is seen as one."""

    def __init__(self, content: RenderableType, bar: str, style: str) -> None:
        self._content = content
        self._bar = bar
        self._style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the content narrower and put the bar before every line."""
        width = max(options.max_width - len(self._bar), 20)
        bar = Segment(self._bar, Style.parse(self._style))
        for line in console.render_lines(self._content, options.update(width=width), pad=False):
            yield bar
            yield from line
            yield Segment.line()


def render(
    message: Message, *, is_reply: bool = False, note: str = "", before: Message | None = None
) -> RenderableType:
    """Draw one message. ``note`` is a word of ours beside the heading (``edited``, ``also in the channel``).

    With ``before``, the form that is replaced, only the blocks that differ are drawn.
    """
    colour = _COLOUR[message.severity] if message.severity else "bold"
    head = Rich(clean(message.heading), style=colour)
    if note:
        head.append(f"  ({note})", style="dim italic")
    known = before.blocks if before else ()
    blocks = [_block(block) for block in message.blocks if block not in known]
    body = Group(head, *blocks, *([] if before else _buttons(message)))
    if is_reply:
        return Barred(body, "  │ ", "dim")
    bar = "▌ " if message.kind is MessageKind.ALERT else "· "
    return Barred(body, bar, colour)


def _block(block: Block) -> RenderableType:
    match block:
        case Paragraph(line):
            return _line(line)
        case Quote(text, link):
            quote = Rich(f"“{clean(text)}”", style="italic")
            if link:
                quote.append(" — ", style="dim").append_text(_inline(link))
            return Padding(quote, (0, 0, 0, 2), expand=False)
        case Facts(rows):
            return _facts(rows)
        case Bullets(lines):
            return Group(*(_bullet(line) for line in lines))
        case Table(header, rows):
            return _table(header, rows)
        case Context(line):
            return _dimmed(_line(line))
        case Image(alt=alt):
            return Rich(f"[picture: {clean(alt)}]", style="dim")


def _bullet(line: Line) -> RenderableType:
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_row("•", _line(line))
    return grid


def _facts(rows: Iterable[tuple[str, Line]]) -> RenderableType:
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, line in rows:
        grid.add_row(Rich(clean(label)), _line(line))
    return Padding(grid, (0, 0, 0, 2), expand=False)


def _table(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> RenderableType:
    grid = Grid(box=None, padding=(0, 2, 0, 0), show_edge=False)
    for name in header:
        grid.add_column(Rich(clean(name)), overflow="fold")
    for row in rows:
        grid.add_row(*(Rich(clean(cell)) for cell in row))
    return grid


def _buttons(message: Message) -> list[RenderableType]:
    if not message.buttons:
        return []
    return [Rich(" ".join(f"[{button.label}]" for button in message.buttons), style="dim")]


def _line(line: Line) -> Rich:
    drawn = Rich()
    for part in line:
        drawn.append_text(_inline(part))
    return drawn


def _inline(part: Inline) -> Rich:
    match part:
        case Text(text):
            return Rich(clean(text))
        case Strong(text):
            return Rich(clean(text), style="bold")
        case Struck(text):
            # A plain terminal shows no strike-through, so the brackets say it as well.
            return Rich(f"[{clean(text)}]", style="strike")
        case Code(text):
            return Rich(clean(text), style="cyan")
        case Link(url, label):
            return Rich(clean(label), style="underline").append(f" <{clean(url)}>", style="dim")
        case Moment(at):
            return Rich(at.strftime("%-d %b %Y %H:%M UTC"))


def _dimmed(text: Rich) -> Rich:
    text.stylize_before("dim")
    return text
