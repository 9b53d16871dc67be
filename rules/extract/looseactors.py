"""Who acts in a clause of a language with a freer word order: the first name that nothing governs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rules.extract.holder import Holder, holder_of
from rules.extract.names import Name
from rules.extract.quantifiers import MANY, Quantifier, quantifier_before
from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    CAPITAL,
    COLLECTIVE,
    COMMA,
    COORDINATORS,
    DETERMINERS,
    NAMED,
    OFFICE,
    PREPOSITIONS,
    PUNCTUATION,
    STANCE,
    VERBAL,
)
from rules.model import Confidence

_OF_OFFICE: Final = PREPOSITIONS | DETERMINERS  # between an office and its place
_TO_PERSON: Final = 2  # tokens of an office between a state and who holds it
_TO_GROUP: Final = 5  # tokens: "majorité des pays de l'UE"
_GOVERNED: Final = ("state", "city", "organisation")


def earlier_actor(reading: Reading) -> tuple[Holder, ...]:
    """Return the first actor of the sentence before, for a pronoun."""
    if reading.index == 0:
        return ()
    span = reading.document.sentences[reading.index - 1]
    for name in reading.document.names_in(span.start, span.end):
        holder = holder_of(name, -1, -1, "pronoun")
        if holder is not None and name.role != "adjectives":
            return (holder._replace(confidence=Confidence.LOW),)
    return ()


def first_actor(reading: Reading, start: int, end: int, *, governed: bool = False) -> tuple[Holder, ...]:
    """Return the first actor of a stretch and those joined to it; ``governed`` admits objects of prepositions."""
    index = start
    while index < end:
        found, stop = _actor_at(reading, index, start, end, governed=governed)
        if found is not None:
            return (found, *_joined(reading, stop, end))
        index = max(stop, index + 1)
    return ()


def last_actor(reading: Reading, start: int, end: int) -> tuple[Holder, ...]:
    """Return the last actor of a stretch."""
    for index in range(end - 1, start - 1, -1):
        found, _ = _actor_at(reading, index, index, end, governed=True)
        if found is not None:
            return (found,)
    return ()


def _actor_at(reading: Reading, index: int, lowest: int, end: int, *, governed: bool) -> tuple[Holder | None, int]:
    name = reading.name_at.get(index)
    if name is not None:
        stop = reading.name_end(index)
        part = _part_of(reading, name, index)
        if not governed and _is_governed(reading, part.first if part else index, lowest):
            return None, stop
        if _is_compound(reading, index):
            return None, stop
        if name.role == "adjectives":
            return _of_adjective(reading, name.actor, name.kind, index, stop, end)
        at = stop
        while at < min(end, stop + _TO_PERSON) and reading.bits[at] & OFFICE and not reading.bits[at] & NAMED:
            at += 1
        person = reading.name_at.get(at)
        if name.kind != "person" and person is not None and person.kind == "person" and at < end:
            # "Президент Франции Макрон", "Österreichs Kanzler Stocker"
            return holder_of(person, at, reading.name_end(at)), reading.name_end(at)
        holder = holder_of(name, index, stop)
        return (holder._replace(quantifier=part.name) if part and holder else holder), stop
    office = _of_office(reading, index, end) if reading.bits[index] & OFFICE else None
    if office is not None and (governed or not _is_governed(reading, index, lowest)):
        return office, office.end
    called = reading.name_at.get(index + 1) if reading.bits[index] & COLLECTIVE and index + 1 < end else None
    if called is not None and called.kind in ("organisation", "party"):
        return None, index + 1  # "die Organisation Reporter ohne Grenzen": the name says who
    if reading.bits[index] & COLLECTIVE and _is_quantifier(reading, index, end):
        return None, index + 1  # "la majorité des pays de l'UE"
    if reading.bits[index] & COLLECTIVE and (governed or not _is_governed(reading, index, lowest)):
        text = reading.text(index, index + 1)
        return Holder(text, None, "group", index, index + 1, Confidence.LOW, "a group as the text words it"), index + 1
    return None, index + 1


def _part_of(reading: Reading, name: Name, index: int) -> Quantifier | None:
    if name.kind not in MANY:
        return None
    return quantifier_before(reading.document, reading.span, reading.lowers, index)


def _is_quantifier(reading: Reading, index: int, end: int) -> bool:
    """Tell whether a noun says how much acts of the group behind it."""
    for at in range(index + 1, min(end, index + _TO_GROUP)):
        name = reading.name_at.get(at)
        if name is not None:
            part = _part_of(reading, name, at)
            return part is not None and part.first <= index
    return False


def _of_office(reading: Reading, index: int, end: int) -> Holder | None:
    # "die Regierung in Warschau", "le gouvernement malien", "парламент Грузии": the state behind the office.
    at = index + 1
    while at < min(end, index + 3) and not reading.bits[at] & NAMED and reading.bits[at] & _OF_OFFICE:
        at += 1
    name = reading.name_at.get(at)
    if name is None or at >= end or name.kind not in _GOVERNED:
        return None
    stop = reading.name_end(at)
    person = reading.name_at.get(stop)
    if person is not None and person.kind == "person" and stop < end:
        return None
    return Holder(name.actor, None, "state", index, stop, Confidence.HIGH, "office of a named body")


def _is_compound(reading: Reading, index: int) -> bool:
    # "UN-Inspektoren" are no UN; "US-Regierung" and "US-Präsident" are the US.
    text, name = reading.texts[index], reading.name_at[index]
    last = reading.lowers[index].rpartition("-")[2]
    return reading.end(index) > name.end + 2 and "-" in text and last not in reading.grammar.head("office")


def _of_adjective(
    reading: Reading, actor: str, kind: str, index: int, stop: int, end: int
) -> tuple[Holder | None, int]:
    # "die ungarische Regierung", "польский премьер Туск": the person named, else the state behind the office.
    at = stop
    while at < min(end, stop + 3) and not reading.bits[at] & OFFICE and not reading.bits[at] & NAMED:
        at += 1
    name = reading.name_at.get(at)
    if name is not None and name.kind == "person":
        return holder_of(name, at, reading.name_end(at)), reading.name_end(at)
    if at >= end or not reading.bits[at] & OFFICE:
        return None, stop
    person = reading.name_at.get(at + 1)
    if person is not None and person.kind == "person":
        return holder_of(person, at + 1, reading.name_end(at + 1)), reading.name_end(at + 1)
    return Holder(actor, None, kind, index, at + 1, Confidence.HIGH, "office of a named body"), at + 1


def _joined(reading: Reading, stop: int, end: int) -> Iterator[Holder]:
    index = stop
    while index < end:
        at = index
        while at < end and (reading.bits[at] & (COMMA | COORDINATORS)):
            at += 1
        name = reading.name_at.get(at)
        if at == index or name is None or at >= end or name.role == "adjectives":
            return
        holder = holder_of(name, at, reading.name_end(at))
        if holder is None:
            return
        yield holder
        index = holder.end


def _is_governed(reading: Reading, index: int, lowest: int) -> bool:
    """Tell whether a preposition governs the noun phrase, or another noun owns it ("Vorschlag Frankreichs")."""
    at = index - 1
    steps = 0
    while at >= lowest and steps < 5:
        word = reading.lowers[at]
        if reading.bits[at] & PREPOSITIONS:
            return True
        if word in reading.grammar.head("office") or reading.bits[at] & (VERBAL | PUNCTUATION | STANCE):
            return False
        if reading.bits[at] & COORDINATORS:
            return False
        if reading.bits[at] & DETERMINERS:
            return bool(at > lowest and (reading.bits[at - 1] & PREPOSITIONS or _owns(reading, at)))
        at -= 1
        steps += 1
    return False


def _owns(reading: Reading, determiner: int) -> bool:
    # A German genitive behind a noun ("der Vorschlag des Ministers").
    return (
        reading.grammar.lang == "de"
        and reading.lowers[determiner] in ("des", "der")
        and reading.bits[determiner - 1] & (CAPITAL | NAMED | OFFICE) == CAPITAL
    )
