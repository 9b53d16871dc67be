"""Items in two thirds of the space: moments as numbers, addresses found by a number, words in one column of the index.

SQLite's table of items is made anew, with the long texts last and numbers that are never used again. Words are taken in
again by the next start, in portions; PostgreSQL keeps its own under the numbers of their items.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.links import mark

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 5_000

_COLUMNS = (
    *("id", "feed_id", "published", "fetched", "story_id", "rewrite_of", "tier", "baseline", "anonymous", "revised"),
    *("link", "content_hash", "lang", "text_from", "outlet", "origin", "identity", "url", "title", "published_text"),
    *("chain", "story_reason", "lead", "trace", "text"),
)
_MOMENTS = ("published", "fetched", "revised")
_ITEM = """
CREATE TABLE item_new (
    id INTEGER NOT NULL CONSTRAINT pk_item PRIMARY KEY AUTOINCREMENT,
    feed_id INTEGER NOT NULL,
    published BIGINT,
    fetched BIGINT NOT NULL,
    story_id INTEGER,
    rewrite_of INTEGER,
    tier INTEGER,
    baseline BOOLEAN DEFAULT 0 NOT NULL,
    anonymous BOOLEAN DEFAULT 0 NOT NULL,
    revised BIGINT,
    link BIGINT,
    content_hash BLOB NOT NULL,
    lang VARCHAR(16) NOT NULL,
    text_from VARCHAR(16) NOT NULL,
    outlet TEXT NOT NULL,
    origin TEXT,
    identity TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    published_text TEXT DEFAULT '' NOT NULL,
    chain JSON NOT NULL,
    story_reason TEXT,
    lead TEXT NOT NULL,
    trace JSON NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT fk_item_feed_id FOREIGN KEY(feed_id) REFERENCES feed (id) ON DELETE CASCADE,
    CONSTRAINT fk_item_story_id FOREIGN KEY(story_id) REFERENCES story (id) ON DELETE SET NULL,
    CONSTRAINT fk_item_rewrite_of FOREIGN KEY(rewrite_of) REFERENCES item (id) ON DELETE SET NULL,
    CONSTRAINT uq_item_feed_id_identity UNIQUE (feed_id, identity)
)
"""


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "unindexed",
        sa.Column("item_id", Id, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_unindexed_item_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_unindexed")),
    )
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_file()
    else:
        _upgrade_server()


def _upgrade_file() -> None:
    """Make table and index anew. Foreign keys are off meanwhile (``bot.store.sqlite``): nothing goes with the old one."""
    connection = op.get_bind()
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.create_function("tocsin_mark", 1, mark, deterministic=True)
    op.execute(_ITEM)
    values = ", ".join(_moment(name) if name in _MOMENTS else _LINK if name == "link" else name for name in _COLUMNS)
    op.execute(f"INSERT INTO item_new ({', '.join(_COLUMNS)}) SELECT {values} FROM item ORDER BY id")  # noqa: S608 - our own names
    op.execute("DROP TABLE item")
    op.execute("ALTER TABLE item_new RENAME TO item")
    op.create_index("ix_item_story_id", "item", ["story_id"])
    op.create_index("ix_item_link", "item", ["link"])
    op.create_index("ix_item_feed_id_content_hash", "item", ["feed_id", "content_hash"])
    op.create_index("ix_item_fetched", "item", ["fetched"])
    op.execute("DROP TABLE item_search")
    op.execute("DROP TABLE search_document")
    # One column: a place in a second one takes two bytes more. The words come folded and marked, for this tokenizer
    # as for PostgreSQL; nobody asks how many there are in a text.
    op.execute("CREATE VIRTUAL TABLE item_search USING fts5(words, content='', columnsize=0, tokenize='ascii')")
    op.execute("INSERT INTO unindexed SELECT id FROM item")


_LINK = "tocsin_mark(url)"
_ADDRESSES = sa.text("SELECT id, url FROM item WHERE id > :last ORDER BY id LIMIT :most")
_MARKED = sa.text(
    "UPDATE item SET link = made.link FROM unnest(CAST(:ids AS bigint[]), CAST(:links AS bigint[])) AS made (id, link)"
    " WHERE item.id = made.id"
)


def _moment(name: str) -> str:
    """Return milliseconds since 1970 of SQLite's text."""
    return f"CAST(strftime('%s', {name}) AS INTEGER) * 1000 + CAST(substr({name}, 21, 3) AS INTEGER)"


def _upgrade_server() -> None:
    op.add_column("item", sa.Column("link", sa.BigInteger(), nullable=True))
    moments = ", ".join(f"{name} = date_trunc('milliseconds', {name})" for name in _MOMENTS)
    op.execute(f"UPDATE item SET {moments}")  # noqa: S608 - our own names
    connection = op.get_bind()
    last = 0
    while some := connection.execute(_ADDRESSES, {"last": last, "most": BATCH}).all():
        last = some[-1].id
        connection.execute(_MARKED, {"ids": [one.id for one in some], "links": [mark(one.url) for one in some]})
    op.drop_index("ix_item_url", table_name="item")
    op.drop_index("ix_item_feed_id", table_name="item")
    op.create_index("ix_item_link", "item", ["link"])
    op.execute("ALTER TABLE item_search RENAME TO item_search_old")
    op.execute("CREATE TABLE item_search (id bigint NOT NULL, vector tsvector NOT NULL, is_cut boolean NOT NULL)")
    op.execute(
        "INSERT INTO item_search SELECT d.item_id, s.vector, s.is_cut FROM item_search_old AS s"
        " JOIN search_document AS d ON d.id = s.id"
    )
    op.execute("DROP TABLE item_search_old")
    op.execute("DROP TABLE search_document")
    op.execute("ALTER TABLE item_search ADD CONSTRAINT pk_item_search PRIMARY KEY (id)")
    op.execute(
        "ALTER TABLE item_search ADD CONSTRAINT fk_item_search_id"
        " FOREIGN KEY (id) REFERENCES item (id) ON DELETE CASCADE"
    )
    op.execute("INSERT INTO unindexed SELECT id FROM item WHERE id NOT IN (SELECT id FROM item_search)")
    op.execute("CREATE INDEX ix_item_search_vector ON item_search USING gin (vector)")


def downgrade() -> None:
    """Nobody goes back: `tocsin db restore` puts the copy back that was made before the upgrade."""
    raise NotImplementedError("restore the copy that was made before the upgrade")
