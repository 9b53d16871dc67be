"""The App Home: bot.ports.Home -> view. Pure."""

from __future__ import annotations

from adapters.slack import richtext
from adapters.slack.limits import LIMITS, Json
from adapters.slack.modals import fitting
from adapters.slack.render import render
from bot.message import Message
from bot.ports import Home, HomeChannel

NOTHING = "None of your channels follows a topic. In a channel: /tocsin subscribe"


def home_view(home: Home) -> Json:
    """Return the view: health, the channels of the reader, the newest alerts. Older than all of it are left out."""
    blocks = [*_header("How Tocsin is"), *_body(home.health)]
    blocks += [{"type": "divider"}, *_header("Your channels")]
    for channel in home.channels:
        blocks += _channel(channel)
    if not home.channels:
        blocks.append({"type": "section", "text": {"type": "plain_text", "text": NOTHING, "emoji": False}})
    blocks += [{"type": "divider"}, *_header("What rang last"), *_body(home.alerts)]
    return {"type": "home", "blocks": list(fitting(blocks))}


def _header(text: str) -> list[Json]:
    return [{"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}]


def _body(message: Message) -> list[Json]:
    """Return the blocks of a message without its buttons: the page has no channel that they could act in."""
    rendered = render(message)
    parts = (rendered.main, *rendered.overflow)
    return [block for part in parts for block in part.blocks if block["type"] != "actions"]


def _channel(channel: HomeChannel) -> list[Json]:
    name: Json = {"type": "channel", "channel_id": channel.place.channel}
    head: Json = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [name]}]}
    sections = [part for line in channel.lines for part in richtext.split(richtext.elements(line), LIMITS.rich_text)]
    items = [{"type": "rich_text_section", "elements": section} for section in sections]
    body: Json = {"type": "rich_text", "elements": [{"type": "rich_text_list", "elements": items, "style": "bullet"}]}
    return [head, body] if items else [head]
