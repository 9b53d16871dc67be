"""``tocsin doctor``: looks at everything that could keep an alert from being heard, and says the fix for each."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.cli.arguments import add_config

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Sequence

    from bot.checkup.findings import Finding
    from bot.checkup.settings import Settings
    from bot.ports import Place
    from bot.store.address import Address

_MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


def add_parser(subparsers: Any) -> None:
    """Add ``doctor`` to the command line."""
    parser = subparsers.add_parser(
        "doctor",
        help="check everything and say the fix for each fault",
        description="Checks configuration, rules, database, feeds, clock, and asks Slack and Discord about tokens,"
        " scopes, intents and the permissions in each channel, and each feed that was never read whether it is one."
        " Changes nothing and posts nothing.",
        epilog="Exit codes: 0 nothing fails (with --strict: nor warns), 1 something fails, 2 wrong use.",
    )
    add_config(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--offline", action="store_true", help="do not ask Slack, Discord and the feeds")
    parser.add_argument("--strict", action="store_true", help="exit code 1 for warnings, too")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check and print."""
    return examine(args.config, as_json=args.json, is_offline=args.offline, is_strict=args.strict)


def examine(path: Path, *, as_json: bool, is_offline: bool = False, is_strict: bool = False) -> int:
    """Check the Tocsin that ``path`` configures, print what was found, and return the exit code."""
    from bot.checkup.findings import Level, worst

    findings = look(path, is_offline=is_offline)
    level = worst(findings)
    if as_json:
        record = {"ok": level is not Level.FAIL, "level": level.value, "findings": [one.record() for one in findings]}
        sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    else:
        _print(findings)
    return 1 if level is Level.FAIL or (is_strict and level is Level.WARN) else 0


def look(path: Path, *, is_offline: bool = False) -> tuple[Finding, ...]:
    """Return what is found, in the order in which an alert meets it."""
    from bot.checkup import settings

    read = settings.check(path, os.environ)
    if read.config is None:
        return read.findings
    from bot.store import address

    database = address.read(read.config.database, path.resolve().parent, os.environ)
    findings, places = _stored(database, read)
    asked = () if is_offline else asyncio.run(_asked(read, database, places))
    return (*read.findings, *findings, *asked)


def _stored(database: Address, read: Settings) -> tuple[tuple[Finding, ...], tuple[Place, ...]]:
    from bot.checkup import storage
    from bot.clock import SystemClock
    from bot.ports import Place

    assert read.config is not None
    stored = storage.check(database, SystemClock().now(), read.topics)
    fixed = [(one.platform, one.workspace, one.channel) for one in read.config.channels]
    fixed += [(one.platform, one.workspace, one.channel) for one in read.config.admin_channels]
    configured = [Place(platform=platform, workspace=workspace, channel=name) for platform, workspace, name in fixed]
    return stored.findings, tuple(dict.fromkeys([*configured, *stored.places]))


async def _asked(read: Settings, database: Address, places: Sequence[Place]) -> tuple[Finding, ...]:
    """Ask the feeds that were never read, and the platforms that there are tokens for, at the same time."""
    from bot.cli import doctorfeeds

    config, tokens = read.config, read.credentials
    assert config is not None
    checks: list[Awaitable[Sequence[Finding]]] = []
    urls = []
    if tokens is not None and config.slack.enabled and tokens.slack_bot:
        from bot.cli.doctorslack import check as check_slack

        url = os.environ.get("TOCSIN_SLACK_API_URL") or config.slack.api_url
        checks.append(check_slack(tokens.slack_bot, tokens.slack_app, _of(places, "slack"), url))
        urls.append(url or "https://slack.com/api/")
    if tokens is not None and config.discord.enabled and tokens.discord:
        from bot.cli.doctordiscord import check as check_discord

        url = os.environ.get("TOCSIN_DISCORD_API_URL") or config.discord.api_url
        checks.append(check_discord(tokens.discord, _of(places, "discord"), url))
        urls.append(url or "https://discord.com/api/v10/gateway")
    if checks:
        from bot.cli.doctorclock import check as check_clock

        checks.append(check_clock(urls))
    checks.append(doctorfeeds.check(doctorfeeds.unread(config, database), config.polling))
    answers = await asyncio.gather(*checks)
    return tuple(finding for answer in answers for finding in answer)


def _of(places: Iterable[Place], platform: str) -> list[Place]:
    return [place for place in places if place.platform == platform]


def _print(findings: Sequence[Finding]) -> None:
    from bot.cli.saying import printer, say

    style = printer(sys.stdout)
    styles = {"ok": "good", "warn": "warn", "fail": "bad"}
    for finding in findings:
        mark = style(_MARKS[finding.level], styles[finding.level])
        say(f"  {mark}  {finding.area:<9} {finding.text}")
        if finding.fix:
            say(f"        {'':<9} fix: {finding.fix}")
    counts = {level: sum(finding.level == level for finding in findings) for level in _MARKS}
    say(f"{counts['ok']} ok, {counts['warn']} to look at, {counts['fail']} failing.")
