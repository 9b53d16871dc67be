"""How far this machine's clock is from the platforms': Slack refuses requests that seem five minutes old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from bot.checkup.findings import Finding, fail, ok, warn
from bot.clock import SystemClock

TIMEOUT = 10.0
TOLERATED = 5.0  # seconds; the header itself is cut to whole ones, and the way takes time
TOO_FAR = 120.0
FIX = "let this machine's clock follow a time server: timedatectl set-ntp true"


async def check(urls: Sequence[str]) -> list[Finding]:
    """Compare with the first server that says what time it is."""
    for url in urls:
        there = await _date(url)
        if there is not None:
            return [judge((SystemClock().now() - there).total_seconds())]
    return [warn("clock", "no platform said what time it is, so the clock was not compared", "see the lines above")]


def judge(offset: float) -> Finding:
    """Say how a clock is that is ``offset`` seconds ahead."""
    if abs(offset) <= TOLERATED:
        return ok("clock", "agrees with the platform's")
    text = f"is {abs(offset):.0f} seconds {'ahead of' if offset > 0 else 'behind'} the platform's"
    return (fail if abs(offset) > TOO_FAR else warn)("clock", text, FIX)


async def _date(url: str) -> datetime | None:
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session, session.head(url) as answer:
            found = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
