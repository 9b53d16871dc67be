"""The upgrade that made the table of items anew: every value, every reference, and what search and links find."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, make_url, select, text

from bot.store import migrate, schema, search, tracing
from bot.store.address import Address
from bot.store.db import Database
from bot.store.search import Narrowing
from bot.store.searchtext import read
from tests.databases import Kind, databases_are, server_database

BEFORE = "0009"
ROWS = (
    "INSERT INTO feed (id, url, next_due, added_at) VALUES (7, 'https://f.example', '2026-09-01', '2026-09-01')",
    "INSERT INTO story (id, title, opened_at, last_item_at) VALUES (5, 'S', '2026-09-01', '2026-09-01')",
    """INSERT INTO item (id, feed_id, identity, url, outlet, lang, title, lead, text, text_from, content_hash,
    published, fetched, story_id, chain, trace) VALUES (3, 7, 'i3', 'https://www.a.example/x/', 'o', 'en',
    'Troops leave', '',
    'Poland says so', 'content', 'abc', '2026-08-31 23:59:59.123456', '2026-09-01 08:30:00.000000', 5, '["a"]',
    '[]')""",
    """INSERT INTO item (id, feed_id, identity, url, outlet, lang, title, lead, text, text_from, content_hash, fetched,
    rewrite_of, chain, trace) VALUES (4, 7, 'i4', '', 'o', 'de', 'Käse', '', '', 'title', 'abd',
    '2026-09-01 08:31:00.000000', 3, '[]', '[]')""",
    """INSERT INTO mention (id, item_id, story_id, kind, key, body, outlet, url, as_of)
    VALUES (1, 3, 5, 'figure', 'k', '{}', 'o', '', '2026-09-01')""",
)


@pytest.fixture(params=list(Kind), ids=str)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Address]:
    """A database of the revision before, with items and what refers to them."""
    if request.param is Kind.SQLITE:
        path = tmp_path / "tocsin.db"
        _fill(f"sqlite:///{path}")
        yield path
        return
    with databases_are(Kind.POSTGRESQL), server_database() as server:
        url = make_url(server.dsn.reveal()).set(drivername="postgresql+psycopg")
        _fill(url.render_as_string(hide_password=False))
        yield server


@contextmanager
def opened(address: Address) -> Iterator[Database]:
    database = Database(address)
    database.open()
    try:
        yield database
    finally:
        database.close()


def test_items_keep_their_values_and_what_refers_to_them(address: Address) -> None:
    with opened(address) as database:
        assert database.write(migrate.revision) == migrate.newest()
        first, second = database.write(lambda c: c.execute(select(schema.item).order_by(schema.item.c.id)).all())
        mentions = database.write(lambda c: c.execute(select(schema.mention.c.item_id)).scalars().all())
    assert (first.published.isoformat(), first.fetched.isoformat()) == (
        "2026-08-31T23:59:59.123000+00:00",
        "2026-09-01T08:30:00+00:00",
    )
    assert (first.story_id, first.chain, first.text) == (5, ["a"], "Poland says so")
    assert (second.published, second.rewrite_of, second.link, second.title) == (None, 3, None, "Käse")
    assert mentions == [3]


def test_items_are_found_by_words_and_by_address(address: Address) -> None:
    def titles(connection: Connection, query: str) -> list[str]:
        hits = search.index_of(connection).search(connection, read(query), Narrowing(), page=1, size=9)
        return [hit.title for hit in hits.hits]

    with opened(address) as database:
        while database.write(lambda c: search.index_of(c).catch_up(c)):
            pass
        assert database.write(lambda c: titles(c, '"leave"')) == ["Troops leave"]
        assert database.write(lambda c: titles(c, "kase")) == ["Käse"]
        assert database.write(lambda c: titles(c, '"leave poland"')) == []
        assert database.write(lambda c: tracing.items_at(c, "http://a.example/x")) == (3,)


def test_references_are_kept_up_after_the_upgrade(address: Address) -> None:
    with opened(address) as database:
        database.write(lambda c: c.execute(text("DELETE FROM item WHERE id = 3")).rowcount)
        assert database.write(lambda c: c.execute(select(schema.mention.c.id)).all()) == []
        (left,) = database.write(lambda c: c.execute(select(schema.item.c.id, schema.item.c.rewrite_of)).all())
        assert tuple(left) == (4, None)


def _fill(url: str) -> None:
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(migrate.HERE))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        for row in ROWS:
            connection.exec_driver_sql(row)
    engine.dispose()
