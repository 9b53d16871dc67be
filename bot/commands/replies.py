"""How answers are built: one shape for all commands."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.parse import quote
from bot.message import (
    Block,
    Bullets,
    Button,
    Context,
    Inline,
    Line,
    Link,
    Message,
    MessageKind,
    Moment,
    Paragraph,
    Reply,
    Strong,
    Text,
)
from bot.ports import Caller
from bot.store.alerts import AlertLine

BUTTON_ROOM = 90  # code points of action and value together (bot.message.Button)
RUN = "run"
"""The action of buttons whose value is a command as it would be typed; the presser's role is checked as for that."""


def answer(text: str) -> Reply:
    """Answer with one sentence."""
    return Reply(message=message("Tocsin", (Paragraph((Text(text),)),), text))


def reply(heading: str, lines: Sequence[Line], small_print: str = "", *, buttons: Sequence[Button] = ()) -> Reply:
    """Answer with a list."""
    blocks: tuple[Block, ...] = (Bullets(tuple(lines)),)
    if small_print:
        blocks += (Context((Text(small_print),)),)
    return Reply(message=message(heading, blocks, heading, buttons=buttons))


def message(
    heading: str,
    blocks: Sequence[Block],
    fallback: str,
    *,
    kind: MessageKind = MessageKind.REPLY,
    buttons: Sequence[Button] = (),
) -> Message:
    """Make the message of a reply."""
    return Message(kind=kind, heading=heading, fallback=fallback, blocks=tuple(blocks), buttons=tuple(buttons))


def done(caller: Caller, what: Line, told: str, *, undo: str = "", note: Sequence[Block] = ()) -> Reply:
    """Answer a change: ``told`` to the one who made it, "<who> <what>" to the channel, ``undo`` as its button."""
    line: Line = (Text(f"{caller.user_name} "), *what)
    buttons = (run_button("Undo", undo),) if undo and len(RUN) + len(undo) <= BUTTON_ROOM else ()
    shown = message("Tocsin", (Paragraph(line),), plain(line), kind=MessageKind.NOTICE, buttons=buttons)
    return Reply(message=message("Done", (Paragraph((Text(told),)), *note), told), announce=shown)


def run_button(label: str, command: str) -> Button:
    """Return a button that runs a command."""
    return Button(action=RUN, label=label, value=command)


def page_buttons(command: str, page: int, *, has_more: bool) -> tuple[Button, ...]:
    """Return buttons for the pages before and after; none where the command is too long for a button's value."""
    wanted = [("Newer", page - 1)] if page > 1 else []
    wanted += [("Older", page + 1)] if has_more else []
    buttons = [run_button(label, f"{command} page:{number}") for label, number in wanted]
    return tuple(one for one in buttons if len(one.action) + len(one.value) <= BUTTON_ROOM)


def spelled(name: str, options: dict[str, str], *, without: Sequence[str] = ()) -> str:
    """Write a command as it would be typed."""
    given = (f"{option}:{quote(value)}" for option, value in options.items() if option not in without)
    return " ".join((name, *given))


def alert_line(one: AlertLine) -> Line:
    """Say an alert in one line, with its number."""
    source = Link(one.url, one.outlet) if one.url else Text(one.outlet)
    return (
        Moment(one.at),
        Text(f" {one.severity} · "),
        Strong(one.sentence),
        Text(" · "),
        source,
        Text(f" · alert {one.id}"),
    )


def plain(line: Line) -> str:
    """Return a line's words for where nothing can be drawn: links by their labels, moments in UTC."""
    return "".join(_words(part) for part in line)


def _words(part: Inline) -> str:
    match part:
        case Link():
            return part.label
        case Moment():
            return f"{part.at:%Y-%m-%d %H:%M} UTC"
        case _:
            return part.text
