"""A database on a server: the same schema, one writer at a time over all processes, and what stands in its way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert, select, text, update

from bot.errors import StoreError
from bot.secret import Secret
from bot.store import migrate, postgres, schema
from bot.store.address import Server
from bot.store.db import Database
from tests.bot.store.test_db import NOW, add_feed
from tests.databases import Kind, blank_server_database, databases_are, server_database


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    with databases_are(Kind.POSTGRESQL):
        yield


@pytest.fixture
def address() -> Iterator[Server]:
    with blank_server_database() as found:
        yield found


@pytest.fixture
def db(address: Server) -> Iterator[Database]:
    database = Database(address)
    database.open()
    yield database
    database.close()


def test_migrations_make_exactly_the_schema(db: Database) -> None:
    def is_ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name != "item_search"  # each database keeps words in its own way

    difference = db.write(
        lambda c: compare_metadata(MigrationContext.configure(c, opts={"include_name": is_ours}), schema.metadata)
    )
    assert difference == []


async def test_a_failing_transaction_leaves_nothing(db: Database) -> None:
    def work(connection: Connection) -> None:
        add_feed(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await db.tx(work)
    assert await db.read(lambda c: c.execute(select(schema.feed.c.id)).all()) == []


async def test_readers_cannot_see_an_open_transaction(db: Database) -> None:
    def work(connection: Connection) -> int:
        add_feed(connection)
        reading = asyncio.run_coroutine_threadsafe(db.read(lambda c: len(c.execute(select(schema.feed)).all())), loop)
        return reading.result(timeout=10)

    loop = asyncio.get_running_loop()
    assert await db.tx(work) == 0
    assert await db.read(lambda c: c.execute(select(schema.feed.c.next_due)).scalar_one()) == NOW


async def test_readers_write_nothing(db: Database) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        await db.read(add_feed)


async def test_what_a_work_has_read_stays_true_until_it_commits_whichever_process_writes(
    db: Database, address: Server
) -> None:
    other = Database(address)
    other.open()
    await db.tx(lambda c: c.execute(insert(schema.lane).values(key="a", epoch=0)))

    def count_up(connection: Connection) -> None:
        (epoch,) = connection.execute(select(schema.lane.c.epoch)).one()
        connection.execute(update(schema.lane).values(epoch=epoch + 1))

    await asyncio.gather(*(one.tx(count_up) for one in (db, other) for _ in range(40)))
    other.close()
    assert await db.read(lambda c: c.execute(select(schema.lane.c.epoch)).scalar_one()) == 80


def test_processes_that_start_together_migrate_once(monkeypatch: pytest.MonkeyPatch) -> None:
    failed: list[BaseException] = []

    def start(address: Server) -> None:
        database = Database(address)
        try:
            database.open()
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            database.close()

    with server_database() as address:
        starts = [threading.Thread(target=start, args=(address,)) for _ in range(3)]
        for one in starts:
            one.start()
        for one in starts:
            one.join()
        assert failed == []
        database = Database(address)
        database.open()
        assert database.write(migrate.revision) == migrate.newest()
        database.close()


def test_an_upgrade_that_fails_leaves_an_empty_database(monkeypatch: pytest.MonkeyPatch) -> None:
    with server_database() as address:
        blocker = Database(address)
        blocker.open()
        blocker.write(lambda c: c.execute(text("DROP SCHEMA public CASCADE")))
        blocker.write(lambda c: c.execute(text("CREATE SCHEMA public")))
        blocker.write(lambda c: c.execute(text("CREATE TABLE subscription (id int)")))  # in the way of our own
        with pytest.raises(StoreError, match=r"already exists"):
            Database(address).open()
        tables = blocker.write(
            lambda c: c.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        )
        blocker.close()
        assert tables == ["subscription"]


def test_a_database_of_a_later_version_is_refused(db: Database, address: Server) -> None:
    db.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(StoreError, match=r"of a later Tocsin \(revision 9999, this one knows \d+\)"):
        Database(address).open()


def test_a_process_that_stands_still_in_a_transaction_is_cut_off(
    db: Database, address: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_BEGIN", postgres._BEGIN.replace(f"'{postgres.FROZEN_SECONDS}s'", "'200ms'"))
    is_in, may_go_on = threading.Event(), threading.Event()

    def stand_still(connection: Connection) -> None:
        add_feed(connection)
        is_in.set()
        may_go_on.wait(20)
        add_feed(connection, "https://example.org/second")

    frozen: list[Exception] = []

    def freeze() -> None:
        try:
            db.write(stand_still)
        except StoreError as error:
            frozen.append(error)

    thread = threading.Thread(target=freeze)
    thread.start()
    is_in.wait(20)
    other = Database(address)
    other.open()
    other.write(lambda c: add_feed(c, "https://example.org/other"))
    may_go_on.set()
    thread.join()
    assert "nothing was stored, and it is tried again" in str(frozen[0])
    stored = other.write(lambda c: c.execute(select(schema.feed.c.url)).scalars().all())
    other.close()
    assert stored == ["https://example.org/other"]
    db.write(add_feed)  # on a connection that works


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("postgresql://nobody:hush@127.0.0.1:9/tocsin", r"postgresql://127.0.0.1:9/tocsin: .*is the server running"),
        ("postgresql://127.0.0.1:none/tocsin", r"not an address; write postgresql://USER@HOST:PORT/DATABASE"),
    ],
    ids=["a server that is not there", "an address that is none"],
)
def test_a_server_that_cannot_be_reached_is_told_in_one_sentence_without_the_password(given: str, told: str) -> None:
    with pytest.raises(StoreError, match=told) as caught:
        Database(Server(Secret(given))).open()
    assert "hush" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_database_that_is_not_there_is_told(address: Server) -> None:
    missing = Server(Secret(address.dsn.reveal().replace("/tocsin_test", "/tocsin_missing")))
    with pytest.raises(
        StoreError, match="does not exist; is the server running, and are address, database and user right"
    ):
        Database(missing).open()


def test_a_pooler_is_noticed(db: Database) -> None:
    assert not db.write(lambda c: postgres.is_pooled(c, c.execute(text("SELECT pg_backend_pid()")).scalar_one()))
    assert db.write(lambda c: postgres.is_pooled(c, 1))


def test_a_connection_that_was_ended_is_replaced(db: Database) -> None:
    db.write(add_feed)
    other = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
    db.write(lambda c: c.execute(text(other + "current_database()")))
    with pytest.raises(StoreError, match="nothing was stored"):
        db.write(lambda c: c.execute(text("SELECT pg_terminate_backend(pg_backend_pid())")))
    assert len(db.write(lambda c: c.execute(select(schema.feed)).all())) == 1
