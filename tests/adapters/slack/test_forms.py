"""Forms as modals over a real websocket: opened by words and buttons, submitted, answered where they were asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.modals import HINT, OPTION, TITLE
from bot.message import Button, Message, MessageKind, Paragraph, Text
from bot.ports import Form, FormField
from tests.adapters.slack.desk import FORM, Desk, answers, make_gateway, reply, running
from tests.fakes.slack import CHANNEL, PLACE, FakeSlack, error, http_status, make_messenger

ACTION = "tocsin:form#0"


def shown(view: dict[str, Any]) -> str:
    return str([block.get("elements", block.get("text")) for block in view["blocks"]])


async def test_the_words_of_a_form_open_it_filled_in(server: FakeSlack, desk: Desk) -> None:
    async with running(make_gateway(server, desk)):
        await server.acked(await server.send("slash_commands", server.command("subscribe")))
        view = await server.opened()
    assert desk.asked == []
    assert view["title"]["text"] == "Subscribe this channel…"
    topic, threads, _, notes = (block["element"] for block in view["blocks"])
    assert [(one["text"]["text"], one["value"]) for one in topic["options"]] == [
        ("Grain corridor", "grain-corridor"),
        ("Bases in Germany", "bases-germany"),
    ]
    assert threads["initial_option"]["value"] == "edit"
    assert notes["initial_value"] == "first line\nsecond line"
    assert [block["optional"] for block in view["blocks"]] == [False, True, True, True]


async def test_what_is_filled_in_reaches_the_application_once_and_is_answered_where_it_was_asked(
    server: FakeSlack, desk: Desk
) -> None:
    desk.answer = reply("Subscribed.", announce=reply("ana subscribed this channel").message)
    async with running(make_gateway(server, desk)):
        command = server.command("subscribe")
        await server.send("slash_commands", command)
        filled = server.submission(await server.opened(), to="grain-corridor", filter="Odesa")
        first = await server.acked(await server.send("interactive", filled))
        await server.acked(await server.send("interactive", filled, attempt=1))
        await answers(server, 2)
    ((caller, words, values),) = desk.submitted
    assert (caller.place, caller.user, words) == (PLACE, "U0ANA", "subscribe")
    assert values == {
        "to": "grain-corridor",
        "threads": "edit",
        "filter": "Odesa",
        "notes": "first line\nsecond line",
    }
    assert "payload" not in first  # an empty acknowledgement closes the modal
    assert [(each["text"], each["response_type"]) for each in server.answers] == [
        ("Subscribed.", "ephemeral"),
        ("ana subscribed this channel", "in_channel"),
    ]
    assert {each["to"] for each in server.answers} == {command["response_url"].rpartition("/")[2]}


async def test_the_ack_of_a_form_does_not_wait_for_the_command(server: FakeSlack, desk: Desk) -> None:
    desk.gate.clear()
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("subscribe"))
        filled = server.submission(await server.opened(), to="grain-corridor")
        await server.acked(await server.send("interactive", filled))
        assert server.answers == []
        desk.gate.set()
        await answers(server)


async def test_a_form_filled_in_after_the_address_is_spent_is_answered_in_the_channel(
    server: FakeSlack, desk: Desk
) -> None:
    desk.answer = reply("Subscribed.", announce=reply("ana subscribed this channel").message)
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("subscribe"))
        view = await server.opened()
        server.answer_status.extend([404, 404])
        await server.send("interactive", server.submission(view, to="grain-corridor"))
        await server.wait_for(lambda: server.messages())
    (whisper,) = server.workspace.whispers
    assert (whisper["user"], whisper["channel"], whisper["text"]) == ("U0ANA", CHANNEL, "Subscribed.")
    assert [message["text"] for message in server.messages()] == ["ana subscribed this channel"]


async def test_a_form_that_slack_opens_no_more_is_answered_in_words(server: FakeSlack, desk: Desk) -> None:
    server.next("views.open", error("expired_trigger_id"))
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("subscribe"))
        await answers(server)
    assert [words for _, words in desk.asked] == ["subscribe"]


async def test_who_may_not_run_a_command_gets_its_answer_and_no_form(server: FakeSlack, desk: Desk) -> None:
    desk.form = None
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("subscribe"))
        await answers(server)
    assert server.called("views.open") == []
    assert [words for _, words in desk.asked] == ["subscribe"]


async def test_other_words_open_no_form(server: FakeSlack, desk: Desk) -> None:
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("subscribe grain-corridor"))
        await answers(server)
    assert desk.opened == []


async def test_a_button_of_a_message_of_any_age_opens_a_form(server: FakeSlack, desk: Desk) -> None:
    change = Message(
        kind=MessageKind.REPLY,
        heading="",
        fallback="Change?",
        blocks=(Paragraph((Text("Change?"),)),),
        buttons=(Button(action="form", label="Change", value="subscribe to:grain-corridor"),),
    )
    messenger = make_messenger(server)
    posted = await messenger.post(PLACE, change, key="d1")
    await messenger.close()
    (message,) = server.messages()
    assert message["ts"] == posted.message
    async with running(make_gateway(server, desk)):  # a process that never saw this message
        await server.send("interactive", server.press(ACTION, "subscribe to:grain-corridor", message=message))
        await server.opened()
    assert [words for _, words in desk.opened] == ["subscribe to:grain-corridor"]
    assert desk.pressed == []


async def test_a_form_that_a_button_cannot_open_runs_the_command(server: FakeSlack, desk: Desk) -> None:
    server.always("views.open", error("expired_trigger_id"))
    message = {"ts": "1.0", "text": "x", "blocks": []}
    async with running(make_gateway(server, desk)):
        await server.send("interactive", server.press(ACTION, "settings", message=message))
        await answers(server)
    assert [(action, value) for _, action, value in desk.pressed] == [("run", "settings")]


async def test_a_fault_behind_a_form_is_told_and_not_swallowed(server: FakeSlack, desk: Desk) -> None:
    desk.fails = True
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("subscribe"))
        await server.send("interactive", server.submission(await server.opened(), to="grain-corridor"))
        (answer,) = await answers(server)
    assert "a fault in Tocsin" in answer["text"]


async def test_the_role_is_asked_when_the_form_comes_back_not_when_it_was_opened(
    server: FakeSlack, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.roles.REMEMBERED", 0.0)
    server.workspace.users["U0ANA"] = {"is_admin": True}
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("subscribe"))
        view = await server.opened()
        server.workspace.users["U0ANA"] = {"is_restricted": True}
        await server.send("interactive", server.submission(view, to="grain-corridor"))
        await answers(server)
    assert (desk.opened[0][0].role, desk.submitted[0][0].role) == ("admin", "reader")


async def test_a_form_as_large_as_they_come_keeps_slacks_limits(server: FakeSlack, desk: Desk) -> None:
    wide = "Überlänge 🐉 " * 300
    fields = [
        FormField(name=f"f{number}", label=wide, hint=wide, value=wide, is_long=True, limit=9_000)
        for number in range(90)
    ]
    many = tuple((f"topic-{number}", wide) for number in range(100))
    fields.append(FormField(name="many", label="x", choices=many, value="topic-7"))
    fields.append(FormField(name="more", label="x", choices=(*many, ("one", "too many"))))
    desk.form = Form(command="subscribe", title=wide, submit=wide, fields=tuple(fields))
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("subscribe"))
        view = await server.opened()
    assert len(view["title"]["text"]) <= TITLE
    assert all(len(block["element"].get("placeholder", {"text": ""})["text"]) <= HINT for block in view["blocks"])
    chosen = view["blocks"][-2]["element"]
    assert all(len(option["text"]["text"]) <= OPTION for option in chosen["options"])
    assert view["blocks"][-1]["element"]["type"] == "plain_text_input"  # more choices than a menu takes


async def test_the_answer_to_a_form_without_a_channel_comes_into_the_modal(server: FakeSlack, desk: Desk) -> None:
    desk.form = replace(FORM, command="why")
    desk.answer = reply("It rang because …")
    async with running(make_gateway(server, desk)):
        await server.send("interactive", server.shortcut("tocsin_explain_any"))
        view = await server.opened()
        ack = await server.acked(await server.send("interactive", server.submission(view, to="grain-corridor")))
        await server.wait_for(lambda: "It rang because" in shown(server.workspace.views[view["id"]]))
    assert ack["payload"]["response_action"] == "update"
    assert "One moment" in shown(ack["payload"]["view"])
    ((caller, command, _),) = desk.submitted
    assert (caller.place.channel, command) == ("", "why")
    assert server.answers == []


async def test_a_button_in_a_modal_is_answered_in_it(server: FakeSlack, desk: Desk) -> None:
    desk.form = replace(FORM, command="why")
    async with running(make_gateway(server, desk)):
        await server.send("interactive", server.shortcut("tocsin_explain_any"))
        view = await server.opened()
        desk.answer = reply("The sources are …")
        await server.send("interactive", server.press_in_view("tocsin:run#0", "sources 4", view))
        await server.wait_for(lambda: "The sources" in shown(server.workspace.views[view["id"]]))
    assert [(action, value) for _, action, value in desk.pressed] == [("run", "sources 4")]


async def test_an_answer_that_no_modal_takes_is_counted(server: FakeSlack, desk: Desk) -> None:
    desk.form = replace(FORM, command="why")
    server.always("views.update", http_status(500))
    gateway = make_gateway(server, desk)
    async with running(gateway):
        await server.send("interactive", server.shortcut("tocsin_explain_any"))
        await server.send("interactive", server.submission(await server.opened(), to="grain-corridor"))
        await server.wait_for(lambda: server.called("views.update"))
    assert gateway.lost_answers == 1


@pytest.mark.parametrize("given", ["", "null", "[]", '["T0OTHER","C1","","http://127.0.0.1:9/x"]', "\u202e{"])
async def test_a_modal_with_foreign_metadata_answers_nowhere_but_in_itself(
    server: FakeSlack, desk: Desk, given: str
) -> None:
    async with running(make_gateway(server, desk)):
        await server.send("slash_commands", server.command("subscribe"))
        view = await server.opened()
        await server.send("interactive", server.submission(view | {"private_metadata": given}, to="grain-corridor"))
        await server.wait_for(lambda: server.called("views.update"))
    assert server.answers == []
    assert desk.submitted[0][0].place.channel == ""
