"""Discord's markdown, written by us only: escaping of strangers' text, links, times and inline styles.

Discord renders a backslash before any punctuation as that punctuation, so escaping changes nothing that a reader
sees. The escapes: every character that opens a style, a link, a mention or a spoiler; what is special only at
the start of a line (quotes, headings, subtext, lists, numbered lists); the ``://`` of a bare URL, which would
become a link of the stranger's; and @everyone / @here, which get an invisible break.
"""

from __future__ import annotations

import re

from bot.message import Code, Inline, Line, Link, Moment, Strong, Struck, Text
from rules.sanitise import clean, names_host, shorten, shown_host, web_link

LABEL = 200  # code points of a link's label
URL = 1500  # code points; a longer address is named by its host, not linked
TEXT = 40_000  # code points of one piece of text; nothing longer is meant for reading in a chat

_SPECIAL = re.compile(r"[\\`*_~|<\[\]]")
_LINE_START = re.compile(r"^(\s*)([>#+-]|\d+[.)])")
_BARE_URL = re.compile(r":(?=//)")
_GROUP_MENTION = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_BREAK = "\u200b"


def escape(text: str) -> str:
    """Return ``text`` as it stands, in one line, with no character left that Discord would take for markup."""
    text = _BLANKS.sub(" ", clean(capped(text)))
    text = _SPECIAL.sub(r"\\\g<0>", text)
    text = _BARE_URL.sub(r":\\", text)
    return unmention(text)


def unmention(text: str) -> str:
    """Break ``@everyone`` and ``@here`` invisibly; other mentions need ``<``, which is escaped elsewhere."""
    return _GROUP_MENTION.sub(f"@{_BREAK}", text)


def guard_start(line: str) -> str:
    """Escape what is markup only at the start of a line: quotes, headings, subtext and lists."""

    def escaped(match: re.Match[str]) -> str:
        blanks, mark = match.groups()
        return f"{blanks}{mark[:-1]}\\{mark[-1]}"

    return _LINE_START.sub(escaped, line)


def line(inlines: Line) -> str:
    """Render one line of inlines; safe at the start of a line."""
    return guard_start("".join(inline(each) for each in inlines))


def inline(piece: Inline) -> str:
    """Render one inline."""
    match piece:
        case Text(text=text):
            return escape(text)
        case Strong(text=text):
            return _wrapped(text, "**")
        case Struck(text=text):
            return _wrapped(text, "~~")
        case Code(text=text):
            return code(text)
        case Moment(at=at):
            return f"<t:{int(at.timestamp())}:f>"
        case Link():
            return link(piece)


def code(text: str) -> str:
    """Render inline code; a backtick in it becomes an apostrophe, for Discord has no escape there."""
    plain = unmention(_BLANKS.sub(" ", clean(capped(text))).replace("`", "'")).strip()
    return f"`{plain}`" if plain else ""


def link(target: Link) -> str:
    """Render a link, followed by the host it leads to unless the label shows it; other schemes give the label alone."""
    url = web_link(target.url)
    label = escape(shorten(clean(target.label), LABEL)).strip()
    if url is None:
        return label
    host = shown_host(url)
    if len(url) > URL:
        return f"{label} ({host})".lstrip()
    if names_host(target.label, url):
        return f"[{label}]({url})"
    return f"[{label}]({url}) ({host})" if label else f"[{host}]({url})"


def _wrapped(text: str, mark: str) -> str:
    """Put ``mark`` around the text but not around blanks at its ends, where Discord would not see it."""
    escaped = escape(text)
    bare = escaped.strip()
    if not bare:
        return escaped
    before, after = escaped.split(bare, 1)[0], escaped[len(escaped.rstrip()) :]
    return f"{before}{mark}{bare}{mark}{after}"


def capped(text: str) -> str:
    """Cut what no reader will read to its end, and say how much is left out."""
    if len(text) <= TEXT:
        return text
    return f"{shorten(text, TEXT)} ({len(text) - TEXT:,} more characters)"
