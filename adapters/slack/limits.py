"""What Slack takes at most. One table; the renderer obeys it and the fake server in the tests checks it on its own.

Sources: docs.slack.dev block and composition object pages and the JSDoc of @slack/types. ``message_json`` is ours:
Slack answers ``msg_blocks_too_long`` for reasons that it does not document; reports name sums of 11,300 to 13,200
characters of text and containers, so the whole JSON of a message's blocks is kept below the lowest of them.
Lengths are counted in UTF-16 units, the largest of the units that Slack could mean.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
"""A piece of a Slack payload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackLimits:
    """Characters and counts."""

    text: int = 4_000  # the fallback text; Slack advises this and cuts at 40,000
    blocks: int = 50
    message_json: int = 10_000
    header: int = 150
    section_text: int = 3_000
    fields: int = 10
    field: int = 2_000
    context: int = 2_000
    rich_text: int = 3_000  # not documented for rich text; the limit of a section's text is kept
    preformatted: int = 3_000
    actions: int = 5  # Slack takes 25; five fit beside each other on a phone
    button_label: int = 75
    action_id: int = 255
    link_label: int = 300  # ours
    cell: int = 80  # ours


LIMITS = SlackLimits()


def size(text: str) -> int:
    """Return the length of ``text`` in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def fits(text: str, limit: int) -> bool:
    """Tell whether ``text`` is at most ``limit`` UTF-16 units long."""
    return len(text) <= limit // 2 or size(text) <= limit


def code_points(text: str, limit: int) -> int:
    """Return how many code points of ``text`` surely fit in ``limit`` UTF-16 units."""
    return limit if text.isascii() or max(text) <= "\uffff" else limit // 2


def json_size(value: Mapping[str, Any]) -> int:
    """Return the length of ``value`` as compact JSON."""
    return size(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
