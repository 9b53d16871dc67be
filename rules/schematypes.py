"""The validators behind ``rules.schema``: single values, read from what a person wrote.

Each raises PydanticCustomError with its own code, so that a fault says what is wrong in the words of rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from rules.errors import guess
from rules.ports import Vocabulary
from rules.query import Query, QueryError, parse_plain, parse_query
from rules.query.lexer import Problem
from rules.query.names import resolve_names
from rules.ruleset import Change
from rules.validation import shown

_OPERATOR = re.compile(r"""[()"“”]|\b(?:AND|OR|NOT)\b|(?:W|NEAR|PRE)/\d|/s\b|ATLEAST\d|ALLCAPS\(|re:/|\b\w+:\S""")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)\Z")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%\Z")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?\Z")
_GROUPED = re.compile(r"\d{1,3}(?:[,_ ]\d{3})+\Z")
_LISTED = 12  # a list of allowed names longer than this helps nobody


def _fail(kind: str, text: str, code: str) -> PydanticCustomError:
    return PydanticCustomError(kind, "{text}", {"text": text, "code": code})


def _as_text(value: object, what: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise _fail("not_text", f"{shown(value)} is not {what}", "TC103")
    return value


def one_or_many(value: object) -> object:
    """Let a single value stand for a list of one."""
    return value if isinstance(value, list) else [value]


class _OneOrMany:
    """Annotates a list that may also be written as its only member."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(one_or_many, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        array = handler(schema)
        return {"anyOf": [array["items"], array]}


ONE_OR_MANY = _OneOrMany()


def number(value: object) -> int | float:
    """Read a number; one that YAML kept as a text (``2.50``) counts."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _NUMBER.match(value):
        return float(value)
    if isinstance(value, str) and _GROUPED.match(value):
        raise _fail(
            "number",
            f'"{value}" is not a number here; write it without separators: {re.sub("[,_ ]", "", value)}',
            "TC103",
        )
    raise _fail("number", f"{shown(value)} is not a number", "TC103")


def form_of(value: object) -> str:
    """Tell the three forms of a query apart: a text, any/all/none lists, or one query a language."""
    if not isinstance(value, dict):
        return "text"
    lists = {"any", "all", "none"}
    return "lists" if lists & value.keys() or any(guess(str(key), lists) for key in value) else "languages"


def _vocabulary(info: ValidationInfo) -> Vocabulary | None:
    return info.context.get("vocabulary") if isinstance(info.context, Mapping) else None


def _unknown(value: str, what: str, allowed: Iterable[str], code: str) -> PydanticCustomError:
    known = sorted(allowed)
    near = guess(value, known)
    listed = f" ({', '.join(known)})" if len(known) <= _LISTED else ""
    advice = "" if near or listed else "; add it to a lexicon file if the name is right"
    return _fail("unknown_name", f'"{value}" is not {what} in the lexicon{near}{listed}{advice}', code)


def actor(value: object, info: ValidationInfo) -> str:
    """Return the canonical actor, or the canonical name of a group of actors."""
    name, vocabulary = _as_text(value, "an actor"), _vocabulary(info)
    if vocabulary is None:
        return name
    group = vocabulary.resolve(name)
    if group is not None and vocabulary.members(group):
        return group
    found = vocabulary.resolve_actor(name)
    if found is None:
        raise _unknown(name, "an actor", vocabulary.actors, "TC301")
    return found


def place(value: object, info: ValidationInfo) -> str:
    """Return the canonical place, or the canonical name of a group of states."""
    name, vocabulary = _as_text(value, "a place"), _vocabulary(info)
    if vocabulary is None:
        return name
    found = vocabulary.resolve(name)
    if found is None or not (found in vocabulary.places or vocabulary.members(found)):
        raise _unknown(name, "a place", vocabulary.places, "TC302")
    return found


def unit(value: object, info: ValidationInfo) -> str:
    """Return the canonical unit of any word for it."""
    name, vocabulary = _as_text(value, "a unit"), _vocabulary(info)
    if vocabulary is None:
        return name
    found = vocabulary.resolve_unit(name)
    if found is None:
        raise _unknown(name, "a unit", vocabulary.units, "TC303")
    return found


def query(value: object, info: ValidationInfo) -> Query:
    """Read a boolean query."""
    return _read_query(_as_text(value, "a query"), parse_query, info)


def plain_or_query(value: object, info: ValidationInfo) -> Query:
    """Read a member of any/all/none: plain words are a phrase, whatever has an operator in it is a query."""
    text = _as_text(value, "a word, a phrase or a query")
    return _read_query(text, parse_query if _OPERATOR.search(text) else parse_plain, info)


def _read_query(text: str, parse: Callable[[str], Query], info: ValidationInfo) -> Query:
    try:
        found = parse(text)
    except QueryError as error:
        raise _query_fault(error.problems) from None
    vocabulary = _vocabulary(info)
    if vocabulary is None or not found.has_names:
        return found
    root, problems = resolve_names(found.root, vocabulary)
    if problems:
        raise _query_fault(problems)
    return replace(found, root=root)


def _query_fault(problems: Iterable[Problem]) -> PydanticCustomError:
    listed = tuple((problem.offset, problem.text, problem.code) for problem in problems)
    return PydanticCustomError("query", "{text}", {"text": listed[0][1], "problems": listed})


def exactly(value: object) -> object:
    """Let a bare number stand for ``{eq: number}``."""
    return {"eq": value} if isinstance(value, int | float | str) and not isinstance(value, bool) else value


def at_most(value: object) -> object:
    """Let a bare tier stand for that tier and better."""
    return {"lte": value} if isinstance(value, int | str) and not isinstance(value, bool) else value


def given_text(value: object) -> object:
    """Let a bare text stand for an article with that text."""
    return {"text": value} if isinstance(value, str) else value


def change(value: object) -> Change:
    """Read a least change: a number, or a share such as ``5%``."""
    share = _PERCENT.match(value) if isinstance(value, str) else None
    if share is not None and float(share[1]):
        return Change(share=float(share[1]) / 100)
    try:
        amount = number(value)
    except PydanticCustomError:
        amount = 0
    if amount <= 0:
        raise _fail("change", f"{shown(value)} is not a change; write a number above 0 (500) or a share (5%)", "TC106")
    return Change(absolute=amount)


def duration(value: object) -> timedelta:
    """Read a duration such as ``90m``, ``6h`` or ``2d``."""
    found = _DURATION.match(value) if isinstance(value, str) else None
    if found is None:
        raise _fail("duration", f'"{value}" is not a duration; write 90m, 6h, 2d or 1w', "TC106")
    return timedelta(seconds=float(found[1]) * _SECONDS[found[2]])


def moment(value: object) -> datetime:
    """Read a date (its first instant, UTC) or a date with time."""
    return _moment(value, timedelta())


def last_moment(value: object) -> datetime:
    """Read a date (the instant after it ends, UTC) or a date with time."""
    return _moment(value, timedelta(days=1))


def _moment(value: object, after_date: timedelta) -> datetime:
    try:
        text = _as_text(value, "a date")
        if len(text) <= len("2026-09-30"):
            return datetime.combine(date.fromisoformat(text), time(), UTC) + after_date
        read = datetime.fromisoformat(text)
    except ValueError:
        raise _fail("date", f'"{value}" is not a date (2026-09-30) or a date with time', "TC106") from None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
