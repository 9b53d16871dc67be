"""Pages of items that rang are looked at again: what a publisher took down is taken back.

An entry that leaves its feed says nothing, since feeds keep their newest entries only. A page that answers 404 or 410
twice, an hour apart, is gone; anything else (a wall, a timeout, robots.txt) is no answer. Each page is looked at five
times in a week, so that a publisher hardly notices.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import Connection

from bot.errors import FetchError
from bot.ports import Clock
from bot.store import revisits
from bot.store.db import Database
from bot.store.revisits import Visit
from rules.model import ItemId

log = structlog.get_logger("tocsin.revisiting")

LADDER = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3), timedelta(days=7))
"""When a page is looked at, counted from the first alert: most corrections and removals come on the first day."""
SURE_AFTER = timedelta(hours=1)
"""How long a page has to be missing: publishers move pages, and their servers have bad moments."""
AT_ONCE = 20
"""Pages of one tick."""


class Pages(Protocol):
    """Tells whether pages are still there."""

    async def is_gone(self, url: str) -> bool:
        """Ask for a page: True where the server says that there is none. Raises FetchError where it cannot be told."""


TakeBack = Callable[[Connection, ItemId, str, datetime], bool]
"""Takes back what an item said, with the reason that completes "Reuters reported 20,000 on 3 Sep; ..."."""


class Revisiting:
    """Looks at the pages that are due. ``take_back`` runs in the transaction that notes the look."""

    def __init__(self, db: Database, clock: Clock, pages: Pages, take_back: TakeBack, wake: Callable[[], None]) -> None:
        self._db = db
        self._clock = clock
        self._pages = pages
        self._take_back = take_back
        self._wake = wake

    async def tick(self) -> int:
        """Look at what is due; return how many items were taken back."""
        now = self._clock.now()

        def work(connection: Connection) -> list[Visit]:
            revisits.enlist(connection, now - LADDER[-1], LADDER[0])
            return revisits.due(connection, now, AT_ONCE)

        taken = 0
        for visit in await self._db.tx(work):
            is_gone = await self._is_gone(visit)
            taken += await self._db.tx(lambda connection: self._note(connection, visit, is_gone))  # noqa: B023 - run at once
        if taken:
            self._wake()
        return taken

    async def _is_gone(self, visit: Visit) -> bool | None:
        try:
            return await self._pages.is_gone(visit.url)
        except FetchError as error:
            log.debug("page cannot be told", item=visit.item, reason=error.reason.value)
            return None

    def _note(self, connection: Connection, visit: Visit, is_gone: bool | None) -> bool:
        """Store what was seen and when the next look is due; return whether the item was taken back."""
        now = self._clock.now()
        if is_gone is None:
            revisits.save(connection, visit, _next(visit, now), visit.missing_since)
            return False
        if not is_gone:
            revisits.save(connection, visit, _next(visit, now), None)
            return False
        missing_since = visit.missing_since or now
        if now - missing_since < SURE_AFTER:
            revisits.save(connection, visit, missing_since + SURE_AFTER, missing_since)
            return False
        revisits.save(connection, visit, None, missing_since)
        log.info("page is gone", item=visit.item, missing_since=missing_since.isoformat())
        return self._take_back(connection, visit.item, "its page is gone", now)


def _next(visit: Visit, now: datetime) -> datetime | None:
    """Return the next step of the ladder, or an hour from now where a page has still to be confirmed as gone."""
    later = [visit.told_at + step for step in LADDER if visit.told_at + step > now]
    if visit.missing_since is not None and now - visit.told_at <= LADDER[-1]:
        return now + SURE_AFTER
    return later[0] if later else None
