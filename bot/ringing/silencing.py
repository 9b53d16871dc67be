"""Holds one alert against the silences of the channels that would hear of it; what they mean is for ``holding``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from bot.ports import Place
from bot.ringing.holding import Candidate, Silence, find_silence
from bot.store import silences
from bot.store.silences import StoredSilence
from rules.model import Item, Match, Novelty, StoryId

_CHANGES = frozenset({Novelty.CHANGED, Novelty.CONTRADICTED, Novelty.CORRECTED, Novelty.WITHDRAWN})


class Silencer:
    """Answers, for one alert, why a channel does not hear of it; ``settle`` then counts, and ends what is over.

    An alert is silent where every match that the channel would hear is covered by some silence.
    """

    def __init__(self, found: Collection[StoredSilence], item: Item, story: StoryId, now: datetime) -> None:
        self._by_lane: dict[str, list[StoredSilence]] = {}
        for one in found:
            self._by_lane.setdefault(one.lane, []).append(one)
        self._item = item
        self._story = story
        self._now = now
        self._stopped: set[int] = set()
        self._broken: set[int] = set()

    @classmethod
    def load(
        cls, connection: Connection, places: Collection[Place], item: Item, story: StoryId, now: datetime
    ) -> Silencer:
        """Read the silences of these channels."""
        return cls(silences.active(connection, {str(place) for place in places}, now), item, story, now)

    def stop(self, place: Place, heard: Sequence[Match]) -> str | None:
        """Return the silences' words where they cover everything that the channel would hear, else None."""
        own = self._by_lane.get(str(place), [])
        if not own:
            return None
        covering = [self._covering(match, own) for match in heard]
        if all(one is not None for one in covering):
            stopping = {one.id: one for one in covering if one is not None}
            self._stopped |= stopping.keys()
            return "; ".join(_words(one) for one in stopping.values())
        self._broken |= {key for match in heard for key in self._ended_by(match, own)}
        return None

    def settle(self, connection: Connection) -> None:
        """Count what was stopped, and end the silences that a change has broken."""
        if self._stopped:
            silences.count_withheld(connection, self._stopped)
        if self._broken:
            silences.end_by_change(connection, self._broken, self._now)

    def _covering(self, match: Match, own: Sequence[StoredSilence]) -> StoredSilence | None:
        found = find_silence(self._candidate(match), [one.silence for one in own], self._now)
        return next((one for one in own if one.silence is found), None)

    def _ended_by(self, match: Match, own: Sequence[StoredSilence]) -> list[int]:
        candidate = self._candidate(match)
        if not candidate.is_change:
            return []
        quiet = replace(candidate, is_change=False)
        return [one.id for one in own if one.silence.ends_by_change and find_silence(quiet, [one.silence], self._now)]

    def _candidate(self, match: Match) -> Candidate:
        return Candidate(
            severity=match.severity,
            story=str(self._story),
            topics=(match.topic,),
            rules=(match.rule,),
            outlet=self._item.outlet,
            said_at=self._item.time,
            is_change=any(one.novelty in _CHANGES for one in match.developments),
        )


def _words(stored: StoredSilence) -> str:
    one: Silence = stored.silence
    end = "until it changes" if one.until is None else f"until {one.until:%Y-%m-%d %H:%M} UTC"
    reason = f": {one.reason}" if one.reason else ""
    return f"silence {stored.id}, {one.target} {one.value}, by {one.by} {end}{reason}"
