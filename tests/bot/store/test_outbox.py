"""The outbox as SQL: keys, coalesced edits, schedules, lanes and the operator's changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, event, select

from bot.delivery.model import Op, RowState
from bot.errors import StoreError
from bot.store import lanes, outbox, outbox_admin, schema
from bot.store.guest import visit
from tests.bot.delivery.desk import LANE, Desk, message
from tests.databases import open_database

LEASE = timedelta(seconds=30)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_database(tmp_path) as db:
        yield Desk(db=db)


def claim(desk: Desk, lane: str = LANE, *, owner: str = "me", sole_owner: bool = False) -> int | None:
    now = desk.clock.now()
    return desk.write(lambda c: lanes.claim(c, lane, owner=owner, lease=now + LEASE, now=now, sole_owner=sole_owner))


def serve(desk: Desk, lane: str) -> None:
    """Claim and release a lane, as a step does that has to pace itself."""
    epoch, now = claim(desk, lane), desk.clock.now()
    assert epoch is not None
    desk.write(lambda c: lanes.release(c, lane, epoch, not_before=now))


def due(desk: Desk, *platforms: str) -> list[str]:
    now = desk.clock.now()
    return desk.write(lambda c: lanes.due_lanes(c, now=now, platforms=platforms or ("fake",), limit=10))


@given(st.lists(st.one_of(st.text(), st.integers()), min_size=1))
def test_keys_fit_discords_nonce_and_are_the_same_for_the_same_parts(parts: list[str | int]) -> None:
    key = outbox.delivery_key(*parts)
    assert key == outbox.delivery_key(*parts)
    assert len(key) <= 25
    assert key.isascii()
    assert key.isalnum()


def test_keys_differ_by_where_the_parts_are_cut() -> None:
    assert outbox.delivery_key("ab", "c") != outbox.delivery_key("a", "bc")


def test_a_key_that_is_there_is_ignored_whatever_became_of_its_row(desk: Desk) -> None:
    key = desk.put("one")
    row_id = desk.row(key).id
    desk.write(lambda c: outbox.mark_sent(c, row_id, "m1", desk.clock.now()))
    desk.put("one")
    assert desk.states() == ["sent"]


def test_rows_vanish_with_the_transaction_that_wrote_them(desk: Desk) -> None:
    def work(connection: Connection) -> None:
        outbox.enqueue(
            connection,
            lane=LANE,
            op="post",
            message=message("one"),
            key="k",
            now=desk.clock.now(),
        )
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        desk.write(work)
    assert desk.write(outbox.pending_count) == 0


def test_an_edit_that_waits_takes_the_new_body_and_one_that_went_out_does_not(desk: Desk) -> None:
    thread = desk.open_thread(root="m1", handle="m1")
    desk.edit("first", thread)
    desk.edit("second", thread)
    assert desk.states() == ["ready"]
    key = outbox.delivery_key(LANE, "edit", "second")
    row = desk.row(key)
    assert row.body["heading"] == "second"
    desk.write(lambda c: outbox.mark_sending(c, row.id, desk.clock.now()))
    desk.edit("third", thread)
    assert desk.states() == ["sending", "ready"]
    desk.edit("second", thread)
    assert desk.states() == ["sending", "ready"]


def test_edits_of_different_threads_stay_apart(desk: Desk) -> None:
    for name in ("one", "two"):
        desk.edit(name, desk.open_thread(root=name, handle=name))
    assert desk.states() == ["ready", "ready"]


def test_a_row_inherits_the_schedule_of_the_rows_before_it_in_its_thread(desk: Desk) -> None:
    thread = desk.open_thread()
    desk.put("parent", thread=thread, wait=60)
    reply = desk.put("reply", Op.REPLY, thread=thread)
    later = desk.put("later", Op.REPLY, thread=thread, wait=90)
    moments = [desk.row(key).not_before - desk.clock.now() for key in (reply, later)]
    assert moments == [timedelta(seconds=60), timedelta(seconds=90)]


def test_counts_know_states_lanes_and_the_oldest_row(desk: Desk) -> None:
    began = desk.clock.now()
    desk.put("one")
    desk.clock.advance(5)
    desk.put("two", lane="fake:T1:C2")
    depth = desk.write(outbox.depth)
    assert (depth.pending, depth.oldest) == (2, began)
    assert desk.write(lambda c: outbox.pending_count(c, LANE)) == 1


def test_a_claim_raises_the_epoch_and_holds_until_the_lease_ends(desk: Desk) -> None:
    desk.put("one")
    assert claim(desk) == 1
    assert claim(desk, owner="other") is None
    assert due(desk) == []
    desk.clock.advance(LEASE.total_seconds())
    assert due(desk) == [LANE]
    assert claim(desk, owner="other") == 2


def test_only_the_databases_sole_owner_passes_over_another_ones_lease(desk: Desk) -> None:
    desk.put("one")
    claim(desk, owner="killed process")
    assert claim(desk, owner="restarted", sole_owner=True) == 2


def test_a_release_under_an_old_epoch_is_refused_and_changes_nothing(desk: Desk) -> None:
    desk.put("one")
    old = claim(desk)
    assert old is not None
    desk.clock.advance(LEASE.total_seconds())
    claim(desk, owner="other")
    assert not desk.write(lambda c: lanes.release(c, LANE, old, not_before=None))
    assert claim(desk) is None


def test_the_lane_that_was_served_longest_ago_comes_first(desk: Desk) -> None:
    for name in ("C1", "C2", "C3"):
        desk.put(name, lane=f"fake:T1:{name}")
    for name in ("C2", "C1"):
        lane = f"fake:T1:{name}"
        serve(desk, lane)
        desk.clock.advance(1)
    assert due(desk) == ["fake:T1:C3", "fake:T1:C2", "fake:T1:C1"]


def test_platforms_without_a_messenger_wait(desk: Desk) -> None:
    desk.put("one", lane="slack:T1:C1")
    desk.put("two", lane="slack_x:T1:C1")
    assert due(desk, "discord") == []
    assert due(desk, "slack") == ["slack:T1:C1"]


def test_a_paused_platform_stops_its_lanes_and_those_still_to_come(desk: Desk) -> None:
    desk.put("one")
    desk.write(lambda c: lanes.pause_platform(c, "fake", "token_refused"))
    desk.put("two", lane="fake:T1:new")
    assert due(desk) == []
    assert claim(desk, "fake:T1:new") is None
    assert desk.write(lambda c: lanes.resume_platform(c, "fake"))
    assert len(due(desk)) == 2


def test_a_channel_parked_by_hand_stands_still_too(desk: Desk) -> None:
    desk.open_thread()
    desk.put("one")
    desk.write(lambda c: c.execute(schema.channel.update().values(state="parked")))
    assert due(desk) == []
    assert desk.write(lambda c: lanes.unpark(c, LANE))
    assert due(desk) == [LANE]


def test_the_next_moment_is_the_earliest_wait_of_a_lane_or_a_row(desk: Desk) -> None:
    now = desk.clock.now()

    def moment() -> object:
        return desk.write(lambda c: lanes.next_moment(c, now=now, platforms=["fake"]))

    assert moment() is None
    desk.put("scheduled", wait=60)
    assert moment() == now + timedelta(seconds=60)
    desk.put("other", lane="fake:T1:C2")
    epoch = claim(desk, "fake:T1:C2")
    assert epoch is not None
    desk.write(lambda c: lanes.release(c, "fake:T1:C2", epoch, not_before=now + timedelta(seconds=5)))
    assert moment() == now + timedelta(seconds=5)


def test_finding_the_head_of_a_lane_reads_pending_rows_only(desk: Desk) -> None:
    """A partial index serves only a statement that repeats its condition literally."""
    statements: list[str] = []

    def work(connection: Connection) -> list[str]:
        event.listen(connection, "before_cursor_execute", lambda *call: statements.append(call[2]))
        outbox.find_head(connection, LANE, desk.clock.now())
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statements[0]}", (LANE, desk.clock.now(), 1, 0)).all()
        return [str(step[3]) for step in steps]

    assert any("ix_outbox_pending (lane=?)" in step for step in desk.write(work))


def end(desk: Desk, key: str, state: RowState) -> None:
    row_id = desk.row(key).id
    desk.write(lambda c: outbox.mark_final(c, [row_id], state, "gave_up: tried for a day"))


@pytest.mark.parametrize(
    ("ended", "again"),
    [
        (RowState.DEAD, RowState.READY),
        (RowState.DROPPED, RowState.READY),
        (RowState.UNKNOWN, RowState.SENDING),  # it is looked for first
    ],
    ids=["dead is sent again", "dropped is sent again", "unknown is looked for first"],
)
def test_an_operator_can_retry_what_ended(desk: Desk, ended: RowState, again: RowState) -> None:
    key = desk.put("one")
    end(desk, key, ended)
    desk.clock.advance(60)
    done = desk.write(lambda c: outbox_admin.retry(c, [key, "no-such-key"], desk.clock.now()))
    row = desk.row(key)
    assert (done, row.state, row.attempts, row.error) == ([key], again, 0, None)
    assert row.created_at == desk.clock.now()


def test_an_operator_cannot_retry_what_was_sent_or_waits(desk: Desk) -> None:
    sent, waiting = desk.put("one"), desk.put("two")
    row_id = desk.row(sent).id
    desk.write(lambda c: outbox.mark_sent(c, row_id, "m1", desk.clock.now()))
    assert desk.write(lambda c: outbox_admin.retry(c, [sent, waiting], desk.clock.now())) == []


def test_a_row_that_is_just_being_posted_cannot_be_dropped(desk: Desk) -> None:
    key = desk.put("one")
    claim(desk)
    row_id = desk.row(key).id
    desk.write(lambda c: outbox.mark_sending(c, row_id, desk.clock.now()))
    assert desk.write(lambda c: outbox_admin.drop(c, [key], "", desk.clock.now())) == []
    desk.clock.advance(LEASE.total_seconds())
    assert desk.write(lambda c: outbox_admin.drop(c, [key], "old news", desk.clock.now())) == [key]
    assert desk.row(key).error == "operator: old news"


def test_what_an_operator_does_is_on_the_record(desk: Desk) -> None:
    key = desk.put("one")
    desk.write(lambda c: outbox_admin.drop(c, [key], "old news", desk.clock.now()))
    notes = desk.write(lambda c: c.execute(select(schema.audit.c.what, schema.audit.c.new)).all())
    assert [tuple(note) for note in notes] == [(f"outbox drop {key}", "operator: old news")]


def test_a_guest_works_beside_the_owner(desk: Desk) -> None:
    key = desk.put("one")
    assert visit(desk.db.path, lambda c: outbox_admin.drop(c, [key], "", desk.clock.now())) == [key]
    assert desk.states() == ["dropped"]


def test_a_guest_of_no_database_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database here"):
        visit(tmp_path / "none.db", outbox.depth)
    assert list(tmp_path.iterdir()) == []


def test_a_guest_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(StoreError, match="version none, this Tocsin needs"):
        visit(path, outbox.depth)
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="is it a Tocsin database"):
        visit(path, outbox.depth)
