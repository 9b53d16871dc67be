"""What was published: feeds, their items, stories, and what the items claim."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    true,
)

from bot.store.schema.columns import Id, ItemMoment, UtcDateTime, metadata, own_id, ref

feed = Table(
    "feed",
    metadata,
    own_id(),
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
    own_id(),
    Column("title", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("last_item_at", UtcDateTime, nullable=False, index=True),
    Column("related_id", Id, ForeignKey("story.id", ondelete="SET NULL")),
    Column("merged_into", Id, ForeignKey("story.id", ondelete="SET NULL")),
)

# The long texts stand last: what is read of very many items at once need not step over them.
item = Table(
    "item",
    metadata,
    own_id(),
    Column("feed_id", Id, ForeignKey("feed.id", ondelete="CASCADE"), nullable=False),  # the indexes below begin with it
    Column("published", ItemMoment),
    Column("fetched", ItemMoment, nullable=False),
    Column("story_id", Id, ForeignKey("story.id", ondelete="SET NULL"), index=True),
    Column("rewrite_of", Id, ForeignKey("item.id", ondelete="SET NULL")),
    Column("tier", Integer),
    Column("baseline", Boolean, nullable=False, server_default=false()),  # first poll: stored, not rung
    Column("anonymous", Boolean, nullable=False, server_default=false()),
    Column("revised", ItemMoment),  # null: never edited
    Column("link", BigInteger, index=True),  # bot.store.links.mark of the url; null: it has none
    Column("content_hash", LargeBinary, nullable=False),
    Column("lang", String(16), nullable=False),
    Column("text_from", String(16), nullable=False),  # article | content | summary | title
    Column("outlet", Text, nullable=False),
    Column("origin", Text),
    Column("identity", Text, nullable=False),  # guid, else canonical URL, else hash of title and date
    Column("url", Text, nullable=False),  # canonical; empty when the entry has no usable link
    Column("title", Text, nullable=False),
    Column("published_text", Text, nullable=False, server_default=""),
    Column("chain", JSON, nullable=False),
    Column("story_reason", Text),
    Column("lead", Text, nullable=False),
    Column("trace", JSON, nullable=False),  # stages passed, for `why`
    Column("text", Text, nullable=False),
    UniqueConstraint("feed_id", "identity"),
    Index("ix_item_feed_id_content_hash", "feed_id", "content_hash"),  # an old entry under a new id and link
    Index("ix_item_fetched", "fetched"),
    sqlite_autoincrement=True,  # never the number of an item that was deleted: its words stay in the index
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
    own_id(),
    ref("item_id", "item.id"),
    Column("replaced_at", UtcDateTime, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
)

unindexed = Table(
    "unindexed",
    metadata,
    # an item whose words the full-text index does not have yet
    Column("item_id", Id, ForeignKey("item.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
)

regrouping = Table(
    "regrouping",
    metadata,
    own_id(),
    Column("kind", String(8), nullable=False),  # merge | split
    ref("from_id", "story.id"),
    ref("into_id", "story.id"),
    Column("items", JSON, nullable=False),  # ids of the items that moved
    Column("threads", JSON, nullable=False),  # ids of the threads that moved
    Column("lane", String(200), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),  # null: in force
)

mention = Table(
    "mention",
    metadata,
    own_id(),
    ref("item_id", "item.id"),
    ref("story_id", "story.id"),
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
    Index("ix_mention_kind_id", "kind", "id"),  # the newest of a kind, which may be rare
)

development = Table(
    "development",
    metadata,
    own_id(),
    ref("mention_id", "mention.id"),
    Column("previous_id", Id, ForeignKey("mention.id", ondelete="SET NULL")),
    Column("novelty", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("origins", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)
