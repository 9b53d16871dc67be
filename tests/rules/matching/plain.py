"""A second evaluator of the query language, as plain as can be: the matcher has to agree with it.

It walks the text token by token for every node, has no index, no remembered words and no shortcuts.
"""

from __future__ import annotations

import re
import unicodedata

from rules.model import Item
from rules.query.ast import (
    And,
    AtLeast,
    In,
    Named,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Regex,
    SameSentence,
    Scope,
    Word,
)

FAR = 5000
Interval = tuple[int, int]
Token = tuple[int, str, str, int]  # position, folded, as written, number of the sentence

_TOKEN = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_SENTENCE = re.compile(r"[.!?]+[\"')]*\s+(?=[\"'(\[]?[A-ZÀ-ÞА-Я0-9])|\n+")


def fold(token: str) -> str:
    lower = unicodedata.normalize("NFKC", token).lower().replace("ß", "ss").replace("ё", "е")
    folded = ""
    for char in lower:
        decomposed = unicodedata.normalize("NFD", char)
        is_western = unicodedata.name(decomposed[0], "").split(" ")[0] in {"LATIN", "GREEK"}
        folded += "".join(c for c in decomposed if not unicodedata.combining(c)) if is_western else char
    return folded


def tokens(text: str, shift: int = 0) -> list[Token]:
    ends = [found.end() for found in _SENTENCE.finditer(text)]
    return [
        (shift + place, fold(found[0]), found[0], shift + sum(end <= found.start() for end in ends))
        for place, found in enumerate(_TOKEN.finditer(text))
    ]


def scoped(item: Item, scope: Scope) -> list[Token]:
    match scope:
        case Scope.ANY:
            return tokens(item.title) + tokens(item.text, FAR)
        case Scope.TITLE:
            return tokens(item.title)
        case Scope.BODY:
            return tokens(item.text)
        case Scope.LEAD:
            return tokens(item.lead or item.text.lstrip().split("\n")[0])
        case Scope.OUTLET:
            return tokens(item.outlet)
        case Scope.LANG:
            return tokens(item.lang)


def intervals(node: Node, item: Item, scope: Scope) -> set[Interval]:
    all_tokens = scoped(item, scope)
    match node:
        case Word():
            return {(place, place) for place, folded, written, _s in all_tokens if fits(node, folded, written)}
        case Phrase():
            found = set()
            for start in range(len(all_tokens) - len(node.words) + 1):
                run = all_tokens[start : start + len(node.words)]
                follows = run[-1][0] - run[0][0] == len(run) - 1
                if follows and all(fits(word, token[1], token[2]) for word, token in zip(node.words, run, strict=True)):
                    found.add((run[0][0], run[-1][0]))
            return found
        case Or():
            return {interval for part in node.parts for interval in intervals(part, item, scope)}
        case Near() | SameSentence():
            return pairs(node, item, scope)
        case Named():
            return intervals(node.names, item, scope) if node.names else set()
        case In():
            return intervals(node.part, item, node.scope)
        case AtLeast():
            return intervals(node.part, item, scope)
        case _:
            return set()


def fits(word: Word, folded: str, written: str) -> bool:
    same = folded.startswith(word.text) if word.prefix else folded == word.text
    return same and (written.isupper() or not word.caps)


def pairs(node: Near | SameSentence, item: Item, scope: Scope) -> set[Interval]:
    left, right = intervals(node.left, item, scope), intervals(node.right, item, scope)
    sentence = {place: number for place, _f, _w, number in scoped(item, scope)}

    def close(one: Interval, two: Interval) -> bool:
        if isinstance(node, Near):
            return two[0] - one[1] <= node.distance
        return sentence[one[1]] == sentence[two[0]]

    def following(ahead: set[Interval], behind: set[Interval]) -> set[Interval]:
        found = set()
        for one in ahead:
            later = [two for two in behind if two[0] > one[1]]
            nearest = min(later, default=None)
            if nearest and close(one, nearest):
                found.add((one[0], nearest[1]))
        for two in behind:
            earlier = [one for one in ahead if one[1] < two[0]]
            nearest = max(earlier, key=lambda one: (one[1], one[0]), default=None)
            if nearest and close(nearest, two):
                found.add((nearest[0], two[1]))
        return found

    found = following(left, right)
    if not (isinstance(node, Near) and node.ordered):
        found |= following(right, left)
    return found


def holds(node: Node, item: Item, scope: Scope = Scope.ANY) -> bool:
    match node:
        case And():
            return all(holds(part, item, scope) for part in node.parts)
        case Or():
            return any(holds(part, item, scope) for part in node.parts)
        case Not():
            return not holds(node.part, item, scope)
        case In():
            return holds(node.part, item, node.scope)
        case AtLeast():
            return len({first for first, _last in intervals(node.part, item, scope)}) >= node.count
        case Regex():
            texts = {
                Scope.ANY: f"{item.title}\n{item.text}",
                Scope.TITLE: item.title,
                Scope.BODY: item.text,
                Scope.OUTLET: item.outlet,
            }
            return re.search(node.pattern, texts[scope], re.IGNORECASE) is not None
        case _:
            return bool(intervals(node, item, scope))
