"""Mentions and developments as stored. What they mean is decided by ``rules.ledger``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from bot.codec import decode_claim, encode
from bot.store.schema import development, mention
from rules.ledger import claim_key
from rules.model import Claim, Development, Figure, ItemId, Mention, Novelty, StoryId

Known = dict[int, Mention]
"""Mentions by their row's id."""


def known(connection: Connection, keys: Collection[str], edited: ItemId | None = None) -> Known:
    """Return every mention that shares one of ``keys``, and those of the item ``edited``, by id."""
    wanted = or_(mention.c.key.in_(sorted(keys)), mention.c.item_id == edited)  # no row has a null item_id
    rows = connection.execute(select(mention).where(wanted).order_by(mention.c.id))
    return {row.id: to_mention(row) for row in rows}


def keys_of(connection: Connection, said_by: ItemId) -> set[str]:
    """Return the keys of what an item says now."""
    wanted = select(mention.c.key).where(mention.c.item_id == said_by, mention.c.live)
    return set(connection.execute(wanted).scalars())


def to_mention(row: Any) -> Mention:
    """Turn a row of ``mention`` into the domain value."""
    return Mention(
        claim=decode_claim(row.body),
        item=ItemId(row.item_id),
        story=StoryId(row.story_id),
        outlet=row.outlet,
        origin=row.origin,
        as_of=row.as_of,
        url=row.url,
        live=row.live,
        passage=row.passage,
    )


def replace_mentions(connection: Connection, edited: ItemId) -> None:
    """Mark what the former text of an edited item said as no longer said; the rows stay as history."""
    connection.execute(update(mention).where(mention.c.item_id == edited).values(live=False))


def add_mention(connection: Connection, new: Mention) -> int:
    """Insert one mention and return its id."""
    values = {
        "item_id": new.item,
        "story_id": new.story,
        "kind": "figure" if isinstance(new.claim, Figure) else "position",
        "key": claim_key(new.claim),
        "body": encode(replace(new.claim, evidence=())),  # evidence can be had again from the text
        "passage": new.passage,
        "outlet": new.outlet,
        "origin": new.origin,
        "url": new.url,
        "as_of": new.as_of,
        "live": new.live,
    }
    (key,) = connection.execute(insert(mention).values(values)).inserted_primary_key or (0,)
    return int(key)


def add_developments(
    connection: Connection, developments: Sequence[Development], earlier: Known, at: datetime
) -> dict[int, Development]:
    """Store an item's developments with their mentions; return them by id, in the same order.

    A WITHDRAWN development is about a mention that is stored already; every other one brings its own.
    """
    ids = {id(value): key for key, value in earlier.items()}
    added: dict[int, Development] = {}
    for one in developments:
        own = ids.get(id(one.mention))
        if own is None:
            own = ids[id(one.mention)] = add_mention(connection, one.mention)  # a later one may be about it
        values = {
            "mention_id": own,
            "previous_id": None if one.previous is None else _id_of(one.previous, ids, earlier),
            "novelty": one.novelty.value,
            "reason": one.reason,
            "origins": one.origins,
            "at": at,
        }
        (key,) = connection.execute(insert(development).values(values)).inserted_primary_key or (0,)
        added[int(key)] = one
    return added


def _id_of(wanted: Mention, ids: dict[int, int], earlier: Known) -> int | None:
    """Find the row of a mention that the ledger handed back, the same object or an equal one."""
    by_object = ids.get(id(wanted))
    return by_object or next((key for key, value in earlier.items() if value == wanted), None)


def developments(connection: Connection, wanted: Iterable[int]) -> dict[int, tuple[Development, int]]:
    """Return developments by id, each with the id of its claim's first mention."""
    ids = sorted(wanted)
    rows = connection.execute(select(development).where(development.c.id.in_(ids))).all()
    mentions = _mentions(connection, {key for row in rows for key in (row.mention_id, row.previous_id) if key})
    first = _first_mentions(connection)
    return {
        row.id: (
            Development(
                mention=mentions[row.mention_id],
                novelty=Novelty(row.novelty),
                reason=row.reason,
                previous=mentions.get(row.previous_id),
                origins=row.origins,
            ),
            first(row.mention_id),
        )
        for row in rows
    }


def newest_claim(connection: Connection, among: Collection[int], key: str) -> Claim | None:
    """Return the claim with this key that was told last, among developments given by id."""
    body = connection.execute(
        select(mention.c.body)
        .join(development, development.c.mention_id == mention.c.id)
        .where(development.c.id.in_(sorted(among)), mention.c.key == key)
        .order_by(development.c.id.desc())
        .limit(1)
    ).scalar()
    return None if body is None else decode_claim(body)


def _mentions(connection: Connection, ids: Collection[int]) -> Known:
    rows = connection.execute(select(mention).where(mention.c.id.in_(sorted(ids))))
    return {row.id: to_mention(row) for row in rows}


def _first_mentions(connection: Connection) -> Any:
    """Return a function that follows a mention back, change by change, to the first of its claim.

    What is NEW beside a known value (a part of it, another place) is a claim of its own; only where the known one was
    taken back is it the same claim, told anew.
    """
    before = (
        select(development.c.previous_id)
        .join(mention, mention.c.id == development.c.previous_id)
        .where(or_(development.c.novelty != Novelty.NEW.value, ~mention.c.live))
        .order_by(development.c.id)
        .limit(1)
    )

    def first(key: int) -> int:
        seen = {key}
        while True:
            found = connection.execute(before.where(development.c.mention_id == key)).scalar()
            if found is None or found in seen:
                return key
            seen.add(found)
            key = found

    return first
