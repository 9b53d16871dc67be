"""Processes that share a database, and what only one of them may do at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Moment = bot.store.schema.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "worker",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_worker")),
    )
    op.create_table(
        "office",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("holder", sa.String(120), nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_office")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("office")
    op.drop_table("worker")
