"""An upgrade that is killed, fails or is frozen at any point leaves the old schema or the new one, and every row."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, event

from bot.codec import encode
from bot.message import Message, MessageKind
from bot.store import backups, migrate
from tests.e2e.harness import TORTURE, attempt, has_fired
from tests.e2e.platform import Platform
from tests.e2e.worker import Job

OLDEST = "0001"
POINTS = ("backup.written", "migration.copied", "migration.step", "migration.committing", "migration.committed")
SOME = (1, 4)  # of the times that a point is passed; `make torture` takes each
LANE = "fake:T:one"
ROW = (
    "INSERT INTO outbox (key, lane, op, body, state, created_at, broadcast, attempts)"
    " VALUES ('waiting', ?, 'post', ?, 'ready', datetime('now'), 0, 0)"
)
BODY = json.dumps(encode(Message(kind=MessageKind.ALERT, heading="from before", fallback="from before")))


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the first version with a message that waits."""
    path = tmp_path_factory.mktemp("old") / "tocsin.db"
    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None

    config = Config()
    config.set_main_option("script_location", str(migrate.HERE))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, OLDEST)
        connection.exec_driver_sql("INSERT INTO lane (key) VALUES (?)", (LANE,))
        connection.exec_driver_sql(ROW, (LANE, BODY))
    engine.dispose()
    return path


def look(path: Path) -> tuple[str, list[str]]:
    """Return the revision and the keys of the outbox, read by nobody's code but SQLite's."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return revision, [row[0] for row in connection.execute("SELECT key FROM outbox")]


@pytest.mark.parametrize("action", ["kill", "raise", "hang", "delay=0.05"])
@pytest.mark.parametrize("point", POINTS)
async def test_an_upgrade_that_ends_at_any_point_leaves_one_schema_and_every_row(
    job: Job, old: Path, tmp_path: Path, point: str, action: str
) -> None:
    for nth in range(1, 50) if TORTURE else SOME:
        _begin_with(old, Path(job.db))
        async with Platform(journal=tmp_path / "journal") as platform:
            served = replace(job, url=platform.url)
            fired = await attempt(served, f"{point}:{action}:{nth}", between=lambda: _is_whole(Path(job.db)))
            assert platform.headings("one") == ["from before"]
        assert look(Path(job.db)) == (migrate.newest(), ["waiting"])
        assert fired or nth > 1, "the point was never reached"
        if not fired:
            break


def _begin_with(old: Path, path: Path) -> None:
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    shutil.copy(old, path)


def _is_whole(path: Path) -> None:
    revision, keys = look(path)
    assert revision in {OLDEST, migrate.newest()}
    assert keys == ["waiting"]


async def test_the_database_before_an_upgrade_is_kept_and_can_be_put_back(job: Job, old: Path, tmp_path: Path) -> None:
    shutil.copy(old, job.db)
    async with Platform(journal=tmp_path / "journal") as platform:
        await attempt(replace(job, url=platform.url), "")
    assert not has_fired(job)
    copy = backups.before(Path(job.db), OLDEST)
    assert look(copy) == (OLDEST, ["waiting"])
    assert backups.check(copy).problems == ()
