"""``tocsin completion bash|zsh|fish``: a script made of the command line itself, so that it never lags behind.

The script knows all words; completing starts no Python.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.cli.grammar import Level, Option

SHELLS = ("bash", "zsh", "fish")


def add_parser(subparsers: Any) -> None:
    """Add ``completion`` to the command line."""
    parser = subparsers.add_parser(
        "completion",
        help="the script that completes commands and options in a shell",
        description='Prints the script. bash: eval "$(tocsin completion bash)" in ~/.bashrc; zsh: the same with zsh,'
        " after compinit, in ~/.zshrc; fish: tocsin completion fish > ~/.config/fish/completions/tocsin.fish",
    )
    parser.add_argument("shell", choices=SHELLS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the script for a shell."""
    from bot.cli.grammar import levels

    writers = {"bash": bash, "zsh": zsh, "fish": fish}
    sys.stdout.write("\n".join(writers[args.shell](levels())) + "\n")
    return 0


def bash(levels: Sequence[Level]) -> Iterator[str]:
    """Write a script for bash; where no word fits, bash completes files."""
    yield "_tocsin() {"
    yield "    local level=tocsin word words="
    yield '    local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"'
    yield '    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do'
    yield f'        case "$level $word" in {_deeper(levels)}) level="$level $word" ;; esac'
    yield "    done"
    yield '    case "$level" in'
    for level in levels:
        yield f'        "{level.path}") words="{" ".join(_words(level))}" ;;'
    yield "    esac"
    yield '    case "$level $previous" in'
    for level, option in _closed(levels):
        named = "|".join(f'"{level.path} {flag}"' for flag in option.flags)
        yield f'        {named}) words="{" ".join(option.choices)}" ;;'
    yield "    esac"
    yield '    COMPREPLY=($(compgen -W "$words" -- "$current"))'
    yield "}"
    yield "complete -o default -F _tocsin tocsin"


def zsh(levels: Sequence[Level]) -> Iterator[str]:
    """Write a script for zsh, with what each word means."""
    yield "#compdef tocsin"
    yield "_tocsin() {"
    yield "    local level=tocsin word"
    yield "    local -a found"
    yield '    for word in "${words[@]:1:$((CURRENT-2))}"; do'
    yield f'        case "$level $word" in {_deeper(levels)}) level="$level $word" ;; esac'
    yield "    done"
    yield '    case "$level" in'
    for level in levels:
        told = " ".join(_quoted(f"{word}:{text}" if text else word) for word, text in _explained(level))
        yield f'        "{level.path}") found=({told}) ;;'
    yield "    esac"
    yield '    case "$level ${words[CURRENT-1]}" in'
    for level, option in _closed(levels):
        named = "|".join(f'"{level.path} {flag}"' for flag in option.flags)
        yield f"        {named}) found=({' '.join(option.choices)}) ;;"
    yield "    esac"
    yield "    _describe tocsin found"
    yield "    _files"
    yield "}"
    yield "compdef _tocsin tocsin"


def fish(levels: Sequence[Level]) -> Iterator[str]:
    """Write a script for fish, with what each word means."""
    yield "function __tocsin_level"
    yield "    set -l level tocsin"
    yield "    for word in (commandline -opc)[2..-1]"
    yield '        switch "$level $word"'
    yield f"            case {_deeper(levels).replace('|', ' ')}"
    yield '                set level "$level $word"'
    yield "        end"
    yield "    end"
    yield "    echo $level"
    yield "end"
    for level in levels:
        condition = f"-n 'test (__tocsin_level) = \"{level.path}\"'"
        for name, text in level.commands:
            yield f"complete -c tocsin -f {condition} -a {name} -d {_quoted(text)}"
        for word in level.words:
            yield f"complete -c tocsin -f {condition} -a {word}"
        for option in level.options:
            yield f"complete -c tocsin {condition} {_fish_option(option)}"


def _fish_option(option: Option) -> str:
    flags = " ".join(f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags)
    following = f" -xa {_quoted(' '.join(option.choices))}" if option.choices else " -r"
    return f"{flags}{following if option.metavar else ''} -d {_quoted(option.help)}"


def _deeper(levels: Sequence[Level]) -> str:
    return "|".join(f'"{level.path}"' for level in levels[1:])


def _words(level: Level) -> list[str]:
    return [word for word, _ in _explained(level)]


def _explained(level: Level) -> list[tuple[str, str]]:
    flags = [(flag, option.help) for option in level.options for flag in option.flags if flag.startswith("--")]
    return [*level.commands, *((word, "") for word in level.words), *flags]


def _closed(levels: Sequence[Level]) -> Iterator[tuple[Level, Option]]:
    for level in levels:
        for option in level.options:
            if option.choices:
                yield level, option


def _quoted(text: str) -> str:
    """Write a text as one word of a shell; colons split what zsh shows, so they go."""
    head, colon, rest = text.partition(":")
    plain = head + colon + rest.replace(":", ";")
    return "'" + plain.replace("'", "’").replace("\\", "") + "'"
