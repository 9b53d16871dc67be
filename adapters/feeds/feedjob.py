"""The child's job of parsing a feed."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from adapters.feeds.reading import NoFeedError, read_feed
from adapters.feeds.slices import DIGEST_BYTES, cut


def run(header: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Parse ``body``; with ``seen`` in the header, cut it and leave out the entries with those digests first."""
    url, content_type = header["url"], header["content_type"]
    seen_text = header.get("seen")
    try:
        if seen_text is None:
            return {"feed": read_feed(body, url=url, content_type=content_type)}
        slices = cut(body)
        if slices is None:
            return {"feed": read_feed(body, url=url, content_type=content_type)}
        seen = set(_split(b64decode(seen_text)))
        feed = read_feed(slices.without(seen), url=url, content_type=content_type)
        return {"feed": feed, "seen": b64encode(b"".join(slices.digests)).decode(), "total": len(slices.spans)}
    except NoFeedError as error:
        return {"error": error.kind, "text": error.text}


def _split(joined: bytes) -> list[bytes]:
    return [joined[at : at + DIGEST_BYTES] for at in range(0, len(joined), DIGEST_BYTES)]
