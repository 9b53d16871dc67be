"""A string that does not show itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A token or password: prints as ``<secret>`` everywhere; ``reveal()`` is the only way to its value."""

    _value: str

    def reveal(self) -> str:
        """Return the secret itself. Call it only at the edge that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "<secret>"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)
