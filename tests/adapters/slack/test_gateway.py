"""Commands and buttons over a real websocket to the fake Slack, and the life of the connection."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.commands.spec import Role
from bot.errors import DeliveryError, DeliveryReason
from bot.message import Button, Message, MessageKind, Paragraph, Reply, Text
from bot.ports import Place
from tests.adapters.slack.desk import Desk, answers, make_gateway, reply, running
from tests.fakes.slack import (
    CHANNEL,
    PLACE,
    FakeSlack,
    accept,
    error,
    hang,
    http_status,
    make_messenger,
    throttle,
)


async def test_a_command_is_acknowledged_and_answered_for_the_asker_only(server: FakeSlack, desk: Desk) -> None:
    async with running(make_gateway(server, desk)):
        await server.acked(await server.send("slash_commands", server.command("latest us-forces-europe")))
        (answer,) = await answers(server)
    assert answer["response_type"] == "ephemeral"
    assert answer["replace_original"] is False
    assert answer["text"] == "Done."
    ((caller, words),) = desk.asked
    assert words == "latest us-forces-europe"
    assert (caller.place, caller.user, caller.user_name) == (PLACE, "U0ANA", "ana")


async def test_the_ack_does_not_wait_for_a_slow_handler(server: FakeSlack, desk: Desk) -> None:
    desk.gate.clear()
    async with running(make_gateway(server, desk)):
        started = asyncio.get_running_loop().time()
        await server.acked(await server.send("slash_commands", server.command("list")))
        assert asyncio.get_running_loop().time() - started < 3
        assert server.answers == []
        desk.gate.set()
        await answers(server)


async def test_the_ack_does_not_wait_for_a_slack_that_hangs(server: FakeSlack, desk: Desk) -> None:
    gateway = make_gateway(server, desk)
    async with running(gateway):
        await server.wait_for(lambda: server.sockets)
        for method in ("auth.test", "users.info", "conversations.info"):
            server.always(method, hang())
        await server.acked(await server.send("slash_commands", server.command("list")))
        await server.wait_for(lambda: server.called("users.info"))
        assert desk.asked == []  # the role is not known yet: Slack has not answered
        await server.stop()


async def test_the_visible_line_comes_after_the_answer(server: FakeSlack, desk: Desk) -> None:
    desk.answer = reply("Subscribed.", announce=reply("@ana subscribed this channel.").message)
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("subscribe us-forces-europe"))
        private, public = await answers(server, 2)
    assert (private["response_type"], private["text"]) == ("ephemeral", "Subscribed.")
    assert (public["response_type"], public["text"]) == ("in_channel", "@ana subscribed this channel.")


async def test_a_shared_reply_is_visible(server: FakeSlack, desk: Desk) -> None:
    desk.answer = reply("Shared.", ephemeral=False)
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("latest share:true"))
        (answer,) = await answers(server)
    assert answer["response_type"] == "in_channel"


async def test_curly_quotes_of_phones_arrive_straight(server: FakeSlack, desk: Desk) -> None:
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command(" search “UN mandate” "))
        await answers(server)
    assert desk.asked[0][1] == 'search "UN mandate"'


async def test_a_payload_delivered_three_times_is_handled_once(server: FakeSlack, desk: Desk) -> None:
    payload = server.command("subscribe us-forces-europe")
    async with running(make_gateway(server, desk)):
        for attempt in range(3):
            await server.acked(await server.send("slash_commands", payload, attempt=attempt))
        await server.acked(await server.send("slash_commands", server.command("list")))
        await answers(server, 2)
    assert [words for _, words in desk.asked] == ["subscribe us-forces-europe", "list"]


async def test_a_payload_that_an_earlier_process_handled_is_acknowledged_only(server: FakeSlack, desk: Desk) -> None:
    known: set[str] = set()

    async def first_time(key: str) -> bool:
        is_new = key not in known
        known.add(key)
        return is_new

    payload = server.command("subscribe us-forces-europe")
    for _ in range(2):
        async with running(make_gateway(server, desk, first_time=first_time)):
            await server.acked(await server.send("slash_commands", payload))
            await server.acked(await server.send("slash_commands", server.command("list")))
    assert [words for _, words in desk.asked].count("subscribe us-forces-europe") == 1
    assert all(key.startswith("slack:") for key in known)


async def test_a_button_of_an_alert_reaches_its_handler(server: FakeSlack, desk: Desk) -> None:
    messenger = make_messenger(server)
    buttons = (Button(action="why", label="Why", value="d1"), Button(action="snooze", label="Snooze", value="d1:1d"))
    message = Message(kind=MessageKind.ALERT, heading="NEW", fallback="x", buttons=buttons)
    await messenger.post(PLACE, message, key="d1")
    await messenger.close()
    (stored,) = server.messages()
    second = stored["blocks"][-1]["elements"][1]
    async with running(make_gateway(server, desk)):
        payload = server.press(second["action_id"], second["value"], message=stored)
        for attempt in range(2):
            await server.acked(await server.send("interactive", payload, attempt=attempt))
        (answer,) = await answers(server)
    ((caller, action, value),) = desk.pressed
    assert (action, value, caller.place, caller.user_name) == ("snooze", "d1:1d", PLACE, "ana")
    assert answer["response_type"] == "ephemeral"
    assert "thread_ts" not in answer


async def test_a_press_in_a_thread_is_answered_there(server: FakeSlack, desk: Desk) -> None:
    async with running(make_gateway(server, desk)):
        payload = server.press("tocsin:why#0", "d1", message={"ts": "2.0", "thread_ts": "1.0"})
        await server.send("interactive", payload)
        (answer,) = await answers(server)
    assert answer["thread_ts"] == "1.0"


async def test_a_fault_of_ours_is_told_and_logged(
    server: FakeSlack, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.fails = True
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("list"))
        (answer,) = await answers(server)
    assert "a fault in Tocsin" in answer["text"]
    assert "boom" in caplog.text


async def test_a_long_answer_keeps_to_five_uses_and_says_what_is_left_out(server: FakeSlack, desk: Desk) -> None:
    blocks = tuple(Paragraph((Text(f"{number}: " + "word " * 500),)) for number in range(40))
    message = Message(kind=MessageKind.REPLY, heading="", fallback="Long.", blocks=blocks)
    desk.answer = Reply(message=message, announce=reply("@ana did it.").message)
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("search x"))
        all_answers = await answers(server, 5)
    assert len(all_answers) == 5
    assert "further parts are left out" in str(all_answers[3]["blocks"][-1])
    assert all_answers[4]["text"] == "@ana did it."


async def test_an_expired_response_url_is_counted(server: FakeSlack, desk: Desk) -> None:
    server.answer_status.append(404)
    gateway = make_gateway(server, desk)
    async with running(gateway):
        await server.send("slash_commands", server.command("list"))
        await server.send("slash_commands", server.command("list"))
        await answers(server)
    assert gateway.lost_answers == 1


@pytest.mark.parametrize(
    ("user", "creator", "role"),
    [
        pytest.param({"is_admin": True}, "U0OTHER", Role.ADMIN, id="a workspace admin"),
        pytest.param({"is_owner": True}, "U0OTHER", Role.ADMIN, id="a workspace owner"),
        pytest.param({}, "U0ANA", Role.EDITOR, id="the channel's creator"),
        pytest.param({}, "U0OTHER", Role.READER, id="anyone else"),
        pytest.param({"is_restricted": True}, "U0ANA", Role.READER, id="a guest, even as creator"),
        pytest.param({"is_admin": True, "team_id": "T0WORK"}, "U0OTHER", Role.ADMIN, id="an admin of this workspace"),
        pytest.param({"is_admin": True, "team_id": "T0ELSE"}, "U0ANA", Role.READER, id="an admin of another company"),
        pytest.param({"is_owner": True, "is_stranger": True}, "U0ANA", Role.READER, id="a stranger"),
        pytest.param(
            {"is_admin": True, "team_id": "E0ORG", "enterprise_user": {"teams": ["T0WORK"]}},
            "U0OTHER",
            Role.ADMIN,
            id="an admin of this workspace in an organisation",
        ),
    ],
)
async def test_roles(server: FakeSlack, desk: Desk, user: dict[str, bool], creator: str, role: Role) -> None:
    server.workspace.users["U0ANA"] = user
    server.channel(CHANNEL).creator = creator
    async with running(make_gateway(server, desk)):
        for _ in range(2):
            await server.send("slash_commands", server.command("list"))
        await answers(server, 2)
    assert {caller.role for caller, _ in desk.asked} == {role.value}
    assert len(server.called("users.info")) <= 2


async def test_roles_fail_closed(server: FakeSlack, desk: Desk) -> None:
    server.workspace.users["U0ANA"] = {"is_admin": True}
    server.next("users.info", error("missing_scope"))
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("list"))
        await answers(server)
    assert desk.asked[0][0].role == "reader"


async def test_another_mapping_of_roles_can_be_given(server: FakeSlack, desk: Desk) -> None:
    async def everyone_edits(place: Place, user: str) -> Role:
        return Role.EDITOR

    async with running(make_gateway(server, desk, role_of=everyone_edits)):
        await server.send("slash_commands", server.command("list"))
        await answers(server)
    assert desk.asked[0][0].role == "editor"
    assert server.called("users.info") == []


@pytest.mark.parametrize(
    ("options", "method", "named"),
    [
        pytest.param({"bot_token": "xoxb-canary-old"}, "auth.test", "TOCSIN_SLACK_BOT_TOKEN", id="the bot token"),
        pytest.param(
            {"app_token": "xapp-canary-old"}, "apps.connections.open", "TOCSIN_SLACK_APP_TOKEN", id="the app token"
        ),
    ],
)
async def test_a_refused_token_ends_in_one_sentence_after_one_failing_call(
    server: FakeSlack,
    desk: Desk,
    options: dict[str, str],
    method: str,
    named: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = make_gateway(server, desk, **options)
    with pytest.raises(DeliveryError) as caught:
        await asyncio.wait_for(gateway.run(), 30)
    assert caught.value.reason is DeliveryReason.TOKEN_REFUSED
    assert named in str(caught.value)
    assert len(server.called(method)) == 1
    assert "\n" not in str(caught.value)
    assert "canary" not in str(caught.value) + caplog.text
    assert "Traceback" not in caplog.text


async def test_a_token_revoked_later_ends_the_run_after_one_failing_call(server: FakeSlack, desk: Desk) -> None:
    gateway = make_gateway(server, desk)
    task = asyncio.create_task(gateway.run())
    await server.wait_for(lambda: server.sockets)
    server.always("apps.connections.open", error("token_revoked"))
    await server.refresh()
    with pytest.raises(DeliveryError) as caught:
        await asyncio.wait_for(task, 30)
    assert caught.value.reason is DeliveryReason.TOKEN_REFUSED
    assert len(server.called("apps.connections.open")) == 2


async def test_slack_down_at_the_start_is_waited_for(server: FakeSlack, desk: Desk) -> None:
    server.next("auth.test", http_status(503), throttle(0.1))
    server.next("apps.connections.open", http_status(503), accept())
    gateway = make_gateway(server, desk)
    async with running(gateway):
        await server.send("slash_commands", server.command("list"))
        await answers(server)
    assert [words for _, words in desk.asked] == ["list"]
    assert (len(server.called("auth.test")), len(server.called("apps.connections.open"))) == (3, 2)
    assert gateway.reconnects == 2


@pytest.mark.parametrize("how", ["refresh", "cut"])
async def test_commands_arrive_again_after_a_lost_connection(server: FakeSlack, desk: Desk, how: str) -> None:
    gateway = make_gateway(server, desk)
    async with running(gateway):
        await server.wait_for(lambda: server.sockets)
        first = server.sockets[0]
        await (server.refresh() if how == "refresh" else server.cut())
        await server.wait_for(lambda: server.connections == 2 and first not in server.sockets)
        await server.send("slash_commands", server.command("list"))
        await answers(server)
        assert await gateway.is_connected()
    assert not await gateway.is_connected()


async def test_an_address_that_no_longer_works_is_replaced(server: FakeSlack, desk: Desk) -> None:
    server.handshake_status.extend([500] * 3)
    gateway = make_gateway(server, desk, down_limit=0.5)
    async with running(gateway):
        await server.send("slash_commands", server.command("list"))
        await answers(server)
    assert len(server.called("apps.connections.open")) >= 2


async def test_the_proxy_of_the_environment_is_not_used(
    server: FakeSlack, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # where nobody listens
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("list"))
        (answer,) = await answers(server)
    assert answer["text"] == "Done."
    assert {call.method for call in server.calls} >= {"auth.test", "apps.connections.open", "users.info"}


async def test_closing_lets_a_running_answer_end(server: FakeSlack, desk: Desk) -> None:
    desk.gate.clear()
    gateway = make_gateway(server, desk)
    async with running(gateway):
        await server.acked(await server.send("slash_commands", server.command("list")))
        await server.wait_for(lambda: desk.asked or server.called("users.info"))
        closing = asyncio.create_task(gateway.close())
        desk.gate.set()
        await closing
    assert len(server.answers) == 1


async def test_a_cancelled_run_leaves_nothing_behind(server: FakeSlack, desk: Desk) -> None:
    desk.gate.clear()
    before = asyncio.all_tasks()
    gateway = make_gateway(server, desk, patience=0.05)
    task = asyncio.create_task(gateway.run())
    await server.send("slash_commands", server.command("list"))
    await server.wait_for(lambda: server.called("users.info"))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await server.wait_for(lambda: not server.sockets)
    left = [
        str(each) for each in asyncio.all_tasks() - before if "adapters/slack" in str(each) or "slack_sdk" in str(each)
    ]
    assert left == []


async def test_a_gateway_that_is_closed_first_does_not_connect(server: FakeSlack, desk: Desk) -> None:
    gateway = make_gateway(server, desk)
    await gateway.close()
    await gateway.run()
    assert server.calls == []
