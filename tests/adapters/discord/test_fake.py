"""The fake itself: it must refuse what Discord refuses, or the tests that use it prove nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.discord import contract
from tests.fakes.discord.faults import Faults, parse
from tests.shared import shared_path

EMBED = {"title": "x", "description": "y", "type": "rich"}

TOPIC = {"type": 18, "label": "Topic", "component": {"type": 4, "custom_id": "to", "style": 1, "required": True}}
MODAL = {"title": "Subscribe", "custom_id": "tocsin-form:subscribe", "components": [TOPIC]}


@pytest.mark.parametrize(
    ("operation", "body", "fault"),
    [
        pytest.param("create_message", {"content": "x", "contnet": "y"}, "contnet: unknown key", id="unknown key"),
        pytest.param(
            "create_message",
            {"embeds": [{**EMBED, "colour": 1}]},
            "embeds[].colour: unknown key",
            id="unknown deep key",
        ),
        pytest.param("create_message", {"embeds": [{"title": 5}]}, "embeds", id="a number for a text"),
        pytest.param("create_message", {"embeds": [{"title": "x" * 300}]}, "embeds", id="too long a title"),
        pytest.param("create_message", {"nonce": "n" * 26, "content": "x"}, "nonce", id="too long a nonce"),
        pytest.param("create_thread_from_message", {}, "name", id="a thread without a name"),
        pytest.param("create_interaction_response", {"type": 99}, "", id="an unknown callback"),
        pytest.param("bulk_set_application_commands", [{"name": "x" * 40}], "name", id="too long a command"),
        pytest.param(
            "create_interaction_response",
            {"type": 9, "data": {**MODAL, "tilte": "y"}},
            "data.tilte: unknown key",
            id="an unknown key in a modal",
        ),
        pytest.param(
            "create_interaction_response", {"type": 9, "data": {**MODAL, "title": "x" * 46}}, "", id="too long a title"
        ),
    ],
)
def test_the_document_catches(operation: str, body: Any, fault: str) -> None:
    shared_path(contract.SPEC)
    found = contract.violations(operation, body)
    assert found
    assert fault in "\n".join(found)


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        pytest.param("create_message", {"content": "x", "tts": False, "nonce": "1", "enforce_nonce": True}, id="plain"),
        pytest.param("create_message", {"embeds": [{**EMBED, "flags": 0}]}, id="what discord.py adds to embeds"),
        pytest.param("create_interaction_response", {"type": 5, "data": {"flags": 64}}, id="a deferral"),
        pytest.param("update_channel", {"archived": False}, id="unarchiving"),
        pytest.param("create_interaction_response", {"type": 9, "data": MODAL}, id="a modal"),
    ],
)
def test_the_document_lets_pass(operation: str, body: Any) -> None:
    assert contract.violations(operation, body) == []


def test_faults_come_in_order_and_then_stop() -> None:
    faults = Faults()
    faults.on("create_message", "ok", "503 x2")
    taken = [faults.take("create_message") for _ in range(4)]
    assert [fault.status if fault else None for fault in taken] == [None, 503, 503, None]
    assert faults.take("update_message") is None


@pytest.mark.parametrize("phrase", ["", "accept", "oops", "error", "429 soon", "error 50013 please", "99"])
def test_an_unknown_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        parse(phrase)
