"""Stories that people follow in their direct messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from bot.store.schema import follow, story
from rules.model import StoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """One person's follow of one story; ``lane`` is where their direct messages go."""

    id: int
    lane: str
    story: StoryId
    title: str
    user: str
    at: datetime
    told: int


def begin(
    connection: Connection, *, lane: str, key: StoryId, user: str, user_name: str, via: str, at: datetime
) -> bool:
    """Let somebody follow a story; False where they do already."""
    if any(one.story == key for one in of_user(connection, lane.partition(":")[0], user)):
        return False
    values = {"lane": lane, "story_id": key, "user": user, "user_name": user_name, "via": via, "at": at}
    connection.execute(insert(follow).values(values))
    return True


def of_user(connection: Connection, platform: str, user: str) -> tuple[Follow, ...]:
    """Return what somebody on a platform follows, newest first."""
    mine = and_(follow.c.user == user, follow.c.lane.startswith(f"{platform}:", autoescape=True))
    return _find(connection, mine)


def of_story(connection: Connection, key: StoryId) -> tuple[Follow, ...]:
    """Return who follows a story, or one that was merged into it."""
    return _find(connection, follow.c.story_id.in_(_with_merged(connection, key)))


def end(connection: Connection, found: Sequence[Follow], by: str, at: datetime) -> None:
    """End follows; ``by`` is the follower, or why Tocsin ends them."""
    ids = [one.id for one in found]
    connection.execute(update(follow).where(follow.c.id.in_(ids)).values(ended_at=at, ended_by=by))


def count_told(connection: Connection, found: Sequence[Follow]) -> None:
    """Count one more message for each of these."""
    ids = [one.id for one in found]
    connection.execute(update(follow).where(follow.c.id.in_(ids)).values(told=follow.c.told + 1))


def _find(connection: Connection, wanted: ColumnElement[bool]) -> tuple[Follow, ...]:
    rows = connection.execute(
        select(follow, story.c.title)
        .join(story, story.c.id == follow.c.story_id)
        .where(follow.c.ended_at.is_(None), wanted)
        .order_by(follow.c.id.desc())
    )
    return tuple(
        Follow(
            id=row.id,
            lane=row.lane,
            story=StoryId(row.story_id),
            title=row.title,
            user=row.user,
            at=row.at,
            told=row.told,
        )
        for row in rows
    )


def _with_merged(connection: Connection, key: StoryId) -> set[int]:
    """Return a story's number and those of the stories that went into it, however often that happened."""
    found, new = {int(key)}, {int(key)}
    while new:
        rows = connection.execute(select(story.c.id).where(story.c.merged_into.in_(new))).scalars()
        new = set(rows) - found
        found |= new
    return found
