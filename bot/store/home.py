"""What a kind of database has to offer to ``bot.store.db``: to be opened, and transactions of two kinds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection

from bot.store.locks import Writing


class Home(Protocol):
    """A database of one kind: a file, or one on a server. Its errors are SQLAlchemy's until ``explain`` has words."""

    name: str  # how messages call it
    readers: int  # threads that read beside the writer
    is_shared: bool  # other processes may write to it, too

    def open(self, first: Sequence[str] = ()) -> None:
        """Take it, check it and bring it to this version's schema. Raises StoreError; ``close`` follows in any case.

        ``first``: tables to check, where it needs no new schema; ``check`` looks at all of them later.
        """

    def check(self) -> None:
        """Look at the whole of it, from any thread. Raises StoreError where it is damaged."""

    def close(self) -> None:
        """Give it back."""

    def writing(self, kind: Writing = Writing.ALONE) -> AbstractContextManager[Connection]:
        """Open a transaction that no other writer runs beside, in any process, but those that ``kind`` lets in."""

    def reading(self) -> AbstractContextManager[Connection]:
        """Open a consistent snapshot beside the writers."""

    def explain(self, error: Exception) -> str:
        """Say in a sentence what a failure of the database means, and what to do where somebody can."""
