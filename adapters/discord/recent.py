"""A mapping that remembers the newest entries only."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Recent(Generic[_Key, _Value]):
    """At most ``size`` entries; the oldest written goes first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[_Key, _Value] = OrderedDict()

    def get(self, key: _Key) -> _Value | None:
        """Return the value, or None when it is unknown or forgotten."""
        return self._entries.get(key)

    def put(self, key: _Key, value: _Value) -> None:
        """Remember ``value``, and forget the oldest entry when there are too many."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def add(self, key: _Key, value: _Value) -> bool:
        """Remember ``value`` unless ``key`` is known already; tell whether it was new."""
        if key in self._entries:
            return False
        self.put(key, value)
        return True

    def drop(self, key: _Key) -> None:
        """Forget one entry."""
        self._entries.pop(key, None)
