"""Reads what ships with Tocsin and goes into a new folder: packs, the schema for editors, Slack's manifest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from bot.rulebook.files import PACKS, SCHEMA, pack_names

SOURCE: Final = Path(__file__).resolve().parents[2]
MANIFEST: Final = SOURCE / "adapters" / "slack" / "manifest.yaml"


def packs() -> dict[str, str]:
    """Return the texts of the packs by name."""
    return {name: (PACKS / f"{name}.yaml").read_text(encoding="utf-8") for name in pack_names()}


def schema() -> str:
    """Return the JSON Schema of rule files, which the packs name as ``../rules.schema.json``."""
    return SCHEMA.read_text(encoding="utf-8")


def manifest() -> str:
    """Return Slack's app manifest."""
    return MANIFEST.read_text(encoding="utf-8")


def title(name: str, text: str) -> str:
    """Return the title that a pack gives its topic."""
    found = re.search(r"(?m)^title: *(.+?) *$", text)
    return name if found is None else found[1].strip("\"'")


def is_own_source(folder: Path) -> bool:
    """Tell whether a folder is the one that Tocsin runs from, whose ``rules`` are its own code."""
    return folder.resolve() == SOURCE
