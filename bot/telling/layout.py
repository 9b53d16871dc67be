"""How much of an alert its card shows in a channel."""

from __future__ import annotations

from enum import StrEnum


class Layout(StrEnum):
    """Either all lines, or the claims, the origin and the links alone; what a card leaves out stands in ``why``."""

    FULL = "full"
    COMPACT = "compact"
