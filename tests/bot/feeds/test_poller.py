"""The poller: what is fetched, parsed, handed on and remembered, and what survives trouble."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, update

from bot.errors import FetchError, FetchReason, StoreError
from bot.feeds.identity import Verdict
from bot.feeds.poller import Poller, PollerSettings
from bot.feeds.polling import FeedRow, FeedSpec, FeedState, IngestResult, PollReason, PollUpdate
from bot.ports import ParsedFeed, Validators
from bot.store import feeds, polls, schema
from bot.store.db import Database
from tests.adapters.feeds.samples import rss, rss_item
from tests.databases import open_database
from tests.fakes.intake import CannedFetcher, InlineParser, fetched
from tests.fakes.manual_clock import START, ManualClock

URL = "https://gov.example/feed"
OTHER = "https://other.example/feed"


@dataclass
class Archive:
    """An ingest that stores items the way the pipeline does, and remembers what it was told."""

    db: Database
    batches: list[tuple[PollUpdate, list[str]]] = field(default_factory=list)
    error: Exception | None = None

    @property
    def rung(self) -> list[str]:
        """Titles of entries that might ring."""
        return [title for batch, titles in self.batches if batch.rings for title in titles]

    async def __call__(self, row: FeedRow, parsed: ParsedFeed, poll: PollUpdate) -> IngestResult:
        if self.error is not None:
            raise self.error
        fresh = [found for found in poll.entries if found.verdict in {Verdict.NEW, Verdict.EDITED}]
        self.batches.append((poll, [found.entry.title for found in fresh]))
        await self.db.tx(lambda connection: self._store(connection, row, poll))
        return IngestResult(new=sum(found.verdict is Verdict.NEW for found in fresh))

    def _store(self, connection: Connection, row: FeedRow, poll: PollUpdate) -> None:
        for found in poll.entries:
            values = {"title": found.entry.title, "content_hash": found.content_hash, "url": found.url,
                      "published": found.entry.published}  # fmt: skip
            if found.verdict is Verdict.NEW:
                fixed = {"feed_id": row.id, "identity": found.identity, "outlet": "", "lang": "en", "lead": "",
                         "text": "", "text_from": "title", "fetched": START, "chain": [], "trace": []}  # fmt: skip
                connection.execute(insert(schema.item).values(**fixed, **values))
            elif found.known is not None:
                connection.execute(update(schema.item).where(schema.item.c.id == found.known).values(**values))
        polls.save_poll(connection, poll)


@dataclass
class Bench:
    """A poller with everything around it."""

    db: Database
    clock: ManualClock
    web: CannedFetcher
    archive: Archive
    poller: Poller

    def add(self, *urls: str) -> None:
        self.db.write(lambda c: [feeds.add(c, FeedSpec(url=url), now=self.clock.now()) for url in urls])

    def row(self, url: str = URL) -> FeedRow:
        row = self.db.write(lambda c: feeds.find(c, url))
        assert row is not None
        return row

    async def poll(self, after: timedelta = timedelta(hours=2)) -> dict[PollReason, int]:
        """Let time pass and poll what is due."""
        if after < timedelta(0):
            self.clock.jump(after)
        else:
            self.clock.advance(after.total_seconds())
        return dict((await self.poller.run_due()).counts)

    async def baseline(self, *answers: bytes) -> None:
        self.add(URL)
        self.web.put(URL, *answers)
        assert await self.poll() == {PollReason.BASELINE: 1}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


@pytest.fixture
async def bench(db: Database) -> AsyncIterator[Bench]:
    clock, web, archive = ManualClock(), CannedFetcher(), Archive(db)
    poller = Poller(db, web, InlineParser(), archive, clock, settings=PollerSettings(workers=8))
    yield Bench(db, clock, web, archive, poller)
    await poller.close()


def items(*numbers: int, **changes: str) -> bytes:
    return rss([rss_item(number, **changes) for number in numbers])


async def test_what_comes_due_while_a_round_runs_is_not_of_that_round(bench: Bench) -> None:
    bench.add(URL, OTHER)
    bench.web.put(URL, items(1))
    bench.web.put(OTHER, items(2))

    async def slow(_url: str) -> None:
        bench.clock.advance(86_400 if len(bench.web.asked) < 10 else 0)

    bench.web.wait = slow
    assert await bench.poll() == {PollReason.BASELINE: 2}
    assert len(bench.web.asked) == 2


async def test_the_first_poll_is_a_baseline_and_the_next_new_entry_rings(bench: Bench) -> None:
    await bench.baseline(items(*range(1, 101)), items(*range(1, 101), 101))
    assert bench.archive.rung == []
    assert len(bench.archive.batches[0][1]) == 100
    assert await bench.poll() == {PollReason.STORED: 1}
    assert bench.archive.rung == ["Statement 101"]


async def test_the_same_body_is_not_parsed_and_304_not_fetched(bench: Bench) -> None:
    validators = Validators(etag='"1"', last_modified="then")
    first = fetched(URL, items(1, 2), validators=validators)
    unchanged = replace(first, status=304, body=b"")
    bench.add(URL)
    bench.web.put(URL, first, unchanged, first)
    assert await bench.poll() == {PollReason.BASELINE: 1}
    assert await bench.poll() == {PollReason.NOT_MODIFIED: 1}
    assert await bench.poll() == {PollReason.SAME_BODY: 1}
    assert [asked[1] for asked in bench.web.asked] == [None, validators, validators]
    assert bench.row().ok_at == bench.clock.now()


async def test_another_build_date_brings_nothing(bench: Bench) -> None:
    await bench.baseline(items(1), rss([rss_item(1)], head="<lastBuildDate>now</lastBuildDate>"))
    assert await bench.poll() == {PollReason.NO_NEW_ENTRIES: 1}
    assert len(bench.archive.batches) == 1


async def test_once_a_day_everything_is_read_anew(bench: Bench) -> None:
    stuck = fetched(URL, items(1), validators=Validators(etag='"stuck"'))
    bench.add(URL)
    bench.web.put(URL, stuck, replace(stuck, status=304, body=b""), fetched(URL, items(1, 2)))
    await bench.poll()
    await bench.poll()
    assert await bench.poll(timedelta(hours=25)) == {PollReason.STORED: 1}
    assert bench.web.asked[-1][1] is None
    assert bench.archive.rung == ["Statement 2"]


async def test_an_edit_is_handed_on_and_a_new_date_is_not(bench: Bench) -> None:
    redated = items(1).replace(b"03 Aug", b"04 Aug")
    edited = items(1, body="Minister number 1 spoke again.")
    await bench.baseline(items(1), redated, edited)
    assert await bench.poll() == {PollReason.NO_NEW_ENTRIES: 1}
    assert await bench.poll() == {PollReason.STORED: 1}
    assert [found.verdict for found in bench.archive.batches[-1][0].entries] == [Verdict.EDITED]


@pytest.mark.parametrize("change", ["guids", "links", "dates", "https"])
async def test_nothing_rings_when_all_marks_of_a_feed_change(bench: Bench, change: str) -> None:
    body = items(*range(1, 31))
    changed = {
        "guids": body.replace(b">s-", b">new-"),
        "links": body.replace(b"gov.example/s/", b"gov.example/statements/"),
        "dates": body.replace(b"03 Aug", b"05 Aug"),
        "https": body.replace(b"https://gov", b"http://gov"),
    }[change]
    await bench.baseline(body, changed)
    assert await bench.poll() == {PollReason.NO_NEW_ENTRIES: 1}
    assert bench.archive.rung == []


async def test_a_flood_of_old_entries_is_stored_and_told_but_does_not_ring(bench: Bench) -> None:
    body = items(*range(1, 31))
    flood = body.replace(b">s-", b">n-").replace(b"/s/", b"/n/").replace(b"Minister number", b"Former minister")
    after = flood.replace(b"</channel>", rss_item(99).encode() + b"</channel>")
    await bench.baseline(body, flood, after)
    assert await bench.poll() == {PollReason.QUARANTINED: 1}
    assert bench.row().state is FeedState.QUARANTINED
    assert [n.kind for n in bench.db.write(lambda c: feeds.take_notices(c, bench.clock.now()))] == ["quarantined"]
    assert await bench.poll() == {PollReason.STORED: 1}
    assert bench.archive.rung == ["Statement 99"]
    assert bench.row().state is FeedState.ACTIVE


async def test_five_hundred_new_entries_after_a_silence_all_arrive(bench: Bench) -> None:
    await bench.baseline(items(1), rss(rss_item(n).replace("03 Aug", "09 Aug") for n in range(2, 502)))
    assert await bench.poll(timedelta(days=9)) == {PollReason.STORED: 1}
    assert len(bench.archive.rung) == 500


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        pytest.param(b"<html><title>Login</title><input type=password></html>", "html_page", id="a login page"),
        pytest.param(b"", "empty", id="an empty body"),
        pytest.param(b"/etc/passwd", "not_a_feed", id="a path"),
        pytest.param(FetchError(URL, FetchReason.TIMEOUT, "no answer"), "timeout", id="no answer"),
    ],
)
async def test_a_failure_is_recorded_and_changes_nothing_else(
    bench: Bench, answer: bytes | FetchError, code: str
) -> None:
    good = fetched(URL, items(1), validators=Validators(etag='"good"'))
    bad = answer if isinstance(answer, FetchError) else fetched(URL, answer, validators=Validators(etag='"bad"'))
    bench.add(URL)
    bench.web.put(URL, good, bad, bad, fetched(URL, items(1, 2)))
    await bench.poll()
    await bench.poll()
    row = bench.row()
    assert (row.failures, row.error_code, row.validators.etag) == (1, code, '"good"')
    await bench.poll()
    assert bench.row().failures == 2
    assert bench.row().next_due - bench.clock.now() >= timedelta(minutes=10)
    assert await bench.poll() == {PollReason.STORED: 1}
    assert (bench.row().failures, bench.row().error_code) == (0, None)
    assert bench.archive.rung == ["Statement 2"]


async def test_a_failing_feed_is_never_given_up(bench: Bench) -> None:
    bench.add(URL)
    bench.web.put(URL, FetchError(URL, FetchReason.UNREACHABLE, "no connection"))
    for _ in range(40):
        assert await bench.poll(timedelta(hours=27)) == {PollReason.FETCH_FAILED: 1}
    assert bench.row().next_due - bench.clock.now() <= timedelta(hours=26.4)


async def test_gone_stops_polling(bench: Bench) -> None:
    bench.add(URL)
    bench.web.put(URL, FetchError(URL, FetchReason.GONE, "answered 410 Gone"))
    assert await bench.poll() == {PollReason.GONE: 1}
    assert await bench.poll(timedelta(days=30)) == {}


async def test_a_throttling_host_is_left_alone_with_all_its_feeds(bench: Bench) -> None:
    second, elsewhere = "https://gov.example/other", "https://else.example/feed"
    bench.add(URL, second, elsewhere)
    bench.web.put(URL, FetchError(URL, FetchReason.THROTTLED, "answered 429", retry_after=7200.0), items(1))
    bench.web.put(second, items(1))
    bench.web.put(elsewhere, items(1))
    assert await bench.poll() == {PollReason.THROTTLED: 1, PollReason.POSTPONED: 1, PollReason.BASELINE: 1}
    assert [url for url, _ in bench.web.asked].count(second) == 0
    assert bench.row(second).failures == bench.row().failures == 0
    assert await bench.poll(timedelta(minutes=110)) == {PollReason.SAME_BODY: 1}
    assert (await bench.poll(timedelta(minutes=30)))[PollReason.BASELINE] == 2


async def test_a_permanent_redirect_is_kept_only_when_its_target_is_a_feed(bench: Bench) -> None:
    new = "https://new.example/feed"
    bench.add(URL)
    bench.web.put(URL, fetched(new, b"<html></html>", permanent_url=new), fetched(new, items(1), permanent_url=new))
    await bench.poll()
    assert bench.row().failures == 1
    await bench.poll()
    assert bench.row(new).baselined


async def test_what_could_not_be_stored_is_fetched_again(bench: Bench) -> None:
    answer = fetched(URL, items(1, 2), validators=Validators(etag='"2"'))
    await bench.baseline(items(1))
    bench.web.put(URL, answer)
    for error in (StoreError("disk full"), RuntimeError("bug")):
        bench.archive.error = error
        assert await bench.poll() == {PollReason.INGEST_FAILED: 1}
        assert bench.row().validators.etag is None
    bench.archive.error = None
    assert await bench.poll() == {PollReason.STORED: 1}
    assert bench.archive.rung == ["Statement 2"]


async def test_a_fault_in_one_poll_strands_no_other(bench: Bench) -> None:
    first, second = f"{URL}/1", f"{URL}/2"
    bench.add(first, second)
    bench.web.put(first, fetched(first, items(1), headers={"content-type": 5}))  # breaks inside the poller
    bench.web.put(second, items(1))
    assert await bench.poll() == {PollReason.INGEST_FAILED: 1, PollReason.BASELINE: 1}
    assert bench.row(first).failures == 1
    bench.web.put(first, items(1))
    assert (await bench.poll())[PollReason.BASELINE] == 1


async def test_a_thousand_feeds_due_together_are_all_polled_once(bench: Bench) -> None:
    urls = [f"https://h{number}.example/feed" for number in range(1000)]
    bench.add(*urls)
    for url in urls:
        bench.web.put(url, items(1))
    assert await bench.poll() == {PollReason.BASELINE: 1000}
    assert bench.web.most_at_once[""] <= 8
    assert sorted(url for url, _ in bench.web.asked) == sorted(urls)


async def test_a_slow_host_holds_up_only_itself(db: Database) -> None:
    clock, web = ManualClock(), CannedFetcher()
    released = asyncio.Event()
    done: list[str] = []
    all_quick = asyncio.Event()

    def observe(row: FeedRow, reason: PollReason, seconds: float) -> None:
        done.append(row.url)
        if len(done) == len(quick):
            all_quick.set()

    async def wait(url: str) -> None:
        if "slow" in url:
            await released.wait()

    web.wait = wait
    poller = Poller(db, web, InlineParser(), Archive(db), clock, settings=PollerSettings(workers=4), observe=observe)
    bench = Bench(db, clock, web, Archive(db), poller)
    slow = [f"https://slow.example/{number}" for number in range(20)]
    quick = [f"https://q{number}.example/feed" for number in range(20)]
    bench.add(*slow, *quick)
    for url in (*slow, *quick):
        web.put(url, items(1))
    run = asyncio.create_task(poller.run_due())
    await all_quick.wait()
    assert set(done) == set(quick)
    released.set()
    assert (await run).polled == 40
    await poller.close()


async def test_a_tick_does_not_wait_and_does_not_claim_twice(bench: Bench) -> None:
    released = asyncio.Event()

    async def wait(url: str) -> None:
        await released.wait()

    bench.web.wait = wait
    bench.web.put(URL, items(1))
    bench.add(URL)
    assert await bench.poller.tick() == 1
    assert await bench.poller.tick() == 0
    released.set()
    await bench.poller.run_due()
    assert len(bench.web.asked) == 1


async def test_a_stopped_poller_loses_nothing(db: Database) -> None:
    clock, web, archive = ManualClock(), CannedFetcher(), Archive(db)

    async def hang(url: str) -> None:
        await asyncio.sleep(3600)

    web.wait = hang
    first = Poller(db, web, InlineParser(), archive, clock)
    bench = Bench(db, clock, web, archive, first)
    bench.add(URL)
    web.put(URL, items(1))
    await first.tick()
    await asyncio.sleep(0.01)
    await first.close()
    web.wait = None
    second = replace(bench, poller=Poller(db, web, InlineParser(), archive, clock))
    assert await second.poll(timedelta(minutes=11)) == {PollReason.BASELINE: 1}
    await second.poller.close()


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-1), timedelta(days=-20_000)], ids=str)
async def test_a_clock_set_back_silences_nothing(bench: Bench, jump: timedelta) -> None:
    await bench.baseline(items(1), items(1, 2))
    assert await bench.poll(jump) == {PollReason.STORED: 1}


async def test_hours_of_sleep_cost_one_poll(bench: Bench) -> None:
    await bench.baseline(items(1), items(1, 2))
    assert await bench.poll(timedelta(hours=8)) == {PollReason.STORED: 1}
    assert await bench.poll(timedelta(0)) == {}


async def test_dates_from_the_future_do_not_reach_the_items(bench: Bench) -> None:
    await bench.baseline(items(1).replace(b"03 Aug 2026", b"03 Aug 2027"))
    assert [found.entry.published for found in bench.archive.batches[0][0].entries] == [None]
    assert bench.row().item_at is None


async def test_a_list_longer_than_one_claim_is_polled_without_waiting_for_the_next_tick(db: Database) -> None:
    clock, web = ManualClock(), CannedFetcher()
    urls = [f"https://{number}.example/feed" for number in range(30)]
    for url in urls:
        web.put(url, items(1))
    settings = PollerSettings(workers=2, claim=4)
    poller = Poller(db, web, InlineParser(), Archive(db), clock, settings=settings)
    db.write(lambda c: [feeds.add(c, FeedSpec(url=url), now=clock.now()) for url in urls])
    assert await poller.tick() == 4
    await poller._drain()
    assert sorted(url for url, _ in web.asked) == sorted(urls)
    await poller.close()
