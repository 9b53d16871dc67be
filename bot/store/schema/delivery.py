"""What is on its way to the platforms, and which processes there are."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false, text

from bot.store.schema.columns import Id, UtcDateTime, metadata, own_id, ref

thread = Table(
    "thread",
    metadata,
    own_id(),
    Column("lane", String(200), ForeignKey("channel.lane", ondelete="CASCADE"), nullable=False),
    ref("story_id", "story.id"),
    Column("state", String(16), nullable=False, server_default="open"),  # open | closed | gone
    Column("opened_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("root", Text),  # the platform's id of the parent; null until it is posted
    Column("handle", Text),  # what replies are addressed to; null until the parent is posted
    Column("link", Text, nullable=False, server_default=""),
    Column("alert_id", Id, ForeignKey("alert.id", ondelete="SET NULL")),
    Column("previous_id", Id, ForeignKey("thread.id", ondelete="SET NULL")),  # the thread that this one continues
    Column("edits", Integer, nullable=False, server_default="0"),
    Index("ix_thread_lane_story", "lane", "story_id"),
)

lane = Table(
    "lane",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("epoch", BigInteger, nullable=False, server_default="0"),
    Column("owner", String(64)),
    Column("lease", UtcDateTime),
    Column("not_before", UtcDateTime),
    Column("paused", String(32)),  # null: running; else a DeliveryReason
)

outbox = Table(
    "outbox",
    metadata,
    own_id(),
    Column("key", String(25), nullable=False, unique=True),
    Column("lane", String(200), nullable=False),
    Column("op", String(8), nullable=False),  # post | reply | edit
    Column("thread_id", Id, ForeignKey("thread.id", ondelete="SET NULL"), index=True),  # null: a message of its own
    Column("alert_id", Id, ForeignKey("alert.id", ondelete="SET NULL"), index=True),
    Column("broadcast", Boolean, nullable=False, server_default=false()),
    Column("body", JSON, nullable=False),  # bot.codec of the Message
    Column("state", String(8), nullable=False, server_default="ready"),  # ready|sending|sent|dead|unknown|dropped
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sending_at", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("remote", Text),  # what the platform calls the message; its first part where there are several
    Column("part", Integer, nullable=False, server_default="0"),  # the next one to post; those before are there
    Column("under", Text),  # where further parts go; null until the first is posted
    Column("error", Text),
    Index("ix_outbox_lane_id", "lane", "id"),
    Index("ix_outbox_lane_sent_at", "lane", "sent_at"),
    # PostgreSQL's has the same condition, which stands in the migration only: named here, it would load that dialect
    # at every start, for a tenth of a second.
    Index("ix_outbox_pending", "lane", "id", sqlite_where=text("state IN ('ready', 'sending')")),
)

worker = Table(
    "worker",
    metadata,
    Column("key", String(120), primary_key=True),  # bot.cluster.presence
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("roles", Text, nullable=False),  # with blanks between them
    Column("version", String(32), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

office = Table(
    "office",
    metadata,
    Column("name", String(120), primary_key=True),  # what only one process may do at a time
    Column("holder", String(120), nullable=False),  # key of a worker
    Column("until", UtcDateTime, nullable=False),
)
