"""What stays for good costs no collection; what was replaced is given back."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from bot import heap


class Ring:
    """Something that only the cycle collector can give back."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    gc.unfreeze()  # a test before this one may have run a whole bot
    yield
    gc.unfreeze()


def test_what_was_loaded_is_not_looked_at_again() -> None:
    assert not heap.is_settled()
    loaded = [Ring() for _ in range(100)]
    heap.settle()
    assert heap.is_settled()
    looked_at = {id(found) for found in gc.get_objects()}
    assert not looked_at & {id(ring) for ring in loaded}


def test_what_was_replaced_is_given_back() -> None:
    old = Ring()
    gone = weakref.ref(old)
    heap.settle()
    del old
    gc.collect()
    assert gone() is not None
    heap.settle()
    assert gone() is None
