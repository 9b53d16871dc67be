"""``follow`` and ``unfollow``: one story in one's own direct messages. Nobody else sees it, so nothing is announced."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.commands.desk import Desk
from bot.commands.parse import Command, CommandError
from bot.commands.replies import answer, message, reply, run_button
from bot.commands.story import find_story
from bot.commands.values import number
from bot.errors import DeliveryError
from bot.message import Context, Line, Moment, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.store import follows, lanes, outbox, storypage
from bot.store.follows import Follow
from rules.model import StoryId
from rules.wording import count

MOST = 50  # stories that one person follows at a time


async def follow(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Follow a story, or list what is followed."""
    if "story" not in command.options:
        return await _listed(desk, caller)
    return await _follow(desk, caller, await find_story(desk, caller, command.options["story"]))


async def follow_pressed(desk: Desk, caller: Caller, value: str) -> Reply:
    """Answer the button Follow of an alert."""
    alert = number(value, "an alert")
    key = await desk.db.read(lambda connection: storypage.of_alert(connection, alert))
    if key is None:
        raise CommandError(f"Alert {alert} is not known any more.")
    return await _follow(desk, caller, key)


async def unfollow(desk: Desk, caller: Caller, command: Command) -> Reply:
    """End one follow of the caller's, or all of them."""
    mine, now = await _mine(desk, caller), desk.clock.now()
    given = command.options.get("story")
    if given is not None:
        key = await find_story(desk, caller, given)
        present = await desk.db.read(lambda connection: _present(connection, mine))
        mine = tuple(one for one in mine if present[one.id] == key)
        if not mine:
            raise CommandError(f"You do not follow story {key}. What you follow: /tocsin follow")
    if not mine:
        return answer("You follow no story.")
    await desk.db.tx(lambda connection: follows.end(connection, mine, caller.user_name, now))
    told = f"story {mine[0].story}" if given is not None else count(len(mine), "story", "stories")
    words = f"You hear no more of {told} in direct messages."
    again = (run_button("Follow again", f"follow {mine[0].story}"),) if len(mine) == 1 else ()
    return Reply(message=message("Follow", (Paragraph((Text(words),)),), words, buttons=again))


async def _follow(desk: Desk, caller: Caller, key: int) -> Reply:
    if caller.direct is None:
        raise CommandError("There are no direct messages here; subscribe a channel to the story's topic instead.")
    mine, now = await _mine(desk, caller), desk.clock.now()
    if len(mine) >= MOST:
        raise CommandError(f"You follow {MOST} stories, which is the most; end one: /tocsin unfollow")
    try:
        place = await caller.direct()
    except DeliveryError as error:
        raise CommandError(f"You cannot be written to: {error.detail}") from error

    def work(connection: Connection) -> tuple[bool, str]:
        title = storypage.page(connection, key, "").title
        outbox.ensure_lane(connection, str(place))
        lanes.unpark(connection, str(place))  # whoever asks can be reached again
        is_new = follows.begin(
            connection,
            lane=str(place),
            key=StoryId(key),
            user=caller.user,
            user_name=caller.user_name,
            via=str(caller.place),
            at=now,
        )
        return is_new, title

    is_new, title = await desk.db.tx(work)
    words = f"You hear of each change of story {key} in a direct message." if is_new else f"You follow story {key}."
    blocks = (Paragraph((Text(f"{words} "), Strong(title))), Context((Text("Only you see this."),)))
    buttons = (run_button("Unfollow", f"unfollow {key}"),)
    return Reply(message=message("Follow", blocks, words, buttons=buttons))


async def _listed(desk: Desk, caller: Caller) -> Reply:
    mine = await _mine(desk, caller)
    if not mine:
        return answer("You follow no story. Press Follow below an alert, or name one: /tocsin follow 1")
    return reply("You follow", [_line(one) for one in mine], "End one: /tocsin unfollow 1")


async def _mine(desk: Desk, caller: Caller) -> tuple[Follow, ...]:
    return await desk.db.read(lambda connection: follows.of_user(connection, caller.place.platform, caller.user))


def _present(connection: Connection, mine: tuple[Follow, ...]) -> dict[int, int | None]:
    return {one.id: storypage.present(connection, one.story) for one in mine}


def _line(one: Follow) -> Line:
    return (Strong(f"{one.story}: {one.title}"), Text(f" · {count(one.told, 'message')} since "), Moment(one.at))
