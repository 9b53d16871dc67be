"""A reader of Discord's markdown, written from its rules and not from our writer: what a person would see and click.

Rules (Discord's help pages and client): a backslash before punctuation shows the punctuation; code spans and blocks
show their text as it is; ``[label](url)`` is a link; a bare http(s) URL is a link; ``<@1> <@&1> <#1> </x:1> <:e:1>
<t:1:f> <id:x>`` are live; @everyone and @here mention; ``>``, ``#``, ``-#``, ``-`` and ``1.`` open a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LIVE = re.compile(r"<(?:@[!&]?\d+|#\d+|/[^:>]+:\d+|a?:\w+:\d+|t:-?\d+(?::\w)?|id:\w+|https?://[^>\s]+|mailto:[^>]+)>")
_LINK = re.compile(r"\[((?:\\.|[^\]\\])*)\]\(<?([^\s)]+)>?\)")
_URL = re.compile(r"https?://[^\s<]+")
_FENCE = re.compile(r"```(?:\w*\n)?(.*?)```", re.DOTALL)
_SPAN = re.compile(r"(`+)(.+?)\1(?!`)", re.DOTALL)
_EVERYONE = re.compile(r"@(?:everyone|here)")
_OPENER = re.compile(r"(?:>>> |> |#{1,3} |-# |[-*] |\d+\. )")
_STYLE = re.compile(r"\*\*\*|\*\*|__|~~|\|\||\*|_")


@dataclass
class Reading:
    """What is seen and what is alive. ``openers`` are the line marks that took effect, ``styles`` the others."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    live: list[str] = field(default_factory=list)
    openers: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)


def read(markdown: str) -> Reading:
    """Read a whole description or content."""
    seen = Reading()
    at = 0
    while at < len(markdown):
        at = _step(markdown, at, seen)
    return seen


def _step(source: str, at: int, seen: Reading) -> int:
    if at == 0 or source[at - 1] == "\n":
        while opener := _OPENER.match(source, at):
            seen.openers.append(opener.group().strip())
            at = opener.end()
        if at >= len(source):
            return at
    char = source[at]
    if char == "\\" and at + 1 < len(source) and not source[at + 1].isalnum() and not source[at + 1].isspace():
        seen.text += source[at + 1]
        return at + 2
    for pattern, take in (
        (_FENCE, _code),
        (_SPAN, _code),
        (_LINK, _link),
        (_LIVE, _live),
        (_URL, _url),
        (_EVERYONE, _live),
    ):
        if found := pattern.match(source, at):
            take(found, seen)
            return found.end()
    if style := _STYLE.match(source, at):
        seen.styles.append(style.group())
        return style.end()
    seen.text += char
    return at + 1


def _code(found: re.Match[str], seen: Reading) -> None:
    seen.text += found.group(found.lastindex or 0)


def _link(found: re.Match[str], seen: Reading) -> None:
    inner = read(found.group(1))
    seen.text += inner.text
    seen.links += [*inner.links, found.group(2)]
    seen.live += inner.live


def _url(found: re.Match[str], seen: Reading) -> None:
    seen.text += found.group()
    seen.links.append(found.group())


def _live(found: re.Match[str], seen: Reading) -> None:
    seen.text += found.group()
    seen.live.append(found.group())
