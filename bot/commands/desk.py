"""What the commands work with: the store, the clock, the topics, and what the wiring lends them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from sqlalchemy import Connection

from bot.commands.parse import ECHO, Command, CommandError, echo
from bot.message import Reply
from bot.ports import Caller, Clock, FeedWeb
from bot.rulebook.works import RuleWorks
from bot.store.db import Database
from rules.explanation import Explanation
from rules.ledger import Policy
from rules.model import Development, Item, ItemId, StoryId

Explain = Callable[[Item, Sequence[Development]], Sequence[Explanation]]
"""Holds every rule in force against an item; returns one tree a rule."""

Sentences = Callable[[str, str], Sequence[tuple[int, int]]]
"""Takes a text and its language; returns the spans of its sentences in order."""

Narrow = Callable[[str], Callable[[Item], bool]]
"""Reads a filter; returns what tells whether an item fits it. Raises ValueError, in words, for one that is none."""

Regroup = Callable[[Connection, Sequence[ItemId], StoryId], None]
"""Tells the running clustering, inside the transaction, that items belong to another story now."""


def _nothing(_item: Item, _developments: Sequence[Development]) -> Sequence[Explanation]:
    return ()


def _nobody(_name: str) -> str | None:
    return None


def _rest() -> None:
    return None


def _whole(_text: str, _lang: str) -> Sequence[tuple[int, int]]:
    return ()


def _anything(_query: str) -> Callable[[Item], bool]:
    return lambda _item: True


def _unheard(_connection: Connection, _items: Sequence[ItemId], _story: StoryId) -> None:
    return None


@dataclass(slots=True, kw_only=True)
class Tools:
    """What only the running bot has. Every default is harmless; the wiring may swap each at any time (reload).

    ``rules`` maps rule ids to titles, ``rule_topics`` maps them to topics. ``resolve`` and ``resolve_place`` return the
    canonical name of an actor or a place, None when nobody is called so. ``wake`` tells the delivery that something
    waits. ``works`` is the workshop for rules, ``feeds`` what asks the web for feeds.
    """

    policy: Policy = field(default_factory=Policy)
    rules: Mapping[str, str] = field(default_factory=dict)
    rule_topics: Mapping[str, str] = field(default_factory=dict)
    rules_hash: str = ""
    resolve: Callable[[str], str | None] = _nobody
    resolve_place: Callable[[str], str | None] = _nobody
    explain: Explain = _nothing
    sentences: Sentences = _whole
    narrow: Narrow = _anything
    regroup: Regroup = _unheard
    wake: Callable[[], None] = _rest
    works: RuleWorks | None = None
    feeds: FeedWeb | None = None


@dataclass(slots=True)
class Desk:
    """Handed to every command. ``topics`` maps ids to titles."""

    db: Database
    clock: Clock
    topics: dict[str, str]
    tools: Tools

    def known_topic(self, topic: str) -> str:
        """Return the id of a topic given by id or title. Raises CommandError with the nearest one."""
        if topic in self.topics:
            return topic
        by_title = {title.casefold(): name for name, title in self.topics.items()}
        found = by_title.get(topic.casefold()) or next(
            (name for name in self.topics if name.casefold() == topic.casefold()), None
        )
        if found is not None:
            return found
        if not self.topics:
            raise CommandError(f"There is no topic {echo(topic)}: no rule file has one.")
        near = get_close_matches(topic.casefold()[:ECHO], self.topics, n=3, cutoff=0.0)
        raise CommandError(
            f"There is no topic {echo(topic)}. The nearest are: {', '.join(near)}. All of them: /tocsin topics"
        )


Run = Callable[[Desk, Caller, Command], Awaitable[Reply]]
"""Runs one command. Raises CommandError for what the user can mend."""

Press = Callable[[Desk, Caller, str], Awaitable[Reply]]
"""Answers one button; the last argument is the button's value."""
