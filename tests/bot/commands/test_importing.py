"""``import``: an archive of ``export`` from the chat, shown first, then taken whole, of one's own workspace."""

from __future__ import annotations

import io
import zipfile

import pytest

from bot.message import Reply
from bot.ports import Attached, Place
from bot.store import subscriptions
from tests.bot.commands.newsroom import DESK_RULES, HERE, RANGE, Newsroom, attached, caller, words_of

ELSEWHERE = Place(platform="slack", workspace="T2", channel="C1")


async def exported(room: Newsroom, place: Place = HERE) -> Attached:
    (file,) = (await room.commands.handle(caller("admin", place), "export")).files
    return attached(file.name, file.content)


async def followed(room: Newsroom, place: Place = HERE) -> list[str]:
    return [one.words for one in await room.db.read(lambda c: subscriptions.of_channel(c, place))]


async def offered(room: Newsroom, file: Attached, role: str = "admin") -> Reply:
    return await room.ask("import", role=role, files=(file,))


async def test_what_was_exported_comes_back_in_one_step(room: Newsroom) -> None:
    await room.publish("The Courier", "US may withdraw up to 70,000 troops", RANGE)
    await room.ask("subscribe us-withdrawal-figure severity:urgent filter:Poland confirm:true")
    await room.ask("settings cap:7")
    before, archive = await followed(room), await exported(room)
    await room.ask("settings cap:20")
    await room.ask("unsubscribe us-forces-europe")
    reply = await offered(room, archive)
    said = words_of(reply.message)
    assert "would make 2 changes. Nothing is changed yet." in said
    assert "+ slack:T1:C1 follows us-forces-europe" in said
    assert await followed(room) == []
    button = next(one for one in reply.message.buttons if one.label == "Import")
    taken = await room.press(button.action, button.value)
    assert taken.announce is not None
    assert "ana imported tocsin-" in words_of(taken.announce)
    assert await followed(room) == before
    assert "7 posts an hour" in await room.said("settings")
    assert "ana import in C1" in await room.said("audit")
    assert "already" in words_of((await room.press(button.action, button.value)).message)


async def test_an_archive_that_changes_nothing_says_so(room: Newsroom) -> None:
    await room.subscribe()
    assert "would change nothing here" in words_of((await offered(room, await exported(room))).message)


async def test_channels_of_other_workspaces_are_left_out_and_counted(room: Newsroom) -> None:
    await room.subscribe(ELSEWHERE)
    archive = await exported(room, ELSEWHERE)
    await room.commands.handle(caller("admin", ELSEWHERE), "unsubscribe us-forces-europe")
    said = words_of((await offered(room, archive)).message)
    assert "would change nothing here. 1 channel of other workspaces left out." in said
    assert await followed(room, ELSEWHERE) == []


async def test_rule_files_that_differ_are_named_with_their_own_way(room: Newsroom) -> None:
    await room.subscribe()
    archive = await exported(room)
    changed = DESK_RULES.replace("AND closed", "AND clos*")
    await room.ask("rules apply", files=(attached("desk.yaml", changed),))
    said = words_of((await offered(room, archive)).message)
    assert "put into force by /tocsin rules apply: rules/desk.yaml" in said


def zipped(name: str, body: bytes = b"x") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, body)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"PK\x03\x04broken", "cannot be imported"),
        (b"version: 1", "cannot be imported"),
        (b"", "is empty"),
        (zipped("../../etc/passwd"), "was not written by"),
        (zipped("state.json"), "has no archive.json"),
    ],
    ids=["broken", "no archive", "empty", "hostile", "a zip of something else"],
)
async def test_what_is_no_archive_is_refused_in_a_sentence_without_a_path(
    room: Newsroom, data: bytes, told: str
) -> None:
    said = words_of((await offered(room, attached("backup.zip", data))).message)
    assert told in said
    assert "tocsin-import-" not in said
    assert "backup.zip" in said


async def test_an_import_is_for_admins_also_when_its_button_is_pressed(room: Newsroom) -> None:
    await room.subscribe()
    archive = await exported(room)
    await room.ask("unsubscribe us-forces-europe")
    assert "is for admins" in words_of((await offered(room, archive, role="editor")).message)
    button = next(one for one in (await offered(room, archive)).message.buttons if one.label == "Import")
    assert "for admins" in words_of((await room.press(button.action, button.value, role="editor")).message)
    assert await followed(room) == []
