"""The way of an item as one list of steps, the first one that stopped it marked. Pure.

fetched -> parsed -> identity -> date -> story -> rules -> claims -> ledger
        -> severity -> subscription -> silence -> quiet -> rate -> delivered
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.delivery.model import RowState
from bot.message import Line, Strong, Text
from bot.ringing.routing import RouteReason
from bot.store.items import Stage
from bot.store.tracing import AlertTrace, DeliveryRow, ItemTrace, RouteRow
from rules.explanation import Explanation
from rules.model import Novelty
from rules.wording import count

LEDGER_LINES = 4  # claims listed one by one beside those that rang; the rest is counted
WORDS_SHOWN = 3
_NEWS = ("alert_on", "min_change", "origins")  # what a rule asks of a claim as news
_WAITING = {RowState.READY.value, RowState.SENDING.value}


class Mark(StrEnum):
    """How a step went."""

    PASSED = "passed"
    WAITING = "waiting"
    STOPPED = "stopped"


_SIGNS = {Mark.PASSED: "✓ ", Mark.WAITING: "… ", Mark.STOPPED: "✗ "}

# Where in the way each reason of bot.ringing.routing stops an alert.
STOPPED_AT = {
    RouteReason.BELOW_SEVERITY: "severity",
    RouteReason.NO_SUBSCRIBER: "subscription",
    RouteReason.FILTERED: "subscription",
    RouteReason.PARKED: "subscription",
    RouteReason.SILENCED: "silence",
    RouteReason.DIGEST_ONLY: "quiet",
    RouteReason.QUIET_HELD: "quiet",
    RouteReason.QUIET_DROPPED: "quiet",
    RouteReason.RATE_CAP: "rate",
    RouteReason.THREAD_GONE: "delivered",
    RouteReason.TOO_OLD: "date",
    RouteReason.COOLDOWN: "rate",
}
_GATES = ("severity", "subscription", "silence", "quiet", "rate")
_OPEN = {
    "silence": "none is in force",
    "quiet": "neither quiet hours nor digest mode",
    "rate": "within the channel's cap",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of the way."""

    name: str
    outcome: str
    reason: str = ""
    mark: Mark = Mark.PASSED

    @property
    def line(self) -> Line:
        """The step as readers see it; what stopped the item stands out."""
        words = f"{self.name}: {self.outcome}" + (f" – {self.reason}" if self.reason else "")
        sign = Text(_SIGNS[self.mark])
        return (sign, Strong(words)) if self.mark is Mark.STOPPED else (sign, Text(words))


def steps(
    trace: ItemTrace, lane: str, *, rang: Sequence[str] = (), nearest: Explanation | None = None
) -> tuple[Step, ...]:
    """Return an item's steps up to the channel with this lane, ending at the first one that stopped it.

    ``rang`` are the ledger's reasons for the claims that rang, which are never left out; ``nearest`` explains the rule
    that came nearest where none held.
    """
    found: list[Step] = []
    heard = topics_heard(trace.alert, lane) if trace.alert is not None else frozenset()
    for step in (*_read(trace), *_matched(trace, heard, rang, nearest), *_routed(trace.alert, lane)):
        found.append(step)
        if step.mark is Mark.STOPPED:
            break
    return tuple(found)


def stopped_at(way: Sequence[Step]) -> Step | None:
    """Return the step that stopped the item, or None."""
    return next((step for step in way if step.mark is Mark.STOPPED), None)


def _read(trace: ItemTrace) -> Iterator[Step]:
    """Yield how the item came in: what the pipeline recorded before any rule saw it."""
    yield from _recorded(trace.stages, "fetched")
    for stage in (one for one in trace.stages if one["stage"] == "text"):
        mark = Mark.WAITING if stage["outcome"] == "kept" else Mark.PASSED
        yield Step(name="parsed", outcome=stage["outcome"], reason=stage["reason"], mark=mark)
    held = next((one for one in trace.stages if one["stage"] == "held"), None)
    is_baseline = held is not None and held["outcome"] == "baseline"
    yield from () if is_baseline else _recorded(trace.stages, "identity")
    if held is not None and is_baseline:
        yield Step(name="identity", outcome="baseline", reason=held["reason"], mark=Mark.STOPPED)
    elif held is not None:
        yield Step(name="date", outcome=held["outcome"], reason=held["reason"], mark=Mark.STOPPED)
    else:
        published = trace.item.published
        dated = f"published {published:%Y-%m-%d %H:%M} UTC" if published else "none given; it counts from when it came"
        yield Step(name="date", outcome=dated)
    yield from _recorded(trace.stages, "story")
    yield from _recorded(trace.stages, "origin")


def _recorded(stages: Sequence[Stage], name: str) -> Iterator[Step]:
    for one in stages:
        if one["stage"] == name:
            yield Step(name=name, outcome=one["outcome"], reason=one["reason"])


def _matched(
    trace: ItemTrace, heard: frozenset[str], rang: Sequence[str], nearest: Explanation | None
) -> Iterator[Step]:
    """Yield rules, claims and ledger; what stopped an item that no rule held for is where its nearest rule failed."""
    failed_at = "" if trace.alert is not None else stage_of(nearest)
    if trace.alert is not None:
        yield from _hits(trace.alert, heard)
    elif failed_at == "rules":
        yield Step(name="rules", outcome="none", reason=_why_not(nearest), mark=Mark.STOPPED)
    elif nearest is not None:
        yield Step(name="rules", outcome=f"the words of {nearest.label.partition(':')[0]} are there")
    claims = list(_recorded(trace.stages, "extracted"))
    if failed_at == "claims":
        yield Step(name="claims", outcome="none that a rule asks for", reason=_why_not(nearest), mark=Mark.STOPPED)
    yield from (Step(name="claims", outcome=one.reason) for one in claims)
    yield from _ledger(trace.stages, rang)
    if failed_at == "ledger":
        yield Step(name="ledger", outcome="nothing that rings", reason=_why_not(nearest), mark=Mark.STOPPED)


def topics_heard(alert: AlertTrace, lane: str) -> frozenset[str]:
    """Return the alert's topics that a channel was told of; all of them where none is known."""
    every = frozenset(hit.topic for hit in alert.rules)
    told = [route.detail for route in alert.routes if route.lane == lane and route.reason == RouteReason.DELIVERED]
    words = {word.strip() for detail in told[-1:] for word in detail.partition(";")[0].split(",")}
    return every & words or every


def _hits(alert: AlertTrace, heard: frozenset[str]) -> Iterator[Step]:
    """Yield the rules of the channel's topics with the words that they found; those of other topics are counted."""
    own = [hit for hit in alert.rules if hit.topic in heard]
    for hit in own:
        on = ", ".join(f"“{word}”" for word in hit.words[:WORDS_SHOWN])
        reason = f"{hit.rule}, topic {hit.topic}" + (f", on {on}" if on else "")
        yield Step(name="rules", outcome=hit.title, reason=reason)
    if len(own) < len(alert.rules):
        others = count(len(alert.rules) - len(own), "more rule")
        yield Step(name="rules", outcome=f"{others} of topics that this channel does not follow")


def stage_of(nearest: Explanation | None) -> str:
    """Return the stage at which the nearest rule failed: its words, the claim that it wants, or what is new of it."""
    if nearest is None:
        return "rules"
    child = next((one for one in nearest.children if not one.holds), nearest)
    leaf = nearest.failing() or nearest
    if leaf.label.startswith(_NEWS):
        return "ledger"
    return "claims" if child.label.endswith("to ring for") else "rules"


def _why_not(nearest: Explanation | None) -> str:
    if nearest is None:
        return "no rule holds for the item and its developments"
    leaf = nearest.failing() or nearest
    note = f": {leaf.note}" if leaf.note else ""
    return f"nearest is {nearest.label.partition(':')[0]}, not “{leaf.label}”{note}"


def _ledger(stages: Sequence[Stage], rang: Sequence[str]) -> Iterator[Step]:
    """Yield the verdict on each claim: those that rang first and all of them, then what is new before what is known."""
    verdicts = list(_recorded(stages, "ledger"))
    first = [one for one in verdicts if one.reason in rang]
    rest = sorted((one for one in verdicts if one not in first), key=lambda one: one.outcome == Novelty.RESTATED.value)
    room = max(LEDGER_LINES - len(first), 0)
    yield from first
    yield from rest[:room]
    if len(rest) > room:
        yield Step(name="ledger", outcome=count(len(rest) - room, "more claim"))


def _routed(alert: AlertTrace | None, lane: str) -> Iterator[Step]:
    """Yield what was decided for the channel, and what became of its messages."""
    if alert is None:
        return
    own = [route for route in alert.routes if route.lane == lane]
    if not own:
        yield Step(name="severity", outcome=alert.severity, reason=f"alert {alert.id}: {alert.sentence}")
        yield Step(name="subscription", outcome="none", reason=_elsewhere(alert), mark=Mark.STOPPED)
        return
    route = own[-1]
    yield from _gates(alert, route)
    yield from _delivered([one for one in alert.deliveries if one.lane == lane])


def _elsewhere(alert: AlertTrace) -> str:
    topics = ", ".join(dict.fromkeys(hit.topic for hit in alert.rules))
    others = sum(route.reason == RouteReason.DELIVERED.value for route in alert.routes)
    return f"this channel did not follow {topics} then" + (
        f"; it went to {count(others, 'other channel')}" if others else ""
    )


def _gates(alert: AlertTrace, route: RouteRow) -> Iterator[Step]:
    """Yield the channel's gates one by one as far as the alert came."""
    reason = RouteReason(route.reason)
    stop = STOPPED_AT.get(reason)
    failed = Step(name=stop or "", outcome=reason.value.replace("_", " "), reason=route.detail, mark=Mark.STOPPED)
    if stop == "date":
        yield failed
    for name in _GATES:
        if name == stop:
            yield failed
        elif name == "severity":
            yield Step(name=name, outcome=alert.severity, reason=f"alert {alert.id}: {alert.sentence}")
        elif name == "subscription":
            yield Step(name=name, outcome=route.detail if stop is None else "active")
        else:
            yield Step(name=name, outcome=_OPEN[name])
    if stop == "delivered":
        yield failed


def _delivered(rows: Sequence[DeliveryRow]) -> Iterator[Step]:
    """Yield one step for the messages that are well, and one for each that is not."""
    sent = [row for row in rows if row.state == RowState.SENT.value]
    if sent:
        last = max((row.sent_at for row in sent if row.sent_at), default=None)
        when = f"the last at {last:%Y-%m-%d %H:%M} UTC" if last else ""
        yield Step(name="delivered", outcome=f"{count(len(sent), 'message')} sent", reason=when)
    for row in rows:
        if row.state in _WAITING:
            tried = f"{count(row.attempts, 'attempt')}" + (f", {row.why}" if row.why else "")
            yield Step(name="delivered", outcome=f"a {row.op} waits", reason=tried, mark=Mark.WAITING)
        elif row.state != RowState.SENT.value:
            yield Step(name="delivered", outcome=f"a {row.op} is {row.state}", reason=row.why, mark=Mark.STOPPED)
