"""Lines as elements of Slack's rich text, whose text is literal: nothing in it can become markup, link or mention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adapters.slack.escape import link_parts, moment_fallback
from adapters.slack.limits import Json, code_points, fits, json_size
from bot.message import Code, Inline, Line, Link, Moment, Strong, Struck, Text
from rules.sanitise import clean, split_text


def elements(line: Line) -> list[Json]:
    """Return the rich text elements of a line; inlines without visible text are left out."""
    return [element for inline in line if (element := _element(inline))]


def text(value: str, **style: bool) -> Json:
    """Return a text element; ``style`` names are Slack's: bold, strike, code."""
    element: Json = {"type": "text", "text": value}
    return element | {"style": style} if style else element


def _element(inline: Inline) -> Json | None:
    match inline:
        case Text():
            value = clean(inline.text)
            return text(value) if value else None
        case Strong() | Struck() | Code():
            value = clean(inline.text).strip()
            return text(value, **{_STYLES[type(inline)]: True}) if value else None
        case Link():
            url, label = link_parts(inline)
            if url is None:
                return text(label) if label else None
            return {"type": "link", "url": url, "text": label}
        case Moment():
            return {
                "type": "date",
                "timestamp": int(inline.at.timestamp()),
                "format": "{date_short_pretty} {time}",
                "fallback": moment_fallback(inline),
            }


_STYLES: dict[type[Inline], str] = {Strong: "bold", Struck: "strike", Code: "code"}


def split(items: Iterable[Json], limit: int) -> Iterator[list[Json]]:
    """Share elements out over sections of about ``limit`` characters of JSON; only text elements are split."""
    section: list[Json] = []
    room = limit
    for element in _small(items, limit):
        if json_size(element) > room and section:
            yield section
            section, room = [], limit
        section.append(element)
        room -= json_size(element)
    if section:
        yield section


def _small(items: Iterable[Json], limit: int) -> Iterator[Json]:
    for element in items:
        if element["type"] != "text" or fits(element["text"], limit):
            yield element
            continue
        for piece in split_text(element["text"], code_points(element["text"], limit)):
            yield element | {"text": piece}


def is_blank(items: Iterable[Json]) -> bool:
    """Tell whether the elements would show nothing."""
    return all(element["type"] == "text" and not element["text"].strip() for element in items)
