"""Stance frames: which cues of a sentence say where somebody stands, on what, and who it is."""

from __future__ import annotations

from collections.abc import Iterator

from rules.extract.assertions import is_adjectival, is_bare_verb, is_counterfactual, is_unstated
from rules.extract.clauses import Group
from rules.extract.complements import Complement
from rules.extract.frames import complement, skip_asides
from rules.extract.gazetteer import Mark
from rules.extract.holder import Holder
from rules.extract.holders import holders_in
from rules.extract.judgements import judgements
from rules.extract.passives import agent_at, passive_stand
from rules.extract.phrases import phrase_start
from rules.extract.reading import Reading
from rules.extract.stancenouns import noun_stands
from rules.extract.stand import Stand, about_something, names_policy, signed, with_subject
from rules.extract.subjects import main_subject
from rules.extract.verbless import verbless_refusals
from rules.extract.verbs import clause_before, verb_group
from rules.extract.verbsubjects import hopes, prescriptions, refusals, subject_of
from rules.extract.wordclasses import (
    ADVERB,
    BREAK,
    COMMA,
    COORDINATORS,
    COPULAS,
    DETERMINERS,
    GERUND,
    HIS,
    ITS,
    NAMED,
    NEGATIONS,
    OUR,
    PARTICIPLE,
    POSSESSIVE,
    PREPOSITIONS,
    PUNCTUATION,
    RELATIVES,
    THEIR,
    TIME_PREPOSITIONS,
    TIMES,
    VERBAL,
    WE,
)
from rules.lexiconfile import Entry
from rules.model import Confidence, Stance


def stands(reading: Reading) -> list[Stand]:
    """Return the stances of a sentence in reading order."""
    found: list[Stand] = []
    used: set[int] = set()
    for index in sorted({**reading.stances, **reading.nouns}):
        if index in used:
            continue
        read = _read(reading, index, used)
        found.extend(stand for stand in read if stand.about.frame == "end" or stand.about.start < stand.about.end)
    known = {stand.group.start for stand in found}
    found.extend(judgements(reading, known))
    found.extend(prescriptions(reading, known))
    found.extend(refusals(reading, known))
    found.extend(hopes(reading))
    found.extend(verbless_refusals(reading))
    return found


def _read(reading: Reading, index: int, used: set[int]) -> Iterator[Stand]:
    noun, verb = reading.nouns.get(index), reading.stances.get(index)
    if noun is not None and (verb is None or _is_noun_here(reading, index)):
        yield from noun_stands(reading, index, noun)
        return
    if verb is not None and verb.entry.text("part") == "verdict":
        return  # read with its judgement
    if verb is not None:
        read = _adjective if verb.entry.text("part") == "adjective" else _verb
        stand = read(reading, index, verb, used)
        if stand is not None:
            yield stand
            return
    if noun is not None:
        yield from noun_stands(reading, index, noun)


def _is_noun_here(reading: Reading, index: int) -> bool:
    """Tell a noun from the verb that is written alike by the word before it."""
    before = index - 1
    return bool(
        before >= 0
        and (
            reading.bits[before] & (POSSESSIVE | HIS | ITS | THEIR | OUR | DETERMINERS | PREPOSITIONS)
            or (reading.bits[before] & NAMED and reading.name_at[before].role == "adjectives")
        )
    )


def _verb(reading: Reading, index: int, mark: Mark, used: set[int]) -> Stand | None:
    after = reading.at(mark.end)
    group = verb_group(reading, index)
    if mark.role == "short" and not is_bare_verb(reading, index, group):
        return None
    if is_adjectival(reading, index, mark):
        return None
    by = agent_at(reading, after)
    if (
        _has_objects(mark.entry)
        and reading.bits[index] & PARTICIPLE
        and (by >= 0 or (group.passive and not group.modal))
    ):
        return passive_stand(reading, index, mark, group, by) if by >= 0 and not group.infinitive else None
    if group.infinitive or is_counterfactual(reading, group, index) or is_unstated(reading, group):
        return None
    if mark.entry.text("only") == "negated" and not group.negated:
        return None
    inner = _negated_infinitive(reading, after)
    if inner >= 0:
        after, group = inner, group._replace(negated=not group.negated)
    about = complement(reading, after, mark.entry.texts("takes")) or _moved(reading, mark, group, after)
    if about is None:
        return None
    stance, about, reason = _composed(reading, mark, group, about, used)
    if stance is None or not about_something(reading, mark.entry, about, firm=group.negated):
        return None
    holders = subject_of(reading, index, group)
    if any(holder.kind == "unknown" for holder in holders) and not names_policy(reading, about):
        return None
    return _stand(reading, index, mark, group, stance, holders, about, reason)


def _negated_infinitive(reading: Reading, after: int) -> int:
    # "vowed never to", "agreed not to": where the "to" stands, or -1.
    at = skip_asides(reading, after)
    return at + 1 if reading.bits[at] & NEGATIONS and reading.lowers[at + 1] == "to" else -1


def _moved(reading: Reading, mark: Mark, group: Group, after: int) -> Complement | None:
    # The object of a relative clause stands before it ("a plan that Russia opposes").
    if not _has_objects(mark.entry):
        return None
    clause = clause_before(reading, group.start)
    if clause.boundary < 1 or not reading.bits[clause.boundary] & RELATIVES or clause.start >= clause.end:
        return None
    before = clause.boundary - 1
    while before > 0 and (reading.bits[before] & (TIMES | TIME_PREPOSITIONS)):
        before -= 1
    if reading.bits[before] & VERBAL:
        return None  # "indicated Sunday that it was backing": no relative clause
    if after < reading.size and not (reading.bits[after] & (PUNCTUATION | PREPOSITIONS | TIMES)):
        return None
    end = clause.boundary
    while end > 0 and reading.lowers[end - 1] in (",", ")"):
        end -= 1
    if end < 1 or reading.bits[end - 1] & COORDINATORS:
        return Complement(after, after, "end")
    start = phrase_start(reading, end)
    while start > 1 and reading.bits[start - 1] & PREPOSITIONS and end - start < 12:
        start = phrase_start(reading, start - 1)
    return Complement(start, end, "subject") if start < end else None


def _has_objects(entry: Entry) -> bool:
    return "object" in entry.texts("takes")


def _composed(
    reading: Reading, mark: Mark, group: Group, about: Complement, used: set[int]
) -> tuple[Stance | None, Complement, str]:
    """Join a cue with the one in its complement: "refused to back" opposes, "voted to reject" too."""
    outer = signed(reading, mark.entry, group, about)
    text = mark.entry.name
    if outer is Stance.SUPPORT and about.frame == "object" and reading.lowers[about.start] == "no":
        return Stance.OPPOSE, about, text  # "wants no mediators"
    if about.frame == "someone_against":
        return Stance.OPPOSE, about, text
    if about.frame.startswith("judged"):
        return (Stance.SUPPORT if about.frame == "judged good" else Stance.OPPOSE), about, text
    inner_at = _inner(reading, about)
    if inner_at < 0 or outer is None:
        return outer, about, text
    inner = reading.stances[inner_at]
    used.add(inner_at)
    if mark.entry.text("demand") or outer is Stance.UNDECIDED:
        return outer, about, text
    found = complement(reading, reading.at(inner.end), inner.entry.texts("takes"))
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
    while at < about.end and reading.bits[at] & ADVERB:
        at += 1
    mark = reading.stances.get(at)
    if (
        mark is None
        or mark.entry.text("part") != "verb"
        or mark.entry.text("plain")
        or (about.frame == "object" and not reading.bits[at] & GERUND)
    ):
        return -1
    return at


def _adjective(reading: Reading, index: int, mark: Mark, used: set[int]) -> Stand | None:
    group = verb_group(reading, index)
    linked = group.start < index and (group.passive or reading.is_contraction(group.start - 1))
    start = index
    if not linked:
        copula = group.start - 1
        if reading.bits[copula] & COPULAS:
            group, start, linked = verb_group(reading, copula), copula, True
        elif reading.is_contraction(copula) or reading.is_contraction(group.start):
            linked = True
    apposed = () if linked else _apposed(reading, index)
    if not (linked or apposed) or group.infinitive or is_unstated(reading, group):
        return None
    about = complement(reading, reading.at(mark.end), mark.entry.texts("takes"))
    if about is None:
        return None
    stance, about, reason = _composed(reading, mark, group, about, used)
    if stance is None or not about_something(reading, mark.entry, about):
        return None
    holders = apposed or subject_of(reading, start, group)
    return _stand(reading, index, mark, group, stance, holders, about, reason)


def _apposed(reading: Reading, index: int) -> tuple[Holder, ...]:
    # "Tokyo opposed to the release", "rejects peacekeepers, open to monitors": headlines leave the verb of being out.
    before = index - 1
    while before > 0 and reading.bits[before] & ADVERB:
        before -= 1
    if reading.bits[before] & NAMED and reading.name_at[before].role != "adjectives":
        start = phrase_start(reading, before + 1)
        return holders_in(reading, start, before + 1) if start == 0 or reading.bits[start - 1] & BREAK else ()
    return main_subject(reading, before) if before > 0 and reading.bits[before] & COMMA else ()


def _stand(
    reading: Reading, index: int, mark: Mark, group: Group, stance: Stance, holders: tuple[Holder, ...],
    about: Complement, reason: str,
) -> Stand:  # fmt: skip
    confidence = Confidence.LOW if mark.entry.text("weak") else Confidence.HIGH
    start = with_subject(reading, max(group.start, 0), holders)
    advised = group.modal and reading.grammar.has("prescriptions", group.modal)
    speaker = not holders and bool(advised or (start > 0 and reading.bits[start - 1] & WE))
    return Stand(index, stance, holders, about, start, max(about.end, index + 1), confidence, reason, group, speaker)
