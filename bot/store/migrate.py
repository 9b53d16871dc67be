"""Brings a database to the schema of this version, in one transaction for all that is missing.

Both databases have transactional DDL, so a process that is killed in the middle leaves the old schema. Where several
processes share a database, the transaction's lock lets one upgrade it and the others find it done. Alembic is loaded
only when there is something to do: a start that follows a crash should not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection

from bot.errors import StoreError
from bot.faults import fault

HERE = Path(__file__).parent / "migrations"

Transaction = Callable[[], AbstractContextManager[Connection]]
"""Opens a write transaction that no other one runs beside."""


def newest() -> str:
    """Return the revision that this version needs: the number of the last file under ``migrations/versions``."""
    return max(path.name.partition("_")[0] for path in (HERE / "versions").glob("[0-9]*.py"))


def revision(connection: Connection) -> str | None:
    """Return the revision of a database; None where it is empty."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def migrate(transaction: Transaction, name: str, prepare: Callable[[str], object]) -> None:
    """Upgrade to the newest revision. Raises StoreError for a database of a later version.

    ``prepare`` is called before, with the revision that is left; not for an empty database.
    """
    with transaction() as connection:
        found = revision(connection)
    wanted = newest()
    if found == wanted:
        return
    if found is not None and found > wanted:
        raise StoreError(
            f"{name}: the database is of a later Tocsin (revision {found}, this one knows {wanted});"
            " install that version again, or restore a backup with `tocsin db restore FILE`"
        )
    if found is not None:
        prepare(found)
    fault("migration.copied")
    _upgrade(transaction)
    fault("migration.committed")


def _upgrade(transaction: Transaction) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    with transaction() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        fault("migration.committing")
