"""The filters of subscriptions, read once each and held against items."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import structlog

from rules.model import Item
from rules.narrowing import Narrowing, QueryError
from rules.ports import Vocabulary

log = structlog.get_logger("tocsin.narrowing")
KEPT = 4096  # filters that stay read


def reader(vocabulary: Vocabulary) -> Callable[[str], Callable[[Item], bool]]:
    """Return what reads filters. One that another version or lexicon no longer understands lets everything through:
    too much is seen and mended, too little is not.
    """

    @lru_cache(KEPT)
    def narrow(query: str) -> Callable[[Item], bool]:
        try:
            return Narrowing(query, vocabulary).holds
        except QueryError as error:
            log.warning("filter cannot be read, everything passes", filter=query, error=str(error))
            return lambda _item: True

    return narrow
