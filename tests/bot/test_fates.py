"""A thread's head tells that a value fell, at once, also where no rule wants to ring for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.codec import decode_message
from bot.headline import plain
from bot.message import Facts, Message, Moment, Paragraph, Struck
from bot.store import schema as tables
from bot.store.db import Database
from tests.bot.newsdesk import RULES, Newsdesk, report
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
    assert [row.op for row in desk.sent()[before:]] == ["edit"]
    message, is_due = head(db)
    line, struck = first_line(message)
    assert struck == ["5,000 troops"]
    assert line.startswith("5,000 troops is denied (Hill Herald, ")
    assert line.endswith("United States, withdraw from Germany (planned)")
    assert message.heading.startswith("WITHDRAWN")
    assert is_due


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
