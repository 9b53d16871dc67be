"""From parser events to plain values with marks: the part of strict YAML that looks at every node."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from rules.errors import Fault
from rules.yamldocument import LINE_END, Mark, Value
from rules.yamlhints import explain_syntax_error

MAX_DEPTH = 64
NOT_TEXT = re.compile(r"[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""Controls, lone surrogates, non-characters, and the line ends that editors do not count (NEL, LS, PS)."""

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml where the wheel has it: 20 times faster
_NodeEvent = yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent
_CUT_COMMENT = re.compile(r"[ \t]+#(?=[^\s#])")
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,29})\Z")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,15}\Z")
_BEGINS_NUMBER = frozenset("+-0123456789")
_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def resolve_scalar(text: str) -> str | int | float | bool | None:
    """Return what a plain (unquoted) scalar means."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _BEGINS_NUMBER:
        return text
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text) and repr(float(text)) == text:
        return float(text)
    return text


class _Frame:
    """A mapping or sequence under construction."""

    __slots__ = ("key", "keys", "marks", "value")

    def __init__(self, value: dict[str, Value] | list[Value]) -> None:
        self.value = value
        self.marks: dict[Any, Mark] = {}
        self.keys: dict[str, Mark] = {}
        self.key: str | None = None  # a mapping's key that still waits for its value


class _Stop(Exception):  # noqa: N818 - control flow, never seen outside
    """Nothing after this point can be trusted or is worth reading."""


class Builder:
    """Turns parser events into plain values with marks; its own stack instead of recursion."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.lines = LINE_END.split(text)
        self.commented = {number for number, line in enumerate(self.lines) if "#" in line}
        self.faults: list[Fault] = []
        self.root: Value = None
        self.start: Mark = (1, 1)
        self.stack: list[_Frame] = []
        self.documents = 0
        self.key_marks: dict[int, dict[str, Mark]] = {}
        self.value_marks: dict[int, dict[Any, Mark]] = {}

    def run(self) -> None:
        """Read all events; what is wrong ends in ``faults``."""
        handlers: dict[type[yaml.Event], Callable[[Any], None]] = {
            yaml.DocumentStartEvent: self._document,
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
        }
        try:
            for event in yaml.parse(self.text, Loader=_LOADER):
                handler = handlers.get(type(event))
                if handler is not None:
                    handler(event)
        except _Stop:
            return
        except yaml.MarkedYAMLError as error:
            line, column, text = explain_syntax_error(error, self.lines)
            self.stack.clear()  # how far the parser read ahead says nothing about where the trouble belongs
            self._fault((line, column), text, "TC001")
        except yaml.YAMLError as error:
            self._fault((1, 1), f"this is not YAML: {error}", "TC001")

    def _fault(self, mark: Mark, text: str, code: str) -> None:
        self.faults.append(Fault(file=self.name, line=mark[0], column=mark[1], path=self._path(), text=text, code=code))

    def _path(self) -> str:
        """Write where the reading is: an open member of a list is in it already, the next one is not."""
        steps: list[str] = []
        for depth, frame in enumerate(self.stack, 1):
            if isinstance(frame.value, list):
                steps.append(f"[{len(frame.value) - (depth < len(self.stack))}]")
            elif frame.key is not None:
                steps.append(f".{frame.key}" if steps else frame.key)
        return "".join(steps)

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self.documents += 1
        mark = _mark(event)
        if self.documents > 1:
            self._fault(mark, "a second document starts here; one file holds one document: delete the '---'", "TC008")
            raise _Stop
        if event.version or event.tags:
            self._fault(mark, "lines that start with % (YAML directives) are not used here; delete them", "TC006")

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._fault(
            _mark(event),
            f'"*{event.anchor}" refers to another place of the file, which is not allowed here; write the value out '
            f'(a text that starts with * needs quotes: "*{event.anchor}")',
            "TC004",
        )
        self._add(None, _mark(event))

    def _refuse_properties(self, event: _NodeEvent) -> None:
        if event.anchor is not None:
            self._fault(
                _mark(event),
                f'"&{event.anchor}" names a value for reuse, which is not allowed here; write the value out '
                f'(a text that starts with & needs quotes: "&{event.anchor}")',
                "TC004",
            )
        if event.tag is not None:
            self._fault(
                _mark(event),
                f'"{event.tag}" is a YAML tag, which is not allowed here; delete it (a text that starts with ! needs '
                "quotes)",
                "TC006",
            )

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        mark = _mark(event)
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event)
        plain = event.implicit[0]
        if not plain and NOT_TEXT.search(event.value):
            self._fault(mark, "an escape in this text stands for a character that is no text; remove it", "TC009")
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            self._key(frame, event, mark)
            return
        if plain:
            self._warn_of_cut(event)
        self._add(resolve_scalar(event.value) if plain else event.value, mark)

    def _key(self, frame: _Frame, event: yaml.ScalarEvent, mark: Mark) -> None:
        key: str = event.value
        if key == "<<" and event.implicit[0]:
            self._fault(mark, '"<<" merges another mapping, which is not allowed here; write the keys out', "TC005")
        elif key in frame.keys:
            line, column = frame.keys[key]
            text = f'the key "{key}" is here for the second time (first at {line}:{column}); keep one of the two'
            self._fault(mark, text, "TC007")
        else:
            frame.keys[key] = mark
        frame.key = key

    def _warn_of_cut(self, event: yaml.ScalarEvent) -> None:
        end = event.end_mark
        assert end is not None, "only hand-made events have none"
        found = _CUT_COMMENT.match(self.lines[end.line], end.column) if end.line in self.commented else None
        if found is None:
            return
        rest = self.lines[end.line][found.end() - 1 :].strip()
        self._fault(
            (end.line + 1, found.end()),
            f'"{rest}" would be cut off: " #" starts a comment. Put the whole text in quotes if it belongs to it, '
            "or a space after the # if it is a comment",
            "TC011",
        )

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        mark = _mark(event)
        self._refuse_properties(event)
        if len(self.stack) >= MAX_DEPTH:
            self._fault(mark, f"nested deeper than {MAX_DEPTH} levels", "TC003")
            raise _Stop
        frame = self.stack[-1] if self.stack else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            self._fault(
                mark, "a key must be a word, not a list or a mapping (a text with braces needs quotes)", "TC010"
            )
            raise _Stop
        value: dict[str, Value] | list[Value] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._add(value, mark)
        self.stack.append(_Frame(value))

    def _add(self, value: Value, mark: Mark) -> None:
        """Put a finished value, or a collection that opens, into its parent."""
        if not self.stack:
            self.root, self.start = value, mark
            return
        frame = self.stack[-1]
        if isinstance(frame.value, list):
            frame.marks[len(frame.value)] = mark
            frame.value.append(value)
            return
        if frame.key is None:  # an alias where a key should be: reported already
            frame.key = ""
            return
        if frame.key not in frame.value:
            frame.value[frame.key] = value
            frame.marks[frame.key] = mark
        if not isinstance(value, dict | list):
            frame.key = None

    def _close(self, _event: yaml.Event) -> None:
        frame = self.stack.pop()
        self.value_marks[id(frame.value)] = frame.marks
        if isinstance(frame.value, dict):
            self.key_marks[id(frame.value)] = frame.keys
        if self.stack:
            self.stack[-1].key = None


def _mark(event: yaml.Event) -> Mark:
    mark = event.start_mark
    assert mark is not None, "only hand-made events have none"
    return mark.line + 1, mark.column + 1
