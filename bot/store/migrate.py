"""Brings a database to the schema of this version: a copy first, then one transaction for all that is missing.

SQLite has transactional DDL, so a process that is killed in the middle leaves the old schema. Alembic is loaded only
when there is something to do: a start that follows a crash should not wait for it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine

from bot.errors import StoreError
from bot.faults import fault
from bot.store import backups

HERE = Path(__file__).parent / "migrations"


def newest() -> str:
    """Return the revision that this version needs: the number of the last file under ``migrations/versions``."""
    return max(path.name.partition("_")[0] for path in (HERE / "versions").glob("[0-9]*.py"))


def revision(connection: Connection) -> str | None:
    """Return the revision of a database; None where it is empty."""
    wanted = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if connection.exec_driver_sql(wanted).first() is None:
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def migrate(engine: Engine, path: Path) -> None:
    """Upgrade to the newest revision. Raises StoreError for a database of a later version."""
    with engine.connect() as connection:
        found = revision(connection)
    wanted = newest()
    if found == wanted:
        return
    if found is not None and found > wanted:
        raise StoreError(
            f"{path}: the database is of a later Tocsin (revision {found}, this one knows {wanted});"
            " install that version again, or restore a backup with `tocsin db restore FILE`"
        )
    if found is not None:
        backups.copy(path, backups.before(path, found))
    fault("migration.copied")
    _upgrade(engine)
    fault("migration.committed")


def _upgrade(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        fault("migration.committing")
