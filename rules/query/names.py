"""``actor:`` and ``place:`` in queries: from a name to all the forms under which a text may have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rules.errors import guess
from rules.matching.words import fold_token, offsets
from rules.ports import NamedThing, Vocabulary
from rules.query.ast import And, AtLeast, In, Named, Near, Node, Not, Or, Phrase, SameSentence, Word
from rules.query.lexer import Problem
from rules.vocabulary import Lexicon

ACTOR_ROLES = ("names", "aliases", "short", "adjectives", "people", "government")
PLACE_ROLES = ("names", "aliases", "short")
_SHORT = 4  # letters: up to this length a name in capitals ("US", "WHO") is meant in capitals


def resolve_names(root: Node, names: Vocabulary) -> tuple[Node, list[Problem]]:
    """Give every ``actor:`` and ``place:`` the forms it stands for; unknown names come back as problems."""
    problems: list[Problem] = []

    def fill(node: Node) -> Node:
        match node:
            case Named():
                return _filled(node, names, problems)
            case And() | Or():
                return replace(node, parts=tuple(fill(part) for part in node.parts))
            case Near() | SameSentence():
                return replace(node, left=fill(node.left), right=fill(node.right))
            case Not() | AtLeast() | In():
                return replace(node, part=fill(node.part))
            case _:
                return node

    return fill(root), problems


def _filled(node: Named, names: Vocabulary, problems: list[Problem]) -> Named:
    is_actor = node.field == "actor"
    group = names.resolve(node.name)
    members = names.members(group) if group is not None else frozenset()
    canonical = group if members or not is_actor else names.resolve_actor(node.name)
    entries = [entry for name in (canonical, *sorted(members)) if name and (entry := names.entry(name)) is not None]
    if not entries:
        known = names.actors if is_actor else names.places
        what, code = ("an actor", "TC301") if is_actor else ("a place", "TC302")
        problems.append(
            Problem(node.start, f'"{node.name}" is not {what} in the lexicon{guess(node.name, known)}', code)
        )
        return node
    forms = [form for entry in entries for form in _all_forms(entry, names, is_actor=is_actor)]
    parts = tuple(dict.fromkeys(_form_node(form, node) for form in forms if offsets(form)))
    return replace(node, names=Or(parts=parts, start=node.start, end=node.end))


def _all_forms(entry: NamedThing, names: Vocabulary, *, is_actor: bool) -> Iterator[str]:
    if not is_actor:
        yield from _forms(entry, PLACE_ROLES)
        return
    yield from _forms(entry, ACTOR_ROLES)
    if isinstance(names, Lexicon):
        for stand_in in names.derive("stand-ins of actors", _stand_ins).get(entry.name, ()):
            yield from _forms(stand_in, PLACE_ROLES)


def _forms(entry: NamedThing, roles: Iterable[str]) -> Iterator[str]:
    yield entry.name
    for role in roles:
        for words in entry.forms.get(role, {}).values():
            yield from words


def _stand_ins(lexicon: Lexicon) -> dict[str, list[NamedThing]]:
    """Return, by actor, what stands for it in the news: capitals, ministries, palaces."""
    found: dict[str, list[NamedThing]] = {}
    for table in lexicon.tables:
        for entry in lexicon.entries(table):
            actor = entry.text("metonym")
            if actor is not None:
                found.setdefault(actor, []).append(entry)
    return found


def _form_node(form: str, at: Named) -> Word | Phrase:
    caps = form.isupper() and sum(map(str.isalpha, form)) <= _SHORT
    words = tuple(
        Word(text=fold_token(form[start:end]), caps=caps, start=at.start, end=at.end) for start, end in offsets(form)
    )
    return words[0] if len(words) == 1 else Phrase(words=words, start=at.start, end=at.end)
