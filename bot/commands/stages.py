"""The way of an item as one list of steps, the first one that stopped it marked. Pure.

fetched -> identity -> text -> extracted -> story -> origin -> ledger -> rules -> held? -> subscription -> delivery
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.commands.replies import count
from bot.delivery.model import RowState
from bot.message import Line, Strong, Text
from bot.routing import RouteReason
from bot.store.tracing import AlertTrace, DeliveryRow, ItemTrace

DELIVERED = RouteReason.DELIVERED.value
LEDGER_LINES = 4  # claims listed one by one; the rest is counted
WORDS_SHOWN = 3
_STOPPING = {("rules", "none"), ("held", "baseline"), ("held", "stale")}
_WAITING = {RowState.READY.value, RowState.SENDING.value}


class Mark(StrEnum):
    """How a step went."""

    PASSED = "passed"
    WAITING = "waiting"
    STOPPED = "stopped"


_SIGNS = {Mark.PASSED: "✓ ", Mark.WAITING: "… ", Mark.STOPPED: "✗ "}


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


def steps(trace: ItemTrace, lane: str) -> tuple[Step, ...]:
    """Return an item's steps up to the channel with this lane, ending at the first one that stopped it."""
    found: list[Step] = []
    for step in (*_item_steps(trace), *_alert_steps(trace.alert, lane)):
        found.append(step)
        if step.mark is Mark.STOPPED:
            break
    return tuple(found)


def stopped_at(way: Sequence[Step]) -> Step | None:
    """Return the step that stopped the item, or None."""
    return next((step for step in way if step.mark is Mark.STOPPED), None)


def _item_steps(trace: ItemTrace) -> Iterator[Step]:
    """Yield what the pipeline recorded; for an item that rang, the rules are told by what they matched then."""
    ledger = [one for one in trace.stages if one["stage"] == "ledger"]
    for stage in trace.stages:
        name = stage["stage"]
        if name == "routed" or (trace.alert is not None and name in {"rules", "held"}):
            continue
        if name == "ledger" and any(stage is one for one in ledger[LEDGER_LINES:]):
            if stage is ledger[LEDGER_LINES]:
                yield Step(name="ledger", outcome=f"{count(len(ledger) - LEDGER_LINES, 'more claim')}")
            continue
        mark = Mark.STOPPED if (name, stage["outcome"]) in _STOPPING else Mark.PASSED
        yield Step(name=name, outcome=stage["outcome"], reason=stage["reason"], mark=mark)


def _alert_steps(alert: AlertTrace | None, lane: str) -> Iterator[Step]:
    if alert is None:
        return
    for hit in alert.rules:
        on = ", ".join(f"“{word}”" for word in hit.words[:WORDS_SHOWN])
        yield Step(
            name="rule", outcome=hit.title, reason=f"{hit.rule}, topic {hit.topic}" + (f", on {on}" if on else "")
        )
    yield Step(name="alert", outcome=f"number {alert.id}, {alert.severity}", reason=alert.sentence)
    own = [route for route in alert.routes if route.lane == lane]
    others = sum(route.reason == DELIVERED for route in alert.routes if route.lane != lane)
    if not own:
        topics = ", ".join(dict.fromkeys(hit.topic for hit in alert.rules))
        elsewhere = f"; it went to {count(others, 'other channel')}" if others else ""
        reason = f"this channel did not follow {topics} then{elsewhere}"
        yield Step(name="subscription", outcome="none", reason=reason, mark=Mark.STOPPED)
        return
    route = own[-1]
    mark = Mark.PASSED if route.reason == DELIVERED else Mark.STOPPED
    yield Step(name="subscription", outcome=route.reason.replace("_", " "), reason=route.detail, mark=mark)
    yield from _delivery_steps([one for one in alert.deliveries if one.lane == lane])


def _delivery_steps(rows: Sequence[DeliveryRow]) -> Iterator[Step]:
    """Yield one step for the messages that are well, and one for each that is not."""
    sent = [row for row in rows if row.state == RowState.SENT.value]
    if sent:
        last = max((row.sent_at for row in sent if row.sent_at), default=None)
        when = f"the last at {last:%Y-%m-%d %H:%M} UTC" if last else ""
        yield Step(name="delivery", outcome=f"{count(len(sent), 'message')} sent", reason=when)
    for row in rows:
        if row.state in _WAITING:
            tried = f"{count(row.attempts, 'attempt')}" + (f", {row.why}" if row.why else "")
            yield Step(name="delivery", outcome=f"a {row.op} waits", reason=tried, mark=Mark.WAITING)
        elif row.state != RowState.SENT.value:
            yield Step(name="delivery", outcome=f"a {row.op} is {row.state}", reason=row.why, mark=Mark.STOPPED)
