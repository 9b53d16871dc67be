"""One stance as it is read from one cue, before it becomes a position."""

from __future__ import annotations

from typing import Final, NamedTuple

from rules.extract.clauses import Group
from rules.extract.complements import Complement
from rules.extract.holder import Holder
from rules.extract.reach import head_area
from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    CAPITAL,
    COLLECTIVE,
    DEMONSTRATIVES,
    DETERMINERS,
    GERUND,
    NAMED,
    NOT_YET,
    OFFICE,
    OWN,
    POLICY,
    PREPOSITIONS,
    PRO_VERBS,
    PUNCTUATION,
    QUANTITY,
    RELATIVES,
)
from rules.lexiconfile import Entry
from rules.model import Confidence, Stance

_DEEDS: Final = ("gerund", "someone_to", "someone_do", "that", "to_decide")  # frames that hold a deed
_SHORTEST_ABSTRACT: Final = 7  # letters of a noun that is known by its ending


class Stand(NamedTuple):
    """One reading of one cue. Indexes are tokens of the sentence; ``start:end`` is the whole of what says it."""

    cue: int
    stance: Stance
    holders: tuple[Holder, ...]
    about: Complement
    start: int
    end: int
    confidence: Confidence
    reason: str
    group: Group
    speaker: bool = False  # said by "we" or about somebody else: the holder is whoever speaks here


def with_subject(reading: Reading, start: int, holders: tuple[Holder, ...]) -> int:
    """Return where the quote begins: with its subject where that stands right before the verb."""
    if not holders or not 0 <= start - holders[-1].end <= 6 or holders[0].start > start:
        return start
    start = holders[0].start
    while start > 0 and reading.bits[start - 1] & DETERMINERS and not reading.bits[start - 1] & RELATIVES:
        start -= 1
    return start


def _yet_behind(reading: Reading, about: Complement) -> bool:
    return any(reading.bits[at] & NOT_YET for at in range(about.start, min(reading.size, about.end + 2)))


def signed(reading: Reading, entry: Entry, group: Group, about: Complement | None = None) -> Stance | None:
    """Return the stance of a cue under the negation of its verb group."""
    stance = Stance(str(entry.text("stance")))
    if not group.negated or entry.text("state"):
        return stance
    if group.yet or (about is not None and _yet_behind(reading, about)):
        return Stance.UNDECIDED
    turned = entry.text("negated")
    return Stance(turned) if turned else None


def abstract_noun(reading: Reading, at: int) -> bool:
    """Tell a noun that names a deed or a state of affairs by its ending ("construction", "enrichment")."""
    word = reading.lowers[at]
    if len(word) < _SHORTEST_ABSTRACT or reading.bits[at] & (NAMED | CAPITAL | OFFICE | COLLECTIVE):
        return False
    if not word.endswith(tuple(reading.grammar.words("abstract endings"))):
        return False
    heads = reading.grammar.head
    return not any(word in heads(name) for name in ("claim", "violence", "no actor"))


def names_policy(reading: Reading, about: Complement) -> bool:
    """Tell whether the proposition is a deed or names a policy: asked of holders that no list holds."""
    if about.frame not in ("object", "subject") or points_back(reading, about.start, about.end):
        return True
    return any(reading.bits[at] & POLICY or abstract_noun(reading, at) for at in range(about.start, about.end))


def bare_body(reading: Reading, about: Complement, last: int) -> bool:
    """Tell whether the proposition is a government or a leader and nothing more."""
    return (
        about.frame == "object"
        and last == about.end - 1
        and reading.bits[last] & OFFICE != 0
        and not any(reading.bits[at] & POLICY for at in range(about.start, about.end))
    )


def about_something(reading: Reading, entry: Entry, about: Complement, *, firm: bool = False) -> bool:
    """Tell whether the proposition is public business: no denial of a claim, no violence, no bare name."""
    if about.frame == "end" or about.frame == "whether":
        return True
    if reading.bits[about.start + 1] & OWN and entry.text("needs"):
        return False  # defending oneself is no stance
    area = head_area(reading, about.start, about.end)
    area = _counted(reading, area, about.end)
    words = {reading.lowers[at].removesuffix("'s").removesuffix("’s") for at in area if not reading.bits[at] & NAMED}
    heads = reading.grammar.head
    bare = about.frame in ("object", "subject") and area and not words - reading.grammar.words("determiners")
    if bare and all(
        (reading.bits[at] & NAMED and _is_actor(reading, at)) or reading.bits[at] & PUNCTUATION for at in area
    ):
        return False
    last = max((at for at in area if not reading.bits[at] & PUNCTUATION), default=-1)
    if bare_body(reading, about, last):
        return False
    if entry.text("denies") and words & heads("claim") and not words & heads("policy"):
        return False
    if entry.text("stance") == Stance.OPPOSE and words & heads("violence"):
        return False
    needs = entry.text("needs")
    if needs is None or firm or about.frame in _DEEDS or reading.bits[about.start] & GERUND:
        return True
    if about.frame.startswith("judged") or words & heads(needs) or points_back(reading, about.start, about.end):
        return True
    return needs == "policy" and any(abstract_noun(reading, at) for at in area)


def points_back(reading: Reading, start: int, end: int) -> bool:
    """Tell whether a proposition is nothing but words that stand for one said before: "this", "it", "do so"."""
    return 0 < end - start <= 2 and all(reading.bits[at] & (PRO_VERBS | DEMONSTRATIVES) for at in range(start, end))


def _counted(reading: Reading, area: range, end: int) -> range:
    # "a series of tax hikes": what is counted is what it is about.
    last = area.stop - 1
    if area and reading.bits[last] & QUANTITY and reading.bits[area.stop] & PREPOSITIONS and area.stop + 1 < end:
        return range(area.start, head_area(reading, area.stop + 1, end).stop)
    return area


def _is_actor(reading: Reading, at: int) -> bool:
    return reading.name_at[at].kind != "organisation" or reading.name_at[at].role != "names"
