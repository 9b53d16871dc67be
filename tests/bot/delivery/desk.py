"""What the delivery tests share: a database with a story, a channel and threads, and a dispatcher over a fake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, select

from bot.delivery.courier import Outcome, StepReport
from bot.delivery.decisions import Policy
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.model import Op
from bot.message import Button, Message, MessageKind, Paragraph, Text
from bot.ports import Place
from bot.store import outbox, schema
from bot.store.db import Database
from tests.fakes.manual_clock import ManualClock
from tests.fakes.scripted_messenger import ScriptedMessenger

T = TypeVar("T")
LANE = "fake:T1:C1"
ADMIN = Place(platform="fake", workspace="T1", channel="ops")
FAST = Policy(gap=0.0, settle=0.0)


def message(heading: str, kind: MessageKind = MessageKind.ALERT) -> Message:
    """Return a small message with a button, told apart by its heading."""
    return Message(
        kind=kind,
        heading=heading,
        fallback=f"{heading}, in one sentence",
        blocks=(Paragraph((Text(f"The body of {heading}"),)),),
        buttons=(Button(action="why", label="Why", value="1"),),
    )


@dataclass(slots=True)
class Desk:
    """One database, one fake platform, one dispatcher."""

    db: Database
    clock: ManualClock = field(default_factory=ManualClock)
    fake: ScriptedMessenger = field(default_factory=ScriptedMessenger)
    outcomes: list[Outcome] = field(default_factory=list)

    def dispatcher(self, policy: Policy = FAST, **options: Any) -> Dispatcher:
        """Return a fresh dispatcher over the same rows, as after a restart."""
        options.setdefault("messengers", {"fake": self.fake})
        messengers = options.pop("messengers")
        return Dispatcher(
            self.db,
            messengers,
            self.clock,
            policy=policy,
            observe=self.outcomes.append,
            sleep=self.clock.sleep,
            **options,
        )

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run one transaction in the database's own writing thread, also while a dispatcher serves."""
        return self.db.write(work)

    def open_thread(self, lane: str = LANE, **columns: Any) -> int:
        """Create channel, story and thread rows and return the thread's id."""

        def work(connection: Connection) -> int:
            now = self.clock.now()
            platform, workspace, channel = lane.split(":")
            known = connection.execute(select(schema.channel.c.lane).where(schema.channel.c.lane == lane)).first()
            if known is None:
                connection.execute(
                    insert(schema.channel).values(
                        lane=lane, platform=platform, workspace=workspace, channel=channel, added_at=now
                    )
                )
            story = connection.execute(
                insert(schema.story)
                .values(title="A story", opened_at=now, last_item_at=now)
                .returning(schema.story.c.id)
            ).scalar_one()
            return int(
                connection.execute(
                    insert(schema.thread)
                    .values(lane=lane, story_id=story, opened_at=now, last_at=now, **columns)
                    .returning(schema.thread.c.id)
                ).scalar_one()
            )

        return self.write(work)

    def put(
        self,
        heading: str,
        op: Op = Op.POST,
        *,
        lane: str = LANE,
        thread: int | None = None,
        kind: MessageKind = MessageKind.ALERT,
        wait: float | None = None,
        broadcast: bool = False,
    ) -> str:
        """Enqueue one row, keyed by its heading and lane, and return the key."""
        key = outbox.delivery_key(lane, heading)
        now = self.clock.now()
        not_before = None if wait is None else now + timedelta(seconds=wait)
        self.write(
            lambda c: outbox.enqueue(
                c,
                lane=lane,
                op=op,
                message=message(heading, kind),
                thread_id=thread,
                key=key,
                now=now,
                not_before=not_before,
                broadcast=broadcast,
            )
        )
        return key

    def edit(self, heading: str, thread: int, *, lane: str = LANE) -> None:
        """Enqueue an edit of the thread's parent."""
        key = outbox.delivery_key(lane, "edit", heading)
        self.write(
            lambda c: outbox.enqueue_edit(
                c, lane=lane, thread_id=thread, message=message(heading), key=key, now=self.clock.now()
            )
        )

    def story_thread(self, replies: Sequence[str] = ("summary", "history"), *, lane: str = LANE) -> int:
        """Enqueue a parent and its details; return the thread's id."""
        thread = self.open_thread(lane)
        self.put("parent", lane=lane, thread=thread)
        for reply in replies:
            self.put(reply, Op.REPLY, lane=lane, thread=thread, kind=MessageKind.DETAIL)
        return thread

    def states(self, lane: str = LANE) -> list[str]:
        """Return the states of the lane's rows, in order."""
        rows = select(schema.outbox.c.state).where(schema.outbox.c.lane == lane).order_by(schema.outbox.c.id)
        return list(self.write(lambda c: c.execute(rows).scalars().all()))

    def row(self, key: str) -> Any:
        """Return the row of a key."""
        return self.write(lambda c: c.execute(select(schema.outbox).where(schema.outbox.c.key == key)).one())

    def thread(self, thread_id: int) -> Any:
        """Return the row of a thread."""
        return self.write(lambda c: c.execute(select(schema.thread).where(schema.thread.c.id == thread_id)).one())

    async def steps(self, count: int, *, lane: str = LANE, policy: Policy = FAST) -> list[StepReport]:
        """Take so many steps on one lane, a second apart."""
        dispatcher = self.dispatcher(policy)
        reports = []
        for _ in range(count):
            reports.append(await dispatcher.step(lane))
            self.clock.advance(1.0)
        return reports
