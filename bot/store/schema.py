"""The tables, for SQLite and PostgreSQL alike. A null means "not known" unless the column's comment says else.

Migrations under ``migrations/versions`` create exactly this; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives rowid semantics (and so auto-increment) to INTEGER PRIMARY KEY only, never to BIGINT.
Id = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes on both databases; a naive one is refused, since it would be wrong by hours."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC; SQLite keeps fixed-width text, which sorts like time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime cannot be stored: {value!r}")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's text its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _id() -> Column[Any]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Id, ForeignKey(target, ondelete="CASCADE"), nullable=nullable, index=True)


feed = Table(
    "feed",
    metadata,
    _id(),
    Column("url", Text, nullable=False, unique=True),
    Column("outlet", Text, nullable=False, server_default=""),  # empty: the feed's own title
    Column("title", Text, nullable=False, server_default=""),
    Column("lang", String(16)),
    Column("tier", Integer),
    Column("state", String(16), nullable=False, server_default="active"),  # active | paused | gone | quarantined
    Column("configured", Boolean, nullable=False, server_default=false()),  # listed in tocsin.yaml
    Column("interval", Float, nullable=False, server_default="600"),  # seconds, present rhythm
    Column("min_interval", Float),  # seconds; null: the poller's own bound
    Column("max_interval", Float),
    Column("gap", Float),  # seconds, usual time between two items; null: too few dated items yet
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", LargeBinary),
    Column("seen", LargeBinary),  # 8-byte hashes of the raw entries of the last body, joined
    Column("full_parse_at", UtcDateTime),
    Column("baselined", Boolean, nullable=False, server_default=false()),
    Column("next_due", UtcDateTime, nullable=False),
    Column("polled_at", UtcDateTime),
    Column("ok_at", UtcDateTime),
    Column("item_at", UtcDateTime),  # newest item seen
    Column("failures", Integer, nullable=False, server_default="0"),  # in a row
    Column("failing_since", UtcDateTime),
    Column("error_code", String(32)),
    Column("error_text", Text),
    Column("notified_at", UtcDateTime),  # the admin channel was told of the present failure
    Column("added_by", Text),
    Column("added_at", UtcDateTime, nullable=False),
    Index("ix_feed_state_next_due", "state", "next_due"),
)

story = Table(
    "story",
    metadata,
    _id(),
    Column("title", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("last_item_at", UtcDateTime, nullable=False, index=True),
    Column("related_id", Id, ForeignKey("story.id", ondelete="SET NULL")),
    Column("merged_into", Id, ForeignKey("story.id", ondelete="SET NULL")),
)

item = Table(
    "item",
    metadata,
    _id(),
    _ref("feed_id", "feed.id"),
    Column("identity", Text, nullable=False),  # guid, else canonical URL, else hash of title and date
    Column("url", Text, nullable=False),  # canonical; empty when the entry has no usable link
    Column("outlet", Text, nullable=False),
    Column("tier", Integer),
    Column("lang", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("text_from", String(16), nullable=False),  # article | content | summary | title
    Column("content_hash", LargeBinary, nullable=False),
    Column("published", UtcDateTime),
    Column("published_text", Text, nullable=False, server_default=""),
    Column("fetched", UtcDateTime, nullable=False),
    Column("revised", UtcDateTime),  # null: never edited
    Column("baseline", Boolean, nullable=False, server_default=false()),  # first poll: stored, not rung
    Column("story_id", Id, ForeignKey("story.id", ondelete="SET NULL"), index=True),
    Column("story_reason", Text),
    Column("rewrite_of", Id, ForeignKey("item.id", ondelete="SET NULL")),
    Column("origin", Text),
    Column("chain", JSON, nullable=False),
    Column("anonymous", Boolean, nullable=False, server_default=false()),
    Column("trace", JSON, nullable=False),  # stages passed, for `why`
    UniqueConstraint("feed_id", "identity"),
    Index("ix_item_url", "url"),
    Index("ix_item_feed_id_content_hash", "feed_id", "content_hash"),  # an old entry under a new id and link
    Index("ix_item_fetched", "fetched"),
)

revisit = Table(
    "revisit",
    metadata,
    Column("item_id", Id, ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("told_at", UtcDateTime, nullable=False),  # of its first alert
    Column("next_at", UtcDateTime, index=True),  # null: its page is not looked at any more
    Column("looks", Integer, nullable=False),
    Column("missing_since", UtcDateTime),  # null: the page was there when last looked at
)

item_revision = Table(
    "item_revision",
    metadata,
    _id(),
    _ref("item_id", "item.id"),
    Column("replaced_at", UtcDateTime, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
)

mention = Table(
    "mention",
    metadata,
    _id(),
    _ref("item_id", "item.id"),
    _ref("story_id", "story.id"),
    Column("kind", String(8), nullable=False),  # figure | position
    Column("key", Text, nullable=False),  # rules.ledger.claim_key
    Column("body", JSON, nullable=False),
    Column("passage", Text, nullable=False, server_default=""),  # the sentence that holds the claim, verbatim
    Column("outlet", Text, nullable=False),
    Column("origin", Text),
    Column("url", Text, nullable=False),
    Column("as_of", UtcDateTime, nullable=False),
    Column("live", Boolean, nullable=False, server_default=true()),  # false: gone from the edited item
    Index("ix_mention_key_as_of", "key", "as_of"),
)

development = Table(
    "development",
    metadata,
    _id(),
    _ref("mention_id", "mention.id"),
    Column("previous_id", Id, ForeignKey("mention.id", ondelete="SET NULL")),
    Column("novelty", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("origins", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

alert = Table(
    "alert",
    metadata,
    _id(),
    _ref("story_id", "story.id"),
    _ref("item_id", "item.id"),
    Column("kind", String(16), nullable=False),  # strongest novelty of the batch
    Column("severity", String(16), nullable=False),
    Column("sentence", Text, nullable=False),  # what changed, in one line
    Column("at", UtcDateTime, nullable=False, index=True),
)

rule_match = Table(
    "rule_match",
    metadata,
    _id(),
    _ref("alert_id", "alert.id"),
    Column("rule", Text, nullable=False, index=True),
    Column("topic", Text, nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("spans", JSON, nullable=False),
    Column("developments", JSON, nullable=False),  # development ids
)

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
    _id(),
    Column("lane", String(200), ForeignKey("channel.lane", ondelete="CASCADE"), nullable=False),
    Column("topic", Text, nullable=False),
    Column("severity", String(16), nullable=False, server_default="notice"),
    Column("mode", String(8), nullable=False, server_default="realtime"),  # realtime | digest | both
    Column("mention", String(64)),  # a role or group by the platform's id; null: nobody
    Column("mention_from", String(16)),  # least severity that mentions; null where nobody is mentioned
    Column("filter", Text),  # a query that an item has to fit besides; null: none
    Column("added_by", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("configured", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("lane", "topic"),
    Index("ix_subscription_topic", "topic"),
)

thread = Table(
    "thread",
    metadata,
    _id(),
    Column("lane", String(200), ForeignKey("channel.lane", ondelete="CASCADE"), nullable=False),
    _ref("story_id", "story.id"),
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
    _id(),
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
    Index(
        "ix_outbox_pending",
        "lane",
        "id",
        sqlite_where=text("state IN ('ready', 'sending')"),
        postgresql_where=text("state IN ('ready', 'sending')"),
    ),
)

route = Table(
    "route",
    metadata,
    _id(),
    _ref("alert_id", "alert.id"),
    Column("lane", String(200), nullable=False),
    Column("reason", String(32), nullable=False),  # bot.routing.RouteReason
    Column("detail", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("lane", String(200)),
    Column("user", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("old", Text),
    Column("new", Text),
)

silence = Table(
    "silence",
    metadata,
    _id(),
    Column("lane", String(200), nullable=False, index=True),
    Column("target", String(16), nullable=False),  # bot.holding.SilenceTarget
    Column("value", Text, nullable=False),  # id of the story, rule or topic, or the outlet's name
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime),  # null: until a change
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("withheld", Integer, nullable=False, server_default="0"),  # alerts that it stopped
    Column("ended_at", UtcDateTime),  # null: it ends by itself
    Column("ended_by", Text),
)

held = Table(
    "held",
    metadata,
    _id(),
    Column("lane", String(200), nullable=False),
    _ref("alert_id", "alert.id"),
    Column("reason", String(32), nullable=False),  # bot.holding.HoldReason
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

handled = Table(
    "handled",
    metadata,
    Column("key", String(200), primary_key=True),  # a command or button press, by the platform's own id
    Column("at", UtcDateTime, nullable=False, index=True),
)

feedback = Table(
    "feedback",
    metadata,
    _id(),
    _ref("alert_id", "alert.id"),
    Column("lane", String(200), nullable=False),
    Column("user", Text, nullable=False),
    Column("verdict", String(32), nullable=False),  # bot.store.feedback.Verdict
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("alert_id", "lane", "user"),  # one person, one word; the last one counts
)

missed = Table(
    "missed",
    metadata,
    _id(),
    Column("url", Text, nullable=False),
    Column("item_id", Id, ForeignKey("item.id", ondelete="SET NULL")),  # null: never seen by any feed
    Column("stage", Text, nullable=False),  # where its way ended when it was reported
    Column("note", Text, nullable=False, server_default=""),
    Column("lane", String(200), nullable=False),
    Column("user", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

regrouping = Table(
    "regrouping",
    metadata,
    _id(),
    Column("kind", String(8), nullable=False),  # merge | split
    _ref("from_id", "story.id"),
    _ref("into_id", "story.id"),
    Column("items", JSON, nullable=False),  # ids of the items that moved
    Column("threads", JSON, nullable=False),  # ids of the threads that moved
    Column("lane", String(200), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),  # null: in force
)

offer = Table(
    "offer",
    metadata,
    _id(),  # what a button names, so that it works after a restart
    Column("kind", String(16), nullable=False),  # bot.store.offers.OfferKind
    Column("lane", String(200), nullable=False),
    Column("user", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False, index=True),
    Column("taken_at", UtcDateTime),  # null: still open
)

follow = Table(
    "follow",
    metadata,
    _id(),
    Column("lane", String(200), nullable=False, index=True),  # the follower's direct messages
    _ref("story_id", "story.id"),
    Column("user", Text, nullable=False),
    Column("user_name", Text, nullable=False),
    Column("via", String(200), nullable=False),  # the lane that it was asked in
    Column("at", UtcDateTime, nullable=False),
    Column("told", Integer, nullable=False, server_default="0"),  # messages put into the outbox
    Column("ended_at", UtcDateTime),  # null: in force
    Column("ended_by", Text),  # the follower's name, or why Tocsin ended it
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

search_document = Table(
    "search_document",
    metadata,
    _id(),  # the row of the full-text index; an edited item gets a new one, so the index is only ever appended to
    Column("item_id", Id, ForeignKey("item.id", ondelete="CASCADE"), nullable=False, unique=True),
    sqlite_autoincrement=True,  # never the number of a document that was deleted
)
