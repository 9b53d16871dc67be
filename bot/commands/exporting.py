"""``export``: rules, subscriptions, feeds and the ledger as one archive, for the admin who asks and for nobody else."""

from __future__ import annotations

import asyncio
import io
import json
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.claimfile import claims_csv
from bot.commands.claims import known_states
from bot.commands.desk import Desk
from bot.commands.feedwork import opml
from bot.commands.parse import Command
from bot.commands.replies import message
from bot.message import Bullets, Context, File, Line, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.ruleworks import RuleWorks
from bot.store import channels, claims, feeds, subscriptions
from bot.store.subscriptions import Subscription
from rules.text import fold_name
from rules.wording import count

MOST_MENTIONS = 20_000  # newest ones of each kind that go into the ledger's file
_UNSAFE = re.compile(r"[^A-Za-z0-9._/-]")


async def export(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Put everything into an archive."""
    now = desk.clock.now()
    place = caller.place
    found = await desk.db.read(lambda connection: subscriptions.of_workspace(connection, place))
    paces = await desk.db.read(lambda connection: _paces(connection, found))
    rows = await desk.db.read(feeds.list_feeds)
    figures = await desk.db.read(lambda connection: claims.newest(connection, "figure", MOST_MENTIONS))
    positions = await desk.db.read(lambda connection: claims.newest(connection, "position", MOST_MENTIONS))
    rules = await asyncio.to_thread(_rule_files, desk.tools.works)
    policy = desk.tools.policy
    ledger = await asyncio.to_thread(lambda: claims_csv(known_states((*figures.mentions, *positions.mentions), policy)))
    files: dict[str, bytes] = {f"rules/{name}": text.encode("utf-8") for name, text in rules.items()}
    files["subscriptions.json"] = _json([_subscription(one, paces) for one in found])
    if desk.tools.feeds is not None:
        files["feeds.opml"] = opml(desk.tools.feeds, rows)
    files["ledger.csv"] = ledger
    mentions = len(figures.mentions) + len(positions.mentions)
    told = [
        f"{count(len(rules), 'rule file')}",
        f"{count(len(found), 'subscription')} of this workspace",
        f"{count(len(rows), 'feed')}",
        f"the ledger, {count(mentions, 'mention')}",
    ]
    files["README.txt"] = _readme(told, now).encode("utf-8")
    data = await asyncio.to_thread(_zipped, files, now)
    lines: tuple[Line, ...] = tuple((Text(one),) for one in told)
    is_cut = figures.is_cut or positions.is_cut
    note = f" Older mentions than the newest {MOST_MENTIONS:,} are left out." if is_cut else ""
    small = f"{len(data):,} bytes. It holds no tokens.{note}"
    blocks = (Paragraph((Strong("In the archive:"),)), Bullets(lines), Context((Text(small),)))
    name = f"tocsin-{now:%Y-%m-%d}.zip"
    file = File(name=name, content=data, title="Rules, subscriptions, feeds and ledger of Tocsin")
    return Reply(message=message("Export", blocks, "Export"), files=(file,))


def _rule_files(works: RuleWorks | None) -> Mapping[str, str]:
    """Return the files of the set in force, with names that stay inside the archive."""
    if works is None:
        return {}
    entry = next(iter(works.history.entries()), None)
    found = {} if entry is None else works.history.documents(entry)
    return {_inside(name): text for name, text in found.items()}


def _inside(name: str) -> str:
    parts = [part for part in _UNSAFE.sub("-", name).split("/") if part.strip(".")]
    return "/".join(parts) or "rules.yaml"


def _paces(connection: Connection, found: tuple[Subscription, ...]) -> dict[str, str]:
    return {str(one.place): channels.pace_of(connection, str(one.place)).words for one in found}


def _subscription(one: Subscription, paces: Mapping[str, str]) -> dict[str, Any]:
    wishes = one.wishes
    return {
        "platform": one.place.platform,
        "workspace": one.place.workspace,
        "channel": one.place.channel,
        "topic": one.topic,
        "severity": one.severity.value,
        "threads": one.threads,
        "mode": wishes.mode.value,
        "mention": wishes.mention,
        "mention_from": wishes.mention_from.value if wishes.mention else None,
        "filter": wishes.filter,
        "rhythm": paces[str(one.place)],
        "added_by": one.added_by,
        "added_at": one.added_at.isoformat(timespec="seconds"),
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _readme(told: list[str], now: datetime) -> str:
    listed = "\n".join(f"- {one}" for one in told)
    return f"Exported by Tocsin on {now:%Y-%m-%d %H:%M} UTC.\n\n{listed}\n"


def _zipped(files: Mapping[str, bytes], now: datetime) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files, key=fold_name):
            entry = zipfile.ZipInfo(name, date_time=(now.year, now.month, now.day, now.hour, now.minute, now.second))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    return target.getvalue()
