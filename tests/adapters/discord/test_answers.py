"""Commands, buttons and suggestions, and what the user sees of them, over a real websocket to the fake."""

from __future__ import annotations

import asyncio

import pytest

from adapters.discord.gateway import DiscordGateway
from adapters.discord.messenger import DiscordMessenger
from bot.commands.spec import CommandSpec, Option
from bot.errors import DeliveryError
from bot.message import Message, MessageKind, Reply, Table
from tests.adapters.discord.desk import Desk
from tests.adapters.discord.live import Handlers, Live, reply
from tests.adapters.discord.samples import alert, list_reply
from tests.fakes.discord.interactions import ADMINISTRATOR, MANAGE_CHANNELS, MANAGE_GUILD
from tests.fakes.discord.world import THREAD


async def test_options_reach_the_handler_in_the_shared_grammar(live: Live) -> None:
    asked = await live.desk.server.slash(live.desk.channel, "subscribe", to='grain "corridor" north', severity="urgent")
    await asked.answered()
    (_, text) = live.handlers.asked[0]
    assert text == r'subscribe to:"grain \"corridor\" north" severity:urgent'


async def test_a_number_is_offered_as_one_and_an_option_may_be_called_from(live: Live) -> None:
    await (await live.desk.server.slash(live.desk.channel, "unsubscribe", from_="grain-corridor")).answered()
    await (await live.desk.server.slash(live.desk.channel, "latest", count="3")).answered()
    assert [text for _, text in live.handlers.asked] == ["unsubscribe from:grain-corridor", "latest count:3"]


async def test_an_attached_file_reaches_the_handler_unread_and_can_be_read(live: Live) -> None:
    file = {"file": ("mandates.yaml", b"version: 1\n")}
    asked = await live.desk.server.slash(live.desk.channel, "rules apply", attached=file, permissions=ADMINISTRATOR)
    await asked.answered()
    ((caller, text),) = live.handlers.asked
    (attached,) = caller.files
    assert (text, attached.name, attached.size) == ("rules apply", "mandates.yaml", 11)
    assert await attached.read() == b"version: 1\n"
    live.desk.server.uploads.clear()
    with pytest.raises(DeliveryError, match="Discord did not give the file"):
        await attached.read()


async def test_a_command_is_deferred_privately_and_answered_by_an_edit(live: Live) -> None:
    live.handlers.returns(Reply(message=list_reply()))
    asked = await (await live.desk.server.slash(live.desk.channel, "list")).answered()
    assert asked.acknowledgements[0]["type"] == 5
    assert asked.is_ephemeral
    assert "allied-forces-north" in asked.shown
    assert asked.follow_ups == []


async def test_a_change_leaves_one_visible_line_under_a_nonce(live: Live) -> None:
    live.handlers.returns(reply("Subscribed.", announce="ana subscribed this channel to Grain corridor"))
    asked = await live.desk.server.slash(live.desk.channel, "subscribe", to="grain-corridor")
    await asked.answered()
    await live.gateway.close()
    (line,) = live.desk.server.messages(live.desk.channel["id"])
    assert "ana subscribed" in line["content"]
    assert line["nonce"] == f"i{asked.id}"


async def test_the_visible_line_comes_as_a_follow_up_where_the_bot_may_not_post(live: Live) -> None:
    live.handlers.returns(reply("Subscribed.", announce="ana subscribed this channel"))
    live.desk.server.faults.on("create_message", "error 50013")
    asked = await live.desk.server.slash(live.desk.channel, "subscribe", to="grain-corridor")
    await asked.until(lambda each: each.follow_ups)
    assert live.desk.server.messages(live.desk.channel["id"]) == []
    assert not asked.follow_ups[0]["flags"] & 64


async def test_an_answer_that_turns_out_public_is_shown_to_all_and_the_asker_is_told(live: Live) -> None:
    live.handlers.returns(Reply(message=alert(), ephemeral=False))
    asked = await live.desk.server.slash(live.desk.channel, "topics")
    await asked.until(lambda each: each.follow_ups)
    assert "in the channel" in asked.shown
    assert asked.follow_ups[0]["components"]
    assert not asked.follow_ups[0]["flags"] & 64


async def test_a_long_answer_goes_on_in_private_follow_ups(live: Live) -> None:
    rows = tuple((f"topic-{number}", "x" * 30) for number in range(150))
    table = Table(("Topic", "Note"), rows)
    message = Message(kind=MessageKind.REPLY, heading="Topics", fallback="150 topics", blocks=(table,))
    live.handlers.returns(Reply(message=message))
    asked = await live.desk.server.slash(live.desk.channel, "topics")
    await asked.until(lambda each: len(each.follow_ups) >= 1)
    shown = asked.shown + "".join(each["embeds"][0]["description"] for each in asked.follow_ups)
    await live.gateway.close()
    shown = asked.shown + "".join(each["embeds"][0]["description"] for each in asked.follow_ups)
    assert all(f"topic-{number} " in shown for number in range(150))
    assert all(each["flags"] & 64 for each in asked.follow_ups)


@pytest.mark.parametrize(
    ("permissions", "role"),
    [
        pytest.param(0, "reader", id="no permission reads"),
        pytest.param(MANAGE_CHANNELS, "editor", id="who manages the channel edits"),
        pytest.param(MANAGE_GUILD, "admin", id="who manages the server administers"),
        pytest.param(ADMINISTRATOR, "admin", id="an administrator administers"),
    ],
)
async def test_permissions_in_the_channel_give_the_role(live: Live, permissions: int, role: str) -> None:
    asked = await live.desk.server.slash(live.desk.channel, "list", permissions=permissions, user="ben")
    await asked.answered()
    (caller, _) = live.handlers.asked[0]
    assert (caller.role, caller.user_name) == (role, "Ben")
    assert caller.place == live.desk.place


async def test_a_command_in_a_thread_is_about_its_channel(live: Live) -> None:
    thread = live.desk.server.world.add_thread(live.desk.channel, live.desk.server.world.snowflake(), "story", 60)
    assert thread["type"] == THREAD
    await (await live.desk.server.slash(thread, "list")).answered()
    assert live.handlers.asked[0][0].place == live.desk.place


async def test_suggestions_are_asked_for_and_capped(live: Live) -> None:
    live.handlers.suggestions = [f"topic-{number}" for number in range(40)] + ["x" * 200]
    asked = await live.desk.server.complete(live.desk.channel, "subscribe", "to", "gra")
    assert asked.choices == [f"topic-{number}" for number in range(25)]
    assert live.handlers.completing == [("subscribe", "to", "gra")]


async def test_a_button_works_on_a_message_of_an_earlier_process(live: Live) -> None:
    account = live.desk.another_account()
    posted = await DiscordMessenger(account).post(live.desk.place, alert(), key="d-1")
    await account.close()
    message = live.desk.server.world.message(live.desk.channel["id"], posted.message)
    pressed = await live.desk.server.press(live.desk.channel, message, "tocsin:why:a1b2", permissions=MANAGE_CHANNELS)
    await pressed.answered()
    (caller, action, value) = live.handlers.pressed[0]
    assert (caller.role, action, value) == ("editor", "why", "a1b2")
    assert pressed.is_ephemeral
    assert pressed.shown == "pressed: why"


async def test_a_button_of_somebody_else_is_left_alone(live: Live) -> None:
    message = live.desk.server.world.new_message(live.desk.channel["id"], {}, [])
    pressed = await live.desk.server.press(live.desk.channel, message, "other:why:a1b2")
    await (await live.desk.server.slash(live.desk.channel, "list")).answered()
    assert pressed.acknowledgements == []


async def test_the_same_interaction_three_times_is_handled_once(live: Live) -> None:
    asked = await live.desk.server.slash(live.desk.channel, "subscribe", to="grain-corridor")
    for _ in range(2):
        await live.desk.server.repeat(asked)
    await asked.answered()
    await (await live.desk.server.slash(live.desk.channel, "list")).answered()
    assert [text for _, text in live.handlers.asked] == ["subscribe to:grain-corridor", "list"]
    assert len(asked.acknowledgements) == 1


async def test_a_slow_handler_is_acknowledged_first(live: Live) -> None:
    gate = asyncio.Event()

    async def slow() -> Reply:
        await gate.wait()
        return reply("done")

    live.handlers.answer = slow
    asked = await live.desk.server.slash(live.desk.channel, "topics")
    await asked.until(lambda each: each.is_deferred)
    assert asked.edits == []
    gate.set()
    await asked.answered()


async def test_a_fault_of_ours_is_said_in_one_sentence_and_logged(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> Reply:
        raise ZeroDivisionError("secret detail")

    live.handlers.answer = broken
    asked = await (await live.desk.server.slash(live.desk.channel, "topics")).answered()
    assert asked.shown == "That did not work: a fault in Tocsin. The operator's log has the details."
    assert "secret detail" in caplog.text


async def test_a_command_of_an_older_version_is_answered(live: Live) -> None:
    server = live.desk.server
    server.world.commands[0]["options"].append({"type": 1, "name": "bygone", "options": []})
    asked = await (await server.slash(live.desk.channel, "bygone")).answered()
    assert "old list of commands" in asked.shown
    assert live.handlers.asked == []


async def test_an_answer_that_discord_does_not_take_is_counted(live: Live) -> None:
    live.desk.server.faults.on("create_interaction_response", "error 10062")
    await live.desk.server.slash(live.desk.channel, "topics")
    await (await live.desk.server.slash(live.desk.channel, "list")).answered()
    assert live.gateway.lost_answers == 1
    assert [text for _, text in live.handlers.asked] == ["list"]


async def test_an_answer_refused_for_its_form_is_shown_as_plain_text(live: Live) -> None:
    live.handlers.returns(Reply(message=list_reply()))
    live.desk.server.faults.on("update_original_webhook_message", "error 50035")
    asked = await (await live.desk.server.slash(live.desk.channel, "list")).answered()
    assert "2 subscriptions" in asked.shown


async def test_commands_of_two_words_become_a_subgroup(desk: Desk) -> None:
    handlers = Handlers()
    table = (
        CommandSpec(name="rules list", description="All rules"),
        CommandSpec(
            name="rules test", description="Run tests", options=(Option(name="rule", description="Only this one"),)
        ),
    )
    gateway = DiscordGateway(
        desk.account,
        on_command=handlers.on_command,
        on_button=handlers.on_button,
        complete=handlers.complete,
        commands=table,
    )
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    await (await desk.server.slash(desk.channel, "rules test", rule="a")).answered()
    assert handlers.asked[0][1] == "rules test rule:a"
    await gateway.close()
    await running


async def test_the_menu_of_a_message_explains_it_once_the_command_exists(desk: Desk) -> None:
    handlers = Handlers()
    option = Option(name="alert", description="Link of the alert", positional=True)
    table = (CommandSpec(name="why", description="Why it rang", options=(option,)),)
    gateway = DiscordGateway(
        desk.account,
        on_command=handlers.on_command,
        on_button=handlers.on_button,
        complete=handlers.complete,
        commands=table,
    )
    running = asyncio.create_task(gateway.run())
    await desk.server.gateway.ready()
    posted = await desk.messenger.post(desk.place, alert(), key="d-1")
    message = desk.server.world.message(desk.channel["id"], posted.message)
    await (await desk.server.choose(desk.channel, message, "Explain with Tocsin")).answered()
    assert handlers.asked[0][1] == f'why alert:"{posted.link}"'
    await gateway.close()
    await running
