"""Reads the data files that ship with Tocsin, and the admin's own, and hands their texts to the pure loaders."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final

from rules.errors import Fault, LexiconError
from rules.vocabulary import Lexicon

RULES: Final = Path(__file__).resolve().parent.parent / "rules"
LEXICON: Final = RULES / "lexicon"
COMPILED: Final = LEXICON / "compiled.json"


def load_lexicon(extra: Sequence[Path] = ()) -> Lexicon:
    """Return the shipped lexicon with the admin's files on top, in the order given.

    Raises LexiconError with every fault of every file, as file:line:col.
    """
    was_enabled = gc.isenabled()
    gc.disable()  # ten thousand small objects that all stay: collecting amid them doubles the time
    try:
        base = _compiled() or Lexicon.load(lexicon_documents())
        return base.extended(_read_all(extra))
    finally:
        if was_enabled:
            gc.enable()


def lexicon_documents() -> dict[str, str]:
    """Return the shipped lexicon files as name -> text, in the order in which they extend one another."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(LEXICON.glob("*.yaml"))}


def fingerprint(documents: dict[str, str]) -> str:
    """Return a hash of the files' names and texts."""
    digest = blake2b(digest_size=16)
    for name, text in documents.items():
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


def _compiled() -> Lexicon | None:
    """Return the compiled lexicon, or None where it is absent or older than the YAML beside it.

    Parsing the YAML takes seconds, reading the JSON milliseconds; a test keeps the two in step.
    """
    try:
        text = COMPILED.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    current = f'{{"source":"{fingerprint(lexicon_documents())}"'
    return Lexicon.from_compiled(text) if text.startswith(current) else None


def _read_all(paths: Sequence[Path]) -> dict[str, str]:
    documents: dict[str, str] = {}
    faults: list[Fault] = []
    for path in paths:
        try:
            documents[str(path)] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text; save it as UTF-8"
            faults.append(Fault(file=str(path), text=f"the lexicon file cannot be read: {reason}", code="TL001"))
    if faults:
        raise LexiconError(faults)
    return documents
