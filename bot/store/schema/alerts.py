"""What rang, which channels it went to, what was held back, and what people say of it."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, String, Table, Text, UniqueConstraint

from bot.store.schema.columns import Id, UtcDateTime, metadata, own_id, ref

alert = Table(
    "alert",
    metadata,
    own_id(),
    ref("story_id", "story.id"),
    ref("item_id", "item.id"),
    Column("kind", String(16), nullable=False),  # strongest novelty of the batch
    Column("severity", String(16), nullable=False),
    Column("sentence", Text, nullable=False),  # what changed, in one line
    Column("at", UtcDateTime, nullable=False, index=True),
)

rule_match = Table(
    "rule_match",
    metadata,
    own_id(),
    ref("alert_id", "alert.id"),
    Column("rule", Text, nullable=False, index=True),
    Column("topic", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("spans", JSON, nullable=False),
    Column("developments", JSON, nullable=False),  # development ids
)

route = Table(
    "route",
    metadata,
    own_id(),
    ref("alert_id", "alert.id"),
    Column("lane", String(200), nullable=False),
    Column("reason", String(32), nullable=False),  # bot.ringing.routing.RouteReason
    Column("detail", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

held = Table(
    "held",
    metadata,
    own_id(),
    Column("lane", String(200), nullable=False),
    ref("alert_id", "alert.id"),
    Column("reason", String(32), nullable=False),  # bot.ringing.holding.HoldReason
    Column("listed", Boolean, nullable=False),  # the digest lists it; false: it is only counted there
    Column("at", UtcDateTime, nullable=False),
    Column("topic", Text, nullable=False),  # title
    Column("kind", String(16), nullable=False),  # novelty
    Column("sentence", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("told_at", UtcDateTime),  # null: in no digest yet
    Index("ix_held_told_at_lane", "told_at", "lane"),
)

digest = Table(
    "digest",
    metadata,
    Column("lane", String(200), primary_key=True),
    Column("kind", String(8), primary_key=True),  # daily | quiet
    Column("day", Date, primary_key=True),  # of the channel's calendar
    Column("made_at", UtcDateTime, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    own_id(),
    ref("alert_id", "alert.id"),
    Column("lane", String(200), nullable=False),
    Column("user", Text, nullable=False),
    Column("verdict", String(32), nullable=False),  # bot.store.feedback.Verdict
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("alert_id", "lane", "user"),  # one person, one word; the last one counts
)

missed = Table(
    "missed",
    metadata,
    own_id(),
    Column("url", Text, nullable=False),
    Column("item_id", Id, ForeignKey("item.id", ondelete="SET NULL")),  # null: never seen by any feed
    Column("stage", Text, nullable=False),  # where its way ended when it was reported
    Column("note", Text, nullable=False, server_default=""),
    Column("lane", String(200), nullable=False),
    Column("user", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)
