"""What a message is told about and to whom: the item that rings or joins, and the channel with its open thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.message import Message
from bot.ringing.holding import Holding
from bot.store.alerts import Thread
from rules.model import Item, StoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What all channels have in common when an item rings or only joins.

    ``topics`` maps topic ids to titles; ``kept`` says why it is for digests only.
    """

    item: Item
    story: StoryId
    now: datetime
    topics: Mapping[str, str]
    kept: Holding | None = None

    def titles(self, topics: Iterable[str]) -> dict[str, str]:
        """Map topics to their titles; one that no rule file has any more keeps its id."""
        return {topic: self.topics.get(topic, topic) for topic in topics}


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The channel that is told: its lane, its way to show updates, the story's open thread, and from when on.

    ``mention`` is whom the message mentions: the first of a thread, or an update; never an edit or a detail.
    """

    lane: str
    threads: str
    thread: Thread | None
    not_before: datetime | None = None
    mention: str | None = None

    @property
    def is_alone(self) -> bool:
        """Whether every message stands alone."""
        return self.threads == "channel"

    def address(self, message: Message) -> Message:
        """Return the message with whom it mentions."""
        return message if self.mention is None else replace(message, mention=self.mention)
