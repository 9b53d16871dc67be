"""Roles by tocsin.yaml: users and user groups of a workspace, above what Slack itself makes of somebody."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.roles import SlackRoles
from adapters.slack.workspaces import OneWorkspace
from bot.commands.spec import Role
from bot.ports import Grants, Place
from bot.secret import Secret
from tests.fakes.manual_clock import ManualClock
from tests.fakes.slack import BOT_TOKEN, PLACE, FakeSlack, error

GRANTS = {PLACE.workspace: Grants(admins=frozenset({"U0CHIEF", "S0BOARD"}), editors=frozenset({"S0DESK"}))}


@pytest.fixture
async def roles(server: FakeSlack) -> SlackRoles:
    server.workspace.groups = {"S0BOARD": ["U0BOARD"], "S0DESK": ["U0DESK", "U0BOARD"]}
    workspaces = OneWorkspace(Secret(BOT_TOKEN), server.api_url)
    await workspaces.identify()
    return SlackRoles(workspaces, ManualClock(), grants=GRANTS, api_url=server.api_url)


@pytest.mark.parametrize(
    ("user", "state", "role"),
    [
        pytest.param("U0CHIEF", {}, Role.ADMIN, id="a named admin"),
        pytest.param("U0BOARD", {}, Role.ADMIN, id="in two groups, the higher one counts"),
        pytest.param("U0DESK", {}, Role.EDITOR, id="in a group of editors"),
        pytest.param("U0ELSE", {}, Role.READER, id="in none"),
        pytest.param("U0OWNER", {"is_owner": True}, Role.ADMIN, id="an owner needs no grant"),
        pytest.param("U0CHIEF", {"is_restricted": True}, Role.READER, id="a guest is never more than a reader"),
        pytest.param("U0CHIEF", {"deleted": True}, Role.READER, id="nor who has left"),
        pytest.param("U0CHIEF", {"team_id": "T0FOREIGN"}, Role.READER, id="nor somebody of another company"),
    ],
)
async def test_a_grant_gives_a_role(
    server: FakeSlack, roles: SlackRoles, user: str, state: dict[str, Any], role: Role
) -> None:
    server.workspace.users[user] = state
    assert await roles(PLACE, user) is role


async def test_a_grant_counts_in_its_own_workspace_only(roles: SlackRoles) -> None:
    assert await roles(Place(platform="slack", workspace="T0ELSE", channel="C0GENERAL"), "U0CHIEF") is Role.READER


async def test_a_group_that_slack_does_not_tell_gives_nothing(server: FakeSlack, roles: SlackRoles) -> None:
    server.always("usergroups.users.list", error("missing_scope"))
    assert await roles(PLACE, "U0DESK") is Role.READER
    assert await roles(PLACE, "U0CHIEF") is Role.ADMIN
