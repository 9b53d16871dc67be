"""YAML as Tocsin reads it: plain data, strings that stay strings, and a place for every value.

Strict on purpose. Anchors, aliases, merge keys, tags, duplicate keys and further documents are refused, size and
depth are bounded before anything is built, and every problem is reported with its line and column. Scalars
follow the YAML 1.2 core schema without its number forms that lose characters: ``no``, ``on``, ``22:22``, ``010``,
``3.10`` and dates are strings; ``true``, ``12``, ``-3`` and ``0.5`` are what they look like. Keys are always strings.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.errors import Fault, FaultsError
from rules.validation import faults_from_validation
from rules.yamlbuilder import MAX_DEPTH, NOT_TEXT, Builder
from rules.yamldocument import LINE_END, Document, Path

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "Document", "Path", "decode", "faults_from_validation", "parse"]

MAX_CHARACTERS = 1024 * 1024
_MAX_REPORTED = 20  # characters that are no text come in crowds: the first ones are enough


def decode(data: bytes, name: str) -> str:
    """Read bytes as UTF-8. Raises FaultsError naming the line of the first byte that is not."""
    if len(data) > 4 * MAX_CHARACTERS:
        raise FaultsError([Fault(file=name, text=_too_large(f"{len(data):,} bytes"), code="TC002")])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        text = f"byte 0x{data[error.start]:02x} is not UTF-8 text; save the file as UTF-8"
        raise FaultsError([Fault(file=name, line=line, column=column, text=text, code="TC013")]) from None


def parse(text: str, name: str) -> Document:
    """Read the one YAML document in ``text``. Raises FaultsError with every problem found; ``name`` is the file's."""
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_CHARACTERS:
        raise FaultsError([Fault(file=name, text=_too_large(f"{len(text):,} characters"), code="TC002")])
    faults = list(_not_text(text, name))
    if faults:
        raise FaultsError(faults)
    builder = Builder(name, text)
    builder.run()
    if builder.faults:
        raise FaultsError(builder.faults)
    return Document(name, builder.root, text, builder.start, builder.key_marks, builder.value_marks)


def _too_large(size: str) -> str:
    return f"the file has {size}, more than the {MAX_CHARACTERS:,} allowed; split it into several files"


def _not_text(text: str, name: str) -> Iterator[Fault]:
    for count, found in enumerate(NOT_TEXT.finditer(text)):
        if count == _MAX_REPORTED:
            return
        before = text[: found.start()]
        ends = list(LINE_END.finditer(before))
        column = found.start() - (ends[-1].end() if ends else 0) + 1
        shown = f"the invisible character U+{ord(found[0]):04X} is not allowed; delete it"
        yield Fault(file=name, line=len(ends) + 1, column=column, text=shown, code="TC009")
