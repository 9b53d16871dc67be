"""Copies of the database: whole or not there, known as copies, and safe to put back."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, update

from bot.cli.main import main
from bot.delivery.model import Op, RowState
from bot.errors import StoreError
from bot.store import backups, migrate, outbox, schema
from bot.store.db import Database
from bot.store.locking import take_lock
from tests.bot.delivery.desk import LANE, message
from tests.databases import blank_database

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
Work = Callable[[Connection], object]


def written(path: Path, *works: Work) -> Path:
    """Do some work on the database at ``path``."""
    db = Database(path)
    db.open()
    for work in works:
        db.write(work)
    db.close()
    return path


def add_feed(connection: Connection) -> None:
    row = {"url": "https://feeds.example/1", "next_due": NOW, "added_at": NOW, "baselined": True, "etag": "x"}
    connection.execute(insert(schema.feed).values(row))


def enqueue(key: str) -> Work:
    return lambda c: outbox.enqueue(c, lane=LANE, op=Op.POST, message=message(key), key=key, now=NOW)


def damage(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))


def rows(path: Path) -> dict[str, str]:
    """Read keys and states without opening the database as its owner."""
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT key, state FROM outbox"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(blank_database(tmp_path / "tocsin.db"), add_feed, enqueue("first"))


def test_the_newest_revision_is_known_without_alembic() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.HERE))
    assert ScriptDirectory.from_config(config).get_current_head() == migrate.newest()


def test_a_copy_is_made_beside_the_owner_and_holds_what_was_committed(path: Path, tmp_path: Path) -> None:
    db = Database(path)
    db.open()
    db.write(enqueue("second"))
    copy = backups.copy(path, tmp_path / "copy.db")
    db.close()
    assert rows(copy) == {"first": "ready", "second": "ready"}
    assert backups.check(copy).made_at is not None
    assert [one.name for one in tmp_path.glob("copy.db*")] == ["copy.db"]


def test_a_damaged_database_is_not_copied_and_no_half_file_stays(path: Path, tmp_path: Path) -> None:
    damage(path)
    with pytest.raises(StoreError, match=r"no backup was made|the copy is damaged"):
        backups.copy(path, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_damaged_database_is_refused_with_the_command_that_restores_the_newest_copy(path: Path) -> None:
    copy = backups.copy(path, backups.before(path, "0001"))
    damage(path)
    with pytest.raises(StoreError, match=rf"damaged.*tocsin db restore {copy}"):
        Database(path).open()


def test_what_waits_in_a_restored_copy_is_asked_for_and_feeds_start_cold(path: Path, tmp_path: Path) -> None:
    copy = backups.copy(path, tmp_path / "copy.db")
    written(path, lambda c: c.execute(update(schema.outbox).values(state="sent")), enqueue("since"))
    kept = backups.put_back(path, copy, NOW)
    db = Database(path)
    db.open()
    states = db.write(lambda c: c.execute(select(schema.outbox.c.key, schema.outbox.c.state)).all())
    feed = db.write(lambda c: c.execute(select(schema.feed)).one())
    db.close()
    assert [tuple(row) for row in states] == [("first", RowState.SENDING)]
    assert (feed.baselined, feed.etag) == (False, None)
    assert kept is not None
    assert rows(kept) == {"first": "sent", "since": "ready"}


def test_a_copy_put_back_by_hand_is_known_too_and_only_once(path: Path, tmp_path: Path) -> None:
    backups.copy(path, tmp_path / "copy.db").replace(path)
    written(path, enqueue("after"))
    assert rows(path) == {"first": "sending", "after": "ready"}
    written(path)
    assert rows(path) == {"first": "sending", "after": "ready"}


def test_a_copy_is_not_put_under_a_running_tocsin(path: Path, tmp_path: Path) -> None:
    copy = backups.copy(path, tmp_path / "copy.db")
    with take_lock(path), pytest.raises(StoreError, match="another Tocsin"):
        backups.put_back(path, copy, NOW)


@pytest.mark.parametrize("content", [b"", b"no database at all", None], ids=["empty", "text", "damaged"])
def test_what_is_no_sound_copy_is_not_put_back(path: Path, tmp_path: Path, content: bytes | None) -> None:
    copy = backups.copy(path, tmp_path / "copy.db")
    if content is None:
        damage(copy)
    else:
        copy.write_bytes(content)
    with pytest.raises(StoreError, match="cannot be restored"):
        backups.put_back(path, copy, NOW)
    assert rows(path) == {"first": "ready"}


def test_a_database_of_a_later_version_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(StoreError, match=r"of a later Tocsin \(revision 9999"):
        Database(path).open()


def test_the_commands_back_up_check_and_restore(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.db"
    where = ["--database", str(path)]
    assert main(["db", "backup", str(copy), *where]) == 0
    assert main(["db", "backup", str(copy), *where]) == 1
    assert "name another" in capsys.readouterr().err
    assert main(["db", "check", *where]) == 0
    damage(path)
    assert main(["db", "check", *where]) == 1
    assert main(["db", "restore", str(copy), *where]) == 0
    assert "is kept as" in capsys.readouterr().out
    assert main(["db", "check", *where]) == 0
    assert f"a copy made {datetime.now(UTC):%Y-%m-%d}" in capsys.readouterr().out
    assert main(["db", "check", str(tmp_path / "nowhere"), *where]) == 1
