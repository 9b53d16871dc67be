"""Buttons that change something, and who may press them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot.store.schema import audit
from tests.bot.commands.newsroom import Newsroom
from tests.web.desk import serving
from tests.web.workbench import FILE, RULES, Bench, put_into_force, text_of

CHANGED = RULES.replace("min_change: 5%", "min_change: 10%")
BAD = RULES.replace("severity: urgent", "severity: urgnt")
FAILING = RULES.replace("low: 20000", "low: 30000")


@pytest.fixture
async def bench(room: Newsroom) -> AsyncIterator[Bench]:
    put_into_force(room)
    async with serving(room) as browser:
        await browser.sign_in()
        yield await Bench.open(browser)


async def test_who_is_not_signed_in_sees_no_rules_and_changes_none(bench: Bench, room: Newsroom) -> None:
    async with serving(room) as stranger:
        page = await stranger.get("/workbench", Accept="text/html")
        assert (page.status, page.headers["Location"]) == (303, "/sign-in?to=/workbench")
        assert (await stranger.post("/workbench/apply", bench.fields | {"text": CHANGED})).status == 401
    assert (room.rules / "withdrawals.yaml").read_text("utf-8") == RULES


async def test_a_form_of_another_session_changes_nothing(bench: Bench, room: Newsroom) -> None:
    answer = await bench.press("apply", text=CHANGED, form_token="0" * 64)
    assert answer.status == 403
    assert (room.rules / "withdrawals.yaml").read_text("utf-8") == RULES


class TestApply:
    async def test_the_difference_is_shown_first(self, bench: Bench, room: Newsroom) -> None:
        told = await bench.ask("compare", text=CHANGED)
        assert '<span class="removed">-    min_change: 5%</span>' in told
        assert '<span class="added">+    min_change: 10%</span>' in told
        assert (room.rules / "withdrawals.yaml").read_text("utf-8") == RULES

    async def test_it_comes_into_force_and_is_audited(self, bench: Bench, room: Newsroom) -> None:
        before = room.works.in_force.short
        told = await bench.ask("apply", text=CHANGED)
        assert "min_change: 5% → 10%" in told
        assert (room.rules / "withdrawals.yaml").read_text("utf-8") == CHANGED
        assert room.works.in_force.documents[FILE] == CHANGED
        rows = await room.db.read(lambda connection: connection.execute(select(audit)).all())
        noted = next(row for row in rows if row.what == "rules")
        assert noted.user == "an admin (web page)"
        assert noted.old == before
        assert room.works.in_force.short in noted.new

    async def test_the_next_change_goes_on_from_there(self, bench: Bench, room: Newsroom) -> None:
        page = (await bench.press("apply", text=CHANGED)).text
        again = Bench(bench.browser, page)
        assert again.fields["text"] == CHANGED
        assert "is in force" in await again.ask("apply", text=RULES)

    @pytest.mark.parametrize("text", [BAD, FAILING], ids=["a fault", "a test that fails"])
    async def test_what_is_not_right_is_refused_whole(self, bench: Bench, room: Newsroom, text: str) -> None:
        before = room.works.in_force.ruleset.hash
        told = await bench.ask("apply", text=text)
        assert "Nothing was changed" in told
        assert room.works.in_force.ruleset.hash == before
        assert (room.rules / "withdrawals.yaml").read_text("utf-8") == RULES

    async def test_what_changed_meanwhile_is_shown_beside_and_kept(self, bench: Bench, room: Newsroom) -> None:
        theirs = RULES.replace("severity: urgent", "severity: notice")
        put_into_force(room, theirs)
        told = await bench.ask("apply", text=CHANGED)
        assert "changed by somebody else meanwhile" in told
        assert '<span class="removed">-    severity: notice</span>' in told
        assert (room.rules / "withdrawals.yaml").read_text("utf-8") == theirs
        stamp = told.partition('name="stamp" value="')[2].partition('"')[0]
        assert "is in force" in await bench.ask("apply", text=CHANGED, stamp=stamp)
        assert (room.rules / "withdrawals.yaml").read_text("utf-8") == CHANGED

    async def test_a_file_with_other_line_ends_keeps_them(self, bench: Bench, room: Newsroom) -> None:
        put_into_force(room, RULES.replace("\n", "\r\n"))
        again = await Bench.open(bench.browser)
        await again.ask("apply", text=CHANGED)
        assert (room.rules / "withdrawals.yaml").read_bytes() == CHANGED.replace("\n", "\r\n").encode()

    async def test_a_new_file_needs_a_name_and_gets_its_place(self, bench: Bench, room: Newsroom) -> None:
        text = RULES.replace("withdrawal", "leaving")
        new = {"new": "1", "stamp": "", "text": text}
        assert "has no name yet" in await bench.ask("check", **new, file="")
        assert "cannot be the name" in await bench.ask("check", **new, file="../../etc/x.yaml")
        assert "is in force" in await bench.ask("apply", **new, file="leaving.yaml")
        assert (room.rules / "leaving.yaml").read_text("utf-8") == text

    async def test_a_new_file_never_takes_the_place_of_one(self, bench: Bench, room: Newsroom) -> None:
        told = await bench.ask("apply", text=CHANGED, new="1", stamp="", file="withdrawals.yaml")
        assert "changed by somebody else meanwhile" in told
        assert (room.rules / "withdrawals.yaml").read_text("utf-8") == RULES

    async def test_a_pack_can_be_tried_and_not_changed(self, bench: Bench, room: Newsroom) -> None:
        pack = await Bench.open(bench.browser, "pack:us-forces-europe")
        text = pack.fields["text"].replace("min_change: 5%", "min_change: 7%")
        mine = {"file": "pack:us-forces-europe", "text": text}
        assert "min_change: 5% → 7%" in await pack.ask("compare", **mine)
        assert "ships with Tocsin and stays as it is" in await pack.ask("apply", **mine, stamp=pack.fields["stamp"])

    async def test_a_copy_of_a_pack_is_a_new_file(self, bench: Bench) -> None:
        page = (await bench.browser.get("/workbench?copy=pack:us-forces-europe")).text
        assert 'value="us-forces-europe.yaml"' in page
        assert 'name="new" value="1"' in page


class TestHistory:
    async def test_an_earlier_set_comes_back(self, bench: Bench, room: Newsroom) -> None:
        first = room.works.in_force.ruleset.hash
        await bench.ask("apply", text=CHANGED)
        page = (await bench.browser.get(f"/workbench/history?set={room.works.in_force.ruleset.hash}")).text
        assert "an admin (web page)" in page
        assert '<span class="added">+    min_change: 10%</span>' in page
        answer = await bench.press("rollback", set=first)
        assert "are back" in answer.text
        assert (room.rules / "withdrawals.yaml").read_text("utf-8") == RULES

    async def test_a_set_that_is_not_there_is_said(self, bench: Bench) -> None:
        assert "no rule set of the history" in (await bench.press("rollback", set="ffffffff")).text

    async def test_files_on_disk_that_are_not_used_are_shown(self, bench: Bench, room: Newsroom) -> None:
        put_into_force(room, BAD)
        page = (await bench.browser.get(f"/workbench?file={FILE}")).text
        assert text_of(page) == RULES
        assert "The file on disk is another one" in page
        assert text_of((await bench.browser.get(f"/workbench?file={FILE}&from=disk")).text) == BAD
