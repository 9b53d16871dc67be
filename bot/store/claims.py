"""Mentions for the questions that people ask of the ledger; ``rules.ledger.states`` makes claims of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from bot.store.ledger import to_mention
from bot.store.schema import alert, development, mention, rule_match
from rules.model import Mention
from rules.text import fold_name

RECENT = 4000  # mentions looked at where nothing narrows the question
KEYS = 60  # claims' keys read for one answer
MENTIONS = 250  # mentions read for one answer, newest first
BESIDE = 150  # of them, those of the same claims beside the ones that an answer is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Mentions by time. ``is_cut``: there were more, and the oldest were left out."""

    mentions: tuple[Mention, ...]
    is_cut: bool


def of_actor(connection: Connection, kind: str, actor: str, since: datetime | None) -> Found:
    """Return what is known of an actor's figures or positions that were told since then."""
    wanted = _starts(connection, f"{kind}|{fold_name(actor)}", is_whole=kind == "position")
    if since is not None:
        wanted = and_(wanted, mention.c.as_of >= since)
    keys = connection.execute(
        select(mention.c.key)
        .where(wanted)
        .group_by(mention.c.key)
        .order_by(func.max(mention.c.as_of).desc())
        .limit(KEYS)
    ).scalars()
    return _of_keys(connection, list(keys))


def recent(connection: Connection, kind: str, since: datetime | None) -> Found:
    """Return what is known of the figures or positions that were told last."""
    newest = select(mention.c.key, mention.c.as_of).where(mention.c.kind == kind).order_by(mention.c.id.desc())
    rows = newest.limit(RECENT).subquery()
    wanted = select(rows.c.key).group_by(rows.c.key).order_by(func.max(rows.c.as_of).desc()).limit(KEYS)
    if since is not None:
        wanted = wanted.where(rows.c.as_of >= since)
    return _of_keys(connection, list(connection.execute(wanted).scalars()))


def newest(connection: Connection, kind: str, most: int) -> Found:
    """Return the newest mentions of a kind that are in force."""
    wanted = and_(mention.c.kind == kind, mention.c.live)
    rows = connection.execute(select(mention).where(wanted).order_by(mention.c.id.desc()).limit(most + 1)).all()
    return Found(mentions=tuple(to_mention(row) for row in rows[:most]), is_cut=len(rows) > most)


def of_topic(connection: Connection, kind: str, topic: str, since: datetime | None) -> tuple[Found, frozenset[Mention]]:
    """Return what is known of the claims that rang under a topic, and the mentions that rang."""
    rang = select(rule_match.c.developments).join(alert, alert.c.id == rule_match.c.alert_id)
    rang = rang.where(rule_match.c.topic == topic)
    if since is not None:
        rang = rang.where(alert.c.at >= since)
    rows = connection.execute(rang.order_by(rule_match.c.id.desc()).limit(2 * MENTIONS)).scalars()
    known = list(dict.fromkeys(key for row in rows for key in row))
    ids = known[:BESIDE]
    found = connection.execute(
        select(mention)
        .where(
            mention.c.id.in_(select(development.c.mention_id).where(development.c.id.in_(ids))), mention.c.kind == kind
        )
        .order_by(mention.c.as_of.desc())
    ).all()
    rang_here = tuple(to_mention(row) for row in found)
    keys = list(dict.fromkeys(row.key for row in found))[:KEYS]
    whole = _with(rang_here, _of_keys(connection, keys, most=BESIDE))
    return replace(whole, is_cut=whole.is_cut or len(known) > len(ids)), frozenset(rang_here)


def of_story(connection: Connection, story: int) -> Found:
    """Return what a story says, and what was said of the same claims up to then."""
    rows = connection.execute(
        select(mention)
        .where(mention.c.story_id == story, mention.c.live)
        .order_by(mention.c.as_of.desc())
        .limit(BESIDE)
    ).all()
    if not rows:
        return Found(mentions=(), is_cut=False)
    own = tuple(to_mention(row) for row in rows)
    return _with(own, _of_keys(connection, {row.key for row in rows}, until=rows[0].as_of, most=BESIDE))


def actors(connection: Connection, kind: str) -> tuple[str, ...]:
    """Return the actors, as their keys spell them, that were spoken of last."""
    newest = select(mention.c.key).where(mention.c.kind == kind).order_by(mention.c.id.desc()).limit(RECENT).subquery()
    keys = connection.execute(select(newest.c.key).distinct().order_by(newest.c.key)).scalars()
    return tuple(dict.fromkeys(key.split("|")[1] for key in keys))


def _with(needed: tuple[Mention, ...], others: Found) -> Found:
    """Add mentions that must not be missing, however many newer ones there are."""
    return Found(mentions=tuple(dict.fromkeys((*needed, *others.mentions))), is_cut=others.is_cut)


def _of_keys(
    connection: Connection, keys: Collection[str], *, until: datetime | None = None, most: int = MENTIONS
) -> Found:
    wanted = and_(mention.c.key.in_(sorted(keys)), mention.c.live)
    if until is not None:
        wanted = and_(wanted, mention.c.as_of <= until)
    rows = connection.execute(
        select(mention).where(wanted).order_by(mention.c.as_of.desc(), mention.c.id.desc()).limit(most + 1)
    ).all()
    return Found(mentions=tuple(to_mention(row) for row in rows[:most]), is_cut=len(rows) > most)


def _starts(connection: Connection, prefix: str, *, is_whole: bool) -> ColumnElement[bool]:
    """Return the condition that a key is, or begins with, a prefix, in a form that the index can serve."""
    if is_whole:
        return mention.c.key == prefix
    begin = prefix + "|"
    if connection.dialect.name == "sqlite":
        return and_(mention.c.key >= begin, mention.c.key < prefix + "}")  # "}" comes after "|"
    return mention.c.key.startswith(begin, autoescape=True)
