"""``tocsin.yaml`` to what delivery keeps: waits, quiet hours, digests, caps; in the database from every start on."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.app import opened
from bot.config import Config, check
from bot.credentials import Credentials
from bot.errors import ConfigError
from bot.ringing import pacing
from bot.ringing.gatekeeping import Waits
from bot.ringing.holding import QuietBehaviour, QuietHours
from bot.store import channels
from bot.store.channels import ChannelPace
from bot.telling.digest import Schedule

BERLIN = ZoneInfo("Europe/Berlin")
TOPIC = "us-forces-europe"


def configured(*entries: str, more: str = "") -> Config:
    lines = "\n".join(f"  - {{platform: console, channel: desk, topics: [{TOPIC}]{entry}}}" for entry in entries)
    return check(f"version: 1\nrules: ['pack:{TOPIC}']\n{more}\nchannels:\n{lines}\n".encode(), "tocsin.yaml")


def test_without_settings_a_channel_has_the_defaults() -> None:
    assert pacing.paces(configured("")) == {"console::desk": ChannelPace()}
    assert ChannelPace().schedule == Schedule(zone=ZoneInfo("UTC"), at=time(8), days=frozenset(range(5)))


def test_every_setting_arrives() -> None:
    found = pacing.paces(
        configured(
            ", timezone: Europe/Berlin, cap: 5, digest: {at: 7:30, days: [sun], only: true}"
            ", quiet: {start: 22:00, end: 06:15, days: [fri], behaviour: hold}"
        )
    )
    quiet = QuietHours(start=time(22), end=time(6, 15), zone=BERLIN, days=frozenset({4}), behaviour=QuietBehaviour.HOLD)
    schedule = Schedule(zone=BERLIN, at=time(7, 30), days=frozenset({6}))
    assert found["console::desk"] == ChannelPace(schedule=schedule, quiet=quiet, digest_only=True, cap=5)


@pytest.mark.parametrize("entries", [(", cap: 5", ""), ("", ", cap: 5"), (", cap: 9", ", cap: 5")])
def test_a_channel_listed_twice_takes_the_last_entry_that_sets_any(entries: tuple[str, str]) -> None:
    assert pacing.paces(configured(*entries))["console::desk"].cap == 5


def test_waits_are_a_minute_and_five_and_none_in_a_single_run() -> None:
    own = configured("", more="delivery: {group_wait: 0s, update_interval: 10m}")
    assert pacing.waits(configured(""), is_single_run=False) == Waits(
        first=timedelta(minutes=1), update=timedelta(minutes=5)
    )
    assert pacing.waits(own, is_single_run=False) == Waits(update=timedelta(minutes=10))
    assert pacing.waits(own, is_single_run=True) == Waits()


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (", timezone: Mars/Base", "TC161"),
        (", digest: {at: 25:00}", "TC159"),
        (", digest: {at: noon}", "TC159"),
        (", quiet: {start: 22:00}", "TC162"),
        (", quiet: {end: 07:00}", "TC162"),
    ],
)
def test_a_mistake_is_told_with_its_place(entry: str, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(entry)
    (fault,) = caught.value.faults
    assert (fault.code, fault.line) == (code, 5)


async def test_each_start_brings_the_settings_into_the_database_and_takes_them_out_again(tmp_path: Path) -> None:
    async def started(config: Config) -> ChannelPace:
        async with opened(config, tmp_path, Credentials(), environment={}) as app:
            return await app.db.read(lambda c: channels.pace_of(c, "console::desk"))

    assert await started(configured(", cap: 5")) == replace(ChannelPace(), cap=5)
    assert await started(configured("")) == ChannelPace()
    await started(configured(", cap: 5"))
    elsewhere = configured("").channels[0].model_copy(update={"channel": "hall"})
    assert await started(configured("").model_copy(update={"channels": (elsewhere,)})) == ChannelPace()
