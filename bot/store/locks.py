"""What keeps the writers of a server's database apart, over all processes; a file lets in one writer anyway.

STORE    one at a time: items, stories, the ledger and everything else that people and feeds bring
OUTBOX   what is on its way: outbox, lanes, threads, channels. Posts are recorded side by side, each in lanes of its
         own that a claim fences; whoever writes messages, or asks what waits, wants none of it to move meanwhile

Taken in this order, and given back with the transaction.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Connection

STORE = 0x746F6373696E  # "tocsin"; advisory locks are counted in each database by itself
OUTBOX = STORE + 1
_HOLD_OUTBOX = f"SELECT pg_advisory_xact_lock({OUTBOX})"


class Writing(StrEnum):
    """Beside whom a write transaction may run."""

    ALONE = "alone"
    STORING = "storing"  # beside POSTING, until ``hold_outbox``
    POSTING = "posting"  # beside its like and STORING


LOCKS = {
    Writing.ALONE: f"SELECT pg_advisory_xact_lock({STORE}); {_HOLD_OUTBOX}",
    Writing.STORING: f"SELECT pg_advisory_xact_lock({STORE})",
    Writing.POSTING: f"SELECT pg_advisory_xact_lock_shared({OUTBOX})",
}
"""The statements with which a transaction begins."""


def hold_outbox(connection: Connection) -> None:
    """Wait until no post is being recorded, and let none be until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_HOLD_OUTBOX)
