"""A message that is too long for one post goes out part by part; what came in from a platform is known across restarts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("outbox", sa.Column("part", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("under", sa.Text(), nullable=True))
    op.create_table(
        "handled",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("at", bot.store.schema.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_handled")),
    )
    op.create_index("ix_handled_at", "handled", ["at"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("handled")
    op.drop_column("outbox", "under")
    op.drop_column("outbox", "part")
