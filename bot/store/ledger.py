"""Mentions and developments as stored. What they mean is decided by ``rules.ledger``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from json import loads
from typing import Any

from sqlalchemy import Connection, Select, Text, cast, insert, or_, select, update

from bot.codec import decode_claim, encode
from bot.store import driver
from bot.store.schema import development, mention
from rules.ledger import claim_key
from rules.model import Claim, Development, Figure, ItemId, Mention, Novelty, StoryId

Known = dict[int, Mention]
"""Mentions by their row's id."""

DECODED = 8_192  # mentions kept decoded: each new one of a claim is held against all earlier ones


def known(connection: Connection, keys: Collection[str], edited: ItemId | None = None) -> Known:
    """Return every mention that shares one of ``keys``, and those of the item ``edited``, by id."""
    rows = driver.among(connection, _of_keys, keys)
    if edited is not None:
        rows += driver.rows(connection, _OF_ITEM, item_id=edited)
    return {row[0]: _mention(*row[1:]) for row in sorted(rows)}


def keys_of(connection: Connection, said_by: ItemId) -> set[str]:
    """Return the keys of what an item says now."""
    wanted = select(mention.c.key).where(mention.c.item_id == said_by, mention.c.live)
    return set(connection.execute(wanted).scalars())


def to_mention(row: Any) -> Mention:
    """Turn a row of ``mention`` into the domain value."""
    claim = decode_claim(row.body)
    return _made(claim, row.item_id, row.story_id, row.outlet, row.origin, row.url, row.as_of, row.live, row.passage)


@lru_cache(maxsize=DECODED)
def _mention(body: str, *row: Any) -> Mention:
    return _made(decode_claim(loads(body)), *row)


def _made(
    claim: Claim,
    item: int,
    story: int,
    outlet: str,
    origin: str | None,
    url: str,
    as_of: datetime,
    live: bool,
    passage: str,
) -> Mention:
    return Mention(
        claim=claim,
        item=ItemId(item),
        story=StoryId(story),
        outlet=outlet,
        origin=origin,
        as_of=as_of,
        url=url,
        live=live,
        passage=passage,
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
    return driver.add(connection, _ADD_MENTION, values)


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
        added[driver.add(connection, _ADD_DEVELOPMENT, values)] = one
    return added


def _id_of(wanted: Mention, ids: dict[int, int], earlier: Known) -> int | None:
    """Find the row of a mention that the ledger handed back, the same object or an equal one."""
    by_object = ids.get(id(wanted))
    return by_object or next((key for key, value in earlier.items() if value == wanted), None)


def developments(connection: Connection, wanted: Iterable[int]) -> dict[int, tuple[Development, int]]:
    """Return developments by id, each with the id of its claim's first mention."""
    rows = driver.among(connection, _developments, wanted)
    mentions = _mentions(connection, {key for row in rows for key in row[1:3] if key})
    first = _first_mentions(connection)
    return {
        number: (
            Development(
                mention=mentions[own],
                novelty=Novelty(novelty),
                reason=reason,
                previous=mentions.get(previous),
                origins=origins,
            ),
            first(own),
        )
        for number, own, previous, novelty, reason, origins in rows
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
    return {row[0]: _mention(*row[1:]) for row in driver.among(connection, _mentions_by_id, ids)}


def _first_mentions(connection: Connection) -> Callable[[int], int]:
    """Return a function that follows a mention back, change by change, to the first of its claim.

    What is NEW beside a known value (a part of it, another place) is a claim of its own; only where the known one was
    taken back is it the same claim, told anew.
    """
    ends: dict[int, int] = {}

    def first(key: int) -> int:
        way = [key]
        while way[-1] not in ends:
            found = driver.first(connection, _BEFORE, mention_id=way[-1])
            if found is None or found[0] in way:
                ends[way[-1]] = way[-1]
            else:
                way.append(found[0])
        ends.update(dict.fromkeys(way, ends[way[-1]]))
        return ends[key]

    return first


_MENTIONS = select(
    *(mention.c.id, cast(mention.c.body, Text), mention.c.item_id, mention.c.story_id, mention.c.outlet),
    *(mention.c.origin, mention.c.url, mention.c.as_of, mention.c.live, mention.c.passage),
)
_OF_ITEM = _MENTIONS.where(mention.c.item_id == driver.given(mention.c.item_id))
_MENTION_NAMES = (
    *("item_id", "story_id", "kind", "key", "body", "passage", "outlet", "origin", "url", "as_of", "live"),
)
_ADD_MENTION = (
    insert(mention).values({name: driver.given(mention.c[name]) for name in _MENTION_NAMES}).returning(mention.c.id)
)
_DEVELOPMENT_NAMES = ("mention_id", "previous_id", "novelty", "reason", "origins")
_ADD_DEVELOPMENT = (
    insert(development)
    .values({name: driver.given(development.c[name]) for name in (*_DEVELOPMENT_NAMES, "at")})
    .returning(development.c.id)
)
_BEFORE = (
    select(development.c.previous_id)
    .join(mention, mention.c.id == development.c.previous_id)
    .where(
        development.c.mention_id == driver.given(development.c.mention_id),
        or_(development.c.novelty != Novelty.NEW.value, ~mention.c.live),
    )
    .order_by(development.c.id)
    .limit(1)
)


@cache
def _of_keys(size: int) -> Select[Any]:
    return _MENTIONS.where(driver.one_of(mention.c.key, size))


@cache
def _mentions_by_id(size: int) -> Select[Any]:
    return _MENTIONS.where(driver.one_of(mention.c.id, size))


@cache
def _developments(size: int) -> Select[Any]:
    columns = (development.c[name] for name in ("id", *_DEVELOPMENT_NAMES))
    return select(*columns).where(driver.one_of(development.c.id, size))
