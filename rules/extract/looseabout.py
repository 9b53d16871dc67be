"""What a stance is about in languages with a freer word order, and whether that is public business."""

from __future__ import annotations

from typing import Final

from rules.extract.complements import Complement
from rules.extract.holder import Holder
from rules.extract.loosedecisions import decision, is_participle, names_body
from rules.extract.reach import head_area, reach
from rules.extract.reading import Reading
from rules.extract.wordclasses import (
    ADVERB,
    ADVERBS,
    AUXILIARIES,
    BE,
    COMMA,
    COMPLEMENTIZERS,
    COORDINATORS,
    CUE,
    DETERMINERS,
    HE,
    IT,
    MODALS,
    NAMED,
    NEGATIONS,
    OBJECT_PRONOUNS,
    PREPOSITIONS,
    PUNCTUATION,
    QUOTE,
    RELATIVES,
    SUBORDINATORS,
    THEY,
    TIME_PREPOSITIONS,
    TIMES,
    VERBAL,
)
from rules.lexiconfile import Entry
from rules.model import Stance

_FILLERS: Final = ADVERB | NEGATIONS | AUXILIARIES | BE | MODALS | TIMES | RELATIVES
_FRAMES: Final = ("object", "clause", "end")
_DECISIONS: Final = ("to_decide", "refused")
_SHORTEST_ABSTRACT: Final = 6  # letters
_TRAILING: Final = NEGATIONS | BE | AUXILIARIES | MODALS | PREPOSITIONS | COORDINATORS | ADVERBS


def passive_subject(reading: Reading, start: int, end: int) -> Complement | None:
    """Return what is rejected or backed in a passive: the words before its auxiliary."""
    stop = next((at for at in range(start, end) if reading.bits[at] & VERBAL), start)
    first = _skip(reading, start, stop)
    return Complement(first, stop, "object") if first < stop else None


def about_of(
    reading: Reading,
    entry: Entry,
    holders: tuple[Holder, ...],
    index: int,
    start: int,
    after: int,
    closing: int,
    end: int,
) -> Complement | None:
    """Return what stands behind the cue, in the clause behind its comma, or before a closing verb."""
    takes = entry.texts("takes")
    if takes[0] in _DECISIONS:
        return decision(reading, holders, after, end, takes[0])
    if takes[0] not in _FRAMES:
        return _behind_preposition(reading, takes[0], after, closing)
    if "clause" in takes and takes[0] == "clause":
        clause = _clause_behind(reading, end)
        if clause is not None:
            return clause
    inside = _within(reading, holders, index, start, after, closing)
    if inside is not None and inside.end - inside.start > 0:
        clause = _clause_behind(reading, end) if "clause" in takes and _is_container(reading, inside) else None
        return clause or inside
    return _clause_behind(reading, end) or (Complement(after, after, "end") if "end" in takes else None)


def _behind_preposition(reading: Reading, preposition: str, after: int, closing: int) -> Complement | None:
    """Return what stands behind the preposition of a cue in its clause: "stimmte im Rat gegen die Resolution"."""
    at = next((at for at in range(after, closing) if reading.lowers[at] == preposition), closing)
    stop = min(closing, reach(reading, at + 1, clause=True)) if at + 1 < closing else at
    return Complement(at + 1, _trim(reading, at + 1, stop), "object") if stop > at + 1 else None


def _is_container(reading: Reading, about: Complement) -> bool:
    # "lehnte den Vorschlag ab, ... zu tun": the clause says what the proposal is.
    containers = reading.grammar.head("containers")
    return any(reading.lowers[at] in containers for at in range(about.start, about.end))


def _clause_behind(reading: Reading, end: int) -> Complement | None:
    # The clause behind the comma: "dass ...", "что ...", or an infinitive with "zu".
    if end >= reading.size or not reading.bits[end] & COMMA:
        return None
    start = end + 1
    if reading.bits[start] & COMPLEMENTIZERS:
        start += 1
    elif (reading.grammar.lang != "de" or reading.bits[start] & (SUBORDINATORS | VERBAL | CUE)) or (
        "zu" not in (reading.lowers[at] for at in range(start, min(reading.size, start + 30)))
        and not any(
            "zu" in reading.lowers[at] and reading.lowers[at].endswith("en")
            for at in range(start, min(reading.size, start + 30))
        )
    ):
        return None
    stop = reach(reading, start, clause=True)
    return Complement(start, stop, "that") if stop > start else None


def _within(
    reading: Reading, holders: tuple[Holder, ...], index: int, start: int, after: int, closing: int
) -> Complement | None:
    behind = max(
        [after, *(holder.end for holder in holders if after <= holder.start < closing and holder.start <= after + 4)]
    )
    first = _skip(reading, behind, closing)
    stop = min(closing, reach(reading, first, clause=True)) if first < closing else first
    if stop > first and not _only_fillers(reading, first, stop):
        return Complement(first, _trim(reading, first, stop), "object")
    ends = [holder.end for holder in holders if start <= holder.start < index]
    relative = _before_relative(reading, holders, start)
    if relative is not None:
        return relative
    first = _skip(reading, max([start, *ends]), index)
    stop = _trim(reading, first, index)
    return Complement(first, stop, "object") if stop > first and not _only_fillers(reading, first, stop) else None


def _before_relative(reading: Reading, holders: tuple[Holder, ...], start: int) -> Complement | None:
    # "la solution que le Burkina soutient": the object of a French relative clause stands before "que".
    at = holders[0].start - 1 if holders else -1
    while at >= start and reading.bits[at] & DETERMINERS:
        at -= 1
    if (
        reading.grammar.lang != "fr"
        or at < 1
        or not reading.bits[at] & COMPLEMENTIZERS
        or reading.bits[at - 1] & VERBAL
    ):
        return None
    first = at
    while first > start and not reading.bits[first - 1] & VERBAL and at - first < 8:
        first -= 1
    return Complement(first, at, "object") if first < at else None


def _skip(reading: Reading, index: int, end: int) -> int:
    if reading.lowers[index] == "(":  # "Schavan (CDU) hat ..."
        closing = next((at for at in range(index, min(end, index + 6)) if reading.lowers[at] == ")"), index)
        index = closing if closing == index else closing + 1
    while index < end and _is_filler(reading, index):
        index += 1
    return index


def _is_filler(reading: Reading, index: int) -> bool:
    here = reading.bits[index]
    if here & NAMED:
        return False
    if here & _FILLERS or reading.lowers[index] in ("sich", "se", "s", "(", ")"):
        return True
    return here & TIME_PREPOSITIONS != 0 and reading.bits[index + 1] & TIMES != 0


def _trim(reading: Reading, start: int, end: int) -> int:
    while end > start:
        last = reading.bits[end - 1]
        if is_participle(reading, end - 1) and end - start > 1:
            end -= 1  # "hat sein Veto gegen den Entwurf eingelegt"
            continue
        if last & (PUNCTUATION | QUOTE) != PUNCTUATION and (last & NAMED or not last & _TRAILING):
            break
        end -= 1
    return end


def _only_fillers(reading: Reading, start: int, end: int) -> bool:
    return all(
        reading.bits[at] & (PUNCTUATION | DETERMINERS | ADVERB | HE | THEY | IT | SUBORDINATORS | OBJECT_PRONOUNS)
        for at in range(start, end)
    )  # fmt: skip


def fits(reading: Reading, entry: Entry, about: Complement) -> bool:
    """Tell whether a proposition is public business: no denial of a claim, no violence, no bare name."""
    if about.frame in ("end", "that") or (about.frame == "to_decide" and names_body(reading, about)):
        return True
    area = head_area(reading, about.start, about.end)
    words = {_unelided(reading.lowers[at]) for at in range(about.start, about.end)}
    near = {_unelided(reading.lowers[at]) for at in area}
    heads = reading.grammar.head
    if area and all(reading.bits[at] & (NAMED | PUNCTUATION) for at in area) and len(area) == about.end - about.start:
        return False
    if entry.text("denies") and near & heads("claim") and not near & heads("policy"):
        return False
    if entry.text("stance") == Stance.OPPOSE and near & heads("violence"):
        return False
    needs = entry.text("needs")
    if needs is None:
        return True
    if "infinitive" in needs and any(
        reading.lowers[about.start].endswith(end) for end in reading.grammar.words("infinitive endings")
    ):
        return True
    if "that" in needs and len(words) > 2:
        return True
    if needs == "act":
        return bool(words & heads("act"))
    return bool(words & heads("policy")) or any(
        _compound(word, heads("policy")) or _abstract(reading, word) for word in words
    )


def _compound(word: str, heads: frozenset[str]) -> bool:
    """German joins nouns: "Friedensmission" is a mission."""
    return len(word) > 9 and any(word.endswith(head) for head in heads if len(head) > 4)


def _unelided(word: str) -> str:
    """Return a word without the article or preposition that is written with it ("l'aide")."""
    return word.replace("’", "'").rpartition("'")[2] or word


def _abstract(reading: Reading, word: str) -> bool:
    """Tell a noun that names a deed by its ending ("Erhöhung", "adoption", "введение")."""
    heads = reading.grammar.head
    named = len(word) > _SHORTEST_ABSTRACT and word.endswith(tuple(reading.grammar.words("abstract endings")))
    return named and not any(word in heads(name) for name in ("claim", "violence", "office", "no actor"))
