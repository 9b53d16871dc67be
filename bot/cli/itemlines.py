"""Items as JSON lines: what ``tocsin rules match`` and ``backtest --items`` read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rules.errors import TocsinError
from rules.model import Item, ItemId

NO_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_TEXTS = ("text", "title", "outlet", "lang", "lead", "url", "time")


class LineError(TocsinError):
    """A line is no item."""


def read_items(lines: Iterable[bytes], *, needs_time: bool = False) -> Iterator[tuple[object, Item | LineError]]:
    """Yield the id as it was given and the item, or what is wrong with the line; blank lines are passed over."""
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            record = _record(raw)
            yield record.get("id"), _item(number, record, needs_time=needs_time)
        except LineError as error:
            yield None, LineError(f"line {number}: {error}")


def _record(raw: bytes) -> dict[str, Any]:
    try:
        record = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LineError(f"byte {error.start + 1} is not UTF-8 text; write the line as UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise LineError(f"the line is no JSON: {getattr(error, 'msg', 'it is nested too deeply')}") from None
    if not isinstance(record, dict):
        raise LineError('the line is no JSON object; write {"id": ..., "text": ...}')
    return record


def _item(number: int, record: dict[str, Any], *, needs_time: bool) -> Item:
    for key in _TEXTS:
        value = record.get(key)
        if not (isinstance(value, str) or (value is None and key != "text")):
            raise LineError(f'"{key}" has to be text' if key in record else f'the key "{key}" is missing')
    tier = record.get("tier")
    if tier is not None and (isinstance(tier, bool) or not isinstance(tier, int)):
        raise LineError('"tier" has to be a whole number')
    when = _time(record.get("time"), needs_time=needs_time)
    return Item(
        id=ItemId(number),
        outlet=record.get("outlet") or "",
        title=record.get("title") or "",
        text=record["text"],
        url=record.get("url") or "",
        published=when,
        fetched=when,
        lead=record.get("lead") or "",
        lang=record.get("lang") or "",
        tier=tier,
    )


def _time(value: str | None, *, needs_time: bool) -> datetime:
    if not value:
        if needs_time:
            raise LineError('the key "time" is missing; a backtest needs to know the day')
        return NO_TIME
    return moment(value)


def moment(value: str) -> datetime:
    """Read a day or a time; without a zone it is UTC's. Raises LineError."""
    try:
        read = datetime.fromisoformat(value)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise LineError(f'"{value}" is no time; write 2026-09-30 or 2026-09-30T08:00:00Z') from None


def open_lines(files: list[Path], standard_input: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of files, or of standard input where none is named. Raises LineError for an unreadable file."""
    if not files:
        yield from standard_input
    for path in files:
        try:
            with path.open("rb") as file:
                yield from file
        except OSError as error:
            raise LineError(f"{path}: it cannot be read: {error.strerror}") from None
