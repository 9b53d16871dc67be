"""The caller that the web page is to commands: one who holds the access token, in no channel."""

from __future__ import annotations

from bot.commands.spec import Role
from bot.ports import Caller, Place

READER = Caller(
    place=Place(platform="web", workspace="", channel="page"), user="web", user_name="web page", role=Role.ADMIN.value
)
