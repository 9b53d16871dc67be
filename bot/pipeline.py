"""One poll's entries to stored items, ledger rows and outbox rows, in one transaction.

entries ─read (page, extract)→ readings ─tx: story → ledger → rules → alert → outbox→ committed with the feed's row

Reading happens outside of the transaction, since it waits for the network. Everything after it runs in the
writer's thread, item by item in order of time, so that two entries of one poll see each other. Polls that are ready at
the same moment share a transaction; when it fails, what was assigned in it must not attract later items, so the window
is read anew, and each poll is tried again alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from bot.duration import in_words
from bot.faults import FaultInjected, fault
from bot.feeds import spoiled
from bot.feeds.identity import Verdict
from bot.feeds.polling import FeedRow, IngestResult, PollUpdate
from bot.feeds.reading import Reader, Reading, TextFrom, stage
from bot.folds import Folds
from bot.grouped import Grouped
from bot.placing import Assigned, Placing
from bot.ports import Clock, ParsedFeed
from bot.ringing.rings import Ringer
from bot.ringing.routing import Route
from bot.secret import without_secrets
from bot.store import alerts, items, ledger, polls
from bot.store.db import Database
from bot.store.items import Stage, StoredItem
from bot.store.later import later
from bot.store.locks import hold_outbox
from bot.window import Window
from rules.errors import TocsinError
from rules.ledger import Contains, Policy, claim_key, compare_item, withdraw
from rules.match import Matcher
from rules.model import Development, Item, ItemId, Match, StoryId

log = structlog.get_logger("tocsin.pipeline")
ROUTES_TOLD = 50  # of one item in its trace; every channel has a row of its own in the table of routes


class Pipeline:
    """Takes what the poller found. ``use`` swaps the rules between two transactions (hot reload)."""

    def __init__(
        self,
        db: Database,
        reader: Reader,
        matcher: Matcher,
        ringer: Ringer,
        window: Window,
        clock: Clock,
        *,
        contains: Contains,
        freshness: timedelta,
    ) -> None:
        self._matcher = matcher
        self._db = db
        self._store = Grouped(db.storing, clock, after_failure=lambda: db.tx(self.load_index))
        self._reader = reader
        self._ringer = ringer
        self._placing = Placing(window, clock, is_shared=db.is_shared)
        self._clock = clock
        self._policy = Policy(contains=contains)
        self._fold = Folds()
        self._joined: dict[StoryId, Item] = {}  # by the present transaction, without ringing: the newest item of each
        self._freshness = freshness

    async def ingest(self, feed: FeedRow, parsed: ParsedFeed, update: PollUpdate) -> IngestResult:
        """Store a poll's entries and what follows from them, together with the feed's row. Raises StoreError."""
        now = self._clock.now()
        known_feed = replace(feed, title=parsed.title or feed.title)
        wanted = [one for one in update.entries if one.verdict in {Verdict.NEW, Verdict.EDITED}]
        readings = await self._reader.read_all(known_feed, wanted, now=now, with_article=update.rings)
        readings.sort(key=lambda reading: reading.item.time)
        fault("pipeline.read")
        if self._db.is_shared:
            await self._db.read(partial(self._placing.get_ready, mine=[reading.item for reading in readings]))
        try:
            rung = await self._store(
                partial(self._take_all, feed=known_feed, readings=readings, update=update, now=now)
            )
        except (TocsinError, OSError, FaultInjected):
            raise  # the database's trouble, which is nobody's fault here
        except Exception:
            log.exception("items cannot be stored together", feed=without_secrets(feed.url))
            rung = await self._take_each(known_feed, readings, update, now)
        fault("pipeline.committed")
        edited = sum(reading.identified.verdict is Verdict.EDITED for reading in readings)
        return IngestResult(
            new=len(readings) - edited,
            edited=edited,
            unchanged=len(update.entries) - len(readings),
            alerts=rung,
        )

    def _take_all(
        self,
        connection: Connection,
        *,
        feed: FeedRow,
        readings: Sequence[Reading],
        update: PollUpdate,
        now: datetime,
        is_whole: bool = True,
    ) -> int:
        """Store readings with all that follows, and the feed's row with the last of a poll (``is_whole``)."""
        self._placing.catch_up(connection, now)
        known = items.known(connection, feed.id, [reading.identified.identity for reading in readings])
        self._joined.clear()
        rung = sum(self._take(connection, feed, reading, known, update, now=now) for reading in readings)
        told = sorted(alerts.told_of(connection, self._joined))
        if told:
            hold_outbox(connection)
        for story in told:
            self._ringer.refresh(connection, self._joined[story], story, now)
        if is_whole:
            later(connection, polls.save_polls, update)
        fault("pipeline.saving")
        return rung

    async def _take_each(self, feed: FeedRow, readings: Sequence[Reading], update: PollUpdate, now: datetime) -> int:
        """Store readings one by one after one of them failed: that one is kept without what could not be made of it.

        The feed's row comes last. Whatever ends this half-way is made up for by the next poll, which knows the rest.
        """
        rung = 0
        for reading in readings:
            alone = partial(self._take_all, feed=feed, readings=[reading], update=update, now=now, is_whole=False)
            try:
                rung += await self._store(alone)
            except (TocsinError, OSError, FaultInjected):
                raise
            except Exception as error:
                log.exception("item failed", feed=without_secrets(feed.url), entry=reading.identified.identity)
                await self._store(partial(spoiled.keep, feed=feed, reading=reading, error=error, now=now))
        await self._store(partial(self._take_all, feed=feed, readings=[], update=update, now=now))
        return rung

    def use(self, matcher: Matcher, topics: Mapping[str, str]) -> None:
        """Bring other rules into force for the items that come from now on."""
        self._matcher = matcher
        self._ringer.topics = dict(topics)

    def load_index(self, connection: Connection) -> None:
        """Fill the window from the stored items; forget what it held."""
        self._placing.load(connection)

    def regroup(self, connection: Connection, moved: Sequence[ItemId], story: StoryId) -> None:
        """Learn that people put items into another story, and bring its threads' heads up to date.

        Call it last in the transaction that moved them: what later items join must agree with what is committed.
        """
        self._placing.move(moved, story)
        if moved:
            self._ringer.refresh(connection, items.get(connection, moved[0]), story, self._clock.now())

    def take_back(self, connection: Connection, key: ItemId, why: str, now: datetime) -> bool:
        """Take back what a stored item said, and ring where a rule wants to hear of it; tell whether it said anything.

        ``why`` completes the sentence "Reuters reported 20,000 on 3 Sep; ...".
        """
        item, story = items.get(connection, key), items.story_of(connection, key)
        keys = ledger.keys_of(connection, key)
        earlier = ledger.known(connection, keys)
        found = withdraw(tuple(earlier.values()), key, why)
        if not found or story is None:
            return False
        ledger.replace_mentions(connection, key)
        developments = ledger.add_developments(connection, found, earlier, now)
        matches = self._matcher.judge(item, list(developments.values())).matches
        trace = [stage("ledger", one.novelty.value, one.reason) for one in found]
        if matches:
            trace += _routed(self._ringer.ring(connection, item, story, matches, developments, now))
        else:
            self._ringer.refresh(connection, item, story, now)
        items.add_to_trace(connection, key, trace)
        return True

    def _take(
        self,
        connection: Connection,
        feed: FeedRow,
        reading: Reading,
        known: dict[str, StoredItem],
        update: PollUpdate,
        *,
        now: datetime,
    ) -> int:
        """Store one reading with all that follows; return the number of alerts made (0 or 1)."""
        old = known.get(reading.identified.identity)
        if old is not None and _has_lost_its_page(old, reading):
            kept = "the entry was edited, but its page could not be read: the former text stays until it can"
            items.add_to_trace(connection, old.id, [stage("text", "kept", kept)])
            return 0
        placed, trace = self._placing.place(connection, feed, reading, old, is_baseline=not update.rings, now=now)
        fault("pipeline.stored")
        developments, said = self._compare(connection, reading, placed, is_edit=old is not None, now=now)
        trace += said
        fault("pipeline.compared")
        judgement = self._matcher.judge(placed.item, list(developments.values()), partial(alerts.last_rung, connection))
        for failure in judgement.failures:
            log.error("rule failed", rule=failure.rule, item=placed.item.id, problem=str(failure))
        matches = self._ringer.without_repeats(connection, placed.story, judgement.matches)
        trace.append(_rule_stage(matches))
        silence = self._why_silent(placed.item, update, now)
        rings = 0
        if matches and silence is None:
            hold_outbox(connection)
            routed = self._ringer.ring(connection, placed.item, placed.story, matches, developments, now)
            trace += _routed(routed)
            fault("pipeline.rung")
            rings = 1
        elif matches and silence is not None:
            trace.append(stage("held", *silence))
            if silence[0] == "stale":
                hold_outbox(connection)
                late = self._ringer.ring(
                    connection, placed.item, placed.story, matches, developments, now, too_old=silence[1]
                )
                trace += _routed(late)
        else:
            self._joined[placed.story] = placed.item
        items.save_trace(connection, placed.item.id, [*reading.trace, *trace])
        log.debug("item", item=placed.item.id, story=placed.story, outlet=placed.item.outlet, alerts=rings)
        return rings

    def _compare(
        self, connection: Connection, reading: Reading, placed: Assigned, *, is_edit: bool, now: datetime
    ) -> tuple[dict[int, Development], list[Stage]]:
        """Hold the item's claims against the ledger and store both; return developments by id."""
        item = placed.item
        mentions = [placed.mention(claim, reading) for claim in reading.extraction.claims]
        keys = {claim_key(mention.claim) for mention in mentions}
        earlier = ledger.known(connection, keys, edited=item.id if is_edit else None)
        found = compare_item(mentions, tuple(earlier.values()), self._policy, item=item.id, fold=self._fold)
        if is_edit:
            ledger.replace_mentions(connection, item.id)
        stored = ledger.add_developments(connection, found, earlier, now)
        said = [stage("ledger", one.novelty.value, one.reason) for one in stored.values()]
        return stored, said

    def _why_silent(self, item: Item, update: PollUpdate, now: datetime) -> tuple[str, str] | None:
        """Say why a matching item does not ring, or None when it does."""
        if not update.rings:
            return "baseline", "the feed's first poll, or a quarantined batch: stored, nothing rings"
        age = now - item.time
        if age > self._freshness:
            limit = in_words(self._freshness.total_seconds())
            return "stale", f"published {in_words(age.total_seconds())} ago; the freshness limit is {limit}"
        return None


def _has_lost_its_page(old: StoredItem, reading: Reading) -> bool:
    """Tell whether a summary would replace an article: what only the article says would seem to be taken back."""
    return old.text_from == TextFrom.ARTICLE.value and reading.text_from in {TextFrom.SUMMARY, TextFrom.TITLE}


def _routed(routes: Sequence[Route]) -> list[Stage]:
    told = [stage("routed", route.reason.value, f"{route.place}: {route.detail}") for route in routes[:ROUTES_TOLD]]
    more = len(routes) - len(told)
    return [*told, stage("routed", "more", f"{more} more channels, each with a row of its own")] if more else told


def _rule_stage(matches: Sequence[Match]) -> Stage:
    if not matches:
        return stage("rules", "none", "no rule holds for the item and its developments")
    return stage("rules", "matched", ", ".join(match.rule for match in matches))
