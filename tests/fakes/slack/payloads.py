"""What Slack sends to an app, as its documentation shows it."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def command(number: int, url: str, text: str, *, team: str, user: str, channel: str) -> Json:
    """Return the payload of ``/tocsin TEXT``."""
    return {
        "token": "legacy", "team_id": team, "team_domain": "work", "channel_id": channel, "channel_name": "general",
        "user_id": user, "user_name": "ana", "command": "/tocsin", "text": text, "api_app_id": "A0",
        "is_enterprise_install": "false", "response_url": f"{url}/response/{number}", "trigger_id": f"{number}.trigger",
    }  # fmt: skip


def press(number: int, url: str, action: Json, message: Json, *, team: str, user: str, channel: str) -> Json:
    """Return the payload of a press on a button of a message."""
    return {
        "type": "block_actions", "user": {"id": user, "username": "ana", "name": "ana", "team_id": team},
        "api_app_id": "A0", "token": "legacy", "team": {"id": team, "domain": "work"},
        "container": {"type": "message", "message_ts": message["ts"], "channel_id": channel},
        "channel": {"id": channel, "name": "general"}, "message": message, "trigger_id": f"{number}.trigger",
        "response_url": f"{url}/response/{number}", "actions": [_pressed(number, action)],
    }  # fmt: skip


def press_in_view(number: int, action: Json, view: Json, *, team: str, user: str) -> Json:
    """Return the payload of a press on a button of a modal: it names no channel and has no response_url."""
    return {
        "type": "block_actions", "user": {"id": user, "username": "ana", "name": "ana", "team_id": team},
        "api_app_id": "A0", "token": "legacy", "team": {"id": team, "domain": "work"},
        "container": {"type": "view", "view_id": view["id"]}, "view": view, "trigger_id": f"{number}.trigger",
        "actions": [_pressed(number, action)],
    }  # fmt: skip


def message_shortcut(number: int, url: str, name: str, message: Json, *, team: str, user: str, channel: str) -> Json:
    """Return the payload of a shortcut in a message's menu."""
    return {
        "type": "message_action", "token": "legacy", "action_ts": f"{number}.0", "callback_id": name,
        "team": {"id": team, "domain": "work"}, "user": {"id": user, "username": "ana", "team_id": team, "name": "ana"},
        "channel": {"id": channel, "name": "general"}, "is_enterprise_install": False, "enterprise": None,
        "trigger_id": f"{number}.trigger", "response_url": f"{url}/response/{number}",
        "message_ts": message["ts"], "message": message,
    }  # fmt: skip


def global_shortcut(number: int, name: str, *, team: str, user: str) -> Json:
    """Return the payload of a shortcut that belongs to no message."""
    return {
        "type": "shortcut", "token": "legacy", "action_ts": f"{number}.0", "callback_id": name,
        "team": {"id": team, "domain": "work"}, "user": {"id": user, "username": "ana", "team_id": team},
        "is_enterprise_install": False, "enterprise": None, "trigger_id": f"{number}.trigger",
    }  # fmt: skip


def submission(number: int, view: Json, values: dict[str, str], *, team: str, user: str) -> Json:
    """Return the payload of a submitted modal; ``values`` are by the action id of its inputs."""
    state = {
        block["block_id"]: {block["element"]["action_id"]: _given(block["element"], values)}
        for block in view["blocks"]
        if block["type"] == "input"
    }
    return {
        "type": "view_submission", "team": {"id": team, "domain": "work"}, "api_app_id": "A0", "token": "legacy",
        "user": {"id": user, "username": "ana", "name": "ana", "team_id": team}, "trigger_id": f"{number}.trigger",
        "view": view | {"state": {"values": state}}, "response_urls": [], "is_enterprise_install": False,
        "enterprise": None,
    }  # fmt: skip


def event(number: int, inner: Json, *, team: str) -> Json:
    """Return an event as the Events API wraps it."""
    return {
        "token": "legacy", "team_id": team, "api_app_id": "A0", "event": inner, "type": "event_callback",
        "event_id": f"Ev{number}", "event_time": 1_700_000_000 + number, "is_ext_shared_channel": False,
        "authorizations": [{"enterprise_id": None, "team_id": team, "user_id": "U0TOCSIN", "is_bot": True,
                            "is_enterprise_install": False}],
    }  # fmt: skip


def _pressed(number: int, action: Json) -> Json:
    text = {"type": "plain_text", "text": "x"}
    return {"type": "button", "block_id": "b", "action_ts": f"{number}.0", "text": text, **action}


def _given(element: Json, values: dict[str, str]) -> Json:
    value = values.get(element["action_id"])
    if element["type"] == "static_select":
        chosen = [one for one in element["options"] if one["value"] == value]
        if value is not None and not chosen:
            raise ValueError(f"{value} is none of the options of {element['action_id']}")
        return {"type": "static_select", "selected_option": chosen[0] if chosen else element.get("initial_option")}
    if element["type"] == "file_input":
        return {"type": "file_input", "files": [{"id": value}] if value else []}
    return {"type": "plain_text_input", "value": element.get("initial_value") if value is None else value}
