"""Answers the editor's question what can stand at its cursor. Columns are UTF-16 units there, code points here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from bot.rulebook.files import SCHEMA
from bot.web.workbench.names import Names
from bot.web.workbench.place import place_of
from bot.web.workbench.proposals import Proposer
from bot.web.workbench.shape import Shape
from rules.vocabulary import Lexicon


@cache
def shape_of_files() -> Shape:
    """Return the shape of rule files, read once."""
    return Shape(json.loads(SCHEMA.read_text(encoding="utf-8")))


def assist(lexicon: Lexicon, topics: Mapping[str, str], form: Mapping[str, str]) -> dict[str, Any]:
    """Return proposals for the cursor at ``line`` and ``column`` (from 0) of ``text``, the best first."""
    text = form.get("text", "").replace("\r\n", "\n")
    line, units = _number(form.get("line", "")), _number(form.get("column", ""))
    lines = text.split("\n")
    written = lines[line] if line < len(lines) else ""
    column = len(_encoded(written)[: 2 * units].decode("utf-16-le", "ignore"))
    place = place_of(text, line, column)
    found = Proposer(shape_of_files(), Names.of(lexicon), topics).at(place)
    return {
        "items": [
            {
                "label": one.label,
                "insert": one.insert,
                "about": one.about,
                "replaces": len(_encoded(written[column - one.replaces : column])) // 2,
                "back": one.back,
            }
            for one in found
        ],
        "rest": len(place.rest),
    }


def _encoded(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
