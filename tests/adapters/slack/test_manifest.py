"""The app manifest is valid, and asks for exactly what the code uses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from adapters.slack.bolt import COMMAND
from adapters.slack.events import EVENTS
from adapters.slack.listener import EXPLAIN_ANY, EXPLAIN_MESSAGE
from adapters.slack.oauth import SCOPES as OAUTH_SCOPES
from tests.shared import ROOT, shared_path

MANIFEST = Path(ROOT, "adapters", "slack", "manifest.yaml")

SCOPES = {
    "commands": "/tocsin",
    "chat:write": "chat.postMessage",
    "chat:write.public": "chat.postMessage",
    "channels:join": "conversations.join",
    "channels:read": "conversations.info",
    "groups:read": "conversations.info",
    "channels:history": "conversations.history",
    "groups:history": "conversations.replies",
    "metadata.message:read": "include_all_metadata",
    "files:write": "files_upload_v2",
    "files:read": "files.info",
    "users:read": "users.info",
    "usergroups:read": "usergroups.users.list",
    "im:write": "conversations.open",
    "im:history": "conversations.history",
}
"""What each scope is asked for."""


@pytest.fixture
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return loaded


def test_the_manifest_is_valid(manifest: dict[str, Any]) -> None:
    schema = json.loads(shared_path("specs/slack-manifest.schema.2.0.0.json").read_text(encoding="utf-8"))
    assert list(jsonschema.validators.validator_for(schema)(schema).iter_errors(manifest)) == []


def test_a_broken_manifest_is_not(manifest: dict[str, Any]) -> None:
    schema = json.loads(shared_path("specs/slack-manifest.schema.2.0.0.json").read_text(encoding="utf-8"))
    manifest["settings"]["socket_mode_enabled"] = "yes"
    assert list(jsonschema.validators.validator_for(schema)(schema).iter_errors(manifest))


def test_every_scope_has_a_use(manifest: dict[str, Any]) -> None:
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == set(SCOPES)


def test_the_command_is_the_one_that_is_listened_to(manifest: dict[str, Any]) -> None:
    assert [command["command"] for command in manifest["features"]["slash_commands"]] == [COMMAND]


def test_the_pages_of_installation_ask_for_the_same(manifest: dict[str, Any]) -> None:
    assert list(OAUTH_SCOPES) == manifest["oauth_config"]["scopes"]["bot"]


def test_the_events_and_shortcuts_are_those_that_are_listened_to(manifest: dict[str, Any]) -> None:
    assert sorted(manifest["settings"]["event_subscriptions"]["bot_events"]) == sorted(EVENTS)
    shortcuts = {one["type"]: one["callback_id"] for one in manifest["features"]["shortcuts"]}
    assert shortcuts == {"message": EXPLAIN_MESSAGE, "global": EXPLAIN_ANY}


def test_the_documentation_names_every_scope_and_holds_the_setup(manifest: dict[str, Any]) -> None:
    page = Path(ROOT, "docs", "slack.md").read_text(encoding="utf-8")
    assert [scope for scope in SCOPES if f"`{scope}`" not in page] == []
    assert "connections:write" in page
    assert "TOCSIN_SLACK_BOT_TOKEN" in page
    assert "TOCSIN_SLACK_APP_TOKEN" in page
