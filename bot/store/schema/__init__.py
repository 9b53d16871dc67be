"""The tables, for SQLite and PostgreSQL alike. A null means "not known" unless the column's comment says else.

Migrations under ``migrations/versions`` create exactly this; a test compares the two.
"""

from bot.store.schema.alerts import alert, digest, feedback, held, missed, route, rule_match
from bot.store.schema.channels import audit, channel, follow, handled, offer, silence, subscription
from bot.store.schema.columns import ItemMoment, UtcDateTime, metadata
from bot.store.schema.delivery import lane, office, outbox, thread, worker
from bot.store.schema.items import (
    development,
    feed,
    item,
    item_revision,
    mention,
    regrouping,
    revisit,
    story,
    unindexed,
)

__all__ = [
    "ItemMoment",
    "UtcDateTime",
    "alert",
    "audit",
    "channel",
    "development",
    "digest",
    "feed",
    "feedback",
    "follow",
    "handled",
    "held",
    "item",
    "item_revision",
    "lane",
    "mention",
    "metadata",
    "missed",
    "offer",
    "office",
    "outbox",
    "regrouping",
    "revisit",
    "route",
    "rule_match",
    "silence",
    "story",
    "subscription",
    "thread",
    "unindexed",
    "worker",
]
