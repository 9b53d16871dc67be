"""The shortcut "Explain with Tocsin": on a message of ours, on somebody else's, and on none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.slack.desk import Desk, answers, make_gateway, running
from tests.fakes.slack import PLACE, FakeSlack
from tests.fakes.slack.workspace import BOT_ID

OURS = {"ts": "1700000000.000100", "bot_id": BOT_ID, "text": "NEW: <https://gazette.example/a|gazette.example>"}


@pytest.mark.parametrize(
    ("message", "words"),
    [
        pytest.param(OURS, 'why alert:"https://work.slack.com/archives/C0GENERAL/p1700000000000100"', id="our own"),
        pytest.param(
            {"ts": "1700000000.000200", "user": "U0BEN", "text": "see <https://herald.example/b?x=1&amp;y=2|this>!"},
            'why url:"https://herald.example/b?x=1&y=2"',
            id="somebody's with a link",
        ),
        pytest.param(
            {"ts": "1700000000.000300", "user": "U0BEN", "text": "no link, <@U0ANA> <!here>"},
            'why alert:"https://work.slack.com/archives/C0GENERAL/p1700000000000300"',
            id="somebody's without a link",
        ),
        pytest.param(
            {"ts": "1700000000.000400", "bot_id": "B0OTHER", "text": "<https://herald.example/c>"},
            'why url:"https://herald.example/c"',
            id="another bot's",
        ),
    ],
)
async def test_a_message_is_explained_to_the_one_who_asks(
    server: FakeSlack, desk: Desk, message: dict[str, Any], words: str
) -> None:
    async with running(make_gateway(server, desk)):
        asked = server.shortcut("tocsin_explain", message)
        await server.acked(await server.send("interactive", asked))
        await server.acked(await server.send("interactive", asked, attempt=1))
        (answer,) = await answers(server)
    ((caller, understood),) = desk.asked
    assert (caller.place, understood) == (PLACE, words)
    assert answer["response_type"] == "ephemeral"


async def test_an_answer_to_a_reply_goes_into_its_thread(server: FakeSlack, desk: Desk) -> None:
    message = OURS | {"thread_ts": "1699999999.000100"}
    async with running(make_gateway(server, desk)):
        await server.send("interactive", server.shortcut("tocsin_explain", message))
        (answer,) = await answers(server)
    assert answer["thread_ts"] == "1699999999.000100"


async def test_without_a_message_a_form_asks_what_to_explain(server: FakeSlack, desk: Desk) -> None:
    async with running(make_gateway(server, desk)):
        await server.acked(await server.send("interactive", server.shortcut("tocsin_explain_any")))
        await server.opened()
    assert [words for _, words in desk.opened] == ["why"]


async def test_a_shortcut_of_another_name_is_left_alone(server: FakeSlack, desk: Desk) -> None:
    async with running(make_gateway(server, desk)):
        await server.send("interactive", server.shortcut("somebody_elses", OURS))
        await server.send("slash_commands", server.command("list"))
        await answers(server)
    assert [words for _, words in desk.asked] == ["list"]
