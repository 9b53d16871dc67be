"""What a YAML syntax error means to somebody who writes rules, with the way out.

The parser says what it met; a person wants to know which character on the line is the trouble. Each hint looks at
the line itself, so that libyaml's and PyYAML's different wordings lead to the same advice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

_KEY_VALUE = re.compile(r"""(?P<key>[\s\-]*[^\s'"\[{#][^:]*?:[ \t]+)(?P<value>[^'"\[{|>#\s].*)\Z""")
_VALUE = re.compile(r"[^'\"]*?:[ \t]+(.*\S)")
_OPENERS = {"[": "]", "{": "}"}


def explain_syntax_error(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> tuple[int, int, str]:
    """Return line and column (from 1) of the trouble, and one sentence with the remedy."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return 1, 1, f"this is not YAML: {error.problem or error}"
    line, column = min(mark.line, len(lines) - 1), mark.column
    source = lines[line] if lines else ""
    for hint in (_tab, _colon_in_text, _reserved_start, _escape, _apostrophe, _open_quote, _open_bracket, _indentation):
        found = hint(error, source, column, lines)
        if found is not None:
            at_line, at_column, text = found
            return (line if at_line is None else at_line) + 1, at_column + 1, text
    problem = (error.problem or "cannot be read").strip()
    return line + 1, column + 1, f"this is not YAML: {problem}; compare its indentation and quotes with the lines above"


_Hint = tuple[int | None, int, str] | None


def _tab(error: yaml.MarkedYAMLError, source: str, column: int, lines: Sequence[str]) -> _Hint:
    del error, lines
    indent = source[: len(source) - len(source.lstrip())]
    if "\t" not in indent and source[column : column + 1] != "\t":
        return None
    at = indent.find("\t") if "\t" in indent else column
    return None, at, "a tab is used for indentation; use spaces"


def _colon_in_text(error: yaml.MarkedYAMLError, source: str, column: int, lines: Sequence[str]) -> _Hint:
    if "mapping values are not allowed" not in (error.problem or ""):
        return None
    mark = error.problem_mark
    above = lines[mark.line - 1] if mark is not None and 0 < mark.line < len(lines) else ""
    indent = len(source) - len(source.lstrip())
    if _KEY_VALUE.match(above) and indent > len(above) - len(above.lstrip(" -")):
        key = above.strip(" -").split(":")[0]
        return (
            None,
            indent,
            f'this line is indented deeper than "{key}:" above, and would belong to its text; align them',
        )
    found = _KEY_VALUE.match(source)
    if found is None or ": " not in f"{found['value']} ":
        return None, column, "a colon is not expected here; is the line above complete and the indentation right?"
    quoted = "'" + found["value"].replace("'", "''").rstrip() + "'"
    return None, column, f'a text with ": " in it needs quotes: {found["key"].strip()} {quoted}'


def _reserved_start(error: yaml.MarkedYAMLError, source: str, column: int, lines: Sequence[str]) -> _Hint:
    del lines
    first = source[column : column + 1]
    if "cannot start any token" not in (error.problem or "") or first not in {"@", "`", "%"}:
        return None
    rest = source[column:].strip().replace("'", "''")
    return None, column, f"a text that starts with {first} needs quotes: '{rest}'"


def _escape(error: yaml.MarkedYAMLError, source: str, column: int, lines: Sequence[str]) -> _Hint:
    del lines
    if "escape" not in (error.problem or "") and "expected escape sequence" not in (error.problem or ""):
        return None
    at = source.rfind("\\", 0, column + 1)
    start, end = source.find('"'), source.rfind('"')
    remedy = "use single quotes"
    if 0 <= start < end and "'" not in source[start:end]:
        remedy += f": '{source[start + 1 : end]}'"
    return None, max(at, 0), f"inside double quotes a backslash starts an escape, and this is none; {remedy}"


def _apostrophe(error: yaml.MarkedYAMLError, source: str, column: int, lines: Sequence[str]) -> _Hint:
    del error, lines
    before = source[:column].rstrip()
    if not before or before[-1] not in "'\"" or not source[column:].strip() or source[column] in ",]}#":
        return None
    if before[-1] == "'" and source[column - 1 : column] == "'" and source[column].isalpha():
        return None, column - 1, "an apostrophe inside single quotes is written twice: 'it''s', or use double quotes"
    value = _VALUE.match(source)
    whole = "'" + (value[1] if value else source.strip()).replace("'", "''") + "'"
    return None, column, f"the quoted text ends before this; put the whole text in one pair of quotes: {whole}"


def _open_quote(error: yaml.MarkedYAMLError, source: str, column: int, lines: Sequence[str]) -> _Hint:
    del source, column, lines
    if "quoted scalar" not in (error.context or "") or error.context_mark is None:
        return None
    mark = error.context_mark
    return mark.line, mark.column, "the quote that opens here is never closed"


def _open_bracket(error: yaml.MarkedYAMLError, source: str, column: int, lines: Sequence[str]) -> _Hint:
    del source, column
    mark = error.context_mark
    if "while parsing a flow" not in (error.context or "") or mark is None or mark.line >= len(lines):
        return None
    opener = lines[mark.line][mark.column : mark.column + 1]
    closer = _OPENERS.get(opener)
    if closer is None:
        return None
    return mark.line, mark.column, f'after this "{opener}" a comma or the closing "{closer}" is missing'


def _indentation(error: yaml.MarkedYAMLError, source: str, column: int, lines: Sequence[str]) -> _Hint:
    problem, context = error.problem or "", error.context or ""
    if "simple key" in context or "could not find expected ':'" in problem:
        mark = error.context_mark or error.problem_mark
        if mark is None or mark.line >= len(lines):
            return None
        word = lines[mark.line].strip()
        return mark.line, mark.column, f'"{word[:60]}" is not "key: value"; a colon with a space after it is missing'
    if "while parsing a block" not in context:
        return None
    del source
    return None, column, "this line fits nothing above it: its indentation is off, or a dash or a key is missing"
