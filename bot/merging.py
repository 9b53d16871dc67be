"""Alerts of one story that come while its last message still waits: one message instead of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.alerts import Alert
from bot.message import Message
from bot.store import waiting
from bot.store.alerts import Thread, Told
from bot.store.outbox import delivery_key, enqueue
from bot.store.waiting import WaitingRow


def since(alert: Alert, told: Told, first: int) -> Alert | None:
    """Return the alert with all that is new from alert ``first`` on, the newest word on each claim.

    None where one of the two has no claims: only a message of its own would show what it found.
    """
    numbers = {one.alert for one in told.tellings}
    if first not in numbers or alert.id not in numbers:
        return None
    fresh = tuple(one for one in alert.tellings if one.alert >= first)
    severity = max((one.severity for one in fresh), key=lambda severity: severity.rank)
    return replace(alert, fresh=fresh, severity=severity)


def replace_details(
    connection: Connection,
    thread: Thread,
    rows: Sequence[WaitingRow],
    wanted: Sequence[Message],
    alert_id: int,
    now: datetime,
) -> None:
    """Bring waiting details up to date: they take new words, and details are added or dropped."""
    for row, message in zip(rows, wanted, strict=False):
        waiting.rewrite(connection, row, message)
    surplus = rows[len(wanted) :]
    if surplus:
        waiting.drop(connection, surplus, f"merged: alert {alert_id} came before it was posted")
    for number in range(len(rows), len(wanted)):
        enqueue(
            connection,
            lane=thread.lane,
            op="reply",
            message=wanted[number],
            thread_id=thread.id,
            alert_id=alert_id,
            key=delivery_key("detail", thread.lane, alert_id, number),
            now=now,
        )
