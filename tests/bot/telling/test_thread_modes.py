"""Every kind of message keeps to the channel's thread mode: what is posted, where, and whether the channel is rung.

What each mode shows of each verdict lies in tests/golden/modes as a terminal draws it; set UPDATE_GOLDEN=1 to write it.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import select, update

from adapters.console.messenger import ConsoleMessenger
from bot.codec import decode_message
from bot.message import Struck
from bot.ports import Place, Posted
from bot.store import schema as tables
from bot.store.db import Database
from bot.telling.heads import EDITS_FOR_COUNTS
from tests.bot.newsdesk import BODY, DESK, RULES, Newsdesk, Sent, report
from tests.databases import open_database

LEAVING = "Washington will withdraw 5000 troops from Germany, the Fenn Gazette reported."
MORE_LEAVE = "Washington will withdraw 8000 troops from Germany, the Fenn Gazette reported."
STAYS = "Berlin will withdraw 300 troops from Poland."
RIVAL = "Washington will withdraw 9000 troops from Germany, the Hill Herald reported."
AGREED = "Washington will withdraw 5000 troops from Germany, the Hill Herald reported."
CONFIRMING_RULES = RULES.replace("contradicted, withdrawn]", "contradicted, withdrawn, confirmed]")
GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "modes"
WIDTH = 90
MODES = ("broadcast", "thread", "channel", "edit")
Event = Callable[[Newsdesk], Awaitable[None]]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


async def later_report(desk: Newsdesk) -> None:
    desk.clock.advance(2 * 86_400)
    await desk.feed(report("2", MORE_LEAVE), outlet="Second Post")


async def correction(desk: Newsdesk) -> None:
    await desk.feed(report("1", f"{MORE_LEAVE} {STAYS}"))


async def contradiction(desk: Newsdesk) -> None:
    await desk.feed(report("2", RIVAL), outlet="Second Post")


async def withdrawal(desk: Newsdesk) -> None:
    await desk.feed(report("1", STAYS))


async def confirmation(desk: Newsdesk) -> None:
    await desk.feed(report("2", AGREED), outlet="Second Post")


async def rewrite(desk: Newsdesk) -> None:
    await desk.feed(report("2", LEAVING), outlet="Second Post")


IN_THREAD = ["reply", "reply", "edit"]  # the change, the figure's history, the head
KINDS: dict[str, tuple[Event, str, dict[str, list[str]]]] = {
    "a changed figure": (
        later_report,
        "UPDATE",
        {"broadcast": IN_THREAD, "thread": IN_THREAD, "channel": ["post"], "edit": ["edit"]},
    ),
    "a correction": (
        correction,
        "CORRECTION",
        {
            "broadcast": ["reply", "edit"],
            "thread": ["reply", "edit"],
            "channel": ["post"],
            "edit": ["edit"],
        },
    ),
    "a contradiction": (
        contradiction,
        "CONTRADICTED",
        {"broadcast": IN_THREAD, "thread": IN_THREAD, "channel": ["post"], "edit": ["edit"]},
    ),
    "a withdrawal": (
        withdrawal,
        "WITHDRAWN",
        {"broadcast": ["reply", "edit"], "thread": ["reply", "edit"], "channel": ["post"], "edit": ["edit"]},
    ),
    "a confirmation": (
        confirmation,
        "CONFIRMED",
        {"broadcast": ["reply", "edit"], "thread": ["reply", "edit"], "channel": ["post"], "edit": ["edit"]},
    ),
    "a rewrite": (rewrite, "NEW", {"broadcast": ["edit"], "thread": ["edit"], "channel": [], "edit": ["edit"]}),
}


async def told(db: Database, mode: str, event: Event | None = None) -> list[Sent]:
    """Return what a channel gets for a new story, or with ``event`` only what it gets for that."""
    desk = Newsdesk(db, rules=(CONFIRMING_RULES,))
    desk.subscribe(threads=mode)
    await desk.feed(report("1", f"{LEAVING} {STAYS}"))
    desk.deliver()
    before = len(desk.sent())
    if event is None:
        return desk.sent()
    await event(desk)
    return desk.sent()[before:]


@pytest.mark.parametrize(
    ("mode", "ops"),
    [("broadcast", ["post", "reply"]), ("thread", ["post", "reply"]), ("channel", ["post"]), ("edit", ["post"])],
)
async def test_a_new_story_is_one_message_in_the_channel_with_its_details_below(
    db: Database, mode: str, ops: list[str]
) -> None:
    rows = await told(db, mode)
    assert [row.op for row in rows] == ops
    assert rows[0].heading.startswith("NEW")
    assert not any(row.broadcast for row in rows)
    assert (rows[0].thread is None) == (mode == "channel")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", KINDS)
async def test_what_comes_afterwards_keeps_to_the_mode(db: Database, kind: str, mode: str) -> None:
    event, label, ops = KINDS[kind]
    rows = await told(db, mode, event)
    assert [row.op for row in rows] == ops[mode]
    news = [row for row in rows if row.op != "edit" and row.heading != "History"]  # a head is of what it tells first
    assert {row.heading.partition(" · ")[0] for row in news} <= {label}
    # Only a state change in a broadcasting channel is shown in the channel too, once.
    is_rung = mode == "broadcast" and kind != "a rewrite"
    assert [row.broadcast for row in rows if row.op == "reply"][:1] == ([is_rung] if "reply" in ops[mode] else [])
    assert sum(row.broadcast for row in rows) == is_rung
    path = GOLDEN / kind.replace(" ", "-") / f"{mode}.txt"
    text = await drawn(db, len(rows))
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


async def drawn(db: Database, count: int) -> str:
    """Return the newest messages of the channel as a terminal shows them, after the one that they follow."""
    table, out = tables.outbox, StringIO()
    messenger = ConsoleMessenger(Console(file=out, width=WIDTH, color_system=None, highlight=False))
    rows = db.write(lambda c: c.execute(select(table).order_by(table.c.id)).all())
    for number, row in enumerate(rows):
        if number == len(rows) - count:
            out.seek(0)
            out.truncate()
        message, key = decode_message(row.body), f"thread {row.thread_id}" if row.thread_id else str(row.id)
        if row.op == "edit":
            await messenger.edit(DESK, Posted(message=key, thread=key), message)
        else:
            thread = key if row.op == "reply" else None
            await messenger.post(
                DESK, message, key=str(row.id) if thread else key, thread=thread, broadcast=row.broadcast
            )
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip("\n") + "\n" if count else ""


@pytest.mark.parametrize("mode", MODES)
async def test_a_story_that_was_silent_for_a_week_gets_a_message_of_its_own_that_links_the_old_thread(
    db: Database, mode: str
) -> None:
    desk = Newsdesk(db, rules=(CONFIRMING_RULES,))
    desk.subscribe(threads=mode)
    await desk.feed(report("1", LEAVING))
    desk.deliver()
    db.write(lambda c: c.execute(update(tables.thread).values(link="https://chat.example/thread/1")))
    before = len(desk.sent())
    desk.clock.advance(timedelta(days=7, minutes=1).total_seconds())
    await desk.feed(report("2", MORE_LEAVE), outlet="Second Post")
    first = desk.sent()[before]
    assert first.op == "post"
    assert "5,000 troops → 8,000 troops" in first
    assert ("Earlier thread about this story" in first) == (mode != "channel")


@pytest.mark.parametrize("mode", ["broadcast", "thread", "edit"])
async def test_a_correction_strikes_the_old_value_in_the_head(db: Database, mode: str) -> None:
    edit = (await told(db, mode, correction))[-1]
    assert edit.op == "edit"
    body = db.write(lambda c: c.execute(select(tables.outbox.c.body).order_by(tables.outbox.c.id.desc())).scalar())
    assert body is not None
    struck = [part["text"] for part in body["blocks"][0]["line"] if part["is"] == Struck.__name__]
    assert struck == ["5,000 troops"]


async def test_a_related_story_links_the_thread_that_it_is_near_to(db: Database) -> None:
    desk = Newsdesk(db)
    desk.subscribe()
    await desk.feed(report("1", LEAVING))
    desk.deliver()
    db.write(lambda c: c.execute(update(tables.thread).values(link="https://chat.example/thread/1")))
    other = report("9", "A summit was called.", title="Summit on fishing quotas is called in the southern port")
    await desk.feed(replace(other, summary="A summit was called on fishing quotas."))
    (near,) = [row for row in desk.sent() if row.op == "post" and "summit" in row.text.lower()]
    assert "related" not in near.text
    stories = desk.column("story", "id")
    assert len(stories) == 2
    db.write(lambda c: c.execute(update(tables.story).where(tables.story.c.id == stories[1]).values(related_id=1)))
    desk.deliver()
    more = "The summit on fishing quotas was called, and Washington will withdraw 300 troops from Poland."
    await desk.feed(replace(other, summary=more))
    assert any("Thread about a related story" in row for row in desk.sent() if row.op == "edit")


async def test_a_change_that_another_story_tells_links_the_thread_with_the_old_value(db: Database) -> None:
    desk = Newsdesk(db)
    desk.subscribe()
    await desk.feed(report("1", LEAVING))
    desk.deliver()
    db.write(lambda c: c.execute(update(tables.thread).values(link="https://chat.example/thread/1")))
    desk.clock.advance(2 * 86_400)
    other = report("2", "", title="Budget talks in the port of Oststrand end before dawn")
    await desk.feed(replace(other, summary=f"{MORE_LEAVE} Budget talks ended before dawn."), outlet="Second Post")
    assert len(desk.column("story", "id")) == 2
    (head,) = [row for row in desk.sent() if row.op == "post" and "8,000" in row]
    assert "5,000 troops → 8,000 troops" in head
    assert "Thread about a related story" in head


async def test_edits_that_only_count_are_rationed_and_news_are_not(db: Database) -> None:
    desk = Newsdesk(db)
    desk.subscribe()
    await desk.feed(report("1", LEAVING))
    desk.deliver()
    for number in range(12):
        desk.clock.advance(60)
        await desk.feed(report(f"r{number}", LEAVING), outlet=f"Paper {number}")
        if due_edits(desk):
            desk.deliver()
    edits = [row for row in desk.sent() if row.op == "edit"]
    assert len(edits) == 3  # after one minute, after eleven, and one that waits
    assert EDITS_FOR_COUNTS.total_seconds() == 600
    assert "12 rewrites" in edits[-1]
    await desk.feed(report("1", MORE_LEAVE))
    assert due_edits(desk)


def due_edits(desk: Newsdesk) -> int:
    """Count the edits that may go out now."""
    rows = desk.db.write(
        lambda c: c.execute(
            select(tables.outbox.c.not_before).where(tables.outbox.c.op == "edit", tables.outbox.c.state == "ready")
        ).all()
    )
    return sum(row.not_before is None or row.not_before <= desk.clock.now() for row in rows)


@pytest.mark.parametrize("threads", MODES)
async def test_a_second_channel_has_its_own_mode(db: Database, threads: str) -> None:
    other = Place(platform="console", workspace="", channel="other")
    desk = Newsdesk(db)
    desk.subscribe(threads="channel")
    desk.subscribe(place=other, threads=threads)
    await desk.feed(report("1", LEAVING))
    desk.deliver()
    await correction(desk)
    assert [row.op for row in desk.sent(str(DESK))] == ["post", "post"]
    assert desk.sent(str(other))[-1].op == ("post" if threads == "channel" else "edit")
    assert BODY[:20] in desk.column("item", "text")[0]
