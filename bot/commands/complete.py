"""Suggestions while an option is typed (Discord): at most 25, those that contain what was typed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.commands.desk import Desk
from bot.commands.spec import BY_NAME, COMMANDS, Completion
from bot.commands.times import zone_names
from bot.ports import Caller
from bot.store import claims, feednames, follows, search, silences, storypage, subscriptions, tracing

SUGGESTIONS = 25  # Discord shows no more
RECENT = 25

Suggest = Callable[[Desk, Caller, str], Awaitable[Sequence[str]]]
"""Takes what was typed so far, for those that look for it themselves; the others return all that there is."""


async def complete(desk: Desk, caller: Caller, command: str, option: str, partial: str) -> list[str]:
    """Suggest values for an option of a command."""
    spec = BY_NAME.get(command)
    wanted = next((one for one in spec.options if one.name == option), None) if spec else None
    if wanted is None:
        return []
    values: Sequence[str] = wanted.choices
    typed = partial.casefold()
    if not values and wanted.completion in _SOURCES:
        values = await _SOURCES[wanted.completion](desk, caller, partial)
    return [value for value in values if typed in value.casefold()][:SUGGESTIONS]


async def _topics(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    return sorted(desk.topics)


async def _targets(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    return [*sorted(desk.topics), *sorted(desk.tools.rules), *await _outlets(desk, caller, typed)]


async def _commands(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    return [spec.name for spec in COMMANDS]


async def _subscribed(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    mine = await desk.db.read(lambda connection: subscriptions.of_channel(connection, caller.place))
    return [*(one.topic for one in mine), *(rule for one in mine for rule in one.wishes.rules)]


async def _rules(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    return sorted(desk.tools.rules)


async def _alerts(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    found = await desk.db.read(lambda connection: tracing.recent_alerts(connection, str(caller.place), RECENT))
    return [str(key) for key, _ in found]


async def _actors(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    known = await desk.db.read(
        lambda connection: (*claims.actors(connection, "figure"), *claims.actors(connection, "position"))
    )
    return sorted({desk.tools.resolve(name) or name for name in known if name != "?"})


async def _stories(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    found = await desk.db.read(lambda connection: storypage.recent(connection, str(caller.place), RECENT))
    return [str(key) for key in found]


async def _outlets(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    return await desk.db.read(lambda connection: search.outlets(connection, 200))


async def _snoozable(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    return [
        *await _stories(desk, caller, typed),
        *sorted(desk.topics),
        *sorted(desk.tools.rules),
        *await _outlets(desk, caller, typed),
    ]


async def _silences(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    now, lane = desk.clock.now(), str(caller.place)
    return [str(one.id) for one in await desk.db.read(lambda connection: silences.active(connection, [lane], now))]


async def _rulesets(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    works = desk.tools.works
    return [] if works is None else await asyncio.to_thread(lambda: [one.short for one in works.history.entries()])


async def _feeds(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    return await desk.db.read(lambda connection: feednames.containing(connection, typed, SUGGESTIONS))


async def _zones(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    return await asyncio.to_thread(zone_names)


async def _followed(desk: Desk, caller: Caller, typed: str) -> Sequence[str]:
    found = await desk.db.read(lambda connection: follows.of_user(connection, caller.place.platform, caller.user))
    return [str(one.story) for one in found]


_SOURCES: dict[Completion, Suggest] = {
    Completion.TOPIC: _topics,
    Completion.TARGET: _targets,
    Completion.COMMAND: _commands,
    Completion.SUBSCRIBED: _subscribed,
    Completion.RULE: _rules,
    Completion.ALERT: _alerts,
    Completion.SNOOZABLE: _snoozable,
    Completion.SILENCE: _silences,
    Completion.OUTLET: _outlets,
    Completion.STORY: _stories,
    Completion.ACTOR: _actors,
    Completion.RULESET: _rulesets,
    Completion.FEED: _feeds,
    Completion.TIMEZONE: _zones,
    Completion.FOLLOWED: _followed,
}
