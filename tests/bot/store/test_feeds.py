"""The feed table: claims, saves, notices, the configured list."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import methodcaller
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, update

from bot.feeds.identity import Verdict, content_hash, identify
from bot.feeds.polling import FeedRow, FeedSpec, FeedState, PollReason, PollUpdate, QuietPoll
from bot.ports import Entry, Validators
from bot.store import feeds, links, polls, schema
from bot.store.db import Database
from bot.store.feeds import NoticeKind
from bot.store.known import known_items
from bot.store.polls import LEASE
from tests.databases import open_database

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


def add(db: Database, number: int = 1, /, **columns: object) -> FeedRow:
    def work(connection: Connection) -> FeedRow:
        row = feeds.add(connection, FeedSpec(url=f"https://feeds.example/{number}"), now=NOW)
        if columns:
            connection.execute(update(schema.feed).where(schema.feed.c.id == row.id).values(**columns))
        return row

    db.write(work)
    return get(db, number)


def get(db: Database, number: int = 1) -> FeedRow:
    row = db.write(lambda c: feeds.find(c, f"https://feeds.example/{number}"))
    assert row is not None
    return row


def claim(db: Database, now: datetime, limit: int = 100) -> list[str]:
    return [row.url[-1] for row in db.write(lambda c: polls.claim_due(c, now, limit))]


def save(db: Database, row: FeedRow, reason: PollReason = PollReason.STORED, moved_to: str | None = None) -> None:
    db.write(lambda c: polls.save_poll(c, PollUpdate(row=row, reason=reason, moved_to=moved_to)))


def notices(db: Database, now: datetime) -> list[NoticeKind]:
    return [notice.kind for notice in db.write(lambda c: feeds.take_notices(c, now))]


def test_due_feeds_are_claimed_once_longest_waiting_first(db: Database) -> None:
    add(db, 1, next_due=NOW - timedelta(minutes=1))
    add(db, 2, next_due=NOW - timedelta(minutes=5))
    add(db, 3, next_due=NOW + timedelta(minutes=1))
    add(db, 4, next_due=NOW - DAY, state="paused")
    add(db, 5, next_due=NOW - DAY, state="gone")
    add(db, 6, next_due=NOW, state="quarantined")
    assert claim(db, NOW, limit=2) == ["2", "1"]
    assert claim(db, NOW) == ["6"]
    assert claim(db, NOW) == []


def test_a_claim_that_nobody_finished_comes_back(db: Database) -> None:
    add(db)
    assert claim(db, NOW) == ["1"]
    assert claim(db, NOW + LEASE - timedelta(seconds=1)) == []
    assert claim(db, NOW + LEASE) == ["1"]


def test_a_clock_set_back_delays_nothing(db: Database) -> None:
    add(db, 1, polled_at=NOW, next_due=NOW + timedelta(minutes=10))
    add(db, 2, polled_at=NOW - 2 * DAY, next_due=NOW + timedelta(minutes=10))
    add(db, 3, next_due=NOW)  # never polled
    earlier = NOW - DAY
    assert db.write(lambda c: polls.mend_clock(c, earlier)) == 2
    assert sorted(claim(db, earlier)) == ["1", "3"]


def test_a_poll_is_kept_whole(db: Database) -> None:
    row = replace(
        add(db),
        title="T",
        lang="de",
        interval=900.0,
        gap=1800.0,
        validators=Validators(etag='"1"', last_modified="x"),
        body_hash=b"h" * 16,
        seen=b"a" * 8 + b"b" * 8,
        full_parse_at=NOW,
        baselined=True,
        next_due=NOW + DAY,
        polled_at=NOW,
        ok_at=NOW,
        item_at=NOW - DAY,
        failures=2,
        failing_since=NOW - DAY,
        error_code="timeout",
        error_text="no answer",
        state=FeedState.QUARANTINED,
    )
    save(db, row)
    assert get(db) == row


def test_a_poll_that_brought_nothing_leaves_the_large_columns_alone(db: Database) -> None:
    before = add(db, seen=b"a" * 8, body_hash=b"h", baselined=True, title="T")
    save(db, replace(before, seen=b"", body_hash=None, title="", ok_at=NOW), PollReason.NOT_MODIFIED)
    assert get(db) == replace(before, ok_at=NOW)


def test_a_quiet_poll_moves_the_times_and_nothing_else(db: Database) -> None:
    before = add(db, seen=b"a" * 8, body_hash=b"h", baselined=True, title="T", etag='"1"', state="paused")
    later = NOW + DAY
    quiet = QuietPoll(before.id, PollReason.NOT_MODIFIED, NOW, later)
    db.write(lambda c: polls.save_quiet(c, [quiet]))
    assert get(db) == replace(before, polled_at=NOW, ok_at=NOW, next_due=later)


def test_many_polls_are_saved_in_one_go(db: Database) -> None:
    rows = [add(db, number) for number in range(1, 6)]
    updates = [PollUpdate(row=replace(row, failures=row.id), reason=PollReason.FETCH_FAILED) for row in rows]
    updates += [PollUpdate(row=replace(rows[0], failures=9), reason=PollReason.SAME_BODY)]
    db.write(lambda c: polls.save_polls(c, updates))
    assert [get(db, number).failures for number in range(2, 6)] == [row.id for row in rows[1:]]


def test_a_pause_during_a_poll_stands(db: Database) -> None:
    row = add(db)
    db.write(lambda c: feeds.set_state(c, row.id, FeedState.PAUSED, NOW))
    save(db, replace(row, state=FeedState.ACTIVE, baselined=True))
    assert (get(db).state, get(db).baselined) == (FeedState.PAUSED, True)


def test_a_permanent_redirect_is_followed_unless_the_target_is_polled_already(db: Database) -> None:
    one, two = add(db, 1), add(db, 2)
    save(db, one, moved_to=two.url)
    assert get(db, 1).id == one.id
    save(db, one, moved_to="https://feeds.example/9")
    assert get(db, 9).id == one.id


def test_a_feed_removed_during_a_poll_stays_removed(db: Database) -> None:
    row = add(db)
    db.write(lambda c: feeds.remove(c, row.id))
    save(db, row)
    assert db.write(feeds.list_feeds) == ()


def test_resuming_makes_due_and_forgets_failures(db: Database) -> None:
    row = add(db, state="gone", failures=7, error_code="gone", next_due=NOW + DAY)
    db.write(lambda c: feeds.set_state(c, row.id, FeedState.ACTIVE, NOW))
    after = get(db)
    assert (after.state, after.failures, after.error_code, after.next_due) == (FeedState.ACTIVE, 0, None, NOW)


def test_the_table_follows_the_configured_list(db: Database) -> None:
    def sync(*specs: FeedSpec) -> dict[str, FeedRow]:
        db.write(lambda c: feeds.sync(c, specs, NOW))
        return {row.url: row for row in db.write(feeds.list_feeds)}

    by_hand = add(db, 5)
    first = FeedSpec(url="https://feeds.example/1", outlet="One", lang="en", tier=1, min_interval=60.0)
    rows = sync(first, FeedSpec(url="https://feeds.example/2"))
    assert (rows[first.url].outlet, rows[first.url].min_interval, rows[first.url].configured) == ("One", 60.0, True)
    rows = sync(replace(first, outlet="Uno"))
    assert rows[first.url].outlet == "Uno"
    assert rows["https://feeds.example/2"].state is FeedState.PAUSED
    assert rows[by_hand.url].state is FeedState.ACTIVE
    rows = sync(first, FeedSpec(url="https://feeds.example/2"))
    assert rows["https://feeds.example/2"].state is FeedState.ACTIVE


def test_a_start_asks_again_for_what_was_refused_as_private_and_for_no_other_fault(db: Database) -> None:
    later = NOW + DAY
    for number, code in enumerate(("refused_address", "unreachable"), 1):
        add(db, number, error_code=code, failures=3, next_due=later)
    add(db, 3, error_code="refused_address", state="paused", next_due=later)
    db.write(lambda c: feeds.sync(c, (), NOW))
    assert [get(db, number).next_due for number in (1, 2, 3)] == [NOW, later, later]


def test_a_configured_feed_that_a_person_paused_stays_paused(db: Database) -> None:
    spec = FeedSpec(url="https://feeds.example/1")
    db.write(lambda c: feeds.sync(c, [spec], NOW))
    row = get(db)
    db.write(lambda c: feeds.set_state(c, row.id, FeedState.PAUSED, NOW))
    db.write(lambda c: feeds.sync(c, [spec], NOW))
    assert get(db).state is FeedState.PAUSED


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        pytest.param({"failures": 3, "failing_since": NOW}, NoticeKind.FAILING, id="three failures"),
        pytest.param({"failures": 1, "failing_since": NOW - DAY}, NoticeKind.FAILING, id="failing for a day"),
        pytest.param({"state": "gone", "failures": 1}, NoticeKind.GONE, id="gone"),
        pytest.param({"state": "quarantined", "baselined": True}, NoticeKind.QUARANTINED, id="quarantined"),
        pytest.param({"baselined": True, "item_at": NOW - 6 * DAY}, NoticeKind.STALE, id="stale"),
    ],
)
def test_trouble_is_told_once_and_recovery_once(db: Database, columns: dict[str, object], kind: NoticeKind) -> None:
    row = add(db, **columns)
    assert notices(db, NOW) == [kind]
    assert notices(db, NOW + DAY) == []
    well = replace(row, state=FeedState.ACTIVE, failures=0, failing_since=None, item_at=NOW + DAY, baselined=True)
    save(db, well)
    assert notices(db, NOW + DAY) == [NoticeKind.RECOVERED]
    assert notices(db, NOW + DAY) == []


@pytest.mark.parametrize(
    "columns",
    [
        {"failures": 2, "failing_since": NOW},
        {"state": "paused", "failures": 9},
        {"baselined": True, "item_at": NOW - 6 * DAY, "gap": 3 * 86_400.0},
        {"baselined": False},
    ],
    ids=["two failures", "paused by a person", "a feed that is slow by nature", "not polled yet"],
)
def test_what_is_not_told(db: Database, columns: dict[str, object]) -> None:
    add(db, **columns)
    assert notices(db, NOW) == []


def test_one_more_failure_after_the_notice_is_no_recovery(db: Database) -> None:
    row = add(db, failures=3, failing_since=NOW)
    assert notices(db, NOW) == [NoticeKind.FAILING]
    save(db, replace(row, failures=1, failing_since=NOW + DAY))
    assert notices(db, NOW + DAY) == []


def known_for(db: Database, *entries: Entry, **stored: object) -> list[Verdict]:
    """Store one item among many others and tell what the entries are to it."""
    row = add(db)
    fixed = {"feed_id": row.id, "outlet": "", "lang": "en", "lead": "", "text": "", "text_from": "title",
             "fetched": NOW, "chain": [], "trace": []}  # fmt: skip
    others: list[dict[str, object]] = [
        {"identity": f"i{n}", "url": f"https://a.example/{n}", "title": f"T{n}", "content_hash": bytes([n % 256])}
        for n in range(600)
    ]
    item = {"identity": "old", "url": "", "title": "Old", "content_hash": b"", "published": None} | stored
    for some in ([item], others):
        rows = [{**fixed, **one, "link": links.mark(str(one["url"]))} for one in some]
        db.write(methodcaller("execute", insert(schema.item), rows))
    return [found.verdict for found in identify(entries, db.write(lambda c: known_items(c, row.id, entries)))]


def entry(**values: object) -> Entry:
    fixed: dict[str, object] = {"guid": "", "url": "", "title": "Old", "summary": "", "content": "", "published": None}
    return Entry(**(fixed | values))  # type: ignore[arg-type]


WORDS = "A text that is long enough to be recognised by its words alone, whatever its marks have become by now."


@pytest.mark.parametrize(
    ("found", "stored", "verdict"),
    [
        pytest.param(entry(guid="old"), {}, Verdict.EDITED, id="by its key"),
        pytest.param(entry(guid="x", url="http://www.b.example/1/"), {"url": "https://b.example/1"}, Verdict.EDITED,
                     id="by its link, however written"),
        pytest.param(entry(guid="x", url="https://c.example/9", content=WORDS),
                     {"content_hash": content_hash(entry(content=WORDS))}, Verdict.UNCHANGED, id="by its words"),
        pytest.param(entry(guid="site", url="https://b.example/2"), {"identity": "site\nb.example/2"},
                     Verdict.EDITED, id="by guid and link"),
        pytest.param(entry(guid="site", url="https://b.example/3"), {"identity": "site\nb.example/2"}, Verdict.NEW,
                     id="not by a guid that several share"),
        pytest.param(entry(guid="new", title="New"), {}, Verdict.NEW, id="not at all"),
    ],
)  # fmt: skip
def test_an_item_is_found_among_many(db: Database, found: Entry, stored: dict[str, object], verdict: Verdict) -> None:
    assert known_for(db, found, **stored) == [verdict]


def test_a_shared_guid_gets_a_key_of_its_own_for_each_link(db: Database) -> None:
    row = add(db)
    fixed = {"feed_id": row.id, "outlet": "", "lang": "en", "lead": "", "text": "", "text_from": "title", "title": "",
             "content_hash": b"", "url": "", "fetched": NOW, "chain": [], "trace": []}  # fmt: skip
    db.write(lambda c: c.execute(insert(schema.item).values(identity="site\nb.example/2", **fixed)))
    new = entry(guid="site", url="https://b.example/3", title="Third")
    (found,) = identify([new], db.write(lambda c: known_items(c, row.id, [new])))
    assert found.identity == "site\nb.example/3"


def test_claiming_from_a_hundred_thousand_feeds_takes_no_time(db: Database) -> None:
    rows = [
        {"url": f"u{number}", "added_at": NOW, "next_due": NOW + timedelta(seconds=number - 100)}
        for number in range(100_000)
    ]
    db.write(lambda c: c.execute(insert(schema.feed), rows))
    started = time.perf_counter()
    taken = db.write(lambda c: polls.claim_due(c, NOW, 500))
    cost = time.perf_counter() - started
    assert len(taken) == 101
    assert cost < 0.2  # the benchmark measures; this only refuses a scan of the whole table


def plan_of(db: Database, work: Callable[[Connection], object]) -> list[str]:
    """Run a work and return how SQLite goes about what it asks."""

    def planned(connection: Connection) -> list[str]:
        asked: list[tuple[str, Any]] = []

        def note(_connection: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
            asked.append((statement, values))

        event.listen(connection, "before_cursor_execute", note)
        work(connection)
        event.remove(connection, "before_cursor_execute", note)
        return [
            step.detail
            for statement, values in asked
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]

    return db.write(planned)


@pytest.mark.parametrize("number", [1, 3, 60])
def test_looking_for_known_items_uses_indexes_only(db: Database, number: int) -> None:
    entries = [entry(guid=f"g{n}", url=f"https://a.example/{n}") for n in range(number)]
    plan = plan_of(db, lambda connection: known_items(connection, 1, entries))
    assert plan
    assert "SCAN item" not in plan
    assert not any(step.endswith("(feed_id=?)") for step in plan)  # all of a feed would be read
    assert {"ix_item_link", "ix_item_feed_id_content_hash"} <= set(" ".join(plan).split())


def test_claiming_sorts_nothing(db: Database) -> None:
    plan = plan_of(db, lambda connection: polls.claim_due(connection, NOW, 10))
    assert plan
    assert all("USING INDEX ix_feed_state_next_due" in step for step in plan), plan


def test_a_claimed_row_is_the_row_that_a_look_at_the_table_gives(db: Database) -> None:
    moment = datetime(2026, 9, 1, 8, 30, 0, 7, tzinfo=UTC)
    before = add(db, polled_at=moment, ok_at=NOW, seen=b"a" * 8 + b"b" * 8, body_hash=b"h", baselined=True, tier=1,
                 etag='"1"', configured=True, gap=3.5, state="quarantined", failing_since=NOW)  # fmt: skip
    (claimed,) = db.write(lambda c: polls.claim_due(c, NOW, 10))
    assert claimed == before
    assert claimed.polled_at == moment
    assert claimed.configured is True
