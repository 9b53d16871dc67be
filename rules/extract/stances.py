"""Stance frames: which cues of a sentence say where somebody stands, on what, and who it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from rules.extract.document import Mark
from rules.extract.frames import Complement, complement, head_area, reach, skip_asides
from rules.extract.holders import Holder, holders_in
from rules.extract.reading import Reading
from rules.extract.subjects import (
    Group,
    agent,
    antecedent,
    clause_before,
    main_subject,
    phrase_end,
    phrase_start,
    possessor,
    subjects,
    verb_group,
)
from rules.lexiconfile import Entry
from rules.model import Confidence, Stance

_AGENT_REACH: Final = 7  # tokens between a participle and its "by"


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


def stands(reading: Reading) -> list[Stand]:
    """Return the stances of a sentence in reading order; a cue inside of another's proposition needs a holder of its own."""
    found: list[Stand] = []
    used: set[int] = set()
    for index in sorted({**reading.stances, **reading.nouns}):
        if index in used:
            continue
        for stand in _read(reading, index, used):
            if stand.about.frame != "end" and _blocked(reading, stand):
                continue
            found.append(stand)
    found.extend(_prescriptions(reading, {stand.group.start for stand in found}))
    return found


def _prescriptions(reading: Reading, known: set[int]) -> Iterator[Stand]:
    """ "said that Syria should leave": the speaker is for it, though no word of stance says so."""
    if not reading.holds("prescriptions"):
        return
    for at in range(len(reading)):
        if not reading.is_("prescriptions", at) or at in reading.name_at or at in known:
            continue
        clause = clause_before(reading, at)
        saying = clause.boundary
        while saying >= 0 and reading.is_("relatives", saying):
            saying -= 1
        if clause.start >= at or saying < 0 or not reading.is_saying(saying) or reading.is_("demonstratives", at - 1):
            continue
        stand = _prescription(reading, at, clause.start, saying)
        if stand is not None and at + 1 not in reading.stances:
            yield stand


def _acts(reading: Reading, start: int, end: int) -> bool:
    """Tell whether somebody identifiable is told to act, not some thing or other."""
    pronoun = any(reading.is_(name, end - 1) for name in ("he", "it", "they", "we"))
    return pronoun or any(holder.kind != "unknown" for holder in holders_in(reading, start, end))


def _prescription(reading: Reading, at: int, start: int, saying: int) -> Stand | None:
    holders = tuple(each for each in subjects(reading, saying) if each.kind not in ("unknown", "group"))
    group = verb_group(reading, saying)
    negated = reading.is_("negations", at) or reading.is_("negations", at + 1)
    about = Complement(start, reach(reading, at + 1, clause=True), "that")
    if not holders or group.passive or about.end <= at + 2 or not _acts(reading, start, at):
        return None
    stance = Stance.OPPOSE if negated != group.negated else Stance.SUPPORT
    return Stand(at, stance, holders, about, group.start, about.end, Confidence.LOW, "says what should be done", group)


def _read(reading: Reading, index: int, used: set[int]) -> Iterator[Stand]:
    noun, verb = reading.nouns.get(index), reading.stances.get(index)
    if noun is not None and (verb is None or _is_noun_here(reading, index)):
        yield from _noun(reading, index, noun, used)
        return
    if verb is not None:
        read = _adjective if verb.entry.text("part") == "adjective" else _verb
        stand = read(reading, index, verb, used)
        if stand is not None:
            yield stand
            return
    if noun is not None:
        yield from _noun(reading, index, noun, used)


def _is_noun_here(reading: Reading, index: int) -> bool:
    """Tell a noun from the verb that is written alike by the word before it."""
    before = index - 1
    return before >= 0 and (
        reading.is_possessive(before)
        or any(reading.is_(name, before) for name in ("his", "its", "their", "our", "determiners", "prepositions"))
        or (before in reading.name_at and reading.name_at[before].role == "adjectives")
    )


# --- verbs


def _verb(reading: Reading, index: int, mark: Mark, used: set[int]) -> Stand | None:
    after = _after(reading, index, mark)
    group = verb_group(reading, index)
    if mark.role == "short" and not _bare_verb(reading, index, group):
        return None
    if _adjectival(reading, index, mark):
        return None
    by = _agent_at(reading, after)
    if _has_objects(mark.entry) and reading.is_participle(index) and (by >= 0 or (group.passive and not group.modal)):
        return _passive(reading, index, mark, group, by) if by >= 0 and not group.infinitive else None
    if group.infinitive or _hypothetical(reading, index, group):
        return None
    about = complement(reading, after, mark.entry.texts("takes")) or _moved(reading, mark, group, after)
    if about is None:
        return None
    holders = _subject_of(reading, index, group)
    stance, about, reason = _composed(reading, mark, group, about, used)
    if stance is None or not _about_something(reading, mark.entry, about, firm=group.negated):
        return None
    return _stand(reading, index, mark, group, stance, holders, about, reason)


def _moved(reading: Reading, mark: Mark, group: Group, after: int) -> Complement | None:
    """The object of a relative clause stands before it ("a plan that Russia opposes")."""
    if not _has_objects(mark.entry):
        return None
    clause = clause_before(reading, group.start)
    if clause.boundary < 1 or not reading.is_("relatives", clause.boundary) or clause.start >= clause.end:
        return None
    if after < len(reading) and not (
        reading.is_punctuation(after) or reading.is_("prepositions", after) or reading.is_("times", after)
    ):
        return None
    end = clause.boundary
    while end > 0 and reading.word(end - 1) in (",", ")"):
        end -= 1
    if end < 1 or reading.is_("coordinators", end - 1):
        return Complement(after, after, "end")
    start = phrase_start(reading, end)
    while start > 1 and reading.is_("prepositions", start - 1) and end - start < 12:
        start = phrase_start(reading, start - 1)
    return Complement(start, end, "subject") if start < end else None


def _after(reading: Reading, index: int, mark: Mark) -> int:
    return reading.at(mark.end)


def _has_objects(entry: Entry) -> bool:
    return "object" in entry.texts("takes")


def _bare_verb(reading: Reading, index: int, group: Group) -> bool:
    """The base form is a verb only behind "to", an auxiliary, a plural pronoun or a plural noun."""
    if group.modal or group.governor >= 0 or group.infinitive or (group.negated and group.start < index):
        return True
    before = group.start - 1
    if before < 0:
        return False
    if any(reading.is_(name, before) for name in ("they", "we", "relatives")):
        return True
    name = reading.name_at.get(before)
    if name is not None:
        return name.role == "people" or name.kind in ("group", "party")
    word = reading.word(before)
    return word in reading.grammar.head("collective") and word.endswith("s")


def _adjectival(reading: Reading, index: int, mark: Mark) -> bool:
    """A participle right behind an article or a possessive is no verb ("the approved plan")."""
    if mark.role != "forms" or index == 0:
        return False
    before = index - 1
    while before > 0 and reading.is_adverb(before):
        before -= 1
    if before in reading.name_at and not reading.is_possessive(before):
        return False
    return (
        reading.is_possessive(before)
        or any(reading.is_(name, before) for name in ("determiners", "his", "its", "their", "our"))
        and not reading.is_("relatives", before)
    )


def _agent_at(reading: Reading, after: int) -> int:
    """Return where the "by" of a passive stands, or -1."""
    for at in range(after, min(len(reading), after + _AGENT_REACH)):
        if reading.is_("agents", at) and not reading.is_gerund(at + 1) and not reading.is_time(at + 1):
            return at
        if reading.is_verbal(at) or reading.is_punctuation(at) or at in reading.name_at:
            return -1
        if at == after and not (reading.is_adverb(at) or reading.is_("prepositions", at) or reading.is_time(at)):
            return -1
    return -1


def _passive(reading: Reading, index: int, mark: Mark, group: Group, by: int) -> Stand | None:
    holders = agent(reading, by)
    about = _passive_subject(reading, index, group)
    if about is None or not _about_something(reading, mark.entry, about):
        return None
    stance = _signed(reading, mark.entry, group)
    if stance is None:
        return None
    end = phrase_end(reading, by + 1)
    weak = Confidence.MEDIUM if mark.entry.text("weak") is None else Confidence.LOW
    return Stand(index, stance, holders, about, about.start, max(end, about.end), weak, "passive with its agent", group)


def _passive_subject(reading: Reading, index: int, group: Group) -> Complement | None:
    end = group.start
    if end > 0 and reading.is_("relatives", end - 1):
        end -= 1
        while end > 0 and reading.word(end - 1) == ",":
            end -= 1
        start = phrase_start(reading, end)
        while start > 1 and reading.is_("prepositions", start - 1) and not reading.is_break(start - 2):
            start = phrase_start(reading, start - 1)
    elif group.start < index and group.passive:
        clause = clause_before(reading, end)
        start = clause.start
        while start < end and (reading.is_("coordinators", start) or reading.word(start) == ","):
            start += 1
    else:
        start = phrase_start(reading, end)
    return Complement(start, end, "subject") if start < end else None


def _hypothetical(reading: Reading, index: int, group: Group) -> bool:
    """A clause behind "if" or "whether" states nothing."""
    clause = clause_before(reading, group.start)
    return (
        clause.boundary >= 0
        and reading.is_("doubts", clause.boundary)
        and "," not in (reading.word(at) for at in range(clause.start, clause.end))
    )


def _subject_of(reading: Reading, index: int, group: Group) -> tuple[Holder, ...]:
    if group.modal and reading.grammar.has("prescriptions", group.modal):
        return _prescriber(reading, group)
    if reading.is_gerund(index) and not group.passive and not group.modal:
        return _participle_subject(reading, index)
    return subjects(reading, index)


def _prescriber(reading: Reading, group: Group) -> tuple[Holder, ...]:
    """ "X argued that the US should stay": the stance is that of X."""
    clause = clause_before(reading, group.start)
    at = clause.boundary
    while at >= 0 and reading.is_("relatives", at):
        at -= 1
    return subjects(reading, at) if at >= 0 and reading.is_saying(at) else ()


def _participle_subject(reading: Reading, index: int) -> tuple[Holder, ...]:
    before = index - 1
    while before > 0 and reading.is_time(before):
        before -= 1
    if before < index - 1 and reading.is_("time prepositions", before):
        index = before
        before -= 1
    if before >= 0 and reading.word(before) != ",":
        start = phrase_start(reading, index)
        head = reading.word(before)
        if head in reading.grammar.head("document"):
            return _author(reading, start, before)
        if head in reading.grammar.head("collective") or before in reading.name_at:
            found = holders_in(reading, start, before + 1)
            if found:
                return found
    return main_subject(reading, index)


def _author(reading: Reading, start: int, noun: int) -> tuple[Holder, ...]:
    """Whose letter or resolution it is that calls for something."""
    held, _ = possessor(reading, noun)
    if held:
        return held
    names = [at for at in range(start, noun) if at in reading.name_at]
    return holders_in(reading, reading.name_start(names[0]), reading.name_end(names[-1])) if names else ()


def _composed(
    reading: Reading, mark: Mark, group: Group, about: Complement, used: set[int]
) -> tuple[Stance | None, Complement, str]:
    """Join a cue with the cue in its complement: "refused to back" opposes, "agreed to drop" is about what is dropped."""
    outer = _signed(reading, mark.entry, group, about)
    text = mark.entry.name
    inner_at = _inner(reading, about)
    if inner_at < 0 or outer is None:
        return outer, about, text
    inner = reading.stances[inner_at]
    used.add(inner_at)
    if mark.entry.text("demand") or outer is Stance.UNDECIDED:
        return outer, about, text
    found = complement(reading, _after(reading, inner_at, inner), inner.entry.texts("takes"))
    if found is None or found.frame == "end":
        return outer, about, text
    inner_stance = Stance(str(inner.entry.text("stance")))
    reason = f"{text} + {inner.entry.name}"
    if inner_stance is Stance.UNDECIDED:
        return (Stance.UNDECIDED if outer is Stance.SUPPORT else Stance.OPPOSE), found, reason
    same = (outer is Stance.SUPPORT) == (inner_stance is Stance.SUPPORT)
    return (Stance.SUPPORT if same else Stance.OPPOSE), found, reason


def _inner(reading: Reading, about: Complement) -> int:
    """Return the verb of stance that opens the complement, or -1."""
    if about.frame not in ("to", "gerund", "object"):
        return -1
    at = about.start
    while at < about.end and reading.is_adverb(at):
        at += 1
    mark = reading.stances.get(at)
    if mark is None or mark.entry.text("part") != "verb" or (about.frame == "object" and not reading.is_gerund(at)):
        return -1
    return at


def _yet_behind(reading: Reading, about: Complement) -> bool:
    return any(reading.is_("not yet", at) for at in range(about.start, min(len(reading), about.end + 2)))


def _signed(reading: Reading, entry: Entry, group: Group, about: Complement | None = None) -> Stance | None:
    """The stance of a cue under the negation of its verb group."""
    stance = Stance(str(entry.text("stance")))
    if not group.negated or entry.text("state"):
        return stance
    if group.yet or (about is not None and _yet_behind(reading, about)):
        return Stance.UNDECIDED
    turned = entry.text("negated")
    return Stance(turned) if turned else None


# --- adjectives


def _adjective(reading: Reading, index: int, mark: Mark, used: set[int]) -> Stand | None:
    group = verb_group(reading, index)
    linked = group.start < index and (group.passive or reading.is_contraction(group.start - 1))
    start = index
    if not linked:
        copula = group.start - 1
        if reading.is_("copulas", copula):
            group, start, linked = verb_group(reading, copula), copula, True
        elif reading.is_contraction(copula) or reading.is_contraction(group.start):
            linked = True
    if not linked or group.infinitive or _hypothetical(reading, start, group):
        return None
    about = complement(reading, _after(reading, index, mark), mark.entry.texts("takes"))
    if about is None:
        return None
    holders = _subject_of(reading, start, group)
    stance, about, reason = _composed(reading, mark, group, about, used)
    if stance is None or not _about_something(reading, mark.entry, about):
        return None
    return _stand(reading, index, mark, group, stance, holders, about, reason)


# --- nouns


def _noun(reading: Reading, index: int, mark: Mark, used: set[int]) -> Iterator[Stand]:
    after = _after(reading, index, mark)
    holders, start = possessor(reading, index)
    held = bool(holders)
    speaking = not held and reading.is_("our", index - 1)
    reason = "possessive"
    behind = after
    if not holders:
        holders, behind = _giver(reading, after)
        held, reason = bool(holders), "agent of a noun"
    about = complement(reading, behind, mark.entry.texts("takes"))
    if about is None and behind != after:
        about = complement(reading, after, mark.entry.texts("takes"))
    group = Group(index)
    if not held or reading.is_("light verbs", _light(reading, start if held else index)):
        light = _light(reading, start if held else index)
        if light >= 0:
            voiced = _voiced(reading, light)
            if voiced:
                group = verb_group(reading, light)
                holders, reason, start = voiced, "voiced", _with_subject(reading, group.start, voiced)
    if not holders and mark.entry.text("alone") and about is None:
        yield from _demonym(reading, index, mark)
        return
    if about is None and holders and reason == "agent of a noun" and mark.entry.text("alone"):
        about = Complement(behind, behind, "end")
    if about is None or not (holders or speaking) or not _about_something(reading, mark.entry, about):
        return
    stance = _signed(reading, mark.entry, group)
    if stance is None:
        return
    yield Stand(
        index, stance, holders, about, min(start, index), max(about.end, index + 1), Confidence.MEDIUM,
        f"{mark.entry.name}, {reason}", group, speaking,
    )  # fmt: skip


def _giver(reading: Reading, after: int) -> tuple[tuple[Holder, ...], int]:
    """Who stands behind "by" or "from" right behind the noun, and where the phrase goes on."""
    if not reading.is_("possessors", after):
        return (), after
    end = _giver_end(reading, after + 1)
    return holders_in(reading, after + 1, end), end


def _giver_end(reading: Reading, start: int) -> int:
    index = start
    while index < len(reading) and index - start < 12:
        if index not in reading.name_at and (
            reading.is_("prepositions", index)
            or reading.is_verbal(index)
            or reading.is_punctuation(index)
            or reading.is_("relatives", index)
            or reading.is_("coordinators", index)
        ):
            break
        index += 1
    return index


def _light(reading: Reading, start: int) -> int:
    """Return the verb right before the noun phrase that gives it a voice ("expressed strong", "announced its"), or -1."""
    at = start - 1
    for _ in range(4):
        if at < 0:
            return -1
        if reading.is_("light verbs", at):
            return at
        if not (reading.is_("light gaps", at) or reading.is_adverb(at)):
            return -1
        at -= 1
    return -1


def _voiced(reading: Reading, light: int) -> tuple[Holder, ...]:
    group = verb_group(reading, light)
    if group.infinitive or group.passive:
        return ()
    return _subject_of(reading, light, group)


def _demonym(reading: Reading, index: int, mark: Mark) -> Iterator[Stand]:
    """ "despite Serbian opposition": the adjective of a country right before, governed by a word of resistance."""
    name = reading.name_at.get(index - 1)
    if name is None or name.role not in ("adjectives", "names", "people", "short") or name.kind == "person":
        return
    start = reading.name_start(index - 1)
    before = start - 1
    while before >= 0 and reading.is_("light gaps", before):
        before -= 1
    if not reading.is_("governors", before) or reading.word(index + 1) in reading.grammar.head("titles not actors"):
        return
    holder = Holder(name.actor, None, name.kind, start, index, Confidence.MEDIUM, "adjective of a country")
    yield Stand(
        index, Stance(str(mark.entry.text("stance"))), (holder,), Complement(index + 1, index + 1, "end"), max(0, before),
        index + 1, Confidence.LOW, f"{mark.entry.name}, adjective of a country", Group(index),
    )  # fmt: skip


# --- filters


def _about_something(reading: Reading, entry: Entry, about: Complement, *, firm: bool = False) -> bool:
    """Tell whether the proposition is public business: no denial of a claim, no violence, no bare name."""
    if about.frame == "end" or about.frame == "whether":
        return True
    if reading.is_("own", about.start + 1) and entry.text("needs"):
        return False  # defending oneself is no stance
    area = head_area(reading, about.start, about.end)
    words = {reading.word(at).removesuffix("'s").removesuffix("’s") for at in area if at not in reading.name_at}
    heads = reading.grammar.head
    if about.frame in ("object", "subject") and not words - reading.grammar.words("determiners") and area:
        if all(at in reading.name_at and _is_actor(reading, at) or reading.is_punctuation(at) for at in area):
            return False
    if entry.text("denies") and words & heads("claim") and not words & heads("policy"):
        return False
    if entry.text("stance") == Stance.OPPOSE and words & heads("violence"):
        return False
    needs = entry.text("needs")
    if needs is None or firm or about.frame in ("gerund", "someone_to", "that") or reading.is_gerund(about.start):
        return True
    return bool(words & heads(needs))


def _is_actor(reading: Reading, at: int) -> bool:
    return reading.name_at[at].kind != "organisation" or reading.name_at[at].role != "names"


def _blocked(reading: Reading, stand: Stand) -> bool:
    return stand.about.start >= stand.about.end


def _stand(
    reading: Reading, index: int, mark: Mark, group: Group, stance: Stance, holders: tuple[Holder, ...],
    about: Complement, reason: str,
) -> Stand:  # fmt: skip
    confidence = Confidence.LOW if mark.entry.text("weak") else Confidence.HIGH
    start = _with_subject(reading, max(group.start, 0), holders)
    speaker = not holders and start > 0 and reading.is_("we", start - 1)
    return Stand(index, stance, holders, about, start, max(about.end, index + 1), confidence, reason, group, speaker)


def _with_subject(reading: Reading, start: int, holders: tuple[Holder, ...]) -> int:
    """The quote begins with its subject where that stands right before the verb."""
    if not holders or not 0 <= start - holders[-1].end <= 6 or holders[0].start > start:
        return start
    start = holders[0].start
    while start > 0 and reading.is_("determiners", start - 1) and not reading.is_("relatives", start - 1):
        start -= 1
    return start


__all__ = ["Stand", "antecedent", "skip_asides", "stands"]
