"""Every answer of a platform, for every task, has exactly one meaning: the whole table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery import notices
from bot.delivery.decisions import (
    Decision,
    Policy,
    Reason,
    Task,
    Verdict,
    after_look,
    after_surprise,
    backoff,
    is_stale,
    next_step,
    plan,
)
from bot.delivery.model import Delivery, Op, RowState, ThreadHandle, ThreadState
from bot.errors import DeliveryError, DeliveryReason
from bot.message import MessageKind
from tests.bot.delivery.desk import LANE, message

NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
POLICY = Policy()
OPEN = ThreadHandle(id=1, state=ThreadState.OPEN, root="m1", handle="t1", link="https://chat.example/m1")
EMPTY = ThreadHandle(id=1, state=ThreadState.OPEN, root=None, handle=None)
GONE = replace(OPEN, state=ThreadState.GONE)


def row(op: Op = Op.POST, kind: MessageKind = MessageKind.ALERT, **fields: object) -> Delivery:
    given_fields: dict[str, object] = {
        "id": 1,
        "key": "key",
        "lane": LANE,
        "op": op,
        "state": RowState.READY,
        "message": message("heading", kind),
        "created_at": NOW,
    }
    return Delivery(**(given_fields | fields))  # type: ignore[arg-type]


DETAIL = MessageKind.DETAIL
UPDATE = MessageKind.UPDATE


@pytest.mark.parametrize(
    ("delivery", "task", "reason"),
    [
        pytest.param(row(), Task.ROOT, Reason.IN_ORDER, id="a message of its own is posted"),
        pytest.param(row(thread=EMPTY), Task.ROOT, Reason.IN_ORDER, id="a parent is posted"),
        pytest.param(row(thread=OPEN), Task.REPLY, Reason.IN_ORDER, id="a parent of a rooted thread becomes a reply"),
        pytest.param(row(Op.REPLY, thread=OPEN), Task.REPLY, Reason.IN_ORDER, id="a reply goes into its thread"),
        pytest.param(row(Op.REPLY), Task.ROOT, Reason.IN_ORDER, id="a reply whose story is gone stands alone"),
        pytest.param(
            row(Op.REPLY, DETAIL, thread=EMPTY), Task.BURY, Reason.PARENT_LOST, id="a detail dies with its parent"
        ),
        pytest.param(
            row(Op.REPLY, UPDATE, thread=EMPTY), Task.ROOT, Reason.PROMOTED, id="an update opens a lost parent's thread"
        ),
        pytest.param(row(Op.EDIT, thread=OPEN), Task.EDIT, Reason.IN_ORDER, id="an edit edits"),
        pytest.param(row(Op.EDIT, thread=EMPTY), Task.DROP, Reason.NO_ROOT, id="an edit of nothing is left out"),
        pytest.param(row(Op.EDIT), Task.DROP, Reason.NO_ROOT, id="an edit without a thread is left out"),
        pytest.param(row(thread=GONE), Task.DROP, Reason.ROOT_DELETED, id="a deleted parent is not posted again"),
        pytest.param(row(Op.REPLY, thread=GONE), Task.DROP, Reason.ROOT_DELETED, id="nothing follows a deleted parent"),
        pytest.param(
            row(state=RowState.SENDING), Task.ASK, Reason.INTERRUPTED, id="what was interrupted is looked for"
        ),
        pytest.param(
            row(state=RowState.SENDING, thread=GONE), Task.ASK, Reason.INTERRUPTED, id="also when its thread is gone"
        ),
        pytest.param(
            row(Op.EDIT, state=RowState.SENDING, thread=OPEN),
            Task.EDIT,
            Reason.IN_ORDER,
            id="an interrupted edit is made again",
        ),
    ],
)
def test_the_head_of_a_lane_has_one_next_task(delivery: Delivery, task: Task, reason: Reason) -> None:
    planned = plan(delivery)
    assert (planned.task, planned.reason) == (task, reason)


R = DeliveryReason
V = Verdict
TABLE: dict[DeliveryReason, tuple[Verdict, Verdict, Verdict, Verdict]] = {
    #                    posting a root   a reply     an edit   looking
    R.THROTTLED: (V.RETRY, V.RETRY, V.RETRY, V.ASK),
    R.UNAVAILABLE: (V.RETRY, V.RETRY, V.RETRY, V.ASK),
    R.AMBIGUOUS: (V.ASK, V.ASK, V.RETRY, V.UNKNOWN),
    R.TOKEN_REFUSED: (V.PAUSE, V.PAUSE, V.PAUSE, V.PAUSE),
    R.CHANNEL_GONE: (V.PARK, V.PARK, V.PARK, V.PARK),
    R.NO_PERMISSION: (V.PARK, V.PARK, V.PARK, V.UNKNOWN),
    R.THREAD_GONE: (V.PLAIN, V.REROOT, V.DROP, V.REROOT),
    R.THREAD_LOCKED: (V.PLAIN, V.REROOT, V.DROP, V.REROOT),
    R.THREAD_DELETED: (V.PLAIN, V.DROP, V.DROP, V.DROP),
    R.REJECTED: (V.PLAIN, V.PLAIN, V.DEAD, V.UNKNOWN),
    R.EDIT_LIMIT: (V.RETRY, V.RETRY, V.DROP, V.UNKNOWN),
}
TASKS = (Task.ROOT, Task.REPLY, Task.EDIT, Task.ASK)


def failed(reason: DeliveryReason, retry_after: float | None = None) -> DeliveryError:
    return DeliveryError(LANE, reason, "the platform's words", retry_after)


@pytest.mark.parametrize("column", range(4), ids=[str(task) for task in TASKS])
@pytest.mark.parametrize("reason", list(DeliveryReason), ids=str)
def test_every_refusal_has_one_meaning(reason: DeliveryReason, column: int) -> None:
    decision = next_step(row(Op.REPLY, UPDATE, thread=OPEN), TASKS[column], failed(reason), POLICY)
    assert decision.verdict is TABLE[reason][column]
    assert decision.detail == "the platform's words"


@pytest.mark.parametrize("task", [Task.PART, Task.ASK], ids=str)
@pytest.mark.parametrize("reason", list(DeliveryReason), ids=str)
def test_what_befalls_a_further_part_never_ends_the_message_that_is_there(reason: DeliveryReason, task: Task) -> None:
    delivery = row(Op.REPLY, UPDATE, thread=OPEN, part=1, first="m1", under="m1", attempts=POLICY.max_attempts)
    ended = {V.DEAD, V.UNKNOWN, V.PLAIN, V.REROOT, V.DROP}
    assert next_step(delivery, task, failed(reason), POLICY).verdict not in ended


def test_an_edit_that_a_locked_thread_refuses_does_not_count_as_a_deleted_parent() -> None:
    decision = next_step(row(Op.EDIT, thread=OPEN), Task.EDIT, failed(R.THREAD_LOCKED), POLICY)
    assert (decision.verdict, decision.reason) == (V.DROP, Reason.THREAD_LOCKED)


@pytest.mark.parametrize("task", [Task.ROOT, Task.REPLY, Task.ASK], ids=str)
@given(reason=st.sampled_from(list(DeliveryReason)), attempts=st.integers(0, 1000), plain=st.booleans())
def test_what_may_have_been_accepted_is_never_sent_again_unseen(
    task: Task, reason: DeliveryReason, attempts: int, plain: bool
) -> None:
    delivery = row(thread=OPEN, attempts=attempts, plain=plain, state=RowState.SENDING)
    decision = next_step(delivery, task, failed(reason), POLICY)
    if reason is DeliveryReason.AMBIGUOUS:
        assert decision.verdict in {Verdict.ASK, Verdict.UNKNOWN}
    if task is Task.ASK:
        assert decision.verdict is not Verdict.RETRY


@given(st.floats(0, 10**7), st.integers(0, 1000))
def test_a_platforms_own_wait_is_kept_to_the_letter_and_never_ends_a_row(wait: float, attempts: int) -> None:
    for task in TASKS:
        decision = next_step(row(attempts=attempts), task, failed(DeliveryReason.THROTTLED, wait), POLICY)
        assert (decision.wait, decision.counts) == (wait, False)
        assert decision.verdict in {Verdict.RETRY, Verdict.ASK}


@given(st.integers(0, 10**6), st.text(max_size=24))
def test_waits_grow_to_a_bound_and_are_spread_by_the_rows_key(attempts: int, key: str) -> None:
    wait = backoff(row(attempts=attempts, key=key), POLICY)
    full = min(2.0 ** min(attempts, 32), POLICY.longest_wait)
    assert 0.9 * full <= wait <= 1.1 * full


def test_a_row_is_given_up_after_its_last_attempt() -> None:
    last = row(attempts=POLICY.max_attempts - 1)
    assert next_step(last, Task.ROOT, failed(DeliveryReason.UNAVAILABLE), POLICY).verdict is Verdict.DEAD
    assert next_step(last, Task.ASK, failed(DeliveryReason.UNAVAILABLE), POLICY).verdict is Verdict.UNKNOWN
    assert after_look(last, POLICY, NOW, found=False).verdict is Verdict.DEAD


@pytest.mark.parametrize(
    ("found", "since_the_call", "verdict", "wait"),
    [
        (True, 0.1, Verdict.SENT, 0.0),
        (False, 0.1, Verdict.ASK, POLICY.settle - 0.1),
        (False, -60.0, Verdict.ASK, POLICY.settle),
        (False, POLICY.settle, Verdict.RETRY, 0.0),
    ],
    ids=[
        "what is found is sent, however early",
        "an early no is not believed: it may still be on its way",
        "nor is one from before the clock was set back",
        "a late no is",
    ],
)
def test_the_answer_to_a_look_decides(found: bool, since_the_call: float, verdict: Verdict, wait: float) -> None:
    delivery = row(state=RowState.SENDING, sending_at=NOW)
    decision = after_look(delivery, POLICY, NOW + timedelta(seconds=since_the_call), found=found)
    assert decision.verdict is verdict
    assert decision.wait == pytest.approx(wait)


def test_a_detail_never_opens_a_new_thread() -> None:
    decision = next_step(row(Op.REPLY, DETAIL, thread=OPEN), Task.REPLY, failed(DeliveryReason.THREAD_GONE), POLICY)
    assert (decision.verdict, decision.reason) == (Verdict.DROP, Reason.PARENT_LOST)


def test_a_second_refusal_of_the_payload_is_final() -> None:
    decision = next_step(row(plain=True), Task.ROOT, failed(DeliveryReason.REJECTED), POLICY)
    assert (decision.verdict, decision.reason) == (Verdict.DEAD, Reason.REJECTED_TWICE)


def test_a_surprise_is_looked_for_first_and_never_loops() -> None:
    assert after_surprise(row(), Task.ROOT, "KeyError: 'x'", POLICY).verdict is Verdict.ASK
    assert after_surprise(row(plain=True), Task.ROOT, "KeyError: 'x'", POLICY).verdict is Verdict.UNKNOWN
    assert after_surprise(row(), Task.ASK, "KeyError: 'x'", POLICY).verdict is Verdict.UNKNOWN
    assert after_surprise(row(Op.EDIT), Task.EDIT, "KeyError: 'x'", POLICY).verdict is Verdict.DEAD


def test_only_rows_that_would_ring_grow_stale() -> None:
    late = NOW + POLICY.max_age + timedelta(seconds=1)
    assert is_stale(row(), late, POLICY)
    assert not is_stale(row(), NOW + POLICY.max_age, POLICY)
    assert not is_stale(row(Op.EDIT), late, POLICY)
    assert not is_stale(row(state=RowState.SENDING), late, POLICY)


@pytest.mark.parametrize("verdict", list(Verdict), ids=str)
def test_people_are_told_of_what_ends_or_stops_and_of_nothing_else(verdict: Verdict) -> None:
    told = notices.notice(row(), Decision(verdict=verdict, reason=Reason.GAVE_UP, detail="503"))
    loud = {Verdict.DEAD, Verdict.UNKNOWN, Verdict.PARK, Verdict.PAUSE}
    assert (told is not None) == (verdict in loud)
    if told is not None:
        assert "tocsin outbox retry" in str(told.blocks)
        assert LANE.split(":")[0] in told.fallback


def test_a_digest_of_late_rows_lists_a_few_and_counts_the_rest() -> None:
    digest = notices.stale_digest([row(key=str(n)) for n in range(30)], NOW + timedelta(hours=30))
    assert digest.fallback.startswith("30 messages")
    assert str(digest.blocks).count("(30 h old)") == notices.LISTED
    assert "and 10 more" in str(digest.blocks)
