"""Alembic's entry point: always on a connection that is handed in, inside its transaction."""

from typing import Any

from alembic import context

from bot.faults import fault
from bot.store.schema import metadata


def _applied(*_: Any, **__: Any) -> None:
    fault("migration.step")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,  # the transaction is the caller's
    on_version_apply=_applied,
)
context.run_migrations()
