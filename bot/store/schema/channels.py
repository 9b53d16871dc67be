"""Channels and people: what they hear of, what they silence and follow, and what they did."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, false

from bot.store.schema.columns import UtcDateTime, metadata, own_id, ref

channel = Table(
    "channel",
    metadata,
    Column("lane", String(200), primary_key=True),  # platform:workspace:channel
    Column("platform", String(16), nullable=False),
    Column("workspace", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("threads", String(16), nullable=False, server_default="broadcast"),
    Column("state", String(16), nullable=False, server_default="active"),  # active | parked
    Column("state_reason", Text),
    Column("added_at", UtcDateTime, nullable=False),
    Column("pace", JSON(none_as_null=True)),  # bot.store.channels; null: the defaults
    Column("pace_by", Text),  # who set the pace by a command; null: tocsin.yaml, or nobody
)

subscription = Table(
    "subscription",
    metadata,
    own_id(),
    Column("lane", String(200), ForeignKey("channel.lane", ondelete="CASCADE"), nullable=False),
    Column("topic", Text, nullable=False),
    Column("severity", String(16), nullable=False, server_default="notice"),
    Column("mode", String(8), nullable=False, server_default="realtime"),  # realtime | digest | both
    Column("mention", String(64)),  # a role or group by the platform's id; null: nobody
    Column("mention_from", String(16)),  # least severity that mentions; null where nobody is mentioned
    Column("filter", Text),  # a query that an item has to fit besides; null: none
    Column("rules", JSON(none_as_null=True)),  # ids of the topic's rules that ring; null: all of them
    Column("added_by", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("configured", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("lane", "topic"),
    Index("ix_subscription_topic", "topic"),
)

silence = Table(
    "silence",
    metadata,
    own_id(),
    Column("lane", String(200), nullable=False, index=True),
    Column("target", String(16), nullable=False),  # bot.ringing.holding.SilenceTarget
    Column("value", Text, nullable=False),  # id of the story, rule or topic, or the outlet's name
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),  # null: until a change
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("withheld", Integer, nullable=False, server_default="0"),  # alerts that it stopped
    Column("ended_at", UtcDateTime),  # null: it ends by itself
    Column("ended_by", Text),
)

follow = Table(
    "follow",
    metadata,
    own_id(),
    Column("lane", String(200), nullable=False, index=True),  # the follower's direct messages
    ref("story_id", "story.id"),
    Column("user", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("via", String(200), nullable=False),  # the lane that it was asked in
    Column("at", UtcDateTime, nullable=False),
    Column("told", Integer, nullable=False, server_default="0"),  # messages put into the outbox
    Column("ended_at", UtcDateTime),  # null: in force
    Column("ended_by", Text),  # the follower's name, or why Tocsin ended it
)

offer = Table(
    "offer",
    metadata,
    own_id(),  # what a button names, so that it works after a restart
    Column("kind", String(16), nullable=False),  # bot.store.offers.OfferKind
    Column("lane", String(200), nullable=False),
    Column("user", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False, index=True),
    Column("taken_at", UtcDateTime),  # null: still open
)

handled = Table(
    "handled",
    metadata,
    Column("key", String(200), primary_key=True),  # a command or button press, by the platform's own id
    Column("at", UtcDateTime, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    own_id(),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("lane", String(200)),
    Column("user", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("old", Text),
    Column("new", Text),
)
