"""A thread's head tells that a value fell, at once, also where no rule wants to ring for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.codec import decode_message
from bot.message import Facts, Message, Moment, Paragraph, Struck
from bot.ringing.holding import Silence, SilenceTarget
from bot.store import schema as tables
from bot.store import silences
from bot.store.db import Database
from bot.telling.headline import plain
from tests.bot.newsdesk import DESK, RULES, Newsdesk, report
from tests.databases import open_database

LEAVING = "Washington will withdraw 5000 troops from Germany, the Fenn Gazette reported."
DENIAL = "Washington denies it will withdraw 5000 troops from Germany, the Hill Herald reported."
SILENT = RULES.replace(", contradicted, withdrawn]", "]")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


def head(db: Database) -> tuple[Message, bool]:
    """Return the newest head, and whether it may go out now."""
    wanted = select(tables.outbox.c.body, tables.outbox.c.not_before).where(tables.outbox.c.op != "reply")
    row = db.write(lambda c: c.execute(wanted.order_by(tables.outbox.c.id.desc())).first())
    assert row is not None
    return decode_message(row.body), row.not_before is None


def first_line(message: Message) -> tuple[str, list[str]]:
    """Return a message's first line and what is struck through in it."""
    line = next(block for block in message.blocks if isinstance(block, Paragraph)).line
    return plain(line), [part.text for part in line if isinstance(part, Struck)]


async def newsroom(db: Database, rules: str = SILENT) -> Newsdesk:
    """Return a desk whose channel was told of 5,000 and whose head was edited a minute ago."""
    desk = Newsdesk(db, rules=(rules,))
    desk.subscribe()
    await desk.feed(report("1", LEAVING))
    desk.deliver()
    desk.clock.advance(60)
    await desk.feed(report("2", LEAVING), outlet="Second Post")
    desk.deliver()
    desk.clock.advance(60)
    return desk


async def test_a_denial_that_rings_for_no_rule_strikes_the_value_in_the_head_at_once(db: Database) -> None:
    desk = await newsroom(db)
    before = len(desk.sent())
    await desk.feed(report("3", DENIAL), outlet="Third Post")
    assert [row.op for row in desk.sent()[before:]] == ["reply", "edit"]
    message, is_due = head(db)
    line, struck = first_line(message)
    assert struck == ["5,000 troops"]
    assert line.startswith("5,000 troops is denied (Hill Herald, ")
    assert line.endswith("United States, withdraw from Germany (planned)")
    assert message.heading.startswith("WITHDRAWN")
    assert is_due


@pytest.mark.parametrize(
    ("threads", "replies"),
    [("broadcast", 1), ("thread", 1), ("edit", 0)],
)
async def test_who_read_the_value_in_a_thread_hears_once_that_it_is_denied_and_the_channel_is_not_rung(
    db: Database, threads: str, replies: int
) -> None:
    desk = Newsdesk(db, rules=(SILENT,))
    desk.subscribe(threads=threads)
    await desk.feed(report("1", LEAVING))
    desk.deliver()
    before = len(desk.sent())
    for number in range(2, 4):
        await desk.feed(report(str(number), DENIAL), outlet=f"Post {number}")
        desk.deliver()
    found = [row for row in desk.sent()[before:] if row.op == "reply"]
    assert len(found) == replies
    assert all(row.heading.startswith("WITHDRAWN") and not row.broadcast for row in found)
    assert all("5,000 troops is denied (Hill Herald, " in row for row in found)


@pytest.mark.parametrize(
    ("target", "value", "replies"),
    [
        pytest.param(SilenceTarget.STORY, "1", 0, id="this story"),
        pytest.param(SilenceTarget.STORY, "2", 1, id="another story"),
        pytest.param(SilenceTarget.TOPIC, "bases", 0, id="its topic"),
    ],
)
async def test_a_silence_stops_the_line_in_the_thread(
    db: Database, target: SilenceTarget, value: str, replies: int
) -> None:
    desk = await newsroom(db)
    now = desk.clock.now()
    quiet = Silence(target=target, value=value, since=now, until=now + timedelta(hours=1), by="ana")
    db.write(lambda connection: silences.add(connection, str(DESK), quiet))
    before = len(desk.sent())
    await desk.feed(report("3", DENIAL), outlet="Third Post")
    assert sum(row.op == "reply" for row in desk.sent()[before:]) == replies
    assert first_line(head(db)[0])[1] == ["5,000 troops"]


async def test_a_value_that_falls_beside_news_is_told_in_the_thread_as_well(db: Database) -> None:
    desk = await newsroom(db)
    before = len(desk.sent())
    await desk.feed(report("3", f"{DENIAL} Berlin will withdraw 300 troops from Poland."), outlet="Third Post")
    news = [row for row in desk.sent()[before:] if row.op == "reply"]
    assert [row.heading.partition(" ")[0] for row in news] == ["NEW", "WITHDRAWN"]


async def test_a_count_after_the_denial_is_rationed_again_and_keeps_the_denial(db: Database) -> None:
    desk = await newsroom(db)
    await desk.feed(report("3", DENIAL), outlet="Third Post")
    desk.deliver()
    desk.clock.advance(60)
    await desk.feed(report("4", DENIAL), outlet="Fourth Post")
    message, is_due = head(db)
    assert first_line(message)[1] == ["5,000 troops"]
    assert not is_due


async def test_what_every_report_takes_back_is_struck_without_a_ring(db: Database) -> None:
    desk = Newsdesk(db, rules=(SILENT,))
    desk.subscribe()
    await desk.feed(report("1", LEAVING))
    desk.deliver()
    await desk.feed(report("1", "An earlier version of this report was wrong."))
    assert first_line(head(db)[0])[0].startswith("5,000 troops is taken back")


async def test_an_edit_that_still_says_the_value_strikes_nothing(db: Database) -> None:
    desk = await newsroom(db)
    desk.deliver()
    await desk.feed(report("1", f"As we said. {LEAVING}"))
    await desk.feed(report("5", "The mayor spoke."), outlet="Fifth Post")
    assert first_line(head(db)[0])[1] == []


async def test_a_rule_that_asks_for_it_rings_with_who_denies_and_what(db: Database) -> None:
    desk = await newsroom(db, RULES)
    db.write(lambda c: c.execute(update(tables.outbox).where(tables.outbox.c.state == "ready").values(state="sent")))
    await desk.feed(report("3", DENIAL), outlet="Third Post")
    (reply,) = [row for row in desk.sent() if row.op == "reply" and "WITHDRAWN" in row]
    assert "5,000 troops is denied (Hill Herald, " in reply
    assert "Before" in reply
    assert reply.text.count("is denied") == 1


async def test_a_correction_says_when_the_edit_came_and_since_when_the_old_value_was_known(db: Database) -> None:
    desk = await newsroom(db)
    desk.clock.advance(3 * 3600)
    await desk.feed(report("1", LEAVING.replace("5000", "8000")))
    message, _ = head(db)
    (facts,) = (block for block in message.blocks if isinstance(block, Facts))
    moments = {label: line[0].at for label, line in facts.rows if isinstance(line[0], Moment)}
    assert moments["As of"] == desk.clock.now()
    assert moments["Before"] < moments["As of"]
