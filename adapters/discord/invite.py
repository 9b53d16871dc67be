"""What Tocsin asks for when it is invited: the permissions it uses, and no privileged intent."""

from __future__ import annotations

from urllib.parse import urlencode

PERMISSION_BITS = {
    "View Channel": 10,
    "Send Messages": 11,
    "Embed Links": 14,
    "Attach Files": 15,
    "Read Message History": 16,
    "Create Public Threads": 35,
    "Send Messages in Threads": 38,
}
PERMISSIONS = sum(1 << bit for bit in PERMISSION_BITS.values())
SCOPES = ("bot", "applications.commands")


def invite_url(application_id: str) -> str:
    """Return the address where the owner of a server lets Tocsin in."""
    query = {"client_id": application_id, "permissions": PERMISSIONS, "scope": " ".join(SCOPES)}
    return f"https://discord.com/oauth2/authorize?{urlencode(query)}"
