"""Writes the tables of docs/command-line.md from the command line itself; a test holds the two together.

python tools/command_line_page.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.cli.grammar import Level, levels

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "command-line.md"
MARK = "<!-- From here on written by tools/command_line_page.py -->"


def page(present: str) -> str:
    """Return the page: what stands above the mark stays."""
    head = present.partition(MARK)[0].rstrip()
    return "\n".join([head, "", MARK, *_sections()]) + "\n"


def _sections() -> Iterator[str]:
    for level in levels()[1:]:
        depth = "##" if level.path.count(" ") == 1 else "###"
        yield f"\n{depth} `{level.path}`\n"
        yield _sentence(level.help)
        if level.commands:
            continue
        rows = [*_rows(level)]
        if rows:
            yield "\n| | |\n| --- | --- |"
            yield from rows
        if level.epilog:
            yield f"\n{level.epilog}"


def _rows(level: Level) -> Iterator[str]:
    for name, text in level.arguments:
        yield f"| `{name}` | {_cell(text)} |"
    for option in level.options:
        if "--help" in option.flags:
            continue
        value = f" {option.metavar}" if option.metavar else ""
        closed = f" ({', '.join(option.choices)})" if option.choices and option.metavar[:1] != "{" else ""
        yield f"| `{', '.join(option.flags)}{value}` | {_cell(option.help)}{closed} |"


def _sentence(text: str) -> str:
    whole = text[:1].upper() + text[1:]
    return whole if whole.endswith(".") else f"{whole}."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
