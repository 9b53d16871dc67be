"""docs/commands.md tells of every command, option, role, choice and example; every example runs."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.desk import Desk
from bot.commands.parse import parse
from bot.commands.run import PRESSES, RUNS
from bot.commands.spec import COMMANDS, GROUPS, CommandSpec
from bot.message import Reply
from bot.rulebook.edit import Edit
from rules.vocabulary import Lexicon
from tests.bot.commands.newsroom import CHEESE, DESK_RULES, LOWER, RANGE, Newsroom, attached, caller
from tests.databases import blank_database
from tests.shared import ROOT

DOCS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
EXAMPLES = [(spec, example) for spec in COMMANDS for example in spec.examples]
MANDATE = (
    "China is ready to join the peacekeeping forces in Ukraine, but only if the troops are deployed on the basis of a "
    "United Nations mandate, EU diplomats told Welt am Sonntag."
)


def section(name: str) -> str:
    found = re.search(rf"^## {re.escape(name)}\n(.*?)(?=^## |\Z)", DOCS, re.DOTALL | re.MULTILINE)
    assert found is not None, f"docs/commands.md has no section on {name}"
    return found[1]


@pytest.mark.parametrize("spec", COMMANDS, ids=[spec.name for spec in COMMANDS])
def test_each_command_is_documented_with_options_role_and_examples(spec: CommandSpec) -> None:
    told = section(spec.name)
    assert f"Role: {spec.role}." in told
    assert spec.description in told
    rows = {row[1]: row[0] for row in re.finditer(r"^\| `(\w+)`.*$", told, re.MULTILINE)}
    assert list(rows) == [option.name for option in spec.options]
    for option in spec.options:
        assert option.description in rows[option.name]
        assert all(f"`{choice}`" in rows[option.name] for choice in option.choices)
    assert spec.examples, f"{spec.name} has no example"
    assert [line.removeprefix("/tocsin ") for line in told.splitlines() if line.startswith("/tocsin ")] == list(
        spec.examples
    )


def test_the_docs_tell_of_no_command_or_button_that_does_not_exist() -> None:
    headings = re.findall(r"^## (.+)$", DOCS, re.MULTILINE)
    assert headings == [*(spec.name for spec in COMMANDS), "Buttons", "Not there yet"]
    labels = {"why": "Why", "sources": "Sources", "snooze": "Snooze", "irrelevant": "Not relevant", "follow": "Follow"}
    assert set(PRESSES) - set(labels) == {"take", "undo", "change", "drop"}  # of previews and lines, told below
    assert re.findall(r"^\| ([A-Z][\w ]+) \| ", section("Buttons"), re.MULTILINE)[1:] == list(labels.values())


def test_every_command_has_its_run_and_fits_into_one_group_of_discord() -> None:
    assert set(RUNS) == {spec.name for spec in COMMANDS}
    shelves = {spec.shelf for spec in COMMANDS if spec.shelf}
    assert len({spec.shelf or spec.name.split()[0] for spec in COMMANDS}) <= 25
    assert all(len(inside) <= 25 for inside in GROUPS.values())
    assert not shelves & {spec.name.split()[0] for spec in COMMANDS}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, lexicon: Lexicon) -> Path:
    """Return a database in which every example has something to say."""
    path = blank_database(tmp_path_factory.mktemp("scene") / "tocsin.db")
    asyncio.run(_played(path, lexicon))
    return path


async def _played(path: Path, lexicon: Lexicon) -> None:
    room = Newsroom(path, lexicon)
    await room.subscribe()
    await room.subscribe(topic="un-mandate-peacekeeping")
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE, hours=30)
    await room.publish("The Mirror", "US may withdraw up to 70,000 troops", RANGE, hours=29)
    await room.publish("The Wire", "US may now withdraw up to 30,000 troops", LOWER, hours=2)
    await room.publish("The Courier", "China ready for peacekeeping under a UN mandate", MANDATE, hours=2)
    await room.publish("The Courier", "Cheese fair opens", CHEESE, hours=1)
    await room.deliver()
    for typed in ("merge 3 into:2", "snooze 2", "feedback 2 verdict:relevant", "follow 1"):
        await room.ask(typed)
    room.db.close()


@pytest.fixture
def staged(scene: Path, tmp_path: Path, lexicon: Lexicon) -> Iterator[Newsroom]:
    shutil.copy(scene, tmp_path / "tocsin.db")
    room = Newsroom(tmp_path / "tocsin.db", lexicon)
    room.db.write(room.pipeline.load_index)
    room.watcher.change(
        Edit(write={"rules/desk.yaml": DESK_RULES.replace("closed", "blocked")}), room.clock.now(), "ana"
    )
    yield room
    room.db.close()


@pytest.mark.parametrize(("spec", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
async def test_every_example_runs(staged: Newsroom, spec: CommandSpec, example: str) -> None:
    now = staged.works.in_force.ruleset.hash
    earlier = next(one for one in staged.works.history.entries() if one.hash != now)
    command = parse(example.replace("3f2a91c07d55", earlier.short).replace("bridge-closed", "bridge-blocked"))
    assert command.spec is spec
    takes_file = any(option.attachment for option in spec.options)
    for url in ("https://courier.example/", "https://courier.example/feed", "https://herald.example/feed"):
        staged.web.put(url, "The Herald")
    rules = attached("desk.yaml", DESK_RULES.replace("closed", "shut"))
    file = attached("feeds.opml", "https://mirror.example/feed") if spec.group == "feeds" else rules
    if spec.name == "import":
        (made,) = (await staged.ask("export")).files
        file = attached(made.name, made.content)
        await staged.ask("unsubscribe us-forces-europe")
    who = replace(caller(), files=(file,)) if takes_file else caller()
    if spec.name == "feeds resume":
        await staged.ask("feeds pause 1")
    desk = Desk(staged.db, staged.clock, dict(staged.ruleset.topics), staged.commands.tools)
    reply = await RUNS[spec.name](desk, who, command)  # raises CommandError for what a user did wrong
    assert isinstance(reply, Reply)
    assert reply.message.blocks
