"""Reads rendered blocks back the way Slack would show them: visible text, formatting, links and mentions.

The mrkdwn reader follows docs.slack.dev "Formatting message text": ``<...>`` is a link, mention or date; emphasis
opens and closes at the edge of a word; entities are unescaped last. Where the page is vague it takes more for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from adapters.slack.escape import LOOKALIKES

Json = dict[str, Any]

_ANGLE = re.compile(r"<([^<>]*)>")
_EMPHASIS = re.compile(r"(?<![^\W_])([*_~])(?=[^\s*_~])([^\n]*?)(?<=\S)\1(?![^\W_])|`([^`\n]+)`")
_EMOJI = re.compile(r":[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*:")
_BACK = str.maketrans({shown: meant for meant, shown in LOOKALIKES.items()} | {"\u200b": ""})


@dataclass
class Shown:
    """What a reader would see."""

    text: str = ""
    styled: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)

    def add(self, other: Shown) -> None:
        self.text += other.text
        self.styled += other.styled
        self.links += other.links
        self.mentions += other.mentions


def read(blocks: Iterable[Json]) -> Shown:
    """Read blocks back; buttons are left out."""
    shown = Shown()
    for block in blocks:
        for part in _block(block):
            shown.add(part)
        shown.text += "\n"
    return shown


def original(text: str) -> str:
    """Return shown text with look-alikes as the characters they stand for."""
    return text.translate(_BACK)


def _block(block: Json) -> Iterator[Shown]:
    match block["type"]:
        case "header":
            yield _object(block["text"])
        case "section":
            for field_ in block.get("fields", [block.get("text")]):
                yield _object(field_)
        case "context":
            for element in block["elements"]:
                yield _object(element)
        case "rich_text":
            for element in block["elements"]:
                yield from _rich(element)


def _object(value: Json) -> Shown:
    if value["type"] == "plain_text":
        return Shown(text=value["text"])
    assert value["verbatim"] is True, "mrkdwn without verbatim turns bare addresses into links"
    return read_mrkdwn(value["text"])


def _rich(element: Json) -> Iterator[Shown]:
    for inner in element["elements"]:
        if "elements" in inner:
            yield from _rich(inner)
            yield Shown(text="\n")
            continue
        match inner["type"]:
            case "text":
                styled = [(name, inner["text"]) for name in inner.get("style", {})]
                yield Shown(text=inner["text"], styled=styled)
            case "link":
                yield Shown(text=inner["text"], links=[(inner["url"], inner["text"])])
            case "date":
                yield Shown(text=inner["fallback"])
            case _:
                yield Shown(mentions=[str(inner)])


def read_mrkdwn(text: str) -> Shown:
    """Read one mrkdwn text back."""
    shown = Shown()

    def angle(found: re.Match[str]) -> str:
        target, _, label = found.group(1).partition("|")
        if target.startswith("!date^"):
            return label
        if target[:1] in "@#!":
            shown.mentions.append(target)
            return ""
        shown.links.append((_unescape(target), _unescape(label)))
        return label

    def emphasis(found: re.Match[str]) -> str:
        mark, inner = (found.group(1), found.group(2)) if found.group(1) else ("`", found.group(3))
        shown.styled.append((mark, _unescape(inner)))
        return inner

    flat = _ANGLE.sub(angle, text)
    assert "<" not in flat, f"an unescaped < in {text!r}"
    if _EMOJI.search(_ANGLE.sub("", text)):
        shown.styled.append((":", text))
    if re.search(r"(?m)^\s*&gt;", text):
        shown.styled.append((">", text))
    shown.text = _unescape(_EMPHASIS.sub(emphasis, flat))
    return shown


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
