"""Addresses of items as the database finds them: by a number that all spellings of one address share."""

from __future__ import annotations

from hashlib import blake2b

from bot.feeds.identity import url_key


def mark(url: str) -> int | None:
    """Return the number, or None where there is no address. Who asks by it compares ``url_key`` besides.

    Eight bytes instead of an address of eighty or more, in a row and in its index.
    """
    key = url_key(url)
    if not key:
        return None
    return int.from_bytes(blake2b(key.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)
