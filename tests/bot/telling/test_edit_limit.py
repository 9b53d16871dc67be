"""In a channel told by edits, news is posted where no more edits are taken; elsewhere it was posted already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.delivery.decisions import Policy
from bot.delivery.dispatcher import Dispatcher
from bot.errors import DeliveryReason
from bot.store.db import Database
from tests.bot.newsdesk import DESK, Newsdesk, report, text_of
from tests.databases import open_database
from tests.fakes.scripted_messenger import ScriptedMessenger, Trouble


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        yield database


@pytest.mark.parametrize("threads", ["edit", "broadcast"])
async def test_news_is_told_once_where_no_more_edits_are_taken(db: Database, threads: str) -> None:
    desk, fake = Newsdesk(db), ScriptedMessenger()
    desk.subscribe(threads=threads)
    dispatcher = Dispatcher(
        db, {DESK.platform: fake}, desk.clock, policy=Policy(gap=0.0, settle=0.0), sleep=desk.clock.sleep
    )
    await desk.feed(report("1", "Washington will withdraw 5000 troops from Germany."))
    await dispatcher.drain()
    desk.clock.advance(3600)
    fake.on_edit.append(Trouble(reason=DeliveryReason.EDIT_LIMIT))
    await desk.feed(report("2", "Washington will withdraw 9000 troops from Germany."), outlet="Other Times")
    await dispatcher.drain()
    updates = [post for post in fake.posts if post.message.heading.startswith("UPDATE")]
    assert len(updates) == 1
    assert updates[0].thread == fake.posts[0].posted.message
    assert "5,000 troops → 9,000 troops" in text_of(updates[0].message)
