"""What a token is, as bits of one integer: its classes in the grammar, the heads it may be, and how it is written.

Readers ask for many classes of many tokens. One mask answers for all of them in the time of a single look-up.
"""

from __future__ import annotations

from typing import Final

CLASS_BITS: Final[dict[str, int]] = {}
"""Every class of the tables ``grammar``, ``heads`` and ``sources`` that a reader asks for -> its bit."""


def _bit(name: str = "") -> int:
    bit = 1 << len(CLASS_BITS)
    CLASS_BITS[name or f"#{bit}"] = bit
    return bit


# How a token is written and what stands at it in its sentence (rules/extract/reading.py sets these).
NAMED: Final = _bit()  # part of a name
VERBAL: Final = _bit()  # surely part of a finite or auxiliary verb
CAPITAL: Final = _bit()  # begins with a capital letter
PUNCTUATION: Final = _bit()  # a single sign that is no letter or digit
COMMA: Final = _bit()
QUOTE: Final = _bit()  # a quotation mark
BREAK: Final = _bit()  # no clause reaches over it
ADVERB: Final = _bit()  # by class or by ending
GERUND: Final = _bit()  # looks like a gerund or present participle
PARTICIPLE: Final = _bit()  # looks like a past form
POSSESSIVE: Final = _bit()  # "Russia's", "Americans'"
SAYING: Final = _bit()  # a verb of saying or reporting begins here
CUE: Final = _bit()  # any cue of attribution begins here
STANCE: Final = _bit()  # a verb or adjective of stance begins here
CONDITION: Final = _bit()  # the cue of a condition begins here
OPENS_OUTLET: Final = _bit()  # the name of a listed outlet may begin here

# The table ``grammar``: single words by what they do in a clause. The commonest questions come first: small
# integers are compared faster.
PREPOSITIONS: Final = _bit("prepositions")
RELATIVES: Final = _bit("relatives")
COORDINATORS: Final = _bit("coordinators")
DETERMINERS: Final = _bit("determiners")
SUBORDINATORS: Final = _bit("subordinators")
NEGATIONS: Final = _bit("negations")
NOT_YET: Final = _bit("not yet")
BE: Final = _bit("be")
AUXILIARIES: Final = _bit("auxiliaries")
MODALS: Final = _bit("modals")
TIMES: Final = _bit("times")
TIME_PREPOSITIONS: Final = _bit("time prepositions")
DAYS: Final = _bit("days")
DOUBTS: Final = _bit("doubts")
ADVERBS: Final = _bit("adverbs")
NOT_ADVERBS: Final = _bit("not adverbs")
AGENTS: Final = _bit("agents")
BAD_WORDS: Final = _bit("bad words")
CLAUSE_OPENERS: Final = _bit("clause openers")
COMMISSIVES: Final = _bit("commissives")
COMMITMENTS: Final = _bit("commitments")
COMPLEMENTIZERS: Final = _bit("complementizers")
CONCESSIONS: Final = _bit("concessions")
CONTROLS: Final = _bit("controls")
COPULAS: Final = _bit("copulas")
DELAYS: Final = _bit("delays")
DEMONSTRATIVES: Final = _bit("demonstratives")
FADED: Final = _bit("faded verbs")
FINITE: Final = _bit("finite")
FORECASTS: Final = _bit("forecasts")
GENITIVES: Final = _bit("genitives")
GOOD_WORDS: Final = _bit("good words")
NECESSARY: Final = _bit("necessary words")
GOVERNORS: Final = _bit("governors")
HE: Final = _bit("he")
HIS: Final = _bit("his")
HISTORY_PREPOSITIONS: Final = _bit("history prepositions")
HOPES: Final = _bit("hopes")
IT: Final = _bit("it")
ITS: Final = _bit("its")
LIGHT_GAPS: Final = _bit("light gaps")
LIGHT_VERBS: Final = _bit("light verbs")
NAME_LINKS: Final = _bit("name links")
NOBODY: Final = _bit("nobody")
NUMERALS: Final = _bit("numerals")
OBJECT_PRONOUNS: Final = _bit("object pronouns")
ON_WHAT: Final = _bit("on what")
OPENERS_OF_CONTENT: Final = _bit("openers of content")
OUR: Final = _bit("our")
OWN: Final = _bit("own")
OWNER_PREPOSITIONS: Final = _bit("owner prepositions")
PASSIVES: Final = _bit("passives")
PLACING_WORDS: Final = _bit("placing words")
POSSESSORS: Final = _bit("possessors")
PRESCRIPTIONS: Final = _bit("prescriptions")
PROMISES: Final = _bit("promises")
PRO_VERBS: Final = _bit("pro-verbs")
QUANTIFIES: Final = _bit("quantifies")  # the first words of quantifiers and of numbers with their bounds
SPEECH: Final = _bit("speech")
STATES_OF_THINGS: Final = _bit("states of things")
THEIR: Final = _bit("their")
THEY: Final = _bit("they")
TRAILING_ADVERBS: Final = _bit("trailing adverbs")
WE: Final = _bit("we")

# The table ``heads``: the last nouns of phrases, by what such a phrase stands for.
OFFICE: Final = _bit("office")
BLOC: Final = _bit("bloc")
COLLECTIVE: Final = _bit("collective")
CONTAINERS: Final = _bit("containers")
POLICY: Final = _bit("policy")
QUANTITY: Final = _bit("quantity")
VOTES: Final = _bit("votes")
ADJUNCTS: Final = _bit("adjuncts")
TITLES_NOT_ACTORS: Final = _bit("titles not actors")

# The table ``sources``: words of the trade, and of those who are not named.
MEDIA: Final = _bit("media")
SPEAKERS: Final = _bit("speakers")
ANONYMOUS: Final = _bit("anonymous")
