"""JSON Feed (https://www.jsonfeed.org/version/1.1/): feedparser does not read it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class RawEntry:
    """An entry before its markup is removed and its link and dates are checked."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    published: str = ""
    updated: str = ""
    lang: str = ""


@dataclass(slots=True)
class RawFeed:
    """A feed as its own fields say, entries in order."""

    title: str = ""
    link: str = ""
    lang: str = ""
    entries: list[RawEntry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def looks_like_json(body: bytes) -> bool:
    """Tell whether the first character opens a JSON object."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read_json_feed(body: bytes) -> RawFeed:
    """Read a JSON Feed. Raises ValueError with a sentence when it is none."""
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the body begins like JSON but is not: {error}") from error
    if not isinstance(document, dict):
        raise ValueError("the JSON is not an object")  # noqa: TRY004 - a wrong value, whatever its type
    items = document.get("items")
    version = document.get("version")
    is_feed = isinstance(version, str) and "jsonfeed.org/version/" in version
    if not is_feed and not (isinstance(items, list) and ("title" in document or isinstance(version, str))):
        raise ValueError("the JSON is no JSON Feed: it names no version of it")
    feed = RawFeed(
        title=_text(document, "title"),
        link=_text(document, "home_page_url"),
        lang=_text(document, "language"),
    )
    if not is_feed:
        feed.problems.append("does not name JSON Feed as its format; read as one because it has items")
    if not isinstance(items, list):
        feed.problems.append("has no list of items")
        return feed
    for item in items:
        if isinstance(item, dict):
            feed.entries.append(_entry(item))
    if len(feed.entries) != len(items):
        feed.problems.append(f"{len(items) - len(feed.entries)} items are not objects and were left out")
    return feed


def _entry(item: dict[str, Any]) -> RawEntry:
    return RawEntry(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        summary=_text(item, "summary"),
        content=_text(item, "content_html") or _text(item, "content_text"),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        lang=_text(item, "language"),
    )


def _text(mapping: dict[str, Any], key: str) -> str:
    value = mapping.get(key)
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else ""  # ids are often numbers, against the format
