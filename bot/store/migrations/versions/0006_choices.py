"""Subscriptions with a mode, a mention and a filter; offers that buttons take up; stories followed in private."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Moment = bot.store.schema.UtcDateTime(timezone=True)


def upgrade() -> None:
    """Go forward."""
    op.add_column("subscription", sa.Column("mode", sa.String(8), server_default="realtime", nullable=False))
    op.add_column("subscription", sa.Column("mention", sa.String(64), nullable=True))
    op.add_column("subscription", sa.Column("mention_from", sa.String(16), nullable=True))
    op.add_column("subscription", sa.Column("filter", sa.Text(), nullable=True))
    op.add_column("channel", sa.Column("pace_by", sa.Text(), nullable=True))
    op.create_table(
        "offer",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("lane", sa.String(200), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.Column("taken_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index("ix_offer_until", "offer", ["until"])
    op.create_table(
        "follow",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("lane", sa.String(200), nullable=False),
        sa.Column("story_id", Id, nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("via", sa.String(200), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("told", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ended_at", Moment, nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"], name=op.f("fk_follow_story_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
    )
    op.create_index(op.f("ix_follow_story_id"), "follow", ["story_id"])
    op.create_index("ix_follow_lane", "follow", ["lane"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("follow")
    op.drop_table("offer")
    op.drop_column("channel", "pace_by")
    for name in ("filter", "mention_from", "mention", "mode"):
        op.drop_column("subscription", name)
