"""Which mentions can be subjects: the small words around a name that say whether it does anything."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from rules.extract.names import Name
from rules.extract.view import PlacedName, SentenceView, closed_class
from rules.extract.wordclasses import CAPITAL, POSSESSIVE
from rules.extract.wordtable import WordTable, table_of
from rules.vocabulary import ACTOR_KINDS, Lexicon

_ALLY: Final = frozenset(
    {
        "backed",
        "led",
        "supported",
        "aligned",
        "run",
        "based",
        "sponsored",
        "allied",
        "brokered",
        "style",
        "geführte",
        "geführten",
        "geführter",
        "gestützte",
        "gestützten",
    }
)
FORCES: Final = frozenset(
    [
        "army",
        "armies",
        "forces",
        "force",
        "troops",
        "military",
        "airstrike",
        "airstrikes",
        "strike",
        "strikes",
        "attack",
        "attacks",
        "missile",
        "missiles",
        "rocket",
        "rockets",
        "drone",
        "drones",
        "shelling",
        "police",
        "soldiers",
        "militants",
        "fighters",
        "rebels",
        "jets",
        "warplanes",
        "gunmen",
    ]
)
_HYPHENATED: Final = re.compile(r"\.?[-–]([^\W\d_]+)")
_OF_HER: Final = "der"
_TO_ONE: Final = 3  # tokens between the doer and "to" in "for the government to release"
_QUALIFIERS: Final = frozenset(
    {
        "the",
        "new",
        "former",
        "then",
        "northern",
        "southern",
        "eastern",
        "western",
        "neighbouring",
        "neighboring",
        "a",
        "its",
    }
)


class ActorWords(NamedTuple):
    """The small words that tell subjects from other names, in one language."""

    prepositions: WordTable[str]
    generic: WordTable[str]
    speech: WordTable[str]
    relative: WordTable[str]
    control: WordTable[str]
    makes_do: WordTable[str]
    he: WordTable[str]
    it: WordTable[str]
    auxiliary: WordTable[str]
    feminine: WordTable[str]
    oblique: frozenset[str]  # articles of who is given something
    articles: frozenset[str]
    pronouns: frozenset[str]  # "he" and "it"
    openers: frozenset[str]  # the first words of pronouns and of what stands for an actor


def actor_words(lexicon: Lexicon, lang: str) -> ActorWords:
    """Return the language's words, built once per lexicon."""
    return lexicon.derive(("actor words", lang), lambda lex: _words(lex, lang))


def _words(lexicon: Lexicon, lang: str) -> ActorWords:
    he, it = closed_class(lexicon, lang, "he"), closed_class(lexicon, lang, "it")
    generic = table_of(lexicon, "generic_actors", lang, lambda entry: entry.name)
    return ActorWords(
        prepositions=table_of(lexicon, "actor_prepositions", lang, lambda entry: entry.name),
        generic=generic,
        speech=table_of(lexicon, "speech", lang, lambda entry: entry.name),
        relative=closed_class(lexicon, lang, "relative"),
        control=closed_class(lexicon, lang, "to"),
        makes_do=closed_class(lexicon, lang, "makes do"),
        he=he,
        it=it,
        auxiliary=closed_class(lexicon, lang, "auxiliary"),
        feminine=closed_class(lexicon, lang, "feminine"),
        oblique=closed_class(lexicon, lang, "oblique").words,
        articles=closed_class(lexicon, lang, "articles").words,
        pronouns=he.words | it.words,
        openers=frozenset((*he.first_words, *it.first_words, *generic.first_words)),
    )


def is_actor(name: Name) -> bool:
    """Whether the name can act: capitals can, for the government in them, other towns cannot; outlets only report."""
    if name.kind == "city":
        return name.actor != name.canonical
    return name.kind in ACTOR_KINDS and name.kind != "outlet"


def is_ally(view: SentenceView, placed: PlacedName) -> bool:
    """Whether the name only qualifies another: "U.S.-backed", "NATO-led"."""
    found = _HYPHENATED.match(view.document.text, placed.name.end)
    return found is not None and found[1] in _ALLY


def stands_free(view: SentenceView, placed: PlacedName, words: ActorWords) -> bool:
    """Whether the name can be a subject: no preposition governs it, or it does the deed all the same."""
    if placed.name.role == "oblique":  # "армия России" acts, "у границ России" does not
        return any(body.last == placed.first for body in view.marks("bodies"))
    at = placed.last + (view.words[placed.last : placed.last + 1] == [","])
    if words.relative.starting(view.words, at):
        return True  # "good relations with Australia, which has 1,400 troops in Iraq"
    if is_given_to(view, placed, words):
        return False
    first = phrase_start(view, placed, words)
    found = words.prepositions.ending(view.words, first)
    if found is None or found[0] == "by":
        return True
    if found[0] == "of":  # "the government of France", but not "of the UN's budget"
        return placed.name.kind != "city" and not view.tokens.bits[placed.last - 1] & POSSESSIVE
    follow = view.words[placed.last : placed.last + _TO_ONE]
    return found[0] == "control" and any(word in words.control for word in follow)


def is_given_to(view: SentenceView, placed: PlacedName, words: ActorWords) -> bool:
    """Whether the article says that the name is no subject: "liefert dem Iran", "will der Ukraine ... liefern"."""
    at = placed.first
    if not words.oblique or at == 0:
        return False
    article = view.words[at - 1]
    if article in words.oblique:
        return True
    if article != _OF_HER or not words.feminine.starting(view.words, at):
        return False
    return at < 2 or not view.tokens.bits[at - 2] & CAPITAL  # behind a noun it says whose: "Regierung der Ukraine"


def phrase_start(view: SentenceView, placed: PlacedName, words: ActorWords) -> int:
    """Return the first token of the name's phrase, articles and the like included."""
    first = placed.first
    while first and (view.words[first - 1] in _QUALIFIERS or "-" in view.words[first - 1]):
        first -= 1
    if first > 1 and view.words[first - 1] in words.articles:
        behind = words.prepositions.ending(view.words, first - 1)
        return first - 1 if behind is not None else first  # "an die Ukraine"; a bare "der" may say whose it is
    return first
