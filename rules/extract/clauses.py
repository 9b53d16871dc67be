"""What a clause is made of, by token index: the verb group around a cue and the stretch before it."""

from __future__ import annotations

from typing import NamedTuple


class Group(NamedTuple):
    """The verb group that ends at a cue: where it begins and what its auxiliaries say."""

    start: int
    negated: bool = False
    yet: bool = False
    passive: bool = False  # a form of "to be" stands in it
    modal: str = ""
    infinitive: bool = False  # begins with a "to" that nothing known governs
    governor: int = -1  # the control verb before "to" ("tried to block"), already part of the group


class Clause(NamedTuple):
    """What stands before a verb group: ``start:end`` is where its subject would be, ``boundary`` the token before."""

    start: int
    end: int
    boundary: int
