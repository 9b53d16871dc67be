"""pydantic's complaints about a document, as faults with a place, the allowed values and the nearest guess.

Used for every YAML file a person writes (rules, tocsin.yaml, lexicons): the models differ, the wording does not.
pydantic itself is never imported here; its errors and model classes are only looked at.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from rules.errors import Fault, guess
from rules.yamldocument import Document, Path

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails


UNKNOWN_KEY = "101"
MISSING_KEY = "102"
WRONG_TYPE = "103"
NOT_ALLOWED = "104"
OUT_OF_RANGE = "105"
WRONG_FORM = "106"
INVALID = "199"

_WANTED = {
    "bool": "true or false",
    "date": "a date (2026-09-30)",
    "datetime": "a date and time (2026-09-30T08:00:00+02:00)",
    "dict": 'a mapping (indented "key: value" lines)',
    "model": 'a mapping (indented "key: value" lines)',
    "float": "a number",
    "int": "a whole number",
    "list": 'a list (lines that start with "- ", or [a, b])',
    "tuple": 'a list (lines that start with "- ", or [a, b])',
    "set": 'a list (lines that start with "- ", or [a, b])',
    "string": "text",
    "time": "a time of day (08:00)",
    "time_delta": "a duration",
    "url": "a web address (https://...)",
}
_LIMITS = {
    "greater_than": "is too small; it has to be more than {gt}",
    "greater_than_equal": "is too small; the least is {ge}",
    "less_than": "is too large; it has to be less than {lt}",
    "less_than_equal": "is too large; the most is {le}",
    "multiple_of": "has to be a multiple of {multiple_of}",
    "string_too_short": "is too short; at least {min_length} characters are needed",
    "string_too_long": "is too long; at most {max_length} characters fit",
    "too_short": "has too few members; at least {min_length} are needed",
    "too_long": "has too many members; at most {max_length} are allowed",
}
_LISTED = 12  # with a good guess at hand, a longer list of allowed keys only hides it
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")


def faults_from_validation(
    document: Document,
    error: ValidationError,
    *,
    name: str | None = None,
    code_prefix: str = "TC",
    model: type[BaseModel] | None = None,
    nouns: Mapping[str, str] | None = None,
) -> list[Fault]:
    """Turn ``error``, raised when validating ``document.value``, into faults.

    ``model`` is the class that was validated (unknown keys are guessed against its fields; without it only
    named). ``nouns`` says what a value of a field is called where its name will not do (``alert_on`` -> "kind of
    development"). The code is ``code_prefix`` and the number of the kind of mistake; an error made with
    ``PydanticCustomError(kind, text, {"code": ...})`` keeps its own code, and may carry ``problems``, a
    sequence of (offset into the text, text, code), each of which becomes a fault at that very character.
    """
    described = _Describer(document, name or document.name, code_prefix, model, nouns or {})
    return [fault for details in error.errors(include_url=False) for fault in described.faults(details)]


def path_text(path: Sequence[str | int]) -> str:
    """Write a path the way messages show it: ``rules[1].figure.unit``."""
    written = ""
    for step in path:
        written += f"[{step}]" if isinstance(step, int) else f".{step}" if written else step
    return written


def shown(value: object, limit: int = 60) -> str:
    """Write a value the way the file has it, short enough for one line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f'"{str(value).lower()}"'
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return f'"{text}"' if len(text) <= limit else f'"{text[: limit - 1]}…"'


class _Describer:
    """Words one validation error after the other."""

    def __init__(
        self, document: Document, name: str, prefix: str, model: type[BaseModel] | None, nouns: Mapping[str, str]
    ) -> None:
        self.document = document
        self.name = name
        self.prefix = prefix
        self.model = model
        self.nouns = nouns

    def faults(self, details: ErrorDetails) -> list[Fault]:
        problems = details.get("ctx", {}).get("problems")
        if problems is None:
            return [self._fault(details)]
        path = self._path(details["loc"])
        return [
            self._make(self.document.inner_position(path, offset), path, text, code) for offset, text, code in problems
        ]

    def _fault(self, details: ErrorDetails) -> Fault:
        kind, context = details["type"], details.get("ctx", {})
        path = self._path(details["loc"])
        if kind == "extra_forbidden":
            return self._at_key(path, self._unknown_key(path), UNKNOWN_KEY)
        if kind in {"missing", "missing_argument"}:
            return self._missing(details["loc"])
        text, number = self._wording(path, kind, context, details)
        code = str(context.get("code") or f"{self.prefix}{number}")
        return self._make(self.document.position(path), path, text, code)

    def _path(self, location: Path) -> Path:
        """Drop the steps that pydantic adds for unions and wrappers: those which the document does not have."""
        path: Path = ()
        for step in location:
            if self.document.known((*path, step)) == (*path, step):
                path = (*path, step)
        return path

    def _make(self, position: tuple[int, int], path: Path, text: str, code: str) -> Fault:
        line, column = position
        return Fault(file=self.name, line=line, column=column, path=path_text(path), text=text, code=code)

    def _at_key(self, path: Path, text: str, number: str) -> Fault:
        return self._make(self.document.key_position(path), path[:-1], text, f"{self.prefix}{number}")

    def _unknown_key(self, path: Path) -> str:
        allowed = sorted(self._allowed_keys(path[:-1]))
        wrong = str(path[-1]) if path else ""
        near = guess(wrong, allowed)
        is_short = len(allowed) <= _LISTED or not near
        listed = f" ({', '.join(allowed)})" if allowed and is_short else ""
        return f'"{wrong}" is not a key here{near}{listed}'

    def _missing(self, location: Path) -> Fault:
        path = self._path(location[:-1])
        where = self.document.key_position(path) if path else self.document.position(path)
        text = f'the key "{location[-1]}" is missing'
        return self._make(where, path, text, f"{self.prefix}{MISSING_KEY}")

    def _noun(self, path: Path) -> str:
        names = [step for step in path if isinstance(step, str)]
        return self.nouns.get(names[-1], names[-1].replace("_", " ")) if names else "value"

    def _wording(self, path: Path, kind: str, context: Mapping[str, Any], details: ErrorDetails) -> tuple[str, str]:
        value = shown(details["input"])
        if kind in {"literal_error", "enum"}:
            return self._not_allowed(path, str(context.get("expected", "")), details["input"]), NOT_ALLOWED
        if kind in _LIMITS:
            return f"{value} {_LIMITS[kind].format_map(context)}", OUT_OF_RANGE
        if kind == "string_pattern_mismatch":
            noun = self._noun(path)
            rule = "" if "(" in noun else f"; it has to match {context['pattern']}"
            return f"{value} is not {_article(noun)}{rule}", WRONG_FORM
        if kind in {"value_error", "assertion_error"}:
            return str(context.get("error") or details["msg"]), INVALID
        wanted = _wanted(kind)
        if wanted is not None:
            return f"{value} is not {wanted}{_quote_hint(wanted, details['input'])}", WRONG_TYPE
        return details["msg"], INVALID

    def _not_allowed(self, path: Path, expected: str, value: object) -> str:
        allowed = _QUOTED.findall(expected)
        near = guess(value, allowed) if isinstance(value, str) else ""
        return f"{shown(value)} is not {_article(self._noun(path))}{near} ({', '.join(allowed) or expected})"

    def _allowed_keys(self, path: Path) -> set[str]:
        candidates: list[Any] = [self.model] if self.model is not None else []
        for step in path:
            candidates = [inner for one in candidates for inner in _step_into(one, step)]
        return {key for one in candidates for plain in _plain_types(one) for key in _keys_of(plain)}


def _wanted(kind: str) -> str | None:
    """Say what was expected, from names such as ``int_parsing``, ``date_from_datetime_inexact``, ``string_type``."""
    if not kind.endswith(("_type", "_parsing", "_inexact", "int_from_float")):
        return None
    return next((_WANTED[noun] for noun in sorted(_WANTED, key=len, reverse=True) if kind.startswith(f"{noun}_")), None)


def _article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def _quote_hint(wanted: str, value: object) -> str:
    if wanted == "text" and isinstance(value, bool):
        return "; put it in quotes"
    return ""


def _plain_types(annotation: object) -> Iterator[Any]:
    """Take Annotated, unions and type aliases apart."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _plain_types(get_args(annotation)[0])
    elif origin in {Union, types.UnionType}:
        for part in get_args(annotation):
            yield from _plain_types(part)
    elif hasattr(annotation, "__value__"):
        yield from _plain_types(annotation.__value__)
    else:
        yield annotation


def _keys_of(plain: object) -> Iterator[str]:
    for field_name, info in getattr(plain, "model_fields", {}).items():
        yield info.alias or field_name
    if get_origin(plain) is dict:
        key_type = get_args(plain)[0]
        yield from _members(key_type)


def _members(annotation: object) -> Iterator[str]:
    for plain in _plain_types(annotation):
        if get_origin(plain) is Literal:
            yield from (str(value) for value in get_args(plain))
        elif isinstance(plain, type) and issubclass(plain, Enum):
            yield from (str(member.value) for member in plain)


def _step_into(annotation: object, step: str | int) -> Iterator[Any]:
    for plain in _plain_types(annotation):
        fields = getattr(plain, "model_fields", None)
        if fields is not None:
            yield from (info.annotation for key, info in fields.items() if step in {key, info.alias})
            continue
        arguments = [argument for argument in get_args(plain) if argument is not Ellipsis]
        if get_origin(plain) is dict and isinstance(step, str):
            yield arguments[1]
        elif get_origin(plain) in {list, tuple, set, frozenset} and isinstance(step, int):
            yield from arguments
