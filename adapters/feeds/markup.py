"""HTML from feeds to plain text, by a linear walk that no input can make slow.

Paragraphs become lines. Scripts, captions, navigation and forms are left out, tags never survive as text.
"""

from __future__ import annotations

import re
from html import unescape

from rules.sanitise import clean

TAG_LIMIT = 8192  # characters of one tag with its attributes; what is longer is no tag
FILLER_LIMIT = 700  # characters; longer lines are text
PASSES = 3  # descriptions are often escaped twice

# fmt: off
_BLOCKS = frozenset((
    "address", "article", "blockquote", "br", "caption", "center", "dd", "div", "dl", "dt", "fieldset", "figure",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "tfoot", "thead", "title", "tr", "ul",
))
_CELLS = frozenset({"td", "th", "img"})
_SKIPPED = frozenset((
    "script", "style", "template", "iframe", "object", "embed", "noembed", "svg", "math", "figcaption", "nav",
    "form", "button", "select", "textarea", "noscript", "audio", "video", "canvas", "head",
))
_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "body", "cite", "code", "col", "colgroup", "data",
    "del", "dfn", "em", "font", "html", "i", "input", "ins", "kbd", "label", "link", "mark", "marquee", "meta", "q",
    "rp", "rt", "ruby", "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "time", "track",
    "tt", "u", "var", "wbr", "area", "map", "param", "base", "frame", "frameset", "legend", "details", "aside",
    "option", "optgroup",
))
# fmt: on
_KNOWN = _BLOCKS | _CELLS | _SKIPPED | _INLINE
_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s/>])")
_ENDS = {name: re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE) for name in _SKIPPED}
_FILLER = re.compile(
    r"(the post .{1,400} (first )?appeared (first )?on .{1,200}|(continue|keep) reading\b.{0,200}"
    r"|read (the )?(more|full (story|article))\b.{0,60}"
    r"|(weiterlesen|lire la suite|leer más|leggi tutto|читати далі|читать далее)\b.{0,60}"
    r"|\[?(\.\.\.|…)\]?|comments?|image|photo)\W*",
    re.IGNORECASE,
)


def to_text(source: str) -> str:
    """Return the words of ``source`` without markup, one paragraph a line, cleaned of what hides or misleads."""
    text = source
    for _ in range(PASSES):
        if "<" not in text and "&" not in text:
            break
        before = text
        text = _strip(text)
        if text == before or not _has_markup(text):
            break
    lines = (" ".join(line.split()) for line in clean(text).split("\n"))
    return "\n".join(line for line in lines if line and not (len(line) < FILLER_LIMIT and _FILLER.fullmatch(line)))


def to_line(source: str) -> str:
    """Return ``to_text(source)`` as one line: for titles."""
    return " ".join(to_text(source).split())


def _has_markup(text: str) -> bool:
    if "<" not in text:
        return False
    return any(found.group(1).lower() in _KNOWN for found in _NAME.finditer(text))


def _strip(source: str) -> str:
    pieces: list[str] = []
    at = 0
    while True:
        start = source.find("<", at)
        if start == -1:
            pieces.append(unescape(source[at:]))
            return "".join(pieces)
        pieces.append(unescape(source[at:start]))
        at = _after_markup(source, start, pieces)


def _after_markup(source: str, start: int, pieces: list[str]) -> int:
    """Return where to go on after the ``<`` at ``start``; appends what the markup stands for."""
    if source.startswith("<!--", start):
        return _after(source, "-->", start + 4)
    if source.startswith("<![CDATA[", start):
        return start + 9
    if source.startswith(("<!", "<?"), start):
        end = source.find(">", start, start + TAG_LIMIT)
        return start + 2 if end == -1 else end + 1
    name = _NAME.match(source, start)
    if name is None or name.group(1).lower() not in _KNOWN:
        return _literal(source, start, pieces)
    end = _tag_end(source, start)
    if end == -1:
        return _literal(source, start, pieces)
    return _after_tag(source, start, end, name.group(1).lower(), pieces)


def _literal(source: str, start: int, pieces: list[str]) -> int:
    pieces.append("<")
    return start + 1


def _after_tag(source: str, start: int, end: int, name: str, pieces: list[str]) -> int:
    if name in _SKIPPED and source[start + 1] != "/" and source[end - 2] != "/":
        closing = _ENDS[name].search(source, end)
        pieces.append("\n")
        return len(source) if closing is None else _after(source, ">", closing.start())
    if name in _BLOCKS:
        pieces.append("\n")
    elif name in _CELLS:
        pieces.append(" ")
    return end


def _after(source: str, end: str, at: int) -> int:
    found = source.find(end, at)
    return len(source) if found == -1 else found + len(end)


def _tag_end(source: str, start: int) -> int:
    """Return the place after the ``>`` that ends the tag, or -1; a ``>`` inside quotes does not end it."""
    limit = min(start + TAG_LIMIT, len(source))
    end = source.find(">", start, limit)
    while end != -1:
        tag = source[start:end]
        if tag.count('"') % 2 == 0 or source.find('"', end, limit) == -1:
            return end + 1
        end = source.find(">", source.find('"', end, limit), limit)
    first = source.find(">", start, limit)
    return -1 if first == -1 else first + 1
