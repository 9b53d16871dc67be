"""What is in the database and worth moving: feeds, channels and what they follow. Read, written, and set as rows.

What stands in tocsin.yaml is left out where that file moves, too.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, select, update

from bot.feeds.polling import FeedSpec, FeedState
from bot.ports import Place
from bot.ringing.routing import PLAIN, Mode, Wishes
from bot.store import channels, feeds, subscriptions
from bot.store.schema import channel
from bot.transfer.archive import STATE, ArchiveError
from rules.model import Severity

BY = "import"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class KnownFeed(_Row):
    """A feed that was added by a command."""

    url: str = Field(pattern=r"^https?://\S+$", max_length=2000)
    outlet: str = Field(default="", max_length=300)
    lang: str | None = Field(default=None, max_length=16)
    tier: int | None = Field(default=None, ge=1, le=3)
    every: float | None = Field(default=None, gt=0)  # seconds
    paused: bool = False


class Follow(_Row):
    """A topic that a channel follows."""

    topic: str = Field(min_length=1, max_length=200)
    severity: Severity = Field(strict=False)
    mode: Mode = Field(default=Mode.REALTIME, strict=False)
    mention: str | None = Field(default=None, max_length=64)
    mention_from: Severity = Field(default=PLAIN.mention_from, strict=False)
    filter: str | None = Field(default=None, max_length=2000)
    rules: tuple[str, ...] = Field(default=(), strict=False)

    @property
    def wishes(self) -> Wishes:
        """Mode, mention, filter and rules, as the store takes them."""
        return Wishes(
            mode=self.mode,
            mention=self.mention,
            mention_from=self.mention_from,
            filter=self.filter,
            rules=self.rules,
        )


class ChannelState(_Row):
    """A channel. ``pace`` is as the channel table keeps it; None where the channel has the defaults."""

    platform: str = Field(pattern=r"^(console|slack|discord)$")
    workspace: str = Field(max_length=64)
    channel: str = Field(min_length=1, max_length=64)
    threads: str = Field(pattern=r"^(broadcast|thread|channel|edit)$")
    pace: dict[str, Any] | None = None
    follows: tuple[Follow, ...] = Field(default=(), strict=False)

    @property
    def place(self) -> Place:
        """The channel's place."""
        return Place(platform=self.platform, workspace=self.workspace, channel=self.channel)


class State(_Row):
    """All of it."""

    feeds: tuple[KnownFeed, ...] = Field(default=(), strict=False)
    channels: tuple[ChannelState, ...] = Field(default=(), strict=False)


def gather(connection: Connection, workspace: Place | None = None) -> State:
    """Read what commands have set; of one workspace, whose settings do not move, what tocsin.yaml lists as well."""
    return State(
        feeds=tuple(
            KnownFeed(
                url=row.url,
                outlet=row.outlet,
                lang=row.lang,
                tier=row.tier,
                every=row.min_interval,
                paused=row.state is FeedState.PAUSED,
            )
            for row in feeds.list_feeds(connection)
            if workspace is not None or not row.configured
        ),
        channels=tuple(one for one in _channels(connection, workspace) if one.follows or one.pace is not None),
    )


def _channels(connection: Connection, workspace: Place | None) -> list[ChannelState]:
    query = select(channel).order_by(channel.c.lane)
    if workspace is not None:
        query = query.where(
            channel.c.platform == workspace.platform,
            channel.c.workspace == workspace.workspace,
        )
    return [
        ChannelState(
            platform=row["platform"],
            workspace=row["workspace"],
            channel=row["channel"],
            threads=row["threads"],
            pace=row["pace"] if row["pace_by"] else None,
            follows=tuple(
                Follow(
                    topic=one.topic,
                    severity=one.severity,
                    mode=one.wishes.mode,
                    mention=one.wishes.mention,
                    mention_from=one.wishes.mention_from,
                    filter=one.wishes.filter,
                    rules=one.wishes.rules,
                )
                for one in subscriptions.of_lane(connection, row["lane"])
                if workspace is not None or not one.configured
            ),
        )
        for row in connection.execute(query).mappings().all()
    ]


def dump(state: State) -> bytes:
    """Write it for the archive."""
    return json.dumps(state.model_dump(mode="json"), ensure_ascii=False, indent=1).encode()


def parse(body: bytes) -> State:
    """Read it from an archive. Raises ArchiveError naming the first thing that is wrong."""
    try:
        return State.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "as a whole"
        raise ArchiveError(f"{STATE}: {where}: {first['msg'].lower()}") from error


def differences(connection: Connection, state: State) -> list[str]:
    """Say what setting it would change, a line each."""
    known_feeds = {row.url for row in feeds.list_feeds(connection)}
    lines = [f"+ feed {one.outlet or one.url}" for one in state.feeds if one.url not in known_feeds]
    for one in state.channels:
        lane = str(one.place)
        for follow in one.follows:
            old = subscriptions.find(connection, one.place, follow.topic)
            new = subscriptions.in_words(follow.severity, one.threads, follow.wishes)
            if old is not None and old.configured:
                continue  # tocsin.yaml says how
            if old is None:
                lines.append(f"+ {lane} follows {follow.topic} {new}")
            elif (before := subscriptions.in_words(old.severity, old.threads, old.wishes)) != new:
                lines.append(f"~ {lane} follows {follow.topic} {new} (was {before})")
        if one.pace is not None and one.pace != _pace(connection, lane):
            lines.append(f"~ {lane}: its hours, digest and cap")
    return lines


def put(connection: Connection, state: State, now: datetime) -> None:
    """Set it; feeds and follows that are there beside it stay. Raises ArchiveError, and then all is rolled back."""
    for one in state.feeds:
        if feeds.find(connection, one.url) is not None:
            continue
        spec = FeedSpec(
            url=one.url, outlet=one.outlet, lang=one.lang, tier=one.tier, min_interval=one.every, max_interval=one.every
        )
        row = feeds.add(connection, spec, now=now, by=BY)
        if one.paused:
            feeds.set_state(connection, row.id, FeedState.PAUSED, now)
    for each in state.channels:
        for follow in each.follows:
            _follow(connection, each, follow, now)
        _set_pace(connection, each)


def _follow(connection: Connection, one: ChannelState, follow: Follow, now: datetime) -> None:
    old = subscriptions.find(connection, one.place, follow.topic)
    if old is not None and old.configured:
        return  # tocsin.yaml says how
    subscriptions.subscribe(
        connection,
        one.place,
        follow.topic,
        severity=follow.severity,
        threads=one.threads,
        by=BY,
        at=now,
        wishes=follow.wishes,
    )


def _set_pace(connection: Connection, one: ChannelState) -> None:
    lane = str(one.place)
    if one.pace is None or one.pace == _pace(connection, lane):
        return
    connection.execute(update(channel).where(channel.c.lane == lane).values(pace=one.pace, pace_by=BY))
    try:
        channels.pace_of(connection, lane)
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise ArchiveError(f"{STATE}: the pace of {lane} cannot be read: {error!r}") from error


def _pace(connection: Connection, lane: str) -> Any:
    return connection.execute(select(channel.c.pace).where(channel.c.lane == lane)).scalar()
