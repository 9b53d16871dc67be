"""What is held back from a channel, the digests made of it, and how a channel wants to be rung."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _number(name: str, *, autoincrement: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, autoincrement=autoincrement, nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, bot.store.schema.UtcDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Go forward."""
    op.create_index("ix_outbox_lane_sent_at", "outbox", ["lane", "sent_at"])
    op.add_column("channel", sa.Column("pace", sa.JSON(), nullable=True))
    op.create_table(
        "held",
        _number("id", autoincrement=True),
        sa.Column("lane", sa.String(length=200), nullable=False),
        _number("alert_id"),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        _moment("at"),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        _moment("told_at", nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_held_alert_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held")),
    )
    op.create_index(op.f("ix_held_alert_id"), "held", ["alert_id"])
    op.create_index("ix_held_told_at_lane", "held", ["told_at", "lane"])
    op.create_table(
        "digest",
        sa.Column("lane", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        _moment("made_at"),
        sa.PrimaryKeyConstraint("lane", "kind", "day", name=op.f("pk_digest")),
    )
