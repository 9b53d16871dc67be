"""Where an article has its news from, for people to read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.store.schema import item


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """``chain`` runs from the outermost attributed source to the innermost, which is unnamed where ``is_anonymous``.

    ``rewrite_of`` is the item whose text this one repeats; ``text_from`` says where its text was taken from.
    """

    origin: str | None
    chain: tuple[str, ...]
    is_anonymous: bool
    rewrite_of: int | None
    text_from: str


def source(connection: Connection, item_id: int) -> Source | None:
    """Return the source of an item, None where there is no such item."""
    row = connection.execute(
        select(item.c.origin, item.c.chain, item.c.anonymous, item.c.rewrite_of, item.c.text_from).where(
            item.c.id == item_id
        )
    ).first()
    if row is None:
        return None
    return Source(
        origin=row.origin,
        chain=tuple(row.chain),
        is_anonymous=row.anonymous,
        rewrite_of=row.rewrite_of,
        text_from=row.text_from,
    )
