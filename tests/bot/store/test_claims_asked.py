"""Mentions read for the questions of the chat: bounded, and never without what was asked about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from bot.store import claims, ledger, schema
from bot.store.db import Database
from rules.model import Action, Bound, Figure, ItemId, Mention, Status, StoryId
from tests.databases import open_database

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path) as database:
        database.write(fill)
        yield database


def said(value: int, story: int, hours: float, actor: str = "Germany") -> Mention:
    figure = Figure(
        low=value,
        high=value,
        bound=Bound.EXACT,
        unit="tank",
        actor=actor,
        action=Action.DELIVER,
        place=None,
        of_total=None,
        status=Status.FACT,
        source_cited=None,
        quote="tanks",
        start=0,
        end=5,
    )
    as_of = NOW - timedelta(hours=hours)
    return Mention(claim=figure, item=ItemId(1), story=StoryId(story), outlet="Courier", origin=None, as_of=as_of)


def fill(connection: Connection) -> None:
    """Store one old mention of story 1, and more newer ones of the same key in story 2 than one answer reads."""
    connection.execute(insert(schema.feed).values(id=1, url="https://f", next_due=NOW, added_at=NOW))
    for key in (1, 2):
        connection.execute(insert(schema.story).values(id=key, title="s", opened_at=NOW, last_item_at=NOW))
    texts = dict.fromkeys(("identity", "url", "outlet", "title", "lead", "text", "text_from"), "x")
    connection.execute(
        insert(schema.item).values(
            id=1, feed_id=1, lang="en", content_hash=b"x", fetched=NOW, chain=[], trace=[], **texts
        )
    )
    ledger.add_mention(connection, said(7, 1, 9000))
    for number in range(claims.MENTIONS + 5):
        ledger.add_mention(connection, said(number, 2, number))
    ledger.add_mention(connection, said(3, 2, 1, "Germany and France"))


def test_an_old_story_keeps_its_own_claims_however_many_newer_ones_there_are(db: Database) -> None:
    found = db.write(lambda c: claims.of_story(c, 1))
    assert [mention.story for mention in found.mentions] == [1]


def test_a_long_ledger_is_read_from_its_newest_end_and_says_so(db: Database) -> None:
    found = db.write(lambda c: claims.of_actor(c, "figure", "germany", None))
    assert len(found.mentions) == claims.MENTIONS
    assert found.is_cut
    assert found.mentions[0].as_of == NOW


def test_an_actor_is_not_confused_with_one_whose_name_goes_on(db: Database) -> None:
    found = db.write(lambda c: claims.of_actor(c, "figure", "Germany and France", None))
    assert [mention.claim.actor for mention in found.mentions] == ["Germany and France"]


def test_actors_are_told_by_name(db: Database) -> None:
    assert set(db.write(lambda c: claims.actors(c, "figure"))) == {"germany", "germany and france"}
