"""Message -> Block Kit. Pure: the same message always gives the same payload.

Text from feeds stands in rich text, plain text, or (fields and context) in mrkdwn that ``escape`` has made inert.
What does not fit into one message goes, as whole blocks, into further ones for the thread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from adapters.slack import richtext
from adapters.slack.escape import mrkdwn, plain
from adapters.slack.limits import LIMITS, Json, SlackLimits, code_points, fits, json_size
from adapters.slack.table import is_wide, preformatted
from adapters.tables import listed
from bot.message import (
    Block,
    Bullets,
    Button,
    ButtonStyle,
    Context,
    Facts,
    Image,
    Line,
    Message,
    MessageKind,
    Paragraph,
    Quote,
    Strong,
    Table,
    Text,
)
from rules.model import Severity
from rules.sanitise import one_line, shorten

ACTION_PREFIX = "tocsin:"

_MARKS = {Severity.URGENT: "\U0001f534", Severity.IMPORTANT: "\U0001f536", Severity.NOTICE: "\U0001f539"}
"""Red circle, large orange diamond, small blue diamond: they differ in shape too, and the word stands beside them."""

_QUIET = frozenset({MessageKind.DETAIL, MessageKind.REPLY})  # their heading is a bold line, not a headline
_GROUP, _USER = re.compile(r"S[A-Z0-9]{2,}"), re.compile(r"[UW][A-Z0-9]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One post: blocks, and the text for notifications and screen readers."""

    text: str
    blocks: tuple[Json, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A message as posts: ``main`` first, then ``overflow`` in order and ``images`` in its thread."""

    main: Part
    overflow: tuple[Part, ...] = ()
    images: tuple[Image, ...] = ()


def render(message: Message, *, limits: SlackLimits = LIMITS) -> Rendered:
    """Turn a message into posts that keep Slack's limits. No block is cut or left out."""
    top = [*_mention(message), *_heading(message, limits)]
    body = [block for part in message.blocks for block in _blocks(part, limits)]
    tail = _buttons(message.buttons, limits)
    text = _fallback(message, limits)
    groups = list(_pack([*top, *body], tail, limits))
    if len(groups) == 1:
        main = Part(text=text, blocks=(*groups[0], *tail))
    else:
        main = Part(text=text, blocks=(*groups[0], _continued(len(groups) - 1), *tail))
    overflow = tuple(
        Part(text=plain(f"Continued ({number} of {len(groups) - 1}): ") + text, blocks=tuple(group))
        for number, group in enumerate(groups[1:], start=1)
    )
    images = tuple(block for block in message.blocks if isinstance(block, Image))
    return Rendered(main=main, overflow=overflow, images=images)


def render_edit(message: Message, *, limits: SlackLimits = LIMITS) -> Part:
    """Turn a message into the new content of an existing post; what does not fit is counted in its last line."""
    rendered = render(message, limits=limits)
    if not rendered.overflow:
        return rendered.main
    left_out = sum(len(part.blocks) for part in rendered.overflow)
    note = {"type": "context", "elements": [{"type": "plain_text", "text": f"Shortened: {left_out} more blocks."}]}
    going_on = _continued(len(rendered.overflow))
    return Part(
        text=rendered.main.text, blocks=tuple(note if block == going_on else block for block in rendered.main.blocks)
    )


def _pack(blocks: list[Json], tail: list[Json], limits: SlackLimits) -> Iterator[list[Json]]:
    """Share whole blocks out over messages; the first keeps room for ``tail`` and the line that says it goes on."""
    reserved = [*tail, _continued(limits.blocks)]
    room_blocks = limits.blocks - len(reserved)
    room_json = limits.message_json - sum(map(json_size, reserved))
    group: list[Json] = []
    for block in blocks:
        needed = json_size(block)
        if group and (room_blocks < 1 or needed > room_json):
            yield group
            group, room_blocks, room_json = [], limits.blocks, limits.message_json
        group.append(block)
        room_blocks -= 1
        room_json -= needed
    yield group


def _continued(parts: int) -> Json:
    posts = "1 more post" if parts == 1 else f"{parts} more posts"
    return {"type": "context", "elements": [{"type": "plain_text", "text": f"Continues in the thread ({posts})."}]}


def _fallback(message: Message, limits: SlackLimits) -> str:
    text = one_line(message.fallback) or one_line(message.heading) or "Tocsin"
    return plain(shorten(text, code_points(text, limits.text // 5)))  # an escaped character takes up to five


def _mention(message: Message) -> list[Json]:
    """Return the configured mention; one that is no user or group id is shown as text, never as a mention."""
    if not message.mention:
        return []
    if _GROUP.fullmatch(message.mention):
        text = f"<!subteam^{message.mention}>"
    elif _USER.fullmatch(message.mention):
        text = f"<@{message.mention}>"
    else:
        text = plain(f"(cannot mention {one_line(message.mention)[:80]}: not a Slack user or user group id)")
    return [{"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}]


def _heading(message: Message, limits: SlackLimits) -> list[Json]:
    heading = one_line(message.heading)
    if message.kind is MessageKind.DRILL and "drill" not in heading.lower():
        heading = f"DRILL - {heading}".rstrip(" -")
    if message.severity is not None:
        word = "" if message.severity.value in heading.lower() else f"{message.severity.value}: "
        heading = f"{_MARKS[message.severity]} {word}{heading}".rstrip(" :")
    if not heading:
        return []
    if message.kind in _QUIET or not fits(heading, limits.header):
        return _paragraph((Strong(heading),), limits)
    return [{"type": "header", "text": {"type": "plain_text", "text": heading, "emoji": False}}]


def _blocks(block: Block, limits: SlackLimits) -> list[Json]:
    match block:
        case Paragraph():
            return _paragraph(block.line, limits)
        case Quote():
            return _quote(block, limits)
        case Facts():
            return _facts(block, limits)
        case Bullets():
            return _bullets(block, limits)
        case Table() if is_wide(block, limits):
            return _bullets(listed(block), limits)
        case Table():
            return [_rich("rich_text_preformatted", [richtext.text(chunk)]) for chunk in preformatted(block, limits)]
        case Context():
            return _context(block.line, limits)
        case Image():
            return []  # uploaded after the message; see Rendered.images


def _rich(kind: str, items: list[Json], **extra: str) -> Json:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": items, **extra}]}


def _paragraph(line: Line, limits: SlackLimits) -> list[Json]:
    items = richtext.elements(line)
    if richtext.is_blank(items):
        return []
    return [_rich("rich_text_section", section) for section in richtext.split(items, limits.rich_text)]


def _quote(block: Quote, limits: SlackLimits) -> list[Json]:
    items = richtext.elements((Text(block.text.strip()),))
    if block.link is not None:
        items += [richtext.text("\n\u2014 " if items else "\u2014 "), *richtext.elements((block.link,))]
    if richtext.is_blank(items):
        return []
    return [_rich("rich_text_quote", section) for section in richtext.split(items, limits.rich_text)]


def _bullets(block: Bullets, limits: SlackLimits) -> list[Json]:
    sections = [
        section
        for line in block.lines
        if not richtext.is_blank(items := richtext.elements(line))
        for section in richtext.split(items, limits.rich_text)
    ]
    lists: list[Json] = []
    for group in _runs(sections, limits.rich_text):
        items = [{"type": "rich_text_section", "elements": section} for section in group]
        lists.append(_rich("rich_text_list", items, style="bullet"))
    return lists


def _runs(sections: Iterable[list[Json]], limit: int) -> Iterator[list[list[Json]]]:
    group: list[list[Json]] = []
    room = limit
    for section in sections:
        needed = sum(map(json_size, section))
        if group and needed > room:
            yield group
            group, room = [], limit
        group.append(section)
        room -= needed
    if group:
        yield group


def _facts(block: Facts, limits: SlackLimits) -> list[Json]:
    """Two columns of short facts; one alone, or one too long for a field, becomes a paragraph in its place."""
    if len(block.rows) == 1:
        (label, value) = block.rows[0]
        return _paragraph((Strong(label), Text("  "), *value), limits)
    blocks: list[Json] = []
    fields: list[Json] = []

    def flush() -> None:
        if fields:
            blocks.append({"type": "section", "fields": list(fields)})
            fields.clear()

    for label, value in block.rows:
        text = f"{mrkdwn((Strong(label),))}\n{mrkdwn(value)}".strip()
        if not text:
            continue
        if not fits(text, limits.field):
            flush()
            blocks += _paragraph((Strong(label), Text(": "), *value), limits)
            continue
        field = {"type": "mrkdwn", "text": text, "verbatim": True}
        if len(fields) == limits.fields or sum(map(json_size, [*fields, field])) > limits.section_text:
            flush()
        fields.append(field)
    flush()
    return blocks


def _context(line: Line, limits: SlackLimits) -> list[Json]:
    text = mrkdwn(line).strip()
    if not text:
        return []
    if not fits(text, limits.context):
        return _paragraph(line, limits)
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": text, "verbatim": True}]}]


def _buttons(buttons: tuple[Button, ...], limits: SlackLimits) -> list[Json]:
    elements = [_button(button, number, limits) for number, button in enumerate(buttons)]
    rows = [elements[start : start + limits.actions] for start in range(0, len(elements), limits.actions)]
    return [{"type": "actions", "elements": row} for row in rows]


def _button(button: Button, number: int, limits: SlackLimits) -> Json:
    label = one_line(button.label) or button.action
    label = shorten(label, code_points(label, limits.button_label))
    element: Json = {
        "type": "button",
        "action_id": f"{ACTION_PREFIX}{button.action}#{number}",  # must be unique within a message
        "text": {"type": "plain_text", "text": label, "emoji": False},
    }
    if button.value:
        element["value"] = button.value
    if button.style is not ButtonStyle.PLAIN:
        element["style"] = button.style.value
    return element


def action_of(action_id: str) -> str | None:
    """Return the action that a pressed button stands for, or None when the button is not ours."""
    if not action_id.startswith(ACTION_PREFIX):
        return None
    return action_id.removeprefix(ACTION_PREFIX).rpartition("#")[0] or None
