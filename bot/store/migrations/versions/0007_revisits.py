"""Pages of items that rang, looked at again; alerts by rule."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = bot.store.schema.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "revisit",
        sa.Column("item_id", Id, autoincrement=False, nullable=False),
        sa.Column("told_at", Moment, nullable=False),
        sa.Column("next_at", Moment, nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("missing_since", Moment, nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_revisit_item_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_revisit")),
    )
    op.create_index(op.f("ix_revisit_next_at"), "revisit", ["next_at"])
    op.create_index(op.f("ix_rule_match_rule"), "rule_match", ["rule"])


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_rule_match_rule"), "rule_match")
    op.drop_table("revisit")
