"""Which actors and places a text names, and where.

Three sources, one result: forms of the lexicon; people introduced with a title ("Deputy Secretary of Defense Elbridge
A. Colby"), whom no list can hold; and short forms of people already introduced ("Colby").
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from rules.extract.gazetteer import Hits, Known
from rules.lexiconfile import Entry
from rules.text import Span
from rules.vocabulary import PLACE_KINDS, Lexicon


class Name(NamedTuple):
    """One mention of an actor or place.

    ``role`` tells how it is said: names | short | adjectives | people | government, or "titled" for a person that only
    the text itself introduces. ``affiliation`` is the state or body that a person or institution acts for.
    """

    start: int
    end: int
    canonical: str
    kind: str
    role: str
    affiliation: str | None
    entry: Entry | None

    @property
    def is_place(self) -> bool:
        """Whether it can say where: "Germany" and "Berlin" can, "German" and "Bundestag" cannot."""
        return self.kind in PLACE_KINDS and self.role in ("names", "short", "oblique")

    @property
    def actor(self) -> str:
        """Who acts when this acts: the capital stands for its government, everything else for itself."""
        metonym = self.entry.text("metonym") if self.entry else None
        return metonym or self.canonical

    @property
    def state(self) -> str:
        """The state or body behind the name: a minister stands for the country, a capital for its government."""
        return self.affiliation or self.actor


_CAPITALISED: Final = r"[^\W\d_a-zа-яіїєґß-öø-ÿ][\w'’-]*+"
_NO_DAY: Final = r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)"  # "President Obama Friday authorized"
# A first name, initials and particles allowed, a last name; at most five words, so the pattern stays linear.
_PERSON: Final = re.compile(
    rf"\s(?:(?:Gen|Lt|Col|Adm|Maj|Dr|Sen|Rep|Gov|Sir|Lord|Mr|Mrs|Ms)\.?\s)?"
    rf"({_CAPITALISED}(?:\s(?:[A-Z]\.|al-{_CAPITALISED}|(?:bin|ben|von|van|de|der|al|el|da|di|du|le|la)\s{_CAPITALISED}|{_NO_DAY}{_CAPITALISED})){{1,3}})"
)
_SURNAME: Final = re.compile(rf"\.?\s({_CAPITALISED})")
_LONGEST_ABBREVIATION: Final = 3  # letters of an abbreviated title
_LONGEST_TITLE_GAP: Final = 60
_make = tuple.__new__  # half the cost of calling the class
_MOST_PEOPLE: Final = 100  # whose short forms are looked for: each costs one pass over the text


def find_names(text: str, hits: Hits, lexicon: Lexicon) -> tuple[Name, ...]:
    """Return the names in reading order, none overlapping: where several begin together the longest wins."""
    names = _known(hits.names)
    titled = _titled_people(text, names, hits.titles, lexicon.derive("surnames", _surnames)) if hits.titles else ()
    if titled:
        names = _longest((*names, *titled))
    short = _short_forms(text, [name for name in names if name.kind == "person"])
    return tuple(_longest((*names, *short)) if short else names)


def _known(found: Iterable[Known]) -> list[Name]:
    """Return the names of the lexicon; of those that begin together the longest comes first."""
    kept: list[Name] = []
    behind = 0
    for start, end, (_, role, entry) in found:
        if start >= behind:
            kept.append(_make(Name, (start, end, entry.name, entry.kind, role, entry.text("of"), entry)))
            behind = end
    return kept


def _longest(names: Iterable[Name]) -> list[Name]:
    kept: list[Name] = []
    end = 0
    for name in sorted(names, key=lambda each: (each.start, -each.end)):
        if name.start >= end:
            kept.append(name)
            end = name.end
    return kept


def _surnames(lexicon: Lexicon) -> Mapping[str, Entry]:
    """Return the people whom a title and the surname make clear ("President Ruto"): those who share it with nobody."""
    people = lexicon.entries("people")
    counts = Counter(entry.name.split()[-1] for entry in people)
    return {last: entry for entry in people if counts[last := entry.name.split()[-1]] == 1}


def _titled_people(
    text: str, names: Sequence[Name], titles: Sequence[Span], surnames: Mapping[str, Entry]
) -> list[Name]:
    """Find people whom a title introduces; the country or body right before the title is whom they act for."""
    found: list[Name] = []
    starts = [name.start for name in names]
    for title in titles:
        person = _PERSON.match(text, title.end + _is_abbreviated(text, title))
        if person is None:
            alone = _SURNAME.match(text, title.end)
            entry = surnames.get(alone[1]) if alone else None
            if alone and entry:
                found.append(Name(*alone.span(1), entry.name, "person", "short", entry.text("of"), entry))
            continue
        start, end = person.span(1)
        end -= 2 if text[start:end].endswith(("'s", "’s")) else 0  # "President Joe Biden's veto"
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        inside = names[first:last]
        if inside and not (len(inside) == 1 and inside[0].start == start and inside[0].kind == "person"):
            continue
        of = _affiliation_before(text, names[bisect_left(starts, title.start) - 1 :][:1], title.start)
        found.append(Name(start, end, text[start:end], "person", "titled", of, None))
    return found


def _is_abbreviated(text: str, title: Span) -> bool:
    # The stop behind "Rep" or "Lt Gen" ends no sentence.
    last = text[title.start : title.end].rpartition(" ")[2]
    return len(last) <= _LONGEST_ABBREVIATION and last[0].isupper() and text[title.end : title.end + 1] == "."


def _affiliation_before(text: str, names: Sequence[Name], at: int) -> str | None:
    """Return the state or body of the name that ends right before the title, or None."""
    for name in names:
        gap = text[name.end : at]
        if name.end > at or len(gap) > _LONGEST_TITLE_GAP or any(char in gap for char in ".,;:()\n"):
            return None
        return name.state if name.kind != "person" else None
    return None


def _short_forms(text: str, people: Sequence[Name]) -> list[Name]:
    """Find later mentions of a person by the last name alone."""
    found: list[Name] = []
    seen: set[str] = set()
    for person in people:
        if len(seen) == _MOST_PEOPLE:
            break
        words = text[person.start : person.end].split()
        last = words[-1]
        if len(words) < 2 or len(last) < 3 or last in seen:
            continue
        seen.add(last)
        found.extend(
            person._replace(start=start, end=start + len(last), role="short")
            for start in _occurrences(text, last, person.end)
        )
    return found


def _occurrences(text: str, word: str, start: int) -> Iterator[int]:
    at = text.find(word, start)
    while at >= 0:
        end = at + len(word)
        if not text[at - 1 : at].isalnum() and not text[end : end + 1].isalnum():
            yield at
        at = text.find(word, end)
