"""Subscriptions to single rules of a topic, and the newest claims of a kind at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("subscription", sa.Column("rules", sa.JSON(none_as_null=True), nullable=True))
    op.create_index("ix_mention_kind_id", "mention", ["kind", "id"])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_mention_kind_id", table_name="mention")
    op.drop_column("subscription", "rules")
