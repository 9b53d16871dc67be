"""The life of the connection, over a real websocket to the fake."""

from __future__ import annotations

import asyncio
import logging

import pytest

from adapters.discord.client import DiscordAccount
from adapters.discord.gateway import DiscordGateway
from adapters.discord.messenger import DiscordMessenger
from bot.commands.spec import COMMANDS
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Reply
from bot.secret import Secret
from tests.adapters.discord.desk import Desk
from tests.adapters.discord.live import Handlers, Live, make_gateway, reply
from tests.adapters.discord.samples import alert


async def test_it_asks_for_guilds_only_and_registers_every_command_once(live: Live) -> None:
    (identify,) = live.desk.server.gateway.identified
    assert identify["intents"] == 1
    (request,) = live.desk.server.sent("bulk_set_application_commands")
    group, menu = request.body
    assert menu["name"] == "Explain with Tocsin"
    names = dict.fromkeys(command.shelf or command.name.split()[0] for command in COMMANDS)
    assert [option["name"] for option in group["options"]] == list(names)
    assert await live.gateway.is_connected()


async def test_events_missed_while_the_line_was_cut_are_replayed(live: Live) -> None:
    gateway = live.desk.server.gateway
    gateway.cut()
    asked = await live.desk.server.slash(live.desk.channel, "list")
    await asked.answered()
    assert len(gateway.resumed) == 1
    assert len(live.handlers.asked) == 1


async def test_a_request_to_reconnect_is_followed(live: Live) -> None:
    await live.desk.server.gateway.ask_to_reconnect()
    asked = await live.desk.server.slash(live.desk.channel, "list")
    await asked.answered()
    assert len(live.desk.server.gateway.identified) == 1


async def test_an_unreadable_event_does_not_end_it(live: Live) -> None:
    gateway = live.desk.server.gateway
    await gateway.send_garbage()
    await asyncio.wait_for(gateway.identified_again.wait(), 5)
    await gateway.ready()
    await (await live.desk.server.slash(live.desk.channel, "list")).answered()
    assert live.gateway.reconnects == 1
    assert len(live.desk.server.sent("bulk_set_application_commands")) == 1


async def test_posting_goes_on_while_the_gateway_is_down(live: Live) -> None:
    live.desk.server.gateway.refuse_connections = 1000
    live.desk.server.gateway.cut()
    await live.desk.messenger.post(live.desk.place, alert(), key="d-1")
    live.desk.server.gateway.refuse_connections = 0
    assert len(live.desk.server.messages(live.desk.channel["id"])) == 1


async def test_a_refused_first_connection_is_tried_again(desk: Desk) -> None:
    desk.server.gateway.refuse_connections = 1
    gateway = make_gateway(desk, Handlers())
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    assert gateway.reconnects == 1
    await gateway.close()
    await running


async def test_a_line_that_stays_down_is_started_anew_before_discord_py_would(desk: Desk) -> None:
    handlers = Handlers()
    gateway = DiscordGateway(
        desk.account,
        on_command=handlers.on_command,
        on_button=handlers.on_button,
        complete=handlers.complete,
        first_pause=0.01,
        down_limit=0.1,
    )
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    desk.server.gateway.refuse_connections = 2
    desk.server.gateway.cut()
    await asyncio.wait_for(desk.server.gateway.identified_again.wait(), 60)
    assert gateway.reconnects >= 1
    await gateway.close()
    await running


async def test_an_unreachable_discord_is_tried_again(desk: Desk) -> None:
    desk.server.faults.on("get_my_user", "503 x2")
    gateway = make_gateway(desk, Handlers())
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    assert gateway.reconnects == 2
    await gateway.close()
    await running


@pytest.mark.parametrize(
    "token", ["not-the-token", "", "two\nlines", "ünicode"], ids=["a wrong one", "none", "two lines", "no ASCII"]
)
async def test_a_refused_token_ends_in_one_sentence_after_one_call_at_most(desk: Desk, token: str) -> None:
    account = DiscordAccount(Secret(token), api_url=desk.server.api_url)
    gateway = make_gateway(desk, Handlers(), account)
    with pytest.raises(DeliveryError, match="Discord refuses the bot token; put a valid one into") as failure:
        await gateway.run()
    assert failure.value.reason is DeliveryReason.TOKEN_REFUSED
    with pytest.raises(DeliveryError):
        await DiscordMessenger(account).post(desk.place, alert(), key="d-1")
    assert len(desk.server.requests) == (1 if token == "not-the-token" else 0)
    await account.close()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param(4004, DeliveryReason.TOKEN_REFUSED, id="the token was reset meanwhile"),
        pytest.param(4014, DeliveryReason.REJECTED, id="the intents are refused"),
        pytest.param(4012, DeliveryReason.REJECTED, id="the version is refused"),
    ],
)
async def test_a_final_close_ends_it(desk: Desk, code: int, reason: DeliveryReason) -> None:
    gateway = make_gateway(desk, Handlers())
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    await desk.server.gateway.close(code)
    with pytest.raises(DeliveryError) as failure:
        await asyncio.wait_for(running, 5)
    assert failure.value.reason is reason
    assert desk.account.is_refused == (reason is DeliveryReason.TOKEN_REFUSED)


async def test_commands_that_could_not_be_registered_at_once_are_registered_later(desk: Desk) -> None:
    desk.server.faults.on("bulk_set_application_commands", "503 x2")
    handlers = Handlers()
    gateway = make_gateway(desk, handlers)
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    await (await desk.server.slash(desk.channel, "list")).answered()
    assert len(desk.server.sent("bulk_set_application_commands")) == 3
    await gateway.close()
    await running


async def test_commands_that_may_not_be_registered_are_reported_and_buttons_still_work(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.server.faults.on("bulk_set_application_commands", "error 50001")
    handlers = Handlers()
    gateway = make_gateway(desk, handlers)
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    message = desk.server.world.new_message(desk.channel["id"], {}, [])
    await (await desk.server.press(desk.channel, message, "tocsin:why:a1b2")).answered()
    assert "scope applications.commands" in caplog.text
    await gateway.close()
    await running


async def test_closing_does_not_wait_for_an_answer_that_never_comes(live: Live) -> None:
    never = asyncio.Event()

    async def stuck() -> Reply:
        await never.wait()
        return reply("never")

    live.handlers.answer = stuck
    asked = await live.desk.server.slash(live.desk.channel, "topics")
    await asked.until(lambda each: each.is_deferred)
    async with asyncio.timeout(3):
        await live.gateway.close()
        await live.running
    assert asked.edits == []
    assert not await live.gateway.is_connected()


async def test_closing_takes_seconds_even_when_the_other_side_is_silent(live: Live) -> None:
    live.desk.server.gateway.fall_silent()
    async with asyncio.timeout(3):
        await live.gateway.close()
        await live.running
    assert not await live.gateway.is_connected()
    live.desk.server.gateway.cut()


async def test_cancelling_ends_it_as_well(desk: Desk) -> None:
    gateway = make_gateway(desk, Handlers())
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not await gateway.is_connected()


async def test_no_token_shows_in_any_log_line(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = make_gateway(desk, Handlers())
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    await desk.messenger.post(desk.place, alert(), key="d-1")
    await gateway.close()
    await running
    assert desk.server.token not in caplog.text
