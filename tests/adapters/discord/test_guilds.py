"""Several servers, shards, roles by tocsin.yaml, and what Discord tells of channels without being asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from adapters.discord.client import DiscordAccount
from bot.ports import Grants, Place, PlaceChange
from bot.secret import Secret
from tests.adapters.discord.desk import Desk
from tests.adapters.discord.live import Handlers, Live, make_gateway
from tests.adapters.discord.samples import alert
from tests.fakes.discord import TOKEN
from tests.fakes.discord.interactions import MANAGE_GUILD
from tests.fakes.discord.world import FORUM, NEWS, Json, role

SEEN, MUTE = "68608", "0"  # View Channel, Send Messages, Embed Links, Read History; nothing


@pytest.fixture
async def told(desk: Desk) -> AsyncIterator[Live]:
    """A gateway in a server where everyone may write, with what it told at the start taken away."""
    desk.guild["roles"][0]["permissions"] = str(int(SEEN) | 1 << 14 | 1 << 11 | 1 << 10)
    handlers = Handlers()
    gateway = make_gateway(desk, handlers)
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    await until(lambda: handlers.moved)
    yield Live(desk, handlers, gateway, running)
    await gateway.close()
    await asyncio.wait_for(running, 5)


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what the handlers were told wakes nobody
            await asyncio.sleep(0.01)


async def test_at_the_start_every_channel_that_may_be_posted_to_is_told(told: Live) -> None:
    ((places, change, _),) = told.handlers.moved
    assert (places, change) == (frozenset({told.desk.place}), PlaceChange.BACK)


async def test_a_deleted_channel_is_told(told: Live) -> None:
    await told.desk.server.gateway.dispatch("CHANNEL_DELETE", told.desk.channel)
    await until(lambda: len(told.handlers.moved) == 2)
    places, change, detail = told.handlers.moved[-1]
    assert (places, change, detail) == (frozenset({told.desk.place}), PlaceChange.GONE, "the channel was deleted")


async def test_a_server_that_removes_tocsin_is_told_as_a_whole(told: Live) -> None:
    await told.desk.server.gateway.dispatch("GUILD_DELETE", {"id": told.desk.guild["id"]})
    await until(lambda: len(told.handlers.moved) == 2)
    places, change, _ = told.handlers.moved[-1]
    assert (places, change) == (frozenset({replace(told.desk.place, channel="")}), PlaceChange.GONE)


async def test_a_server_that_discord_cannot_reach_for_a_while_is_no_news(told: Live) -> None:
    await told.desk.server.gateway.dispatch("GUILD_DELETE", {"id": told.desk.guild["id"], "unavailable": True})
    await (await told.desk.server.slash(told.desk.channel, "list")).answered()
    assert [change for _, change, _ in told.handlers.moved] == [PlaceChange.BACK]


@pytest.mark.parametrize("where", ["channel", "role"])
async def test_a_permission_regained_is_told_and_one_lost_is_not(told: Live, where: str) -> None:
    everyone = told.desk.guild["roles"][0]
    lost = [{"id": told.desk.guild["id"], "type": 0, "allow": "0", "deny": str(1 << 11)}]
    for overwrites, permissions, expected in ((lost, "0", 1), ([], everyone["permissions"], 2)):
        if where == "channel":
            changed = told.desk.channel | {"permission_overwrites": overwrites}
            await told.desk.server.gateway.dispatch("CHANNEL_UPDATE", changed)
        else:
            given = {"guild_id": told.desk.guild["id"], "role": everyone | {"permissions": permissions}}
            await told.desk.server.gateway.dispatch("GUILD_ROLE_UPDATE", given)
        await (await told.desk.server.slash(told.desk.channel, "list")).answered()
        assert len(told.handlers.moved) == expected
    assert told.handlers.moved[-1][:2] == (frozenset({told.desk.place}), PlaceChange.BACK)


async def test_several_servers_are_served_at_once(live: Live) -> None:
    world = live.desk.server.world
    other = world.add_guild("Second desk")
    there = world.add_channel(other["id"], "alerts")
    await live.desk.server.gateway.dispatch("GUILD_CREATE", world.guild_payload(other["id"]))
    for channel in (live.desk.channel, there):
        await (await live.desk.server.slash(channel, "list")).answered()
    places = [caller.place for caller, _ in live.handlers.asked]
    assert places == [live.desk.place, Place(platform="discord", workspace=other["id"], channel=there["id"])]
    for place in places:
        await live.desk.messenger.post(place, alert(), key=f"d-{place.channel[-9:]}")
    assert [len(live.desk.server.messages(place.channel)) for place in places] == [1, 1]


@pytest.mark.parametrize(("kind", "has_thread_of_its_own"), [(NEWS, False), (FORUM, True)], ids=["news", "forum"])
async def test_announcement_channels_and_forums_take_a_story_and_its_reply(
    live: Live, kind: int, has_thread_of_its_own: bool
) -> None:
    world = live.desk.server.world
    tags = [
        {"id": world.snowflake(), "name": "Allied forces", "moderated": False, "emoji_id": None, "emoji_name": None}
    ]
    more = {"available_tags": tags} if kind == FORUM else {}
    channel = world.add_channel(live.desk.guild["id"], "stories", kind, **more)
    await live.desk.server.gateway.dispatch("CHANNEL_CREATE", channel)
    place = live.desk.at(channel)
    root = await live.desk.messenger.post(place, alert(), key="d-1")
    reply = await live.desk.messenger.post(place, alert(), key="d-2", thread=root.thread)
    assert root.thread is not None
    assert reply.message in {each["id"] for each in live.desk.server.messages(root.thread)}
    assert len(live.desk.server.messages(channel["id"])) == (0 if has_thread_of_its_own else 1)
    if kind == FORUM:
        assert live.desk.server.sent("create_thread")[0].body["applied_tags"] == [tags[0]["id"]]


@pytest.fixture
async def sharded(desk: Desk) -> AsyncIterator[tuple[Live, Json, Json]]:
    """Two shards and a server on each."""
    server = desk.server
    server.gateway.shards = 2
    guilds = [desk.guild]
    while len({server.gateway._shard_of(guild["id"]) for guild in guilds}) < 2:
        guilds.append(server.world.add_guild())
    there = server.world.add_channel(guilds[-1]["id"], "alerts")
    account = DiscordAccount(Secret(TOKEN), api_url=server.api_url, guild_ready_timeout=0.05, is_sharded=True)
    handlers = Handlers()
    gateway = make_gateway(desk, handlers, account)
    running = asyncio.create_task(gateway.run())
    await server.gateway.ready()
    yield Live(desk, handlers, gateway, running), desk.channel, there
    await gateway.close()
    await asyncio.wait_for(running, 5)
    await account.close()


async def test_with_shards_every_server_is_served_and_a_cut_line_resumes(sharded: tuple[Live, Json, Json]) -> None:
    """One test for both: discord.py waits five seconds between two shards."""
    live, here, there = sharded
    gateway = live.desk.server.gateway
    for channel in (here, there):
        await (await live.desk.server.slash(channel, "list")).answered()
    assert sorted(each["shard"][0] for each in gateway.identified) == [0, 1]
    assert len(live.desk.server.sent("bulk_set_application_commands")) == 1
    await until(lambda: live.gateway._client is not None and live.gateway._client.is_ready())
    assert await live.gateway.is_connected()
    gateway.cut()
    for channel in (there, here):
        await (await live.desk.server.slash(channel, "list")).answered()
    assert (len(gateway.resumed), live.gateway.reconnects) == (1, 0)
    assert len(live.handlers.asked) == 4


@pytest.mark.parametrize(
    ("grants", "permissions", "expected"),
    [
        pytest.param({"editors": {"77"}}, 0, "editor", id="a role of editors"),
        pytest.param({"admins": {"77"}, "editors": {"77"}}, 0, "admin", id="the higher of two"),
        pytest.param({"editors": {"78"}}, 0, "reader", id="another role"),
        pytest.param({"editors": {"77"}}, MANAGE_GUILD, "admin", id="a grant never takes away"),
        pytest.param({"admins": {"everyone"}}, 0, "reader", id="the role that is everyone gives nothing"),
    ],
)
async def test_a_role_of_the_server_gives_a_role_here(
    desk: Desk, grants: dict[str, set[str]], permissions: int, expected: str
) -> None:
    guild = desk.guild["id"]
    desk.guild["roles"].append(role("77", "Desk"))
    given = {kind: frozenset(guild if one == "everyone" else one for one in ids) for kind, ids in grants.items()}
    handlers = Handlers()
    gateway = make_gateway(desk, handlers, grants={guild: Grants(**given)})
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    asked = await desk.server.slash(desk.channel, "list", permissions=permissions, roles=("77",))
    await asked.answered()
    await gateway.close()
    await running
    assert handlers.asked[0][0].role == expected
