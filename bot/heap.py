"""Keeps what stays for good out of the cycle collector's sight.

A full collection looks at every object there is, and nothing else runs meanwhile: with words, rules and libraries
loaded that takes a tenth of a second and more, in the middle of whatever the bot does.
"""

from __future__ import annotations

import gc


def settle() -> None:
    """Collect once, then take all that is left for permanent. Call it when loading is done, and whenever it was redone.

    What was permanent before is looked at again, so that rules no longer in force are given back.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def is_settled() -> bool:
    """Whether something is held as permanent."""
    return gc.get_freeze_count() > 0
