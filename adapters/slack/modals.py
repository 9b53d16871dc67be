"""Forms and answers as modals. Pure: bot.ports.Form -> view, and the state of a submitted view -> values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from adapters.slack.limits import Json, code_points
from adapters.slack.payload import Origin
from adapters.slack.render import Part
from bot.message import Message
from bot.ports import Form, FormField
from rules.sanitise import one_line, shorten

FORM_PREFIX = "tocsin:form:"
RESULT = "tocsin:result"
TITLE = 24  # characters of a modal's title and its buttons
LABEL = 2_000
HINT = 150  # as a placeholder
OPTION = 75
CHOICES = 100
BLOCKS = 100
INPUT = 3_000


def form_view(form: Form, origin: Origin) -> Json:
    """Return the modal that asks for what ``form`` names; the answer goes back to ``origin``."""
    return {
        "type": "modal",
        "callback_id": f"{FORM_PREFIX}{form.command}",
        "private_metadata": origin.pack(),
        "title": _words(form.title, TITLE),
        "submit": _words(form.submit, TITLE),
        "close": _words("Cancel", TITLE),
        "blocks": [_field(field) for field in form.fields[:BLOCKS]],
    }


def values_of(view: Json) -> dict[str, str]:
    """Return what was filled in, by field name; what was left empty is left out."""
    state = ((view.get("state") or {}).get("values") or {}).values()
    filled = ((name, element) for block in state for name, element in block.items())
    found = {
        name: element.get("value") or (element.get("selected_option") or {}).get("value") for name, element in filled
    }
    return {name: str(value) for name, value in found.items() if value}


def files_of(view: Json) -> list[str]:
    """Return the numbers of the files that were put into a form."""
    state = ((view.get("state") or {}).get("values") or {}).values()
    given = (each for block in state for element in block.values() for each in element.get("files") or ())
    return [str(each["id"]) for each in given if isinstance(each, dict) and each.get("id")]


def command_of(view: Json) -> str | None:
    """Return the command that a submitted modal stands for, or None when it is none of ours."""
    callback = str(view.get("callback_id") or "")
    return callback.removeprefix(FORM_PREFIX) if callback.startswith(FORM_PREFIX) else None


def waiting_view(origin: Origin) -> Json:
    """Return what a modal shows while its answer is put together."""
    block: Json = {"type": "section", "text": {"type": "plain_text", "text": "One moment …", "emoji": False}}
    return _result((block,), origin)


def result_view(message: Message, parts: Sequence[Part], origin: Origin) -> Json:
    """Return a modal that shows an answer; what does not fit is counted in its last line."""
    blocks = [block for part in parts for block in part.blocks]
    if not blocks:
        text = shorten(one_line(message.fallback) or "Done.", 2_900)
        blocks = [{"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}]
    return _result(tuple(fitting(blocks)), origin)


def fitting(blocks: Sequence[Json]) -> Iterator[Json]:
    """Yield the blocks that one view takes, and a line that counts the others."""
    if len(blocks) <= BLOCKS:
        yield from blocks
        return
    yield from blocks[: BLOCKS - 1]
    note = f"{len(blocks) - BLOCKS + 1} more blocks are left out; ask for less."
    yield {"type": "context", "elements": [{"type": "plain_text", "text": note}]}


def _result(blocks: Sequence[Json], origin: Origin) -> Json:
    return {
        "type": "modal",
        "callback_id": RESULT,
        "private_metadata": origin.pack(),
        "title": _words("Tocsin", TITLE),
        "close": _words("Close", TITLE),
        "blocks": list(blocks),
    }


def _field(field: FormField) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": _words(field.label, LABEL),
        "optional": not field.required,
        "element": _element(field),
    }
    return block


def _element(field: FormField) -> Json:
    if field.is_file:
        return {"type": "file_input", "action_id": field.name, "max_files": 1}
    hint = {"placeholder": _words(field.hint, HINT)} if field.hint else {}
    if field.choices and len(field.choices) <= CHOICES and all(len(value) <= OPTION for value, _ in field.choices):
        options = [_option(*choice) for choice in field.choices]
        chosen = [option for option in options if option["value"] == field.value]
        element: Json = {"type": "static_select", "action_id": field.name, "options": options, **hint}
        return element | ({"initial_option": chosen[0]} if chosen else {})
    element = {"type": "plain_text_input", "action_id": field.name, "multiline": field.is_long, **hint}
    element["max_length"] = min(field.limit, INPUT)
    if not field.value:
        return element
    return element | {"initial_value": field.value[: code_points(field.value, element["max_length"])]}


def _option(value: str, label: str) -> Json:
    return {"text": _words(label, OPTION), "value": value}


def _words(text: str, limit: int) -> Json:
    plain = one_line(text) or "–"
    return {"type": "plain_text", "text": shorten(plain, code_points(plain, limit)), "emoji": False}
