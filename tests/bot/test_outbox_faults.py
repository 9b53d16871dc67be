"""Fault points do nothing unless a test asks, and then exactly what it asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import faults
from bot.faults import FaultInjected, fault


@pytest.fixture(autouse=True)
def _disarm() -> Iterator[None]:
    yield
    faults.arm({})


def test_a_point_does_nothing_when_nobody_asked(tmp_path: Path) -> None:
    log = tmp_path / "log"
    faults.arm({faults.LOG: str(log)})
    fault("anything")
    assert not log.exists()


def test_a_point_fails_at_its_nth_call_only(tmp_path: Path) -> None:
    log = tmp_path / "log"
    faults.arm({faults.SPEC: "store.write:raise:2", faults.LOG: str(log)})
    fault("store.write")
    fault("another")
    with pytest.raises(FaultInjected, match=r"store\.write"):
        fault("store.write")
    fault("store.write")
    assert log.read_text() == "store.write:raise:2\n"


def test_several_points_can_be_armed_and_a_delay_goes_on() -> None:
    faults.arm({faults.SPEC: "a:delay=0.001:1,b:raise:1"})
    fault("a")
    with pytest.raises(FaultInjected):
        fault("b")


@pytest.mark.parametrize("spec", ["a:explode:1", "a:kill", "a:kill:soon"], ids=str)
def test_a_request_that_makes_no_sense_is_refused(spec: str) -> None:
    with pytest.raises(ValueError, match=r"explode|unpack|soon"):
        faults.arm({faults.SPEC: spec})
