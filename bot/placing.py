"""Where a new item belongs: the story, the text that it repeats, and who reported it first.

The window of recent items is held in memory. Where several processes store items, it is brought up to date inside of
each transaction, before anything is placed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.feeds.polling import FeedRow
from bot.feeds.reading import Reading, stage
from bot.ports import Clock
from bot.store import items, regrouping, stories
from bot.store.items import NewItem, Stage, StoredItem
from bot.window import LENGTH, Window
from rules.model import Claim, Item, ItemId, Mention, StoryId
from rules.origins import Origin, decide_origin, origin_of_claim
from rules.stories import StoryDecision, StoryDocument

AHEAD = 64  # others' items that are read ahead at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """An item in its story, with who reported it first."""

    item: Item
    story: StoryId
    origin: Origin

    def mention(self, claim: Claim, reading: Reading) -> Mention:
        """Return one of the item's claims as the ledger keeps it, with the origin that the claim has by itself."""
        item, passage = self.item, reading.passage(claim)
        provenance = reading.extraction.provenance
        return Mention(
            claim=claim,
            item=item.id,
            story=self.story,
            outlet=item.outlet,
            origin=origin_of_claim(claim, passage, self.origin, item.outlet, provenance, tier=item.tier),
            as_of=item.time,
            url=item.url,
            passage=passage,
        )


class Placing:
    """Places items, one after the other, in the thread of the writer."""

    def __init__(self, window: Window, clock: Clock, *, is_shared: bool) -> None:
        """``is_shared`` tells that other processes store items, too."""
        self._window = window
        self._clock = clock
        self._is_shared = is_shared
        self._regrouped: tuple[int | None, datetime | None] = (None, None)
        self._ahead = ItemId(0)  # the last item of others that was read ahead
        self._caught_up: object = None  # the transaction in which others' items were looked for last

    def load(self, connection: Connection) -> None:
        """Fill the window from the stored items; forget what it held."""
        self._window.fill(stories.recent(connection, self._clock.now() - LENGTH))
        self._regrouped = regrouping.mark(connection)

    def catch_up(self, connection: Connection, now: datetime) -> None:
        """Learn what other processes have stored or moved since; nobody else writes until this transaction ends."""
        self._learn(connection)
        self._window.expire(now)

    def _learn(self, connection: Connection) -> None:
        transaction = connection.get_transaction()
        if not self._is_shared or transaction is self._caught_up:
            return
        self._caught_up = transaction
        if regrouping.mark(connection) != self._regrouped:
            self.load(connection)
        for document, story in stories.recent(connection, self._clock.now() - LENGTH, after=self._window.newest):
            self._window.add(document, story)

    def get_ready(self, connection: Connection, mine: Sequence[Item]) -> None:
        """Read ahead what the window will be asked of, others' new items included: the lock is for what needs it."""
        after = max(self._window.newest, self._ahead)
        others = [document for document, _ in stories.recent(connection, self._clock.now() - LENGTH, after, AHEAD)]
        self._ahead = others[-1].item if others else after
        self._window.get_ready([*others, *map(_document, mine)])

    def move(self, moved: Sequence[ItemId], story: StoryId) -> None:
        """Learn that people put items into another story."""
        for key in moved:
            self._window.move(key, story)

    def place(
        self,
        connection: Connection,
        feed: FeedRow,
        reading: Reading,
        old: StoredItem | None,
        *,
        is_baseline: bool,
        now: datetime,
    ) -> tuple[Assigned, list[Stage]]:
        """Give the item its story and its row."""
        item = reading.item
        copied, likeness = self._copied(connection, item, old)
        if old is not None and old.story is not None:
            story, reason, outcome = old.story, "an edited item stays in its story", "kept"
        elif copied is not None and copied.story is not None:
            story, reason, outcome = copied.story, f"{likeness:.0%} the text of item {copied.item}", "join"
        else:
            decision = self._window.assign(_document(item))
            story, reason, outcome = self._story_of(connection, decision, item), decision.reason, decision.kind.value
        origin = decide_origin(
            item.outlet,
            reading.extraction.provenance,
            tier=item.tier,
            copied=copied.report if copied is not None else None,
        )
        repeated = copied.item if copied is not None else None
        if repeated is None:
            repeated = stories.first_report(connection, story, origin.name, item.outlet, before=item.time)
        new = NewItem(
            item=item,
            feed=feed.id,
            identity=reading.identified.identity,
            content_hash=reading.identified.content_hash,
            text_from=reading.text_from.value,
            published_text=reading.identified.entry.date_text,
            provenance=replace(reading.extraction.provenance, origin=origin.name),
            baseline=is_baseline,
            story=story,
            story_reason=reason,
            rewrite_of=repeated,
            trace=reading.trace,
        )
        if old is None:
            item = replace(item, id=items.add(connection, new))
            self._window.add(_document(item), story)
        else:
            item = replace(item, id=old.id)
            items.revise(connection, old, new, now)
        stories.touch(connection, story, item.time)
        trace = [stage("story", outcome, f"story {story}: {reason}")]
        told = origin.reason if repeated is None else f"{origin.reason}; repeats item {repeated}"
        trace.append(stage("origin", origin.ground.value if repeated is None else "rewrite", told))
        return Assigned(item=item, story=story, origin=origin), trace

    def _copied(
        self, connection: Connection, item: Item, old: StoredItem | None
    ) -> tuple[stories.Repeated | None, float]:
        """Find the earlier item of another outlet whose text this one repeats, and how much of it."""
        copy = self._window.find_copy(item.text) if old is None else None
        if copy is None:
            return None, 0.0
        repeated = stories.repeated(connection, copy.item)
        if repeated is None or repeated.report.outlet == item.outlet or repeated.at > item.time:
            return None, 0.0
        return repeated, copy.sameness

    def _story_of(self, connection: Connection, decision: StoryDecision, item: Item) -> StoryId:
        if decision.story is not None:
            return decision.story
        return stories.open_story(connection, item.title, item.time, decision.related)


def _document(item: Item) -> StoryDocument:
    return StoryDocument(item=item.id, title=item.title, text=item.text, time=item.time, lang=item.lang)
