"""Every command on both platforms: understood alike, answered by one reply, seen whole, and lawful on the wire."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.commands.parse import parse
from bot.commands.spec import COMMANDS, CommandSpec, Completion, Option, Role
from bot.resources import load_lexicon
from rules.vocabulary import Lexicon
from tests.bot.commands.newsroom import CHEESE, DESK_RULES, LOWER, RANGE
from tests.contract.surfaces import File, Surfaces, open_surfaces, words_to_be_seen
from tests.databases import blank_database
from tests.shared import shared_path

FIELD = (
    "subscribe", "unsubscribe", "list", "why", "story", "figures", "positions", "latest", "search", "snooze",
    "unsnooze", "silences", "test", "status", "help", "digest", "quiet", "settings", "sources", "missed",
    "feedback", "merge", "split", "feeds list", "feeds health", "feeds find", "feeds add", "feeds test",
    "feeds pause", "feeds resume", "feeds import", "feeds export", "rules list", "rules show", "rules validate",
    "rules test", "rules backtest", "rules diff", "rules apply", "rules reload", "rules enable", "rules disable",
    "rules history", "rules rollback", "rules scorecard", "scorecard", "rules hygiene", "rules tune",
    "audit", "export", "follow", "unfollow", "topics",
)  # fmt: skip
"""What teams were promised."""

FILES: dict[str, File] = {
    "": ("backup.zip", b"no archive"),
    "feeds": ("feeds.opml", b"https://mirror.example/feed"),
    "rules": ("desk.yaml", DESK_RULES.replace("AND closed", "AND clos*").encode()),
}
PICKED = {Completion.CHANNEL, Completion.MENTION}  # on Discord people pick these from a list and cannot type them
SUBSCRIBE = next(spec for spec in COMMANDS if spec.name == "subscribe")
TOPIC = {"to": "us-forces-europe", "confirm": "true"}


@pytest.fixture
async def surfaces(tmp_path: Path, lexicon: Lexicon) -> AsyncIterator[Surfaces]:
    async with open_surfaces(blank_database(tmp_path / "tocsin.db"), lexicon) as opened:
        yield opened


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_lexicon()


async def furnish(surfaces: Surfaces) -> None:
    """Let both channels follow a topic, and something ring."""
    for surface in surfaces.both:
        await surface.ask(SUBSCRIBE, TOPIC, is_admin=True)
    room = surfaces.room
    for url, title in (("https://courier.example/", "The Courier"), ("https://herald.example/feed", "The Herald")):
        room.web.put(url, title)
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, hours=3)
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=2)
    await room.publish("The Courier", "Cheese fair opens", CHEESE, hours=1)
    await room.deliver()


def test_everything_that_was_promised_is_understood() -> None:
    for name in FIELD:
        assert parse(example_of(name)).spec in COMMANDS


def example_of(name: str) -> str:
    examples = [example for spec in COMMANDS if name in (spec.name, *spec.aliases) for example in spec.examples]
    assert examples, f"there is no command {name}"
    return examples[0]


async def test_every_example_is_understood_alike_and_its_answer_seen_whole_on_both(surfaces: Surfaces) -> None:
    await furnish(surfaces)
    for spec in COMMANDS:
        file = FILES.get(spec.group) if any(option.attachment for option in spec.options) else None
        for example in spec.examples:
            given = parse(example).options
            for surface in surfaces.both:
                asked = await surface.ask(spec, given, is_admin=True, file=file)
                where = f"{example} on {surface.name}"
                understood = parse(asked.words)
                assert understood.spec is spec, where
                assert {name: value for name, value in understood.options.items() if name != "file"} == given, where
                assert (asked.caller.role, "That did not work" in asked.seen) == ("admin", False), where
                assert [word for word in words_to_be_seen(asked.reply.message) if word not in asked.seen] == [], where
                assert asked.buttons == len(asked.reply.message.buttons), where
                assert bool(asked.public) == (asked.reply.announce is not None or not asked.reply.ephemeral), where


GUARDED = [spec for spec in COMMANDS if spec.role is not Role.READER]


async def test_who_may_not_run_a_command_is_told_so_and_nothing_changes_on_either(surfaces: Surfaces) -> None:
    await furnish(surfaces)
    before = await everything(surfaces)
    for spec in GUARDED:
        file = FILES.get(spec.group) if any(option.attachment for option in spec.options) else None
        for surface in surfaces.both:
            asked = await surface.ask(spec, parse(spec.examples[0]).options, is_admin=False, file=file)
            assert f"“{spec.name}” is for {spec.role}s; you are a reader here." in asked.seen, surface.name
            assert (asked.caller.role, asked.public) == ("reader", [])
    assert await everything(surfaces) == before


async def test_no_string_in_any_option_goes_unanswered_on_either(surfaces: Surfaces) -> None:
    strings = [each for each in json.loads(shared_path(NAUGHTY).read_text(encoding="utf-8")) if each.strip()]
    await furnish(surfaces)
    for (spec, option), string in zip(free_options(), itertools.islice(strings[::3], None), strict=False):
        others = {one.name: "1" for one in spec.options if one.required and one is not option}
        for surface in surfaces.both:
            if surface.name == "discord" and option.completion in PICKED:
                continue
            asked = await surface.ask(spec, {option.name: string, **others}, is_admin=True)
            assert asked.seen.strip(), f"{spec.name} {option.name}:{string!r} on {surface.name}"
            assert "a fault in Tocsin" not in asked.seen


NAUGHTY = "corpus/naughty-strings/blns.json"


def free_options() -> Iterator[tuple[CommandSpec, Option]]:
    """Yield the options into which anything can be typed."""
    for spec in COMMANDS:
        for option in spec.options:
            if not (option.choices or option.between or option.attachment):
                yield spec, option


async def everything(surfaces: Surfaces) -> list[object]:
    tables = ("subscription", "channel", "silence", "feed", "story", "outbox", "audit", "offer", "missed")
    return await surfaces.room.db.read(lambda c: [c.execute(text(f"SELECT * FROM {name}")).all() for name in tables])
