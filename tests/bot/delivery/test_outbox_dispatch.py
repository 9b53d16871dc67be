"""The dispatcher over a fake platform: nothing lost, nothing twice, order kept, at the platform's pace."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from bot.delivery.courier import Courier, StepResult
from bot.delivery.decisions import Policy, Reason, Verdict
from bot.delivery.model import Op
from bot.delivery.turns import portion
from bot.errors import DeliveryReason
from bot.message import MessageKind
from bot.ports import Place
from bot.store.schema import outbox
from tests.bot.delivery.desk import ADMIN, FAST, LANE, Desk
from tests.fakes.manual_clock import ManualClock
from tests.fakes.scripted_messenger import ScriptedMessenger, Trouble

AMBIGUOUS = DeliveryReason.AMBIGUOUS


async def test_a_thread_goes_out_parent_first_and_remembers_its_handles(desk: Desk) -> None:
    thread = desk.story_thread()
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["parent", "summary", "history"]
    assert [post.thread for post in desk.fake.posts] == [None, "m1", "m1"]
    row = desk.thread(thread)
    assert (row.root, row.handle, row.link) == ("m1", "m1", "https://chat.example/m1")
    assert desk.states() == ["sent", "sent", "sent"]


async def test_a_broadcast_reply_says_so_to_the_platform(desk: Desk) -> None:
    thread = desk.story_thread(replies=())
    desk.put("update", Op.REPLY, thread=thread, kind=MessageKind.UPDATE, broadcast=True)
    await desk.dispatcher().drain()
    assert [post.broadcast for post in desk.fake.posts] == [False, True]


async def test_a_reply_finds_the_thread_that_an_earlier_run_opened(desk: Desk) -> None:
    thread = desk.story_thread(replies=())
    await desk.dispatcher().drain()
    desk.put("update", Op.REPLY, thread=thread, kind=MessageKind.UPDATE)
    await desk.dispatcher().drain()
    assert desk.fake.posts[1].thread == "m1"


class SlowClock(ManualClock):
    """A slow machine: time passes with every look at the clock."""

    def now(self) -> datetime:
        """Return the time, a little later each time."""
        self.advance(0.03)
        return super().now()


@pytest.mark.parametrize("gap", [0.045, 0.075, 0.105], ids=str)
async def test_a_wait_that_ends_between_two_looks_at_the_clock_is_not_forgotten(desk: Desk, gap: float) -> None:
    desk.clock = SlowClock()
    for number in range(4):
        desk.put(f"message {number}")
    await desk.dispatcher(Policy(gap=gap)).drain()
    assert desk.fake.texts() == [f"message {number}" for number in range(4)]


@pytest.mark.parametrize("body", [{"is": "Hologram"}, {}, [], {"is": "Message", "kind": "opera"}, None], ids=str)
async def test_a_row_that_cannot_be_read_ends_dead_and_does_not_block_its_lane(desk: Desk, body: object) -> None:
    key = desk.put("one")
    desk.put("two")
    desk.write(lambda c: c.execute(update(outbox).where(outbox.c.key == key).values(body=body)))
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["two"]
    assert desk.row(key).state == "dead"
    assert desk.row(key).error.startswith("unreadable: ")


async def test_draining_again_posts_nothing(desk: Desk) -> None:
    desk.story_thread()
    dispatcher = desk.dispatcher()
    await dispatcher.drain()
    await dispatcher.drain()
    assert len(desk.fake.calls) == 3


async def test_an_edit_brings_the_parent_up_to_date_and_is_counted(desk: Desk) -> None:
    thread = desk.story_thread(replies=())
    desk.edit("parent, corrected", thread)
    await desk.dispatcher().drain()
    assert [(posted.message, text.heading) for posted, text in desk.fake.edits] == [("m1", "parent, corrected")]
    assert desk.thread(thread).edits == 1


async def test_posts_in_one_channel_keep_the_gap_and_other_channels_do_not_wait(desk: Desk) -> None:
    for heading in ("one", "two", "three"):
        desk.put(heading)
    desk.put("elsewhere", lane="fake:T1:C2")
    began = desk.clock.now()
    await desk.dispatcher(Policy(gap=1.0)).drain()
    assert desk.fake.texts("C1") == ["one", "two", "three"]
    assert desk.clock.now() - began == timedelta(seconds=2)
    assert desk.fake.texts().index("elsewhere") < desk.fake.texts().index("two")


async def test_retry_after_is_kept_to_the_letter_and_is_no_attempt(desk: Desk) -> None:
    key = desk.put("one")
    desk.put("two")
    desk.fake.on_post.append(Trouble(reason=DeliveryReason.THROTTLED, retry_after=7.5))
    began = desk.clock.now()
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["one", "two"]
    assert desk.clock.now() - began == timedelta(seconds=7.5)
    assert desk.row(key).attempts == 0


async def test_a_long_retry_after_holds_its_own_channel_only_and_drain_does_not_wait(desk: Desk) -> None:
    key = desk.put("one")
    desk.put("elsewhere", lane="fake:T1:C2")
    two_days = 172_800.0
    desk.fake.on_post.append(Trouble(reason=DeliveryReason.THROTTLED, retry_after=two_days))
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["elsewhere"]
    assert desk.row(key).state == "ready"
    desk.clock.advance(two_days - 1)
    await desk.dispatcher(Policy(gap=0.0, max_age=timedelta(days=9))).drain(timedelta(0))
    assert desk.fake.texts() == ["elsewhere"]
    desk.clock.advance(1)
    await desk.dispatcher(Policy(gap=0.0, max_age=timedelta(days=9))).drain(timedelta(0))
    assert desk.fake.texts() == ["elsewhere", "one"]


async def test_what_surely_was_not_accepted_is_sent_again_with_growing_waits(desk: Desk) -> None:
    desk.put("one")
    desk.fake.on_post.extend([Trouble(reason=DeliveryReason.UNAVAILABLE)] * 3)
    began = desk.clock.now()
    await desk.dispatcher().drain()
    assert desk.fake.calls == ["post one"] * 4
    waited = (desk.clock.now() - began).total_seconds()
    assert waited == pytest.approx(1 + 2 + 4, rel=0.11)


async def test_a_blocked_head_keeps_the_order_of_its_lane(desk: Desk) -> None:
    desk.put("one")
    desk.put("two")
    desk.fake.on_post.append(Trouble(reason=DeliveryReason.UNAVAILABLE))
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["one", "two"]


async def test_giving_up_ends_dead_and_visible_and_frees_the_lane(desk: Desk) -> None:
    key = desk.put("one")
    desk.put("two")
    desk.fake.on_post.extend([Trouble(reason=DeliveryReason.UNAVAILABLE)] * 2)
    await desk.dispatcher(Policy(gap=0.0, max_attempts=2), admin_lanes=[ADMIN]).drain()
    row = desk.row(key)
    assert (row.state, row.error.split(":")[0]) == ("dead", "gave_up")
    assert desk.fake.texts("C1") == ["two"]
    notices = [post.message for post in desk.fake.posts if post.place == ADMIN]
    assert len(notices) == 1
    assert f"tocsin outbox retry {key}" in str(notices[0])


@pytest.mark.parametrize("accepted", [True, False], ids=["the platform has it", "the platform does not have it"])
async def test_after_an_ambiguous_end_the_platform_is_asked_and_the_message_is_there_once(
    desk: Desk, accepted: bool
) -> None:
    desk.story_thread()
    desk.fake.on_post.append(Trouble(reason=AMBIGUOUS, accepted=accepted))
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["parent", "summary", "history"]
    assert "find" in desk.fake.calls
    assert [post.thread for post in desk.fake.posts] == [None, "m1", "m1"]


async def test_an_interrupted_reply_is_looked_for_in_its_thread(desk: Desk) -> None:
    desk.story_thread(replies=("summary",))
    desk.fake.on_post.extend([None, Trouble(reason=AMBIGUOUS, accepted=True)])
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["parent", "summary"]
    assert [thread for _, thread, _ in desk.fake.finds] == ["m1"]


async def test_a_silent_platform_counts_as_ambiguous(desk: Desk) -> None:
    desk.put("one")
    never = asyncio.Event()
    desk.fake.gate = lambda _place: never if not desk.fake.finds else None
    await desk.dispatcher(Policy(gap=0.0, call_timeout=0.01)).drain()
    assert desk.fake.calls == ["post one", "find", "find", "post one"]  # the first no may be too early
    assert desk.fake.texts() == ["one"]


@pytest.mark.parametrize(
    "refusal",
    [DeliveryReason.NO_PERMISSION, DeliveryReason.REJECTED],
    ids=["reading is not allowed", "the question is refused"],
)
async def test_what_cannot_be_found_out_ends_unknown_with_one_notice_and_is_never_sent_again(
    desk: Desk, refusal: DeliveryReason
) -> None:
    key = desk.put("one")
    desk.put("two")
    desk.fake.on_post.append(Trouble(reason=AMBIGUOUS))
    desk.fake.on_find.append(Trouble(reason=refusal))
    dispatcher = desk.dispatcher(admin_lanes=[ADMIN])
    await dispatcher.drain()
    await dispatcher.drain()
    assert desk.row(key).state == "unknown"
    assert desk.fake.calls.count("post one") == 1
    assert len(desk.fake.texts("ops")) == 1
    told = [post.message.fallback for post in desk.fake.posts if post.place == ADMIN]
    assert "may or may not have been posted" in told[0]


async def test_without_an_admin_channel_the_notice_goes_to_the_channel_itself(desk: Desk) -> None:
    desk.put("one")
    desk.fake.on_post.append(Trouble(reason=AMBIGUOUS))
    desk.fake.on_find.append(Trouble(reason=DeliveryReason.NO_PERMISSION))
    await desk.dispatcher().drain()
    assert desk.fake.texts("C1") == ["Delivery"]


async def test_a_platform_that_cannot_be_asked_just_now_is_asked_again(desk: Desk) -> None:
    desk.put("one")
    desk.fake.on_post.append(Trouble(reason=AMBIGUOUS, accepted=True))
    desk.fake.on_find.append(Trouble(reason=DeliveryReason.UNAVAILABLE))
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["one"]
    assert desk.states() == ["sent"]


async def test_a_refused_token_costs_one_call_and_pauses_the_whole_platform(desk: Desk) -> None:
    other = ScriptedMessenger(platform="other")
    for n in range(20):
        desk.put(f"message {n}", lane=f"fake:T1:C{n}")
    desk.put("elsewhere", lane="other:T1:C1")
    desk.fake.always = Trouble(reason=DeliveryReason.TOKEN_REFUSED)
    ops = [ADMIN, Place(platform="other", workspace="T1", channel="ops")]
    dispatcher = desk.dispatcher(messengers={"fake": desk.fake, "other": other}, admin_lanes=ops)
    await dispatcher.drain()
    await dispatcher.drain()
    assert len(desk.fake.calls) == 1
    assert other.texts("C1") == ["elsewhere"]
    assert ["paused" in post.message.fallback for post in other.posts if post.place.channel == "ops"] == [True]
    health = await dispatcher.health()
    assert (health.pending, health.standing_still) == (20, (("fake", "token_refused"),))


async def test_after_a_new_token_all_kept_rows_go_out(desk: Desk) -> None:
    desk.story_thread()
    desk.fake.on_post.append(Trouble(reason=DeliveryReason.TOKEN_REFUSED))
    dispatcher = desk.dispatcher()
    await dispatcher.drain()
    assert desk.fake.posts == []
    assert await dispatcher.resume("fake")
    await dispatcher.drain()
    assert desk.fake.texts() == ["parent", "summary", "history"]


async def test_a_restart_tries_a_paused_platform_with_a_single_call(desk: Desk) -> None:
    for n in range(5):
        desk.put(f"message {n}", lane=f"fake:T1:C{n}")
    desk.fake.always = Trouble(reason=DeliveryReason.TOKEN_REFUSED)
    await desk.dispatcher().drain()
    await desk.dispatcher().drain()
    assert len(desk.fake.calls) == 2


@pytest.mark.parametrize("reason", [DeliveryReason.CHANNEL_GONE, DeliveryReason.NO_PERMISSION], ids=str)
async def test_a_channel_that_refuses_is_parked_with_its_rows_and_the_admin_is_told_once(
    desk: Desk, reason: DeliveryReason
) -> None:
    desk.story_thread()
    desk.put("elsewhere", lane="fake:T1:C2")
    desk.fake.on_post.append(Trouble(reason=reason))
    dispatcher = desk.dispatcher(admin_lanes=[ADMIN])
    await dispatcher.drain()
    await dispatcher.drain()
    assert desk.fake.texts("C1") == []
    assert desk.states() == ["ready", "ready", "ready"]
    assert desk.fake.texts("C2") == ["elsewhere"]
    assert len(desk.fake.texts("ops")) == 1
    assert await dispatcher.resume(LANE)
    await dispatcher.drain()
    assert desk.fake.texts("C1") == ["parent", "summary", "history"]


async def test_a_gone_thread_is_continued_by_exactly_one_new_root_that_links_the_old(desk: Desk) -> None:
    old = desk.story_thread(replies=())
    await desk.dispatcher().drain()
    desk.put("update", Op.REPLY, thread=old, kind=MessageKind.UPDATE)
    desk.put("details", Op.REPLY, thread=old, kind=MessageKind.DETAIL)
    desk.fake.on_post.append(Trouble(reason=DeliveryReason.THREAD_GONE))
    await desk.dispatcher().drain()
    assert [(post.message.heading, post.thread) for post in desk.fake.posts] == [
        ("parent", None),
        ("update", None),
        ("details", "m2"),
    ]
    assert "https://chat.example/m1" in str(desk.fake.posts[1].message)
    new = desk.thread(old + 1)
    assert (desk.thread(old).state, new.previous_id, new.root, new.story_id) == (
        "gone",
        old,
        "m2",
        desk.thread(old).story_id,
    )


async def test_a_parent_that_a_moderator_deleted_is_not_posted_again_and_its_updates_stop(desk: Desk) -> None:
    thread = desk.story_thread(replies=())
    await desk.dispatcher().drain()
    desk.edit("parent, corrected", thread)
    desk.put("update", Op.REPLY, thread=thread, kind=MessageKind.UPDATE)
    desk.fake.on_edit.append(Trouble(reason=DeliveryReason.THREAD_GONE))
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["parent"]
    assert desk.states() == ["sent", "dropped", "dropped"]


async def test_a_refused_payload_goes_once_as_plain_text(desk: Desk) -> None:
    key = desk.put("one")
    desk.fake.on_post.append(Trouble(reason=DeliveryReason.REJECTED))
    await desk.dispatcher().drain()
    sent = desk.fake.posts[0].message
    assert (sent.buttons, sent.fallback, len(sent.blocks)) == ((), "one, in one sentence", 1)
    assert "The body of one" not in str(sent)
    assert desk.row(key).state == "sent"


async def test_a_payload_refused_twice_is_dead_and_not_tried_for_ever(desk: Desk) -> None:
    key = desk.put("one")
    desk.fake.on_post.extend([Trouble(reason=DeliveryReason.REJECTED)] * 2)
    await desk.dispatcher(admin_lanes=[ADMIN]).drain()
    assert desk.fake.calls.count("post one") == 2
    assert desk.row(key).state == "dead"
    assert desk.fake.texts("ops") == ["Delivery"]


async def test_a_notice_that_cannot_be_delivered_breeds_no_notices(desk: Desk) -> None:
    desk.put("notice", lane=str(ADMIN), kind=MessageKind.NOTICE)
    desk.fake.always = Trouble(reason=DeliveryReason.REJECTED)
    await desk.dispatcher(admin_lanes=[ADMIN]).drain()
    assert desk.states(str(ADMIN)) == ["dead"]


async def test_an_edit_past_the_platforms_limit_is_left_out_with_its_reason(desk: Desk) -> None:
    thread = desk.story_thread(replies=())
    desk.edit("parent, corrected", thread)
    desk.put("update", Op.REPLY, thread=thread, kind=MessageKind.UPDATE)
    desk.fake.on_edit.append(Trouble(reason=DeliveryReason.EDIT_LIMIT))
    await desk.dispatcher().drain()
    assert desk.states() == ["sent", "dropped", "sent"]


async def test_a_mistake_in_a_messenger_is_retried_once_in_plain_form_and_then_ends_visible(desk: Desk) -> None:
    key = desk.put("one")
    desk.put("two")
    desk.fake.on_post.extend([KeyError("retry_after"), KeyError("retry_after")])
    await desk.dispatcher(admin_lanes=[ADMIN]).drain()
    assert desk.row(key).state == "unknown"
    assert desk.fake.calls.count("post one") == 2
    assert desk.fake.texts("C1") == ["two"]


async def test_replies_of_a_root_that_may_be_there_wait_until_it_is_found(desk: Desk) -> None:
    desk.story_thread(replies=("r1", "r2", "r3"))
    desk.fake.on_post.append(Trouble(reason=AMBIGUOUS, accepted=True))
    reports = await desk.steps(1)
    assert reports[0].result is StepResult.MOVED
    assert desk.states() == ["sending", "ready", "ready", "ready"]
    assert (await desk.steps(1))[0].result is StepResult.IDLE  # the replies do not overtake
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["parent", "r1", "r2", "r3"]
    assert {post.thread for post in desk.fake.posts[1:]} == {"m1"}


async def test_details_end_with_a_parent_that_was_never_posted_and_an_update_opens_the_thread(desk: Desk) -> None:
    thread = desk.story_thread(replies=("summary",))
    desk.put("update", Op.REPLY, thread=thread, kind=MessageKind.UPDATE)
    desk.put("details of the update", Op.REPLY, thread=thread, kind=MessageKind.DETAIL)
    desk.fake.on_post.extend([Trouble(reason=DeliveryReason.REJECTED)] * 2)
    await desk.dispatcher(admin_lanes=[ADMIN]).drain()
    assert desk.states() == ["dead", "dead", "sent", "sent"]
    assert [(p.message.heading, p.thread) for p in desk.fake.posts if p.place.channel == "C1"] == [
        ("update", None),
        ("details of the update", desk.thread(thread).handle),
    ]
    assert desk.fake.texts("ops") == ["Delivery"]  # of the parent only


async def test_rows_too_old_to_ring_go_into_one_digest_with_their_age(desk: Desk) -> None:
    desk.story_thread()
    desk.put("another alert")
    desk.clock.advance(48 * 3600)
    desk.put("fresh alert")
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["fresh alert", "Late: what was held up"]
    digest = desk.fake.posts[1].message
    assert digest.kind is MessageKind.DIGEST
    assert digest.fallback.startswith("4 messages could not be delivered in time")
    assert "another alert" in str(digest)
    assert "2 d old" in str(digest)
    assert desk.states() == ["dropped"] * 4 + ["sent", "sent"]


async def test_a_scheduled_row_does_not_hold_back_other_threads_but_its_own_thread_stays_in_order(desk: Desk) -> None:
    thread = desk.open_thread()
    desk.put("later", thread=thread, wait=60)
    desk.put("its reply", Op.REPLY, thread=thread, kind=MessageKind.UPDATE)
    desk.put("at once")
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["at once"]
    desk.clock.advance(60)
    await desk.dispatcher().drain()
    assert desk.fake.texts() == ["at once", "later", "its reply"]


async def test_a_slow_channel_delays_no_other(desk: Desk) -> None:
    never = asyncio.Event()
    desk.fake.gate = lambda place: never if place.channel == "slow" else None
    dispatcher = desk.dispatcher()
    desk.put("first", lane="fake:T1:C0")
    await dispatcher.drain()  # the platform has answered once
    desk.put("stuck", lane="fake:T1:slow")
    for n in range(1, 30):
        desk.put(f"message {n}", lane=f"fake:T1:C{n}")
    draining = asyncio.create_task(dispatcher.drain())
    await desk.fake.until(lambda: len(desk.fake.posts) == 30)
    assert desk.fake.texts("slow") == []
    never.set()
    await draining
    assert desk.fake.texts("slow") == ["stuck"]


async def test_a_platform_that_is_added_while_another_is_served_gets_what_waits_for_it(desk: Desk) -> None:
    late = ScriptedMessenger(platform="late")
    dispatcher = desk.dispatcher()
    desk.put("for now")
    desk.put("for later", lane="late:T1:C1")
    await dispatcher.drain()
    assert (desk.fake.texts(), late.texts()) == (["for now"], [])
    await dispatcher.add("late", late)
    await dispatcher.drain()
    assert late.texts() == ["for later"]


@pytest.mark.parametrize("lanes", [1_000, 10_000, 100_000])
def test_choosing_the_next_channel_costs_a_post_the_same_however_many_wait(lanes: int) -> None:
    """Each look goes through all that are due: together they are a fixed number for each post."""
    looked_at, due = 0, lanes
    while due > 0:
        looked_at += due
        due -= portion(due)
    assert looked_at / lanes < 10


async def test_a_frozen_worker_finds_its_lane_taken_and_writes_nothing(desk: Desk) -> None:
    desk.fake.honours_keys = True
    key = desk.put("one")
    thaw = asyncio.Event()
    desk.fake.gate = lambda _place: thaw
    frozen = desk.dispatcher(sole_owner=False)
    step = asyncio.create_task(frozen.step(LANE))
    await desk.fake.until(lambda: desk.fake.calls)
    desk.clock.advance(FAST.lease + 1)
    desk.fake.gate = lambda _place: None
    other = desk.dispatcher(sole_owner=False)
    await other.drain()
    thaw.set()
    assert (await step).result is StepResult.FENCED
    assert desk.fake.texts() == ["one"]
    assert desk.row(key).remote == "m1"


async def test_a_lane_that_another_worker_holds_is_left_alone(desk: Desk) -> None:
    desk.put("one")
    thaw = asyncio.Event()
    desk.fake.gate = lambda _place: thaw
    step = asyncio.create_task(desk.dispatcher(sole_owner=False).step(LANE))
    await desk.fake.until(lambda: desk.fake.calls)
    assert (await desk.dispatcher(sole_owner=False).step(LANE)).result is StepResult.IDLE
    thaw.set()
    await step
    assert desk.fake.calls == ["post one"]


class FreezingClock(ManualClock):
    """A machine that stands still for longer than the lease after the first look at the clock."""

    def monotonic(self) -> float:
        """Return the time, then let the freeze happen."""
        moment = super().monotonic()
        if moment < 1001.0:
            self.advance(FAST.lease + 1)
        return moment


async def test_a_worker_that_froze_before_its_post_asks_instead_of_posting(desk: Desk) -> None:
    desk.put("one")
    courier = Courier(desk.db, {"fake": desk.fake}, FreezingClock(), policy=FAST)
    report = await courier.step(LANE)
    assert report.outcome is not None
    assert (report.outcome.decision.verdict, report.outcome.decision.reason) == (Verdict.ASK, Reason.INTERRUPTED)
    assert desk.fake.calls == []
    desk.clock.advance(FAST.lease + 1)
    await desk.dispatcher().drain()
    assert desk.fake.calls == ["find", "post one"]


async def test_running_serves_rows_as_they_come_and_stops_when_cancelled(desk: Desk) -> None:
    dispatcher = desk.dispatcher()
    serving = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(0)
    desk.put("one")
    dispatcher.wake()
    await desk.fake.until(lambda: desk.fake.posts)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert desk.states() == ["sent"]


async def test_stopping_lets_a_post_in_progress_finish(desk: Desk) -> None:
    desk.put("one")
    answer = asyncio.Event()
    desk.fake.gate = lambda _place: answer
    serving = asyncio.create_task(desk.dispatcher().run())
    await desk.fake.until(lambda: desk.fake.calls)
    serving.cancel()
    await asyncio.sleep(0.01)
    answer.set()
    with pytest.raises(asyncio.CancelledError):
        await serving
    assert desk.states() == ["sent"]


@pytest.mark.parametrize(
    "jump",
    [timedelta(hours=-1), timedelta(days=-1), timedelta(days=-20_000), timedelta(seconds=-1), timedelta(hours=1)],
    ids=["an hour back", "a day back", "to 1971", "a second back", "an hour forward"],
)
async def test_no_jump_of_the_clock_stops_delivery_for_longer_than_the_pace(desk: Desk, jump: timedelta) -> None:
    desk.put("one")
    desk.put("two")
    desk.put("three")
    dispatcher = desk.dispatcher(Policy(gap=1.0))
    await dispatcher.step(LANE)
    desk.clock.jump(jump)
    began = desk.clock.monotonic()
    await dispatcher.drain()
    assert desk.fake.texts() == ["one", "two", "three"]
    assert desk.clock.monotonic() - began <= 3.1


async def test_after_a_jump_of_days_forward_what_waits_comes_in_a_digest_and_is_not_lost(desk: Desk) -> None:
    desk.put("one")
    desk.clock.jump(timedelta(days=2))
    await desk.dispatcher().drain()
    assert "one" in str(desk.fake.posts[0].message.blocks)
    assert desk.states() == ["dropped", "sent"]


async def test_a_long_message_goes_out_part_by_part_before_what_comes_after_it(desk: Desk) -> None:
    desk.fake.lengths["long"] = 3
    desk.put("long")
    desk.put("next")
    await desk.dispatcher().drain()
    assert [(post.message.heading, post.part) for post in desk.fake.posts] == [
        ("long", 0),
        ("long", 1),
        ("long", 2),
        ("next", 0),
    ]
    assert {post.thread for post in desk.fake.posts[1:3]} == {desk.fake.posts[0].posted.message}
    assert len({post.key for post in desk.fake.posts}) == 4
    assert desk.states() == ["sent", "sent"]


async def test_a_restart_between_two_parts_goes_on_with_the_next(desk: Desk) -> None:
    desk.fake.lengths["long"] = 3
    key = desk.put("long")
    for _ in range(3):  # each step by another process
        await desk.steps(1)
    assert [post.part for post in desk.fake.posts] == [0, 1, 2]
    assert (desk.row(key).state, desk.row(key).remote) == ("sent", "m1")


async def test_a_part_whose_answer_is_lost_is_looked_for_and_not_repeated(desk: Desk) -> None:
    desk.fake.lengths["long"] = 2
    desk.put("long")
    desk.fake.on_post.extend([None, Trouble(reason=DeliveryReason.AMBIGUOUS, accepted=True)])
    await desk.dispatcher().drain()
    assert [post.part for post in desk.fake.posts] == [0, 1]
    assert desk.states() == ["sent"]


async def test_a_part_that_is_refused_is_left_out_and_told_and_the_others_follow(desk: Desk) -> None:
    desk.fake.lengths["long"] = 3
    key = desk.put("long")
    desk.fake.on_post.extend([None, Trouble(reason=DeliveryReason.REJECTED)])
    await desk.dispatcher().drain()
    assert [post.part for post in desk.fake.posts] == [0, 2]
    assert desk.row(key).state == "sent"
    assert desk.row(key).error.startswith("part_lost: the message is there, but the platform did not take")
    assert [outcome.decision.verdict for outcome in desk.outcomes] == [Verdict.SENT, Verdict.SKIP, Verdict.SENT]


async def test_a_root_that_is_long_keeps_its_parts_in_its_thread_and_replies_wait(desk: Desk) -> None:
    desk.fake.lengths["parent"] = 2
    desk.story_thread(["summary"])
    await desk.dispatcher().drain()
    root = desk.fake.posts[0].posted.message
    assert [(post.message.heading, post.part, post.thread) for post in desk.fake.posts] == [
        ("parent", 0, None),
        ("parent", 1, root),
        ("summary", 0, root),
    ]


async def test_what_is_there_in_part_is_finished_however_old_it_is(desk: Desk) -> None:
    desk.fake.lengths["long"] = 2
    desk.put("long")
    await desk.steps(1)
    desk.clock.advance(10 * 86400.0)
    await desk.dispatcher().drain()
    assert [post.part for post in desk.fake.posts] == [0, 1]
