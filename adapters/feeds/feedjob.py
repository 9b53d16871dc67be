"""The child's job of parsing a feed."""

from __future__ import annotations

from typing import Any

from adapters.feeds.reading import NoFeedError, read_feed


def run(header: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return ``{"feed": {...}}``, or an error with a ParseReason's value."""
    try:
        return {"feed": read_feed(body, url=header["url"], content_type=header["content_type"])}
    except NoFeedError as error:
        return {"error": error.kind, "text": error.text}
