"""Silences, feedback, missed articles, merged and split stories, and the full-text index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.schema

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False)


def _reference(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, bot.store.schema.UtcDateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Go forward."""
    op.create_index(op.f("ix_outbox_alert_id"), "outbox", ["alert_id"])
    op.create_index(op.f("ix_route_at"), "route", ["at"])
    op.create_table(
        "silence",
        _id(),
        sa.Column("lane", sa.String(length=200), nullable=False),
        sa.Column("target", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        _moment("since"),
        _moment("until", nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("withheld", sa.Integer(), server_default="0", nullable=False),
        _moment("ended_at", nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silence")),
    )
    op.create_index(op.f("ix_silence_lane"), "silence", ["lane"])
    op.create_table(
        "feedback",
        _id(),
        _reference("alert_id"),
        sa.Column("lane", sa.String(length=200), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        _moment("at"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_feedback_alert_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("alert_id", "lane", "user", name=op.f("uq_feedback_alert_id_lane_user")),
    )
    op.create_index(op.f("ix_feedback_alert_id"), "feedback", ["alert_id"])
    op.create_table(
        "missed",
        _id(),
        sa.Column("url", sa.Text(), nullable=False),
        _reference("item_id", nullable=True),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("lane", sa.String(length=200), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        _moment("at"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_missed_item_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed")),
    )
    op.create_index(op.f("ix_missed_at"), "missed", ["at"])
    op.create_table(
        "regrouping",
        _id(),
        sa.Column("kind", sa.String(length=8), nullable=False),
        _reference("from_id"),
        _reference("into_id"),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("threads", sa.JSON(), nullable=False),
        sa.Column("lane", sa.String(length=200), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        _moment("at"),
        _moment("undone_at", nullable=True),
        sa.ForeignKeyConstraint(["from_id"], ["story.id"], name=op.f("fk_regrouping_from_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["into_id"], ["story.id"], name=op.f("fk_regrouping_into_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrouping")),
    )
    op.create_index(op.f("ix_regrouping_from_id"), "regrouping", ["from_id"])
    op.create_index(op.f("ix_regrouping_into_id"), "regrouping", ["into_id"])
    op.create_table(
        "search_document",
        _id(),
        _reference("item_id"),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_search_document_item_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
        sa.UniqueConstraint("item_id", name=op.f("uq_search_document_item_id")),
        sqlite_autoincrement=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        # Holds no text of its own (content=''): the items do. The text comes folded, so the tokenizer only splits.
        op.execute(
            "CREATE VIRTUAL TABLE item_search USING fts5"
            "(title, body, content='', tokenize='unicode61 remove_diacritics 0')"
        )
    else:
        op.execute(
            "CREATE TABLE item_search (id bigint PRIMARY KEY REFERENCES search_document (id) ON DELETE CASCADE,"
            " vector tsvector NOT NULL, is_cut boolean NOT NULL)"
        )
        op.execute("CREATE INDEX ix_item_search_vector ON item_search USING gin (vector)")
