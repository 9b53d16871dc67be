"""The fake is only worth something if it refuses what Slack would refuse."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from adapters.slack.client import web_client
from tests.fakes.slack import BOT_TOKEN, CHANNEL, fake_slack
from tests.fakes.slack.rules import limit_violations, response_violations, violations
from tests.fakes.slack.views import view_violations
from tests.shared import shared_path

Json = dict[str, Any]


def text(value: str, kind: str = "plain_text") -> Json:
    return {"type": kind, "text": value}


def button(**extra: Any) -> Json:
    return {"type": "button", "text": text("Why"), "action_id": "a", **extra}


def body(*blocks: Json, **extra: Any) -> Json:
    return {"channel": CHANNEL, "text": "x", "blocks": list(blocks), **extra}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


@pytest.mark.parametrize(
    "faulty",
    [
        pytest.param(body(text="x" * 4001), id="text too long"),
        pytest.param(body(*[{"type": "divider"}] * 51), id="51 blocks"),
        pytest.param(body({"type": "header", "text": text("x" * 151)}), id="header too long"),
        pytest.param(body({"type": "section", "text": text("x" * 3001)}), id="section too long"),
        pytest.param(body({"type": "section", "fields": [text("x")] * 11}), id="eleven fields"),
        pytest.param(body({"type": "section", "fields": [text("x" * 2001)]}), id="field too long"),
        pytest.param(body({"type": "section"}), id="empty section"),
        pytest.param(body({"type": "context", "elements": [text("x")] * 11}), id="eleven context elements"),
        pytest.param(body({"type": "context", "elements": []}), id="no context element"),
        pytest.param(body({"type": "context", "elements": [text(" ")]}), id="blank context"),
        pytest.param(
            body({"type": "actions", "elements": [button(action_id=str(n)) for n in range(26)]}), id="26 buttons"
        ),
        pytest.param(body({"type": "actions", "elements": [button(text=text("x" * 76))]}), id="button label too long"),
        pytest.param(body({"type": "actions", "elements": [button(value="x" * 2001)]}), id="button value too long"),
        pytest.param(body({"type": "actions", "elements": [button(), button()]}), id="an action id twice"),
        pytest.param(body({"type": "embed"}), id="unknown block"),
        pytest.param(body({"type": "rich_text", "elements": []}), id="empty rich text"),
        pytest.param(body(rich(text("", "text"))), id="empty rich text element"),
        pytest.param(body(rich({"type": "link", "url": "javascript:x", "text": "x"})), id="javascript link"),
        pytest.param(body(*[rich(text("x" * 2000, "text"))] * 6), id="too much text in all"),
    ],
)
def test_limits(faulty: Json) -> None:
    assert list(limit_violations(faulty))


@pytest.mark.parametrize(
    ("method", "faulty"),
    [
        pytest.param("chat.postMessage", {"text": "x"}, id="no channel"),
        pytest.param("chat.postMessage", body(unfurl=False), id="unknown key"),
        pytest.param("chat.postMessage", body(reply_broadcast=True), id="broadcast without a thread"),
        pytest.param("chat.postMessage", body(metadata={"event_payload": {}}), id="metadata without a type"),
        pytest.param("chat.postMessage", body({"type": "header", "text": text("x", "mrkdwn")}), id="mrkdwn header"),
        pytest.param(
            "chat.postMessage", body({"type": "actions", "elements": [button(style="loud")]}), id="unknown style"
        ),
        pytest.param(
            "chat.postMessage", body(rich({"type": "text", "text": "x", "style": {"loud": 1}})), id="rich style"
        ),
        pytest.param("chat.update", {"channel": CHANNEL, "text": "x"}, id="update without ts"),
        pytest.param("conversations.history", {"channel": CHANNEL, "limit": "many"}, id="limit as text"),
        pytest.param("chat.shout", {"channel": CHANNEL}, id="unknown method"),
    ],
)
def test_shapes(method: str, faulty: Json) -> None:
    shared_path("specs/slack-methods-from-types.schema.json")
    assert violations(method, faulty)


def test_a_lawful_post_is_lawful() -> None:
    assert violations("chat.postMessage", body({"type": "header", "text": text("x")}, rich(text("x", "text")))) == []


def test_response_urls_take_no_unknown_keys() -> None:
    assert response_violations({"text": "x", "channel": "C1"})


async def test_an_unlawful_request_fails_the_test_that_made_it() -> None:
    server = fake_slack()
    running = await server.__aenter__()
    client = web_client(BOT_TOKEN, running.api_url)
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await client.chat_postMessage(channel=CHANNEL, text="x", blocks=[{"type": "embed"}])
    with pytest.raises(AssertionError, match="requests that Slack would refuse"):
        await server.__aexit__(None, None, None)


FIELD = {"type": "input", "block_id": "to", "label": text("Topic"), "element": {"type": "plain_text_input"}}
MODAL = {"type": "modal", "title": text("Subscribe"), "submit": text("Go"), "blocks": [FIELD]}


def test_a_good_modal_passes() -> None:
    assert view_violations("views.open", {"trigger_id": "1", "view": MODAL}) == []


@pytest.mark.parametrize(
    "faulty",
    [
        pytest.param(MODAL | {"title": text("x" * 25)}, id="too long a title"),
        pytest.param(MODAL | {"private_metadata": "x" * 3001}, id="too much metadata"),
        pytest.param(MODAL | {"blocks": [FIELD | {"block_id": str(n)} for n in range(101)]}, id="101 blocks"),
        pytest.param(MODAL | {"blocks": [FIELD, FIELD]}, id="a block_id used twice"),
        pytest.param({key: value for key, value in MODAL.items() if key != "submit"}, id="inputs without a submit"),
        pytest.param(
            MODAL | {"blocks": [FIELD | {"element": {"type": "static_select", "options": []}}]}, id="no options"
        ),
    ],
)
def test_a_faulty_view_is_refused(faulty: Json) -> None:
    assert view_violations("views.open", {"trigger_id": "1", "view": faulty})


@pytest.mark.parametrize(
    ("method", "given"),
    [
        pytest.param("views.open", {"trigger_id": "1", "view": MODAL | {"tilte": "x"}}, id="in a view"),
        pytest.param(
            "views.open", {"trigger_id": "1", "view": MODAL | {"blocks": [FIELD | {"hnit": 1}]}}, id="in a block"
        ),
        pytest.param("views.publish", {"user_id": "U1", "view": MODAL | {"type": "home"}, "usr": 1}, id="beside it"),
    ],
)
def test_an_unknown_key_of_a_view_is_refused(method: str, given: Json) -> None:
    shared_path("specs/slack-methods-from-types.schema.json")
    assert view_violations(method, given)


@pytest.mark.parametrize("method", ["oauth.v2.access", "usergroups.users.list", "users.conversations"])
def test_an_unknown_key_of_a_method_that_is_checked_by_hand_is_refused(method: str) -> None:
    assert violations(method, {"uesr": "U1"})
