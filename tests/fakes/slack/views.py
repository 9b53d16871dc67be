"""What Slack would refuse in a modal or an App Home: limits from docs.slack.dev, shapes from Slack's own types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.fakes.slack.rules import _block_schemas, _errors, _length, _load, limit_violations

Json = dict[str, Any]

METHODS = ("views.open", "views.update", "views.publish")
_SHORT = {"title": 24, "submit": 24, "close": 24}


def view_violations(method: str, body: Json) -> list[str]:
    """Return every reason for which Slack could refuse the view that ``body`` carries."""
    return [f"{method}: {problem}" for problem in (*_limits(body["view"]), *_schema(method, body))]


def _limits(view: Json) -> Iterator[str]:
    for key, limit in _SHORT.items():
        text = (view.get(key) or {"text": "x"})["text"]
        if not 1 <= _length(text) <= limit:
            yield f"{key} has {_length(text)} characters"
    if view["type"] == "modal" and any(block["type"] == "input" for block in view["blocks"]) and "submit" not in view:
        yield "a modal with inputs needs a submit"
    if _length(view.get("private_metadata", "")) > 3000:
        yield "private_metadata is longer than 3000"
    if _length(view.get("callback_id", "")) > 255:
        yield "callback_id is longer than 255"
    blocks = view["blocks"]
    if not 1 <= len(blocks) <= 100:
        yield f"{len(blocks)} blocks"
    names = [block["block_id"] for block in blocks if "block_id" in block]
    if len(names) != len(set(names)):
        yield "block_id used twice"
    for number, block in enumerate(blocks):
        yield from (f"blocks[{number}]: {problem}" for problem in limit_violations({"blocks": [block]}))
        if block["type"] == "input":
            yield from (f"blocks[{number}]: {problem}" for problem in _input(block))


def _input(block: Json) -> Iterator[str]:
    element = block["element"]
    if not 1 <= _length(block["label"]["text"]) <= 2000:
        yield "label is empty or longer than 2000"
    if not 1 <= _length(element.get("placeholder", {"text": "x"})["text"]) <= 150:
        yield "placeholder is empty or longer than 150"
    if element["type"] == "plain_text_input":
        longest = element.get("max_length", 3000)
        if not 1 <= longest <= 3000:
            yield f"max_length is {longest}"
        if _length(element.get("initial_value", "")) > longest:
            yield "initial_value is longer than max_length"
    elif element["type"] == "static_select":
        options = element["options"]
        if not 1 <= len(options) <= 100:
            yield f"{len(options)} options"
        if any(not 1 <= _length(text) <= 75 for one in options for text in (one["text"]["text"], one["value"])):
            yield "an option is empty or longer than 75"
        if "initial_option" in element and element["initial_option"] not in options:
            yield "initial_option is none of the options"
    elif element["type"] == "file_input":
        if not 1 <= element.get("max_files", 10) <= 10:
            yield f"max_files is {element['max_files']}"
    else:
        yield f"unknown input {element['type']}"


def _schema(method: str, body: Json) -> Iterator[str]:
    if _load() is None:
        return
    frame = body | {"view": body["view"] | {"blocks": [{"type": "divider"}]}}
    yield from _errors(frame, f"#/properties/{method}", method)
    yield from _block_schemas(body["view"])
