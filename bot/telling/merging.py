"""Alerts of one story that come while its last message still waits: one message instead of several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from bot.message import Message
from bot.store import waiting
from bot.store.alerts import Thread, Told
from bot.store.outbox import delivery_key, enqueue
from bot.store.waiting import WaitingRow


def has_claims(told: Told, alerts: Iterable[int]) -> bool:
    """Tell whether each of these alerts has claims: what keywords alone found, only a message of its own would show."""
    numbers = {one.alert for one in told.tellings}
    return all(number in numbers for number in alerts)


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
