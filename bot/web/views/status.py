"""``/``: how the whole is, what rang last, what is held back and why, and the rules in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.commands.operating import status
from bot.commands.parse import parse
from bot.feeds import feedhealth
from bot.feeds.feedhealth import HealthCode
from bot.store import alerts, feeds, held, lanes
from bot.store.held import Held
from bot.web.frame import Ask, Route, View
from bot.web.reader import READER
from rules.ruleset import Rule

ALERTS = 8
FEEDS = 50  # those in need first; all of them where that is asked for
LANES = 50
HELD_SHOWN = 20  # of one channel; the rest is counted
_WELL = {HealthCode.OK, HealthCode.PAUSED, HealthCode.WAITING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A channel or platform in need of a look: ``stopped`` says why it takes nothing, ``held`` waits for a digest."""

    key: str
    stopped: str
    held: tuple[Held, ...]

    @property
    def shown(self) -> tuple[Held, ...]:
        """The newest of what waits."""
        return tuple(reversed(self.held[-HELD_SHOWN:]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic with its rules in force."""

    id: str
    title: str
    rules: tuple[Rule, ...]


async def show(ask: Ask) -> View:
    """Show the state of the whole."""
    desk = ask.desk
    summary = (await status(desk, READER, parse("status"))).message
    health = feedhealth.sorted_by_need(await desk.db.read(feeds.list_feeds), ask.now)
    topics = list(desk.topics)
    shown = health if ask.query.get("feeds") == "all" else health[:FEEDS]
    waiting = await desk.db.read(_lanes)
    return View(
        template="status.html",
        title="Status",
        data={
            "blocks": summary.blocks,
            "alerts": await desk.db.read(lambda connection: alerts.latest(connection, topics, ALERTS)),
            "feeds": [(one, one.code not in _WELL) for one in shown],
            "feeds_total": len(health),
            "lanes": waiting[:LANES],
            "lanes_more": len(waiting[LANES:]),
            "topics": rules_by_topic(ask),
        },
    )


def rules_by_topic(ask: Ask) -> Sequence[Topic]:
    """Return the rules in force under their topics."""
    if ask.desk.tools.works is None:
        return ()
    rules = ask.desk.tools.works.in_force.ruleset.rules
    return [
        Topic(id=topic, title=title, rules=tuple(rule for rule in rules if rule.topic == topic))
        for topic, title in ask.topics
    ]


def _lanes(connection: Connection) -> Sequence[Lane]:
    """Return the channels and platforms that stand still or hold something back."""
    stopped: Mapping[str, str] = dict(lanes.standing_still(connection))
    waiting = {
        lane: tuple(one for one in held.untold(connection, lane) if one.entry.held) for lane in held.lanes(connection)
    }
    keys = sorted({*stopped, *(lane for lane, entries in waiting.items() if entries)})
    return [Lane(key=key, stopped=stopped.get(key, ""), held=waiting.get(key, ())) for key in keys]


ROUTES = (Route(path="/", show=show, nav="Status"),)
