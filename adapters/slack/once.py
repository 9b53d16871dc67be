"""Each payload handled once: Slack delivers some twice, also to a process that was started in between."""

from __future__ import annotations

from bot.ports import FirstTime

REMEMBERED = 10_000  # payloads whose repetition is noticed without asking


class Once:
    """Remembers the newest payloads here, all of them through ``first_time``."""

    def __init__(self, first_time: FirstTime | None = None, capacity: int = REMEMBERED) -> None:
        self._first_time = first_time
        self._capacity = capacity
        self._keys: dict[str, None] = {}

    async def is_new(self, key: str) -> bool:
        """Remember ``key`` and tell whether it was new to this process and to those before it."""
        if not key:
            return True
        if key in self._keys:
            return False
        self._keys[key] = None
        if len(self._keys) > self._capacity:
            del self._keys[next(iter(self._keys))]
        return self._first_time is None or await self._first_time(f"slack:{key}")
