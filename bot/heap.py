"""Keeps what stays for good out of the cycle collector's sight.

A full collection looks at every object there is, and nothing else runs meanwhile: with words, rules and libraries
loaded that takes a tenth of a second and more, in the middle of whatever the bot does.
"""

from __future__ import annotations

import gc

USUAL = gc.get_threshold()
LOADING = 100_000  # objects: what is loaded stays, and looking through it time and again takes a tenth of a start


def load() -> None:
    """Look for garbage seldom from now on: the program begins, and loads what it needs. ``settle`` ends that."""
    gc.set_threshold(LOADING, *USUAL[1:])


def settle() -> None:
    """Collect once, then take all that is left for permanent. Call it when loading is done, and whenever it was redone.

    What was permanent before is looked at again, so that rules no longer in force are given back.
    """
    gc.set_threshold(*USUAL)
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    _give_back()


def _give_back() -> None:
    """Return to the system what loading has left free in between, where the C library can: some megabytes."""
    import ctypes  # not for `tocsin --help`

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc's
    if trim is not None:
        trim(0)


def is_settled() -> bool:
    """Whether something is held as permanent."""
    return gc.get_freeze_count() > 0
