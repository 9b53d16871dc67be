"""The claims that a page asks for: by actor and topic, told since some day."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands import values
from bot.commands.claims import known_states
from bot.commands.complete import complete
from bot.store import claims
from bot.web.frame import Ask
from bot.web.reader import READER
from rules.ledger import ClaimState
from rules.model import Figure, Mention
from rules.text import fold_name

SINCE: Mapping[str, str] = {"7d": "in 7 days", "30d": "in 30 days", "90d": "in 90 days", "365d": "in a year"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for as it was typed, and what there is. ``is_cut``: older claims were not read."""

    actor: str
    topic: str
    since: str
    states: tuple[ClaimState, ...]
    is_cut: bool

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked for in particular."""
        return bool(self.actor or self.topic or self.since)

    @property
    def parameters(self) -> dict[str, str]:
        """The question as parameters of an address."""
        return {"actor": self.actor, "topic": self.topic, "since": self.since}


async def asked(ask: Ask, kind: str) -> Asked:
    """Return the figures or positions (``kind``) that the address asks for. Raises CommandError for a slip in it."""
    typed = {name: ask.query.get(name, "").strip() for name in ("actor", "topic", "since")}
    since = values.since(typed["since"], ask.now) if typed["since"] else None
    topic = ask.desk.known_topic(typed["topic"]) if typed["topic"] else None
    actor = (ask.desk.tools.resolve(typed["actor"]) or typed["actor"]) if typed["actor"] else None
    rang: frozenset[Mention] | None = None
    if topic is not None:
        found, rang = await ask.desk.db.read(lambda connection: claims.of_topic(connection, kind, topic, since))
    elif actor is not None:
        found = await ask.desk.db.read(lambda connection: claims.of_actor(connection, kind, actor, since))
    else:
        found = await ask.desk.db.read(lambda connection: claims.recent(connection, kind, since))
    known = await asyncio.to_thread(known_states, found.mentions, ask.desk.tools.policy)
    kept = [
        state
        for state in known
        if (rang is None or not rang.isdisjoint(state.mentions))
        and (since is None or state.mentions[-1].as_of >= since)
        and (actor is None or is_by(state, actor))
    ]
    return Asked(**typed, states=tuple(kept), is_cut=found.is_cut)


def is_by(state: ClaimState, actor: str) -> bool:
    """Tell whether a claim is an actor's, or that of a person who belongs to it."""
    claim = state.latest.lead.claim
    names = [claim.actor or ""] if isinstance(claim, Figure) else [claim.actor, claim.actor_affiliation or ""]
    return fold_name(actor) in {fold_name(name) for name in names}


async def actors(ask: Ask, command: str) -> list[str]:
    """Return names of actors to choose from."""
    return await complete(ask.desk, READER, command, "actor", "")
