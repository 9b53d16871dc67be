"""The words after ``/tocsin`` to a command: options as ``name:value`` or ``name=value``, quotes around blanks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from bot.commands.spec import BY_NAME, GROUPS, LONGEST_VALUE, CommandSpec, Option
from rules.errors import TocsinError
from rules.sanitise import clean, one_line, shorten

# Slack's clients turn straight quotes into typographic ones as people type.
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"})
# A quote opens only where a value begins, so that the apostrophes of "Russia's" and "Europe's" are no pair.
_WORD = re.compile(
    r"""(?:[^\s:="']+[:=]|[-(]+)?(?:"(?:[^"\\]|\\.)*"|'[^']*')\)*(?=\s|$)  # name:"value", -"phrase", 'value'
      | \S+""",
    re.DOTALL | re.VERBOSE,
)
_QUOTED = re.compile(r""""((?:[^"\\]|\\.)*)"|'([^']*)'""", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
LONGEST = 3000  # code points of a command; Slack and Discord let people type more
MOST_LISTED = 8  # words that an answer lists in full
ECHO = 60  # code points of what was typed that an answer repeats


class CommandError(TocsinError):
    """A command cannot be understood; the text says what was and what would be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as understood. ``options`` holds what was given, by option name."""

    spec: CommandSpec
    options: dict[str, str] = field(default_factory=dict)


def parse(text: str) -> Command:
    """Understand the words after ``/tocsin``. Raises CommandError with the nearest matches."""
    if len(text) > LONGEST:
        raise CommandError(f"That command has {len(text):,} characters; at most {LONGEST:,} are read.")
    words = [match[0] for match in _WORD.finditer(clean(text).translate(_QUOTES))]
    if not words:
        return Command(spec=BY_NAME["help"])
    name = words[0].lower().lstrip("/")
    if name in GROUPS and len(words) == 1:
        return Command(spec=BY_NAME["help"], options={"command": name})
    spec, rest = _named(name, words[1:])
    options: dict[str, str] = {}
    for option, value in _given(spec, rest):
        if option.name in options:
            raise CommandError(f"“{option.name}” is given twice; give it once.")
        options[option.name] = _checked(option, value)
    missing = [option.name for option in spec.options if option.required and option.name not in options]
    if missing:
        raise CommandError(f"“{spec.name}” needs {missing[0]}. For example: {usage(spec)}")
    return Command(spec=spec, options=options)


def _named(name: str, rest: Sequence[str]) -> tuple[CommandSpec, Sequence[str]]:
    """Find the command, of one word or of two, and return it with the words after its name."""
    if name in GROUPS:
        second = rest[0].lower()
        spec = BY_NAME.get(f"{name} {second}")
        if spec is None:
            known = [one.name.removeprefix(f"{name} ") for one in GROUPS[name]]
            listed = nearest(second, known) if len(known) <= MOST_LISTED else three_nearest(second, known)
            raise CommandError(f"There is no {echo(f'{name} {second}')}. {listed}")
        return spec, rest[1:]
    spec = BY_NAME.get(name)
    if spec is None:
        raise CommandError(f"There is no command {echo(name)}. {three_nearest(name, BY_NAME)}")
    return spec, rest


def usage(spec: CommandSpec) -> str:
    """Return how a command is typed, by its first example."""
    return f"/tocsin {spec.examples[0]}" if spec.examples else f"/tocsin {spec.name}"


def quote(value: str) -> str:
    """Write a value so that ``parse`` reads it back as one word."""
    if value and not re.search(r"""[\s"'\\:=]""", value):
        return value
    if '"' in value and not re.search(r"['‘’\\]", value):  # what holds double quotes reads better in single ones
        return f"'{value}'"
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'


def echo(value: str) -> str:
    """Quote what was typed, on one line and not at any length."""
    return f"“{shorten(one_line(value), ECHO)}”"


def nearest(word: str, allowed: Iterable[str]) -> str:
    """Return ``Did you mean ...?`` with up to three words that are near, else what there is."""
    names = list(allowed)
    near = get_close_matches(word.lower()[:ECHO], names, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"There are: {', '.join(names)}." if names else "It takes no options."


def three_nearest(word: str, names: Iterable[str], see: str = "/tocsin help") -> str:
    """Return ``Did you mean ...?`` with the three nearest of many names, however far they are."""
    first, second, third = get_close_matches(word.lower()[:ECHO], list(names), n=3, cutoff=0.0)
    return f"Did you mean {first}, {second} or {third}? All of them: {see}"


def _given(spec: CommandSpec, words: Iterable[str]) -> Iterator[tuple[Option, str]]:
    by_name = {option.name: option for option in spec.options}
    positional = next((option for option in spec.options if option.positional), None)
    is_verbatim = positional is not None and positional.verbatim
    bare: list[str] = []
    for word in words:
        name, mark, value = _split(word)
        if mark and name.lower() in by_name:
            yield by_name[name.lower()], _unquoted(value)
        elif mark and not is_verbatim and re.fullmatch(r"[a-z_]+", name) and not value.startswith("//"):
            raise CommandError(f"“{spec.name}” has no option {echo(name)}. {nearest(name, by_name)}")
        else:
            bare.append(word if is_verbatim else _unquoted(word))
    if bare and positional is None:
        raise CommandError(f"“{spec.name}” takes no {echo(' '.join(bare))}. For example: {usage(spec)}")
    if bare and positional is not None:
        yield positional, " ".join(bare)


def _split(word: str) -> tuple[str, str, str]:
    found = re.match(r"([^\s:=\"']+)([:=])(.*)", word, re.DOTALL)
    return (found[1], found[2], found[3]) if found else (word, "", "")


def _unquoted(value: str) -> str:
    found = _QUOTED.fullmatch(value)
    if found is None:
        return value
    return found[2] if found[1] is None else _ESCAPED.sub(r"\1", found[1])


def _checked(option: Option, value: str) -> str:
    if len(value) > LONGEST_VALUE:
        raise CommandError(f"{option.name} has {len(value):,} characters; at most {LONGEST_VALUE} are taken.")
    if not value.strip():
        raise CommandError(f"{option.name} is empty; leave it out, or give it a value.")
    if option.choices and value.lower() not in option.choices:
        raise CommandError(f"“{option.name}” takes no {echo(value)}. {nearest(value, option.choices)}")
    if option.between is not None:
        least, most = option.between
        if not value.isascii() or not value.isdigit() or not least <= int(value[:9]) <= most:
            raise CommandError(f"{option.name} has to be a whole number from {least} to {most}, not {echo(value)}.")
    return value.lower() if option.choices else value
