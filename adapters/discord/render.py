"""Message -> what Discord is sent: one embed in reading order, buttons, files, and what did not fit.

Pure, and free of discord.py, so that rendering is tested in microseconds. A message without blocks becomes plain
text. Everything stays within ``limits`` by moving whole blocks to ``overflow``; only a block that is larger than a
whole message is split, at a blank that touches no number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.discord import limits
from adapters.discord.blocks import block_text, narrowed, separator, split
from adapters.discord.markdown import escape, guard_start
from bot.message import Block, Button, ButtonStyle, Context, Image, Message, MessageKind, Text
from rules.model import Severity
from rules.sanitise import one_line, shorten

CUSTOM_ID_PREFIX = "tocsin"
FOOTER_ROOM = 64  # kept free for the delivery key
BLOCK_ROOM = 3000  # rendered code points of one block; larger blocks are split
MAX_MESSAGES = 10  # one message and its continuations

_COLOURS: dict[Severity, int] = {
    Severity.NOTICE: 0x5B7083,
    Severity.IMPORTANT: 0xD98E04,
    Severity.URGENT: 0xC62828,
}
_KIND_COLOURS: dict[MessageKind, int] = {
    MessageKind.CORRECTION: 0x6A4FB3,
    MessageKind.DRILL: 0x00838F,
    MessageKind.NOTICE: 0x455A64,
}
_STYLES: dict[ButtonStyle, int] = {ButtonStyle.PRIMARY: 1, ButtonStyle.PLAIN: 2, ButtonStyle.DANGER: 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The body of one Discord message. ``overflow`` are the blocks that belong into the next one."""

    content: str = ""
    embeds: tuple[dict[str, Any], ...] = ()
    components: tuple[dict[str, Any], ...] = ()
    files: tuple[Image, ...] = ()
    overflow: tuple[Block, ...] = ()

    def payload(self) -> dict[str, Any]:
        """Return the JSON body, without the files, for checks against limits and schema."""
        parts = {"content": self.content, "embeds": list(self.embeds), "components": list(self.components)}
        return {name: part for name, part in parts.items() if part}


def render(message: Message) -> Rendered:
    """Render one message. Without anything to show in blocks it is plain text: the heading and the fallback."""
    return _page(message, _fitting(message.blocks))


def render_all(message: Message) -> tuple[Rendered, ...]:
    """Render a message and its continuations, at most ``MAX_MESSAGES``; the last one says what is left out."""
    pages = [render(message)]
    while pages[-1].overflow and len(pages) < MAX_MESSAGES:
        blocks = pages[-1].overflow
        if len(pages) == MAX_MESSAGES - 1:
            blocks = _ended(blocks)
        rest = replace(message, heading="", buttons=(), mention=None)
        pages.append(_page(rest, blocks))
    return tuple(pages)


def _page(message: Message, blocks: Sequence[Block]) -> Rendered:
    """Render as many of the blocks as one message takes; each fits into a message of its own."""
    title = _title(message)
    taken, overflow = _fill(blocks, len(title))
    description = _joined(taken)
    images = tuple(block for block in taken if isinstance(block, Image))
    if not description and not images:
        return Rendered(content=_plain(message), components=_rows(message.buttons))
    embed: dict[str, Any] = {"color": _colour(message)}
    if title:
        embed["title"] = title
    if description:
        embed["description"] = description
    if images:
        embed["image"] = {"url": f"attachment://{images[0].name}"}
    return Rendered(embeds=(embed,), components=_rows(message.buttons), files=images, overflow=overflow)


def sentence(message: Message) -> str:
    """Return what the message says in one line, without the word of its kind ("UPDATE: "), which a thread outlives."""
    heading, fallback = one_line(message.heading), one_line(message.fallback)
    kind = heading.partition(" · ")[0]
    return fallback.removeprefix(f"{kind}: ") or heading


def custom_id(action: str, value: str) -> str:
    """Return the id that a press of the button comes back with."""
    return f"{CUSTOM_ID_PREFIX}:{action}:{value}"


def parse_custom_id(text: str) -> tuple[str, str] | None:
    """Return (action, value) of one of our buttons, or None for somebody else's."""
    prefix, _, rest = text.partition(":")
    action, colon, value = rest.partition(":")
    return (action, value) if prefix == CUSTOM_ID_PREFIX and action and colon else None


def _fill(blocks: Sequence[Block], used: int) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """Take blocks while they fit; from the first that does not, all go to the next message, so that order stays."""
    room = min(limits.DESCRIPTION, limits.EMBED_TOTAL - used - FOOTER_ROOM)
    size = 0
    has_image = False
    for index, block in enumerate(blocks):
        is_image = isinstance(block, Image)
        size += len(block_text(block)) + len(separator(blocks[index - 1], block) if index else "")
        if size > room or (is_image and has_image):
            return tuple(blocks[:index]), tuple(blocks[index:])
        has_image = has_image or is_image
    return tuple(blocks), ()


def _fitting(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Return the blocks, those larger than a message in pieces. What no message will show any more stays unsplit."""
    pieces: list[Block] = []
    waiting = [narrowed(block) for block in reversed(blocks)]
    room = MAX_MESSAGES * limits.DESCRIPTION
    while waiting and room > 0:
        block = waiting.pop()
        size = len(block_text(block))
        if size <= BLOCK_ROOM:
            pieces.append(block)
            room -= size
        else:
            waiting.extend(reversed(split(block)))
    return (*pieces, *reversed(waiting))


def _ended(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Cut the rest to what the last message holds, and say how much is not shown."""
    taken, left = _fill(blocks, len(" " * 100))
    if not left:
        return blocks
    note = Context((Text(f"{len(left)} more parts are not shown."),))
    while taken and _fill((*taken, note), 100)[1]:
        taken = taken[:-1]
        note = Context((Text(f"{len(blocks) - len(taken)} more parts are not shown."),))
    return (*taken, note)


def _joined(blocks: Sequence[Block]) -> str:
    text = ""
    for index, block in enumerate(blocks):
        part = block_text(block)
        if part and text:
            text += separator(blocks[index - 1], block)
        text += part
    return text


def _title(message: Message) -> str:
    """Return the heading with the severity as a word, for those who do not see the colour."""
    heading = _heading(message)
    word = message.severity.value if message.severity else ""
    if heading and word and word not in heading.casefold():
        heading = f"{heading} · {word}"
    return _escaped_within(heading, limits.TITLE)


def _heading(message: Message) -> str:
    """Return the heading in one line; a drill is never without the word."""
    heading = one_line(message.heading)
    if message.kind is MessageKind.DRILL and "DRILL" not in heading:
        return f"DRILL - {heading}" if heading else "DRILL"
    return heading


def _plain(message: Message) -> str:
    """Return heading and fallback as content: never empty, for Discord refuses an empty message."""
    heading, fallback = _heading(message), one_line(message.fallback)
    if not heading or fallback.startswith(heading):
        return guard_start(_escaped_within(fallback, limits.CONTENT - FOOTER_ROOM - 2)) or "…"
    title = _escaped_within(heading, limits.TITLE)
    room = limits.CONTENT - FOOTER_ROOM - len(title) - 8
    return f"**{title}**\n{guard_start(_escaped_within(fallback, room))}".rstrip()


def _escaped_within(text: str, limit: int) -> str:
    """Escape, cutting the raw text (never an escape) until the result fits."""
    keep = limit
    while len(escaped := escape(shorten(text, keep))) > limit:
        keep -= max(1, (len(escaped) - limit) // 2)
    return escaped


def _colour(message: Message) -> int:
    if message.kind in _KIND_COLOURS:
        return _KIND_COLOURS[message.kind]
    return _COLOURS[message.severity or Severity.NOTICE]


def _rows(buttons: Sequence[Button]) -> tuple[dict[str, Any], ...]:
    drawn = [_button(button) for button in buttons]
    width = limits.BUTTONS_PER_ROW
    return tuple({"type": 1, "components": drawn[at : at + width]} for at in range(0, len(drawn), width))


def _button(button: Button) -> dict[str, Any]:
    return {
        "type": 2,
        "style": _STYLES[button.style],
        "label": shorten(one_line(button.label) or button.action, limits.BUTTON_LABEL),
        "custom_id": custom_id(button.action, button.value),
    }
