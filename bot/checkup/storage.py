"""Checks of the database and of what is in it: feeds, messages, rules that were refused."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from bot.checkup.findings import Finding, fail, ok, warn
from bot.duration import in_words
from bot.feeds import feedhealth
from bot.feeds.feedhealth import Health, HealthCode
from bot.ports import Place
from bot.rulebook.history import FileHistory, folder_beside
from bot.store import backups, feeds, lanes, migrate, outbox
from bot.store.address import Address, Server
from bot.store.guest import visit
from bot.store.schema import channel, item, subscription
from rules.errors import TocsinError
from rules.wording import count

LEAST_FREE = 200 * 1_000_000  # bytes; below it the next migration, which copies the file first, may not fit
LITTLE_FREE = 1_000_000_000
OVERDUE = timedelta(minutes=15)  # how late the oldest due feed may be while `tocsin run` serves
AHEAD = timedelta(minutes=5)
MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the database says. ``places`` are the channels with a subscription, ``topics`` what they follow."""

    findings: tuple[Finding, ...]
    places: tuple[Place, ...] = ()
    topics: frozenset[str] = frozenset()


def check(database: Address, now: datetime, topics: frozenset[str] | None = None) -> Stored:
    """Look at a database; a file that is not there yet is no fault. ``topics`` are those of the rules, where known."""
    stored = _check_file(database, now) if isinstance(database, Path) else _check_server(database, now)
    lost = sorted(stored.topics - topics) if topics is not None else []
    if not lost:
        return stored
    text = f"channels follow what no rule has any more, and hear nothing of it: {', '.join(lost)}"
    return replace(stored, findings=(*stored.findings, warn("channels", text, "bring the rules back, or unsubscribe")))


def _check_server(database: Server, now: datetime) -> Stored:
    try:
        inside = visit(database, lambda connection: _contents(connection, now))
    except TocsinError as error:
        return Stored(findings=(fail("database", str(error), "is the server up, and may Tocsin use it?"),))
    answers = ok("database", f"{database} answers, revision {migrate.newest()}")
    return replace(inside, findings=(answers, *inside.findings))


def _check_file(path: Path, now: datetime) -> Stored:
    space = list(_space(path))
    if not path.exists():
        return Stored(findings=(*space, ok("database", f"{path} is not there yet; the first `tocsin run` makes it")))
    damage, is_readable = _file(path)
    before = (*space, *damage)
    if not is_readable:
        return Stored(findings=before)
    try:
        inside = visit(path, lambda connection: _contents(connection, now))
    except TocsinError as error:
        return Stored(findings=(*before, fail("database", str(error), "may you read and write the file?")))
    return replace(inside, findings=(*before, *_refused_rules(path), *inside.findings))


def _contents(connection: Connection, now: datetime) -> Stored:
    followed = connection.execute(select(subscription.c.topic).distinct()).scalars()
    return Stored(
        findings=tuple(_inside(connection, now)), places=_places(connection), topics=frozenset(followed.all())
    )


def _space(path: Path) -> Iterator[Finding]:
    there = next(one for one in path.resolve().parents if one.exists())
    if not os.access(there, os.W_OK):
        yield fail("database", f"{there} cannot be written", "change its owner, or choose another path under database:")
        return
    free = shutil.disk_usage(there).free
    size = path.stat().st_size if path.exists() else 0
    if free < LEAST_FREE:
        yield fail("space", f"{_bytes(free)} free in {there}", "free some space: a full disk stops all")
    elif free < max(LITTLE_FREE, 2 * size):
        text = f"{_bytes(free)} free in {there}; the database has {_bytes(size)} and is copied before an upgrade"
        yield warn("space", text, "free some space")
    else:
        yield ok("space", f"{_bytes(free)} free")


def _file(path: Path) -> tuple[list[Finding], bool]:
    """Return what is wrong with the file, and whether it can be asked further."""
    restore = backups.advice(path)
    try:
        with closing(sqlite3.connect(path, timeout=backups.BUSY_SECONDS)) as connection:
            problems = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)") if row[0] != "ok"]
            found = _version(connection)
    except sqlite3.DatabaseError as error:
        return [fail("database", f"{path} cannot be read: {error}", restore)], False
    if problems:
        return [fail("database", f"{path} is damaged: {problems[0]}", restore)], False
    wanted = migrate.newest()
    if found is None:
        return [fail("database", f"{path} is not a database of Tocsin", "name another file under database:")], False
    if found > wanted:
        text = f"{path} is of a later Tocsin (revision {found}, this one knows {wanted})"
        return [fail("database", text, "install that version again")], False
    if found < wanted:
        text = f"{path} has revision {found}; the next `tocsin run` brings it to {wanted} and keeps a copy"
        return [warn("database", text, "start `tocsin run`")], False
    return [ok("database", f"{path} is sound, {_bytes(path.stat().st_size)}, revision {found}")], True


def _version(connection: sqlite3.Connection) -> str | None:
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return None if row is None else str(row[0])


def _refused_rules(path: Path) -> Iterator[Finding]:
    refused = FileHistory(folder_beside(path)).refusal()
    if refused is not None:
        text = f"the running Tocsin refuses the files since {refused.since:%Y-%m-%d %H:%M} UTC: {refused.faults[0]}"
        yield warn("rules", text, "tocsin rules check; the last good set stays in force until then")


def _inside(connection: Connection, now: datetime) -> Iterator[Finding]:
    yield from _clock(connection, now)
    yield from _feeds(connection, now)
    yield from _messages(connection, now)
    if connection.execute(select(func.count()).select_from(subscription)).scalar_one() == 0:
        yield warn(
            "channels",
            "no channel follows a topic",
            "/tocsin subscribe TOPIC in a channel, or channels: in tocsin.yaml",
        )


def _clock(connection: Connection, now: datetime) -> Iterator[Finding]:
    newest = connection.execute(select(func.max(item.c.fetched))).scalar()
    if newest is not None and newest - now > AHEAD:
        text = f"the newest article was stored {in_words((newest - now).total_seconds())} in the future"
        yield fail("clock", text, "set this machine's clock: timedatectl set-ntp true")


def _feeds(connection: Connection, now: datetime) -> Iterator[Finding]:
    healths = feedhealth.sorted_by_need(feeds.list_feeds(connection), now)
    if not healths:
        yield fail("feeds", "none is polled", "tocsin feeds catalogue WORD, then tocsin feeds add URL")
        return
    polled = [one for one in healths if one.code not in (HealthCode.PAUSED, HealthCode.WAITING)]
    broken = [one for one in healths if one.code in (HealthCode.FAILING, HealthCode.GONE)]
    if broken:
        level = fail if len(broken) == len(polled) else warn
        yield level(
            "feeds",
            f"{len(broken)} of {len(healths)} failing: {_named(broken)}",
            "tocsin feeds health names each reason",
        )
    stale = [one for one in healths if one.code is HealthCode.STALE]
    if stale:
        text = f"{len(stale)} stale, with no new item where one was due: {_named(stale)}"
        yield warn("feeds", text, "tocsin feeds test URL shows what the feed says; it may have moved")
    late = [one.row for one in healths if one.code is not HealthCode.PAUSED and one.row.next_due < now - OVERDUE]
    if late and any(one.row.polled_at for one in healths):
        age = in_words((now - min(row.next_due for row in late)).total_seconds())
        yield warn("feeds", f"{len(late)} overdue, the oldest for {age}", "is `tocsin run` running? start it")
    if not broken and not stale:
        told = ", ".join(f"{number} {code}" for code, number in feedhealth.count(healths).items())
        yield ok("feeds", told)


def _named(healths: list[Health]) -> str:
    names = [one.row.name for one in healths[:MOST_NAMED]]
    more = len(healths) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _messages(connection: Connection, now: datetime) -> Iterator[Finding]:
    still = lanes.standing_still(connection)
    for name, reason in still:
        fix = f"mend that, then: tocsin outbox retry --lane {name}"
        yield fail("delivery", f"{name} stands still: {reason}", fix)
    depth = outbox.depth(connection)
    if depth.pending and depth.oldest is not None:
        age = in_words(max(0.0, (now - depth.oldest).total_seconds()))
        if now - depth.oldest > OVERDUE:
            yield warn(
                "delivery",
                f"{count(depth.pending, 'message')} waiting, the oldest for {age}",
                "tocsin outbox list says why",
            )
            return
    if not still:
        yield ok("delivery", f"{count(depth.pending, 'message')} waiting, no channel stands still")


def _places(connection: Connection) -> tuple[Place, ...]:
    rows = connection.execute(
        select(channel.c.platform, channel.c.workspace, channel.c.channel)
        .where(channel.c.lane.in_(select(subscription.c.lane)))
        .order_by(channel.c.lane)
    )
    return tuple(Place(platform=row[0], workspace=row[1], channel=row[2]) for row in rows)


def _bytes(number: int) -> str:
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / 1e6:.1f} MB"
