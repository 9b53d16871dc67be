"""The invitation asks for exactly what is used, and the guide says the same."""

from __future__ import annotations

import re
from pathlib import Path

import discord

from adapters.discord.client import new_client
from adapters.discord.errors import CODES
from adapters.discord.invite import PERMISSION_BITS, PERMISSIONS, invite_url

GUIDE = (Path(__file__).resolve().parents[3] / "docs" / "discord.md").read_text("utf-8")


def test_the_permissions_are_the_documented_ones_by_discords_own_names() -> None:
    expected = discord.Permissions(
        view_channel=True,
        send_messages=True,
        embed_links=True,
        attach_files=True,
        read_message_history=True,
        create_public_threads=True,
        send_messages_in_threads=True,
    )
    assert expected.value == PERMISSIONS == 309237763072


def test_the_address_carries_scopes_and_permissions() -> None:
    assert invite_url("123") == (
        "https://discord.com/oauth2/authorize?client_id=123&permissions=309237763072&scope=bot+applications.commands"
    )


async def test_no_privileged_intent_is_asked_for() -> None:
    assert new_client().intents.value == discord.Intents(guilds=True).value == 1


def test_the_guide_has_the_address_and_names_every_permission() -> None:
    assert invite_url("APPLICATION_ID") in GUIDE
    assert all(name in GUIDE for name in PERMISSION_BITS)


def test_the_guide_explains_every_error_code_that_we_know() -> None:
    explained = {int(code) for code in re.findall(r"\b(\d{5,6})\b", GUIDE)}
    assert set(CODES) <= explained
