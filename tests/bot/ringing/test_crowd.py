"""Very many channels are told by another way than a few: both lead to the same rows, and the delivery hears of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.message import Message, MessageKind
from bot.ports import Entry, Place
from bot.ringing.crowd import LEAST
from bot.ringing.gatekeeping import Waits
from bot.ringing.holding import QuietBehaviour, QuietHours, RateCap
from bot.ringing.routing import Mode, Wishes
from bot.store import channels, subscriptions
from bot.store import schema as tables
from bot.store.channels import UTC_ZONE, ChannelPace
from bot.store.outbox import delivery_key, enqueue
from rules.model import Severity
from tests.bot.newsdesk import MORE_RULES, RULES, Newsdesk, report
from tests.databases import open_database

NEWS = "Washington will withdraw 5000 troops from Germany. Beijing backs the mandate."
MORE_NEWS = "Washington will withdraw 8000 troops from Germany. Beijing backs the mandate."
UNRELATED = Entry(
    guid="u",
    url="https://outlet.example/u",
    title="Bakers of the coast meet",
    summary="A summit of bakers was held on the coast. Their oldest oven is a hundred years old, they say.",
    content="",
    published=None,
)
BUSY, PARKED, QUIET, NEARLY_BUSY = (10, 11), 20, 30, 40  # channels, by number; all of them else as others are
CAP = RateCap().posts
# What the channels wish, in turn: their way to show updates, wishes, and the least severity of each topic.
WISHES: tuple[tuple[str, Wishes, dict[str, str]], ...] = (
    ("broadcast", Wishes(), {"bases": "notice"}),
    ("thread", Wishes(), {"bases": "notice"}),
    ("edit", Wishes(), {"bases": "notice"}),
    ("channel", Wishes(), {"bases": "notice"}),
    ("broadcast", Wishes(mode=Mode.BOTH), {"bases": "notice"}),
    ("broadcast", Wishes(mode=Mode.DIGEST), {"bases": "notice"}),
    ("thread", Wishes(mention="desk", mention_from=Severity.NOTICE), {"bases": "notice"}),
    ("broadcast", Wishes(), {"bases": "notice", "mandate": "urgent"}),
    ("broadcast", Wishes(), {"bases": "notice", "mandate": "notice"}),
    ("thread", Wishes(), {"mandate": "important"}),
)


@pytest.fixture
def few(tmp_path: Path) -> Iterator[Newsdesk]:
    """One channel less than are told together."""
    with _desk(tmp_path / "few", LEAST - 1) as desk:
        yield desk


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Newsdesk]:
    with _desk(tmp_path / "many", LEAST) as desk:
        yield desk


async def test_channels_get_the_same_rows_whether_few_or_many_are_told(few: Newsdesk, many: Newsdesk) -> None:
    for desk in (few, many):
        await _settle_in(desk)
        await desk.feed(report("1", NEWS))
    assert (_told_together(few), _told_together(many) > LEAST // 2) == (0, True)
    told, held = _rows(few, "route"), _rows(few, "held")
    assert {row["reason"] for rows in told.values() for row in rows} == {
        *("delivered", "below_severity", "parked", "digest_only", "rate_cap", "quiet_held")
    }
    assert [told[_lane(number)][-1]["reason"] for number in (*BUSY, NEARLY_BUSY)] == ["rate_cap"] * 2 + ["delivered"]
    assert _lane(BUSY[0]) in held
    for table in ("outbox", "thread", "route", "held"):
        assert _rows(many, table) == _rows(few, table)


async def test_what_comes_next_is_the_same_too(few: Newsdesk, many: Newsdesk) -> None:
    for desk in (few, many):
        await _settle_in(desk)
        await desk.feed(report("1", NEWS))
        await desk.feed(report("2", MORE_NEWS))  # into what still waits
        desk.deliver()
        desk.clock.advance(7200)
        await desk.feed(report("1", f"{MORE_NEWS} Paris rejects the mandate."))
        await desk.feed(report("a", MORE_NEWS), outlet="Fenn Herald")
    for table in ("outbox", "thread", "route", "held"):
        assert _rows(many, table) == _rows(few, table)


async def test_the_way_of_an_item_names_the_same_decisions(few: Newsdesk, many: Newsdesk) -> None:
    for desk in (few, many):
        await _settle_in(desk)
        await desk.feed(report("1", NEWS))
    routed = [
        [step["reason"] for step in desk.column("item", "trace")[-1] if step["stage"] == "routed"][: LEAST - 1]
        for desk in (few, many)
    ]
    assert len(routed[0]) == LEAST - 1
    assert routed[0] == routed[1]


async def test_the_delivery_hears_of_every_lane_that_got_rows(many: Newsdesk) -> None:
    await _settle_in(many)
    before, heard = many.count("outbox"), set[str]()
    many.db.on_rows = lambda _connection, lanes: heard.update(lanes)
    await many.feed(report("1", NEWS))
    assert heard == set(many.column("outbox", "lane")[before:])


@contextmanager
def _desk(folder: Path, size: int) -> Iterator[Newsdesk]:
    folder.mkdir()
    with open_database(folder) as database:
        desk = Newsdesk(database, rules=(RULES, MORE_RULES), waits=Waits(first=timedelta(minutes=1)))
        desk.db.write(lambda connection: _subscribe(connection, desk, size))
        yield desk


def _subscribe(connection: Connection, desk: Newsdesk, size: int) -> None:
    for number in range(size):
        threads, wishes, topics = WISHES[number % len(WISHES)]
        for topic, least in topics.items():
            subscriptions.subscribe(
                connection,
                _place(number),
                topic,
                severity=Severity(least),
                threads=threads,
                by="ana",
                at=desk.clock.now(),
                wishes=wishes,
            )
    hours = QuietHours(start=time(0), end=time(23, 59), zone=UTC_ZONE, behaviour=QuietBehaviour.HOLD)
    channels.save_pace(connection, _lane(QUIET), ChannelPace(quiet=hours), by="ana")
    parked = tables.channel.c.lane == _lane(PARKED)
    connection.execute(update(tables.channel).where(parked).values(state="parked", state_reason="archived"))


async def _settle_in(desk: Newsdesk) -> None:
    """Let some channels have had as many posts as their cap allows, or almost: some of them still wait."""
    await desk.feed(UNRELATED, outlet="Bakers' Weekly", rings=True)
    desk.deliver()
    desk.db.write(lambda connection: _fill(connection, desk))


def _fill(connection: Connection, desk: Newsdesk) -> None:
    now, outbox = desk.clock.now(), tables.outbox
    connection.execute(update(outbox).values(sent_at=now - timedelta(hours=2)))
    for number in (*BUSY, NEARLY_BUSY):
        posts = CAP if number in BUSY else CAP - 1
        for count in range(posts):
            key = delivery_key("busy", number, count)
            message = Message(kind=MessageKind.ALERT, heading="h", fallback="f")
            enqueue(connection, lane=_lane(number), op="post", message=message, alert_id=1, key=key, now=now)
            if count % 2:
                sent = {"state": "sent", "sent_at": now - timedelta(minutes=5)}
                connection.execute(update(outbox).where(outbox.c.key == key).values(sent))


def _place(number: int) -> Place:
    return Place(platform="console", workspace="", channel=f"room{number:02}")


def _lane(number: int) -> str:
    return str(_place(number))


def _told_together(desk: Newsdesk) -> int:
    """Count the channels with rows whose keys are not made of what ``delivery_key`` makes: 24 characters."""
    rows = zip(desk.column("outbox", "lane"), desk.column("outbox", "key"), strict=True)
    return len({lane for lane, key in rows if len(key) < len(delivery_key())})


def _rows(desk: Newsdesk, table: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the channels that both desks have, by lane; threads are numbered within their lane."""
    wanted, thread = tables.metadata.tables[table], tables.thread

    def work(connection: Connection) -> dict[str, list[dict[str, Any]]]:
        numbers: dict[str, list[int]] = defaultdict(list)
        for key, lane in connection.execute(select(thread.c.id, thread.c.lane).order_by(thread.c.id)):
            numbers[lane].append(key)
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in connection.execute(select(wanted).order_by(wanted.c.id)).mappings():
            own = {name: value for name, value in row.items() if name not in {"id", "key"}}
            for name in ("thread_id", "previous_id"):
                if own.get(name) is not None:
                    own[name] = numbers[row["lane"]].index(own[name])
            found[row["lane"]].append(own)
        return {lane: rows for lane, rows in found.items() if lane != _lane(LEAST - 1)}

    return desk.db.write(work)
