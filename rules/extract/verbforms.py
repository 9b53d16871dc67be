"""What the form of a deed's verb tells: what is yet to come, what is asked for, what is given up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from rules.extract.deeds import Deed
from rules.extract.units import Counted
from rules.extract.view import SentenceView, closed_class
from rules.extract.wordtable import WordTable

_SLAVIC: Final = ("uk", "ru")
_NON_PAST: Final = (
    "ет", "ит", "ёт", "ут", "ют", "ат", "ят", "аст", "іть", "ить", "асть", "е", "є", "уть", "ють", "ать",
)  # fmt: skip
_IMPERFECTIVE: Final = (
    "ает", "яет", "ует", "ают", "яют", "уют", "ає", "яє", "ує", "ює", "ають", "яють", "ують", "юють", "водит", "возит",
    "носит", "водить", "возить", "носить", "ение", "ание", "ие",
)  # fmt: skip
_PRESENTS: Final = frozenset(
    {
        "держит", "просит", "хочет", "стоит", "тратит", "платит", "строит", "хоче", "просить", "платить", "коштує",
        "требует", "имеет", "служат", "несут", "живут", "хотят", "просят", "платят", "стоят", "держат", "могут",
        "может",
    }
)  # fmt: skip
_INFINITIVES: Final = {"ru": ("ть", "ти", "чь"), "uk": ("ти",), "fr": ("er", "ir", "re")}
_FRENCH_FUTURE: Final = tuple(
    stem + ending
    for stem in ("er", "ir", "dr", "vr", "rr", "ttr")
    for ending in ("a", "ont")
)  # fmt: skip
_FRENCH_PAST: Final = frozenset({"tira", "retira", "attira"})  # no futures, though they end like one
_PRESENT_ENDINGS: Final = {
    "en": ("s",),
    "de": ("t", "ern", "eln", "ieren", "cken"),
    "fr": ("e", "ent", "end", "oit"),
    "uk": _NON_PAST,
    "ru": _NON_PAST,
}
_NO_PRESENT: Final = {
    "en": ("ss",),
    "de": ("bot", "bat", "trat", "hielt", "riet"),
    "fr": ("ée", "nie", "ue", "ise"),
}
_GERMAN_PARTICIPLE: Final = "ge"
_BEFORE_INFINITIVE: Final = 2  # tokens: what wishes it, and "to"
_SHORTEST_VERB: Final = 4  # letters behind "zu" in an infinitive
_CLASSES: Final = (
    "not yet done", "that", "asks", "past auxiliary", "time to come", "renounces", "gives up", "intentions",
    "turns down",
)  # fmt: skip
_TO_DEED: Final = 5  # tokens between what renounces a deed and the deed
_TO_INTENTION: Final = 14  # tokens between an intention and what is counted: "plan, announced in May, to send 400"
_TO_REFUSED: Final = 8  # tokens between "vetoed" and the number
_OWNED: Final = 3  # tokens between "dropped" and "plan": "dropped its original plan"
_TO_ASKER: Final = 8  # tokens between "demanded" and "that"


class FormWords(NamedTuple):
    """The small words that tell of when a deed is done, in one language."""

    done: WordTable[str]
    that: WordTable[str]
    asks: WordTable[str]
    past: WordTable[str]
    times: WordTable[str]
    renounces: WordTable[str]
    drops: WordTable[str]
    intentions: WordTable[str]
    refuses: WordTable[str]


def _form_words(view: SentenceView) -> FormWords:
    lexicon, lang = view.document.lexicon, view.document.lang
    return lexicon.derive(
        ("form words", lang), lambda lex: FormWords(*(closed_class(lex, lang, name) for name in _CLASSES))
    )


class Words(NamedTuple):
    """The tokens ``first:last`` that tell something."""

    first: int
    last: int


def is_to_come(view: SentenceView, deed: Deed) -> bool:
    """Tell whether the deed's verb says that it is yet to be done: a future, a wish, or a present with its time."""
    at, lang, words = deed.mark.first, view.document.lang, _form_words(view)
    verb = view.words[at]
    if lang in _SLAVIC and is_perfective_future(verb):
        return True
    if lang == "fr" and verb.endswith(_FRENCH_FUTURE) and verb not in _FRENCH_PAST:
        return True
    if _is_wished(view, at, words) or _is_asked(view, at, words):
        return True
    return _is_present(view, at, words) and _has_time_to_come(view, at, words)


def is_perfective_future(verb: str) -> bool:
    """Tell whether a Russian or Ukrainian verb form tells the future: not past, and of the perfective aspect."""
    return verb.endswith(_NON_PAST) and not verb.endswith(_IMPERFECTIVE) and verb not in _PRESENTS


def _is_wished(view: SentenceView, at: int, forms: FormWords) -> bool:
    """Whether an infinitive tells what is yet to be done: "urged allies to spend", but not "continued to host"."""
    lang, words = view.document.lang, view.words
    if at < _BEFORE_INFINITIVE:
        return False
    if lang == "en":
        governor = at - 2 if words[at - 1] == "to" else -1
    elif lang == "fr":
        is_infinitive = words[at].endswith(_INFINITIVES["fr"]) and words[at - 1] in ("à", "de", "d", "'", "’")
        governor = at - 2 if is_infinitive else -1
    elif lang in _SLAVIC:
        governor = at - 1 if words[at].endswith(_INFINITIVES[lang]) else -1
    else:
        return lang == "de" and _is_zu_infinitive(words[at]) and not any(word in forms.done for word in words)
    return governor >= 0 and words[governor] not in forms.done


def _is_zu_infinitive(word: str) -> bool:
    # "zu liefern" is a cue of two tokens, "auszugeben" is one.
    return word == "zu" or ("zu" in word[1:-_SHORTEST_VERB] and word.endswith("en"))


def _is_asked(view: SentenceView, at: int, forms: FormWords) -> bool:
    """Whether the deed stands in a clause that somebody asks for: "demanded that the allies spend"."""
    words, that = view.words, forms.that
    first = next((index for index in range(at - 1, max(-1, at - _TO_INTENTION), -1) if words[index] in that), -1)
    return any(forms.asks.ending(words, index) for index in range(first, max(0, first - _TO_ASKER), -1))


def _is_present(view: SentenceView, at: int, forms: FormWords) -> bool:
    lang, verb = view.document.lang, view.words[at]
    if not verb.endswith(_PRESENT_ENDINGS.get(lang, ())) or verb.endswith(_NO_PRESENT.get(lang, ())):
        return False
    first, last = view.clause(at)
    is_participle = lang == "de" and verb.startswith(_GERMAN_PARTICIPLE)
    return not is_participle and not any(word in forms.past for word in view.words[first:last])


def _has_time_to_come(view: SentenceView, at: int, forms: FormWords) -> bool:
    first, last = view.clause(at)
    return any(forms.times.starting(view.words, index) for index in range(first, last))


def given_up(view: SentenceView, start: int, end: int) -> Words | None:
    """Return the words that say that what the tokens ``start:end`` tell of will not be: "dropped its plan to"."""
    words, forms = view.words, _form_words(view)
    for behind in range(start, max(0, start - _TO_DEED), -1):
        found = forms.renounces.ending(words, behind)
        if found is not None and not view.crossings(behind, start):
            return Words(found[1], behind)
    for at in _intentions(view, end, forms):
        for behind in range(at, max(0, at - _OWNED), -1):
            found = forms.drops.ending(words, behind)
            if found is not None:
                return Words(found[1], at + 1)
    return None


def turned_down(view: SentenceView, first: int, last: int) -> Words | None:
    """Return the verb among the tokens ``first:last`` that says no to what stands behind: "vetoed a loan of"."""
    refuses = _form_words(view).refuses
    for at in range(max(first, last - _TO_REFUSED), last):
        found = refuses.starting(view.words, at)
        if found is not None:
            return Words(at, found[1]) if not view.crossings(found[1], last) else None
    return None


def is_proposed(counted: Counted, refusal: Words) -> bool:
    """Tell whether what is turned down is a proposal: "blocked a loan of", not "blocked 40 tankers"."""
    return counted.first > refusal.last


def _intentions(view: SentenceView, end: int, forms: FormWords) -> Iterator[int]:
    for at in range(end - 1, max(0, end - _TO_INTENTION), -1):
        if view.words[at] in forms.intentions and not view.crossings(at, end):
            yield at
