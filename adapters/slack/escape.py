"""Untrusted text inside Slack's mrkdwn, where rich text cannot be used (fields, context, fallback text).

Slack asks to escape ``&``, ``<`` and ``>`` and nothing else; that keeps mentions, channels and links from being forged.
It does not keep ``*`` ``_`` ``~`` `` ` `` and ``:name:`` from formatting, and zero-width joins are no help (people use
them to *switch on* formatting inside words). So where one of these could format, it is shown as the character that
looks like it. Text that has none of them, nearly all of it, is shown as it is.
"""

from __future__ import annotations

import re
from datetime import UTC

from adapters.slack.limits import LIMITS
from bot.message import Code, Inline, Line, Link, Moment, Strong, Struck, Text
from rules.sanitise import clean, names_host, one_line, shorten, shown_host, web_link

LOOKALIKES = {"*": "\u2217", "_": "\uff3f", "~": "\u223c", "`": "\u02cb", ":": "\ua789", ">": "\u203a"}
_FORMATTING = re.compile(
    r"""
      `                                  # code, anywhere
    | (?<![^\W_])[*_~] | [*_~](?![^\W_]) # emphasis at the edge of a word
    | :(?=[\w+'-]*[a-z][\w+'-]*:)        # an emoji's name; 10:30:45 is none
    | (?<![^\W_]):(?=[\w+'-]+:)
    | (?m:^)\s*>                         # a block quote
    """,
    re.VERBOSE,
)
_GLUE = "\u200b"  # lets our own markup begin and end inside a word


def escape(text: str) -> str:
    """Return ``text`` with the three characters escaped that Slack asks for."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """Return untrusted ``text`` as mrkdwn that shows it without any formatting."""
    return escape(_FORMATTING.sub(_lookalike, clean(text)))


def _lookalike(found: re.Match[str]) -> str:
    matched = found.group()
    return matched[:-1] + LOOKALIKES[matched[-1]]


def link_parts(link: Link) -> tuple[str | None, str]:
    """Return the address to link to, or None when it must not be one, and the label with the real host in it."""
    url = web_link(link.url)
    label = shorten(one_line(link.label), LIMITS.link_label)
    if url is None:
        return None, label or shorten(one_line(link.url), LIMITS.link_label)
    host = shown_host(url)
    if not label:
        return url, host
    return url, label if names_host(label, url) else f"{label} ({host})"


def moment_fallback(moment: Moment) -> str:
    """Return the time as text for clients that cannot show a date token."""
    return f"{moment.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def mrkdwn(line: Line) -> str:
    """Return a line as one line of mrkdwn."""
    result = ""
    for inline in line:
        piece, is_markup = _piece(inline)
        if result and piece and _needs_glue(result[-1], piece[0], is_markup):
            result += _GLUE
        result += piece
    return result


def _needs_glue(before: str, after: str, is_markup: bool) -> bool:
    if is_markup:
        return not before.isspace()
    return before in "*~`" and after.isalnum()


def _piece(inline: Inline) -> tuple[str, bool]:
    """Return the markup of one inline and whether it begins with a formatting character."""
    match inline:
        case Text():
            return _joined(plain(_flat(inline.text))), False
        case Strong():
            return _wrap(inline.text, "*")
        case Struck():
            return _wrap(inline.text, "~")
        case Code():
            code = one_line(inline.text).replace("`", LOOKALIKES["`"])
            return (f"`{escape(code)}`", True) if code else ("", False)
        case Link():
            url, label = link_parts(inline)
            return (f"<{escape(url)}|{plain(label)}>" if url else plain(label)), False
        case Moment():
            token = f"<!date^{int(inline.at.timestamp())}^{{date_short_pretty}} {{time}}|{moment_fallback(inline)}>"
            return token, False


def _wrap(text: str, mark: str) -> tuple[str, bool]:
    inner = plain(one_line(text))
    return (f"{mark}{inner}{mark}", True) if inner else ("", False)


def _flat(text: str) -> str:
    """Join lines but keep the blanks at the ends, which part this piece from its neighbours."""
    return re.sub(r"\s*\n\s*", " ", clean(text))


def _joined(text: str) -> str:
    return re.sub(r" {2,}", " ", text)
