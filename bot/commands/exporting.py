"""``export``: rules, subscriptions, feeds and the ledger as one archive, for the admin who asks and for nobody else.

The archive is that of ``tocsin export``, of one workspace and without tocsin.yaml; ``tocsin import`` takes it.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from datetime import datetime

from bot.commands.desk import Desk
from bot.commands.feedlists import opml
from bot.commands.parse import Command
from bot.commands.replies import message
from bot.message import Bullets, Context, File, Line, Paragraph, Reply, Strong, Text
from bot.ports import Caller
from bot.rulebook.works import RuleWorks
from bot.transfer import archive, outgoing
from rules.wording import count

MOST_MENTIONS = 20_000  # newest ones of each kind that go into the ledger's file


async def export(desk: Desk, caller: Caller, command: Command) -> Reply:
    """Put everything into an archive."""
    now, tools = desk.clock.now(), desk.tools
    found = await desk.db.read(lambda connection: outgoing.look(connection, MOST_MENTIONS, caller.place))
    rules, left_out = await asyncio.to_thread(_rule_files, tools.works)
    parts = rules | await asyncio.to_thread(found.parts, tools.policy)
    if tools.feeds is not None:
        parts[archive.OPML] = opml(tools.feeds, found.feeds)
    data = await asyncio.to_thread(_packed, parts, now)
    follows = sum(len(one.follows) for one in found.state.channels)
    told = (
        f"{count(len(rules), 'rule file')}",
        f"{count(follows, 'subscription')} of this workspace",
        f"{count(len(found.feeds), 'feed')}",
        f"the ledger, {count(len(found.mentions), 'mention')}",
    )
    lines: tuple[Line, ...] = tuple((Text(one),) for one in told)
    if found.is_cut:
        left_out.append(f"mentions older than the newest {MOST_MENTIONS:,} of each kind")
    note = f" Not in it: {'; '.join(left_out)}." if left_out else ""
    small = f"{len(data):,} bytes. It holds no tokens, but the whole addresses of feeds.{note}"
    blocks = (Paragraph((Strong("In the archive:"),)), Bullets(lines), Context((Text(small),)))
    name = f"tocsin-{now:%Y-%m-%d}.zip"
    file = File(name=name, content=data, title="Rules, subscriptions, feeds and ledger of Tocsin")
    return Reply(message=message("Export", blocks, "Export"), files=(file,))


def _rule_files(works: RuleWorks | None) -> tuple[dict[str, bytes], list[str]]:
    """Return the files of the set in force by their name in the archive, and why others are not taken."""
    entry = None if works is None else next(works.history.entries(), None)
    if works is None or entry is None:
        return {}, []
    documents = works.history.documents(entry)
    parts, left_out = outgoing.taken(documents)
    return {part: documents[name].encode() for name, part in parts.items()}, left_out


def _packed(parts: Mapping[str, bytes], now: datetime) -> bytes:
    target = io.BytesIO()
    archive.pack(target, parts, now)
    return target.getvalue()
