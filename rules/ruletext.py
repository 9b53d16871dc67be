"""A rule file as it is written, with one key of one rule changed and all else as it was, comments and layout too.

What is not written a key a line is left alone: whoever asks is told to change it by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rules.errors import FaultsError
from rules.query import parse_query
from rules.query.ast import And
from rules.ruleset import Life
from rules.strictyaml import parse

_LISTS = {"any", "all", "none"}
_KEYS = r"^(?P<lead>\s*(?:-\s+)?)"
_NOT_TEXT = {"true", "false", "null"}  # YAML reads them as something else
_WIDEST = 110  # columns of a line that is written here
_PLAIN = re.compile(r"[^\W\d_][^#:'\"\[\]{},&*!|>%@`\\]*(?:[a-z]+:[^\s#'\"\[\]{},\\:][^#'\"\[\]{},\\:]*)?", re.UNICODE)


def with_life(text: str, rule: str, life: Life) -> str | None:
    """Return a rule file with a rule's ``status`` set, all else as it was; None where it is written otherwise."""
    lines = text.splitlines(keepends=True)
    at = _line_of(lines, rule)
    if at is None:
        return None
    indent = _indent(lines[at])
    status = re.compile(rf"""{re.escape(indent)}status:\s*["']?\w+["']?(?P<rest>.*)$""", re.DOTALL)
    for number in _block(lines, at, indent):
        known = status.match(lines[number])
        if known is not None:
            lines[number] = f"{indent}status: {life}{known['rest']}"
            return "".join(lines)
    lines.insert(at + 1, f"{indent}status: {life}{_ending(lines[at])}")
    return "".join(lines)


def with_unless(text: str, rule: str, terms: Mapping[str, Sequence[str]]) -> str | None:
    """Return a rule file in which a rule's ``unless`` also has some terms; None where it is written otherwise.

    ``terms`` are queries by the language of the texts that they are for. Where the rule has one query for all
    languages, or none yet, they are joined to that.
    """
    lines = text.splitlines(keepends=True)
    at, spec = _line_of(lines, rule), _spec(text, rule)
    if at is None or spec is None:
        return None
    if not lines[-1].endswith(("\n", "\r")):
        lines[-1] += _ending(lines[at])
    indent = _indent(lines[at])
    numbers = _block(lines, at, indent)
    known = _key_lines(lines, numbers, indent, "unless")
    if ("unless" in spec) != bool(known) or any(lines[number].lstrip().startswith("#") for number in known):
        return None
    value = spec.get("unless")
    if isinstance(value, dict) and not _LISTS & value.keys():
        return _with_languages(lines, known, value, terms)
    every = list(dict.fromkeys(term for each in terms.values() for term in each))
    after = _key_lines(lines, numbers, indent, "match") or [at]
    _write(lines, known, after[-1] + 1, indent, "unless", _joined(value, every))
    return "".join(lines)


def _with_languages(
    lines: list[str], known: Sequence[int], value: Mapping[str, Any], terms: Mapping[str, Sequence[str]]
) -> str | None:
    """Join terms to the queries of their languages; those of others stay as they are written."""
    if len(known) < 2:
        return None
    first, end = known[0], len(lines) - known[-1]
    inner = re.match(r"\s*", lines[first + 1])
    assert inner is not None
    for lang, wanted in terms.items():
        numbers = range(first + 1, len(lines) - end + 1)
        found = _key_lines(lines, numbers, inner[0], lang)
        if (lang in value) != bool(found):
            return None
        _write(lines, found, numbers[-1] + 1, inner[0], lang, _joined(value.get(lang), wanted))
    return "".join(lines)


def _write(lines: list[str], known: Sequence[int], at: int, indent: str, key: str, value: Any) -> None:
    """Write a key in place of its lines, or where it has none at a place."""
    ending = _ending(lines[at - 1])
    written = [f"{indent}{line}{ending}" for line in _entry(key, value)]
    first, last = (known[0], known[-1] + 1) if known else (at, at)
    lines[first:last] = written


def _joined(known: Any, terms: Sequence[str]) -> Any:
    """Return a query that also holds for the terms, in the form that it has."""
    match known:
        case None:
            return terms[0] if len(terms) == 1 else {"any": list(terms)}
        case str():
            is_and = isinstance(parse_query(known).root, And)
            return " OR ".join((f"({known})" if is_and else known, *terms))
        case {"any": any_of} if len(known) == 1:
            return {"any": [*any_of, *terms]}
        case _:
            return {"any": [known, *terms]}


def _line_of(lines: Sequence[str], rule: str) -> int | None:
    """Return the number of the one line that gives a rule its id."""
    ids = re.compile(rf"""{_KEYS}id:\s*(["']?){re.escape(rule)}\2\s*(?:\#.*)?$""")
    at = [number for number, line in enumerate(lines) if ids.match(line.rstrip("\r\n"))]
    return at[0] if len(at) == 1 else None


def _spec(text: str, rule: str) -> Mapping[str, Any] | None:
    try:
        rules = parse(text, "").value["rules"]
    except (FaultsError, KeyError, TypeError):
        return None
    return next((one for one in rules if isinstance(one, dict) and one.get("id") == rule), None)


def _indent(line: str) -> str:
    found = re.match(_KEYS, line)
    assert found is not None
    return " " * len(found["lead"])


def _ending(line: str) -> str:
    return "\r\n" if line.endswith("\r\n") else "\n"


def _block(lines: Sequence[str], first: int, indent: str) -> list[int]:
    """Return the numbers of the lines after a rule's id that still belong to the rule."""
    numbers: list[int] = []
    for number in range(first + 1, len(lines)):
        line = lines[number]
        if line.strip() and not line.startswith(indent) and not line.lstrip().startswith("#"):
            break
        numbers.append(number)
    return numbers


def _key_lines(lines: Sequence[str], numbers: Sequence[int], indent: str, key: str) -> list[int]:
    """Return the numbers of the lines of a key and its value, without what follows it."""
    first = next((number for number in numbers if lines[number].startswith(f"{indent}{key}:")), None)
    if first is None:
        return []
    found = [first]
    for number in numbers[numbers.index(first) + 1 :]:
        if lines[number].strip() and not lines[number].startswith(f"{indent} "):
            break
        found.append(number)
    while not lines[found[-1]].strip():
        found.pop()
    return found


def _entry(key: str, value: Any) -> Iterator[str]:
    """Yield the lines of a key with its value, not indented."""
    if isinstance(value, str):
        yield from _scalar(f"{key}: ", value)
    else:
        yield f"{key}:"
        yield from (f"  {line}" for line in _lines(value))


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _entry(key, inner)
        return
    for member in value:
        yield from _member(member)


def _member(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _scalar("- ", value)
        return
    first, *rest = _lines(value)
    yield f"- {first}"
    yield from (f"  {line}" for line in rest)


def _scalar(lead: str, value: str) -> Iterator[str]:
    is_plain = _PLAIN.fullmatch(value) and value == value.strip() and value.lower() not in _NOT_TEXT
    plain = value if is_plain else "'" + value.replace("'", "''") + "'"
    if len(lead) + len(plain) <= _WIDEST or "\n" in value or "  " in value:
        yield lead + plain
        return
    yield f"{lead}>-"
    yield from (f"  {line}" for line in _folded(value.split(" ")))


def _folded(words: Iterable[str]) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > _WIDEST:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
