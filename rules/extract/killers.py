"""Who killed, struck or seized those who are counted; and whose dead they are where nobody is told to have done it."""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

from rules.extract.deeds import Deed, is_passive
from rules.extract.doers import Actor, actor_of
from rules.extract.mentions import FORCES, ActorWords, is_actor, stands_free
from rules.extract.units import Counted, unit_tables
from rules.extract.view import PlacedName, SentenceView
from rules.extract.wordclasses import ADVERB, AUXILIARIES, TIMES

_ARMED: Final = frozenset({"fighters"})
_TO_AGENT: Final = 6  # tokens from a passive to the doer behind its "by"


def killer_of(view: SentenceView, deed: Deed, words: ActorWords) -> Actor | None:
    """Return the doer behind "by", else the subject of an active verb."""
    for placed in view.names:
        before = words.prepositions.ending(view.words, placed.first)
        is_near = deed.mark.last <= placed.first <= deed.mark.last + _TO_AGENT
        if before and before[0] == "by" and is_near and is_actor(placed.name):
            return actor_of(placed.name, 'it is named with "by"')
    if not deed.is_before or deed.name == "die" or is_passive(view, deed.mark):
        return None
    if (group := _group_before(view, deed.mark.first)) is not None:
        return group
    for placed in reversed(view.names):
        gap = deed.mark.first - placed.last
        if gap < 0 or view.crossings(placed.last, deed.mark.first) or not is_actor(placed.name):
            continue
        if _kills(view, placed, gap) and stands_free(view, placed, words):
            return actor_of(placed.name, "it is the subject of the killing")
    return None


def _group_before(view: SentenceView, at: int) -> Actor | None:
    """Return irregulars that no name tells apart where they are the subject: "suspected jihadists killed"."""
    while at and view.tokens.bits[at - 1] & (ADVERB | AUXILIARIES):
        at -= 1
    word = view.words[at - 1] if at else ""
    found = unit_tables(view.document.lexicon, view.document.lang).units.starting(view.words, at - 1) if at else None
    if found is None or found[0].kind != "fighters" or any(placed.last == at - 1 for placed in view.names):
        return None
    return Actor(word, view.starts[at - 1], view.end(at - 1), "the text names no group")


def _kills(view: SentenceView, placed: PlacedName, gap: int) -> bool:
    """Whether a name before a verb of killing is its subject, itself or by its forces: "Israel has", "Israeli jets"."""
    if any(deed.last == placed.first for deed in view.marks("deeds")):
        return False  # "struck Gaza and killed": an object of another deed
    follow = view.words[placed.last : placed.last + 3]
    if any(word in FORCES for word in follow):
        return True
    if placed.name.role == "adjectives" or "," in follow[:1]:
        return False
    is_close = gap <= 1 or all(
        view.words[at] == "on" or view.tokens.bits[at] & (TIMES | ADVERB | AUXILIARIES)
        for at in range(placed.last, placed.last + gap)
    )
    return is_close or any(word in ("and", "struck", "launched", "attacked", "has", "had") for word in follow)


def armed_group(view: SentenceView, counted: Counted) -> Actor | None:
    """Return the armed group that unnamed rebels belong to: the last one named before them."""
    if counted.unit.kind not in _ARMED:
        return None
    document = view.document
    groups = document.derive("armed groups", lambda: [name for name in document.names if name.kind == "armed_group"])
    if not groups:
        return None
    before = bisect_right(groups, view.starts[counted.first], key=lambda name: name.start)
    return actor_of(groups[max(0, before - 1)], "it is the armed group the text is about")


def own_forces(view: SentenceView, counted: Counted) -> Actor | None:
    """Return whose army tells of its dead: "the US military said that two more soldiers were killed"."""
    if counted.unit.kind != "troops":
        return None
    for placed in view.names:
        if placed.last > counted.first or not is_actor(placed.name):
            continue
        if view.words[placed.last] in FORCES or view.words[placed.last - 1] in FORCES:
            return actor_of(placed.name, "its forces tell of their own dead")
    return None
