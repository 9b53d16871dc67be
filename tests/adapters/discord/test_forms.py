"""Forms as modals over a real websocket: opened by commands and buttons, submitted, answered as commands are."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.message import Button, Message, MessageKind
from bot.ports import Form, FormField
from tests.adapters.discord.live import Live, make_gateway, reply
from tests.fakes.discord.interactions import MANAGE_CHANNELS, MODAL
from tests.fakes.discord.world import Json

FORM = Form(
    command="subscribe",
    title="Subscribe this channel to a topic and never miss it",
    submit="Subscribe",
    fields=(
        FormField(
            name="to",
            label="Topic",
            hint="What to follow",
            choices=(("grain-corridor", "Grain corridor"), ("allied-forces", "Allied forces")),
            required=True,
        ),
        FormField(name="threads", label="Threads", choices=(("thread", "thread"), ("edit", "edit")), value="edit"),
        FormField(name="filter", label="Filter"),
        FormField(name="notes", label="Notes", is_long=True, limit=9_000, value="first line\nsecond line"),
    ),
)


async def asked_for_a_form(live: Live, form: Form = FORM) -> Json:
    live.handlers.form = form
    asked = await live.desk.server.slash(live.desk.channel, "subscribe")
    await asked.until(lambda each: each.acknowledgements)
    return asked.modal


async def test_a_command_without_its_options_opens_a_form_filled_in(live: Live) -> None:
    modal = await asked_for_a_form(live)
    assert modal["title"] == "Subscribe this channel to a topic and never…"
    topic, threads, _, notes = (label["component"] for label in modal["components"])
    assert [(option["label"], option["value"]) for option in topic["options"]] == [
        ("Grain corridor", "grain-corridor"),
        ("Allied forces", "allied-forces"),
    ]
    assert [option["value"] for option in threads["options"] if option.get("default")] == ["edit"]
    assert notes["value"] == "first line\nsecond line"
    assert live.handlers.asked == []


async def test_what_is_filled_in_reaches_the_application_once_and_is_answered(live: Live) -> None:
    modal = await asked_for_a_form(live)
    live.handlers.returns(reply("Subscribed.", announce="ana subscribed this channel"))
    sent = await live.desk.server.submit(
        live.desk.channel, modal, permissions=MANAGE_CHANNELS, to="grain-corridor", filter="Odesa"
    )
    await live.desk.server.repeat(sent)
    await sent.answered()
    await live.desk.server.arrived("create_message")
    ((caller, command, values),) = live.handlers.submitted
    assert (caller.place, caller.role, command) == (live.desk.place, "editor", "subscribe")
    assert values == {
        "to": "grain-corridor",
        "threads": "edit",
        "filter": "Odesa",
        "notes": "first line\nsecond line",
    }
    assert (sent.is_ephemeral, sent.is_deferred, sent.shown) == (True, True, "Subscribed.")
    assert [each["content"] for each in live.desk.server.messages(live.desk.channel["id"])] == [
        "ana subscribed this channel"
    ]


async def test_a_form_may_be_submitted_to_a_process_that_never_showed_it(live: Live) -> None:
    modal = await asked_for_a_form(live)
    await live.gateway.close()
    await live.running
    account = live.desk.another_account()
    again = make_gateway(live.desk, live.handlers, account)
    running = asyncio.create_task(again.run())
    await live.desk.server.gateway.ready()
    await (await live.desk.server.submit(live.desk.channel, modal, to="allied-forces")).answered()
    await again.close()
    await running
    await account.close()
    assert live.handlers.submitted[0][2]["to"] == "allied-forces"


async def test_a_file_put_into_a_form_comes_with_the_caller(live: Live) -> None:
    file = FormField(name="file", label="Rule file", hint="One that ends in .yaml", is_file=True)
    modal = await asked_for_a_form(live, replace(FORM, command="rules apply", fields=(file,)))
    given = {"id": "9001", "filename": "bridges.yaml", "size": 12, "url": "https://cdn.discordapp.com/a/1/bridges.yaml"}
    given |= {"proxy_url": given["url"], "content_type": "text/plain"}
    await (await live.desk.server.submit(live.desk.channel, modal, file=given)).answered()
    ((caller, command, values),) = live.handlers.submitted
    assert (command, values) == ("rules apply", {})
    assert [(one.name, one.size) for one in caller.files] == [("bridges.yaml", 12)]


async def test_a_form_of_somebody_else_is_left_alone(live: Live) -> None:
    modal = await asked_for_a_form(live)
    await live.desk.server.submit(live.desk.channel, modal | {"custom_id": "another-bot"}, to="grain-corridor")
    await (await live.desk.server.slash(live.desk.channel, "list")).answered()
    assert live.handlers.submitted == []


async def test_who_may_not_run_the_command_gets_its_answer_and_no_form(live: Live) -> None:
    asked = await live.desk.server.slash(live.desk.channel, "subscribe")
    await asked.answered()
    assert asked.is_deferred
    assert [words for _, words in live.handlers.asked] == ["subscribe"]


async def test_a_form_that_takes_too_long_to_fill_in_is_answered_in_words(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.discord.answers.FORM_PATIENCE", 0.01)

    async def slowly(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(live.handlers, "open", slowly)
    asked = await live.desk.server.slash(live.desk.channel, "subscribe")
    await asked.answered()
    assert [words for _, words in live.handlers.asked] == ["subscribe"]


async def test_a_button_of_a_message_of_any_age_opens_a_form(live: Live) -> None:
    change = Message(
        kind=MessageKind.REPLY,
        heading="",
        fallback="Change?",
        buttons=(Button(action="form", label="Change", value="subscribe to:grain-corridor"),),
    )
    posted = await live.desk.messenger.post(live.desk.place, change, key="d-1")
    (message,) = live.desk.server.messages(live.desk.channel["id"])
    assert message["id"] == posted.message
    live.handlers.form = FORM
    custom_id = message["components"][0]["components"][0]["custom_id"]
    pressed = await live.desk.server.press(live.desk.channel, message, custom_id)
    await pressed.until(lambda each: each.acknowledgements)
    assert pressed.acknowledgements[0]["type"] == MODAL
    assert [words for _, words in live.handlers.opened] == ["subscribe to:grain-corridor"]


async def test_a_form_as_large_as_they_come_keeps_discords_limits(live: Live) -> None:
    wide = "Überlänge 🐉 " * 300
    many = tuple((f"topic-{number}", wide) for number in range(25))
    fields = (
        FormField(name="many", label=wide, hint=wide, choices=many, value="topic-7"),
        FormField(name="more", label="x", choices=(*many, ("one", "too many"))),
        *(FormField(name=f"f{n}", label=wide, hint=wide, value=wide * 3, is_long=True, limit=9_000) for n in range(9)),
    )
    modal = await asked_for_a_form(live, Form(command="subscribe", title=wide, submit=wide, fields=fields))
    assert [label["component"]["type"] for label in modal["components"]] == [3, 4, 4, 4, 4]
