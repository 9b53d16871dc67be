"""What the entries of each lexicon table may hold beside their name and forms: keys, and the values of each key."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from rules.errors import guess
from rules.model import Action, Stance, Status

MAY_BE_NEW: Final = "names"  # the layer in which a table of a new name is read too


_LONG: Final = 5  # letters; shorter words of an open list look like words of other languages ("für", "for")


class Values(NamedTuple):
    """What a key takes: values of some types, or one of a list of words."""

    what: str
    types: tuple[type, ...] = (str,)
    words: tuple[str | int, ...] = ()
    is_many: bool = False  # a list is taken too
    is_open: bool = False  # further words are taken, but none that looks like a slip of one of ``words``

    def fault(self, value: Any) -> str | None:
        """Return what is wrong with a value, or None."""
        for each in value if self.is_many and isinstance(value, list) else (value,):
            if type(each) not in self.types or each == "":
                return f"{_shown(each)} is not {self.what}{self._listed()}"
            if not self.words or each in self.words:
                continue
            near = guess(str(each), [str(word) for word in self.words if not self.is_open or len(str(word)) >= _LONG])
            if near or not self.is_open:
                return f"{_shown(each)} is not taken here{near}{self._listed()}"
        return None

    def _listed(self) -> str:
        return f" ({', '.join(map(str, self.words))})" if self.words else ""


def _one(*words: str | int) -> Values:
    return Values("one of these values", (int,) if isinstance(words[0], int) else (str,), words)


_TEXT: Final = Values("a text")
_TEXTS: Final = Values("a text or a list of texts", is_many=True)
_NUMBER: Final = Values("a number", (int, float))
_FLAG: Final = Values("true or false", (bool,))
_ACTION: Final = _one(*(each.value for each in Action))
_STANCE: Final = _one(*(each.value for each in Stance if each is not Stance.CONDITIONAL))
_CLASS: Final = _one(
    *("troops", "police", "people", "nationals", "fighters", "displaced", "detained", "staff", "materiel", "goods"),
    *("posts", "private", "idle", "never"),
)
# What may follow a cue of stance; any other word is a preposition of some language.
_TAKES: Final = Values(
    "a text or a list of texts",
    words=(
        *("object", "gerund", "to", "that", "whether", "end", "clause", "judged", "to_do", "someone_to", "someone_for"),
        *("to_decide", "refused"),
        *("someone_against", "someone_do", "actor_to", "on_someone", "object_done"),
        *("about", "against", "as", "behind", "for", "from", "in", "of", "on", "over", "toward", "towards", "with"),
    ),
    is_many=True,
    is_open=True,
)
_PLACE_OR_ACTOR: Final = MappingProxyType({"of": _TEXT, "within": _TEXTS, "code": _TEXT})
_STANCES: Final = MappingProxyType(
    {
        "part": _one("verb", "adjective", "noun", "verdict"),
        "stance": _STANCE,
        "negated": _STANCE,
        "takes": _TAKES,
        "needs": _TEXT,
        **dict.fromkeys(("demand", "denies", "weak", "plain", "state", "own", "bare"), _FLAG),
        **dict.fromkeys(("alone", "voiced", "is_actor"), _FLAG),
        "only": _one("negated"),
        "particle": _TEXTS,
        "unless": _TEXTS,
    }
)
_NOUN_KEYS: Final = ("part", "stance", "takes", "negated", "needs", "alone", "voiced", "is_actor")
_ONLY_NOUNS: Final = ("alone", "voiced", "is_actor")
_NOTHING: Final[Mapping[str, Values]] = MappingProxyType({})
_MEASURED: Final = MappingProxyType({"action": _ACTION, "needs_actor": _FLAG})

KEYS: Final[Mapping[str, Mapping[str, Values]]] = MappingProxyType(
    {
        "states": _PLACE_OR_ACTOR,
        "territories": {"within": _TEXTS, "code": _TEXT},
        "regions": {"within": _TEXTS, "code": _TEXT, "case": _TEXT},
        "cities": {"within": _TEXTS, "metonym": _TEXT},
        **dict.fromkeys(("organisations", "institutions", "parties", "armed_groups"), _PLACE_OR_ACTOR),
        "groups": {"members": _TEXTS, "of": _TEXT},
        "people": {"of": _TEXT, "office": _TEXT},
        "outlets": {"tier": _one(1, 2, 3), "country": _TEXT, "lang": _TEXT},
        "attribution": {
            "part": _one("say", "tell", "report", "accord", "cite", "by", "behind", "hear", "spot"),
            "demand": _FLAG,
        },
        "units": {"class": _CLASS, "unit": _TEXT, "own_noun": _FLAG, "harm": _ACTION},
        "currencies": {"signs": _TEXTS, "used_in": _TEXTS, "taken_for": _TEXTS},
        "number_words": {"value": _NUMBER, "role": _one("magnitude", "fraction")},
        "deeds": {
            "word": _one("verb", "noun", "intransitive"),
            **dict.fromkeys(("default", "troops", "staff", "money", "materiel", "goods"), _ACTION),
        },
        "purse": {**_MEASURED, "status": _one(*(each.value for each in Status))},
        "rates": _MEASURED,
        "stance": {key: values for key, values in _STANCES.items() if key not in _ONLY_NOUNS},
        "stance nouns": {key: _STANCES[key] for key in _NOUN_KEYS},
        "story_months": {"number": _one(*range(1, 13))},
        "story_magnitudes": {"value": _NUMBER},
        "story_common_words": {"share": _NUMBER},
        **dict.fromkeys(
            (
                *("titles", "unnamed", "sources", "number_articles", "bounds", "bounds_after", "ranges"),
                *("dates", "labels", "alien", "war", "status", "conditions", "not conditions", "grammar", "heads"),
                *("clause_breaks", "noun_breaks", "place_prepositions", "actor_prepositions", "generic_actors"),
                *("bodies", "count_nouns", "speech", "grammar_of_figures", "function_words", "abbreviations"),
                *(
                    "quantifiers",
                    "story_concepts",
                    "story_places",
                    "story_missions",
                    "story_documents",
                    "story_stopwords",
                ),
            ),
            _NOTHING,
        ),
    }
)
NEW_TABLE: Final[Mapping[str, Values]] = MappingProxyType(
    {"of": _TEXT, "within": _TEXTS, "code": _TEXT, "members": _TEXTS, "metonym": _TEXT, "office": _TEXT}
)
_NAMED: Final = (
    *("state", "territory", "region", "city", "person", "organisation", "institution", "armed_group", "party"),
    *("group", "company", "outlet"),
)
_KINDS: Final[Mapping[str, Values]] = MappingProxyType(
    {
        "outlets": _one("newspaper", "agency", "broadcaster", "magazine", "online", "state"),
        "conditions": _one("strong", "weak", "split"),
    }
)


def keys_of(table: str) -> Mapping[str, Values]:
    """Return the keys of a table's entries, those of forms left out; of a table that no stage knows, those of names."""
    return KEYS.get(table, NEW_TABLE)


def kinds_of(table: str, layer: str) -> Values:
    """Return what the entries of a table may be."""
    return _KINDS.get(table) or (_one(*_NAMED) if layer == MAY_BE_NEW else _TEXT)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "a mapping"
    return "nothing" if value is None else f'"{value}"'
