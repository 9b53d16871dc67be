"""What Discord takes at most, as one table, and checks of payloads against it.

discord.py checks almost none of this before it sends. Sources: Discord's developer documentation
(resources/message, components/reference, interactions/application-commands, topics/threads) and its OpenAPI
document; where the two differ the smaller number is used. Lengths are counted in code points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

CONTENT = 2000
NONCE = 25
EMBEDS = 10
EMBED_TOTAL = 6000  # over all embeds of one message
TITLE = 256
DESCRIPTION = 4096
FIELDS = 25
FIELD_NAME = 256
FIELD_VALUE = 1024
FOOTER = 2048
AUTHOR = 256
ROWS = 5
BUTTONS_PER_ROW = 5
BUTTON_LABEL = 80
CUSTOM_ID = 100
LINK = 512  # of a link button
ALT_TEXT = 1024
THREAD_NAME = 100
APPLIED_TAGS = 5
AUTO_ARCHIVE_MINUTES = (60, 1440, 4320, 10080)
MODAL_TITLE = 45
MODAL_FIELDS = 5
LABEL = 45
LABEL_DESCRIPTION = 100
TEXT_INPUT = 4000
COMMAND_NAME = 32
COMMAND_DESCRIPTION = 100
COMMAND_OPTIONS = 25
COMMAND_TOTAL = 8000  # names, descriptions and choice values of one command with everything below it
CHOICES = 25
CHOICE = 100

Payload = Mapping[str, Any]
_SUBCOMMAND_TYPES = (1, 2)
_SELECT_TYPE = 3


def message_faults(payload: Payload) -> tuple[str, ...]:
    """Return what Discord would refuse in the body of a message, as sentences; empty when nothing."""
    return tuple(_message_faults(payload))


def thread_faults(payload: Payload) -> tuple[str, ...]:
    """Return what Discord would refuse in the body that starts a thread or a forum post."""
    return tuple(_thread_faults(payload))


def command_faults(payload: Payload) -> tuple[str, ...]:
    """Return what Discord would refuse in one application command."""
    return tuple(_command_faults(payload))


def modal_faults(payload: Payload) -> tuple[str, ...]:
    """Return what Discord would refuse in a modal."""
    return tuple(_modal_faults(payload))


def _over(what: str, value: object, limit: int, least: int = 0) -> Iterator[str]:
    """Yield a sentence when a text or list is longer than ``limit`` or shorter than ``least``."""
    if not isinstance(value, (str, Sequence)):
        return
    if not least <= len(value) <= limit:
        unit = "characters" if isinstance(value, str) else "entries"
        yield f"{what} has {len(value)} {unit}; Discord takes {least} to {limit}"


def _message_faults(payload: Payload) -> Iterator[str]:
    yield from _over("content", payload.get("content") or "", CONTENT)
    yield from _over("nonce", str(payload.get("nonce") or ""), NONCE)
    embeds = payload.get("embeds") or ()
    yield from _over("embeds", embeds, EMBEDS)
    for index, embed in enumerate(embeds):
        yield from _embed_faults(f"embeds[{index}]", embed)
    total = sum(embed_size(embed) for embed in embeds)
    if total > EMBED_TOTAL:
        yield f"the embeds hold {total} characters together; Discord takes {EMBED_TOTAL}"
    yield from _component_faults(payload.get("components") or ())
    parts = ("content", "embeds", "attachments", "sticker_ids", "components", "poll")
    if not any(payload.get(part) for part in parts):
        yield "the message is empty"


def embed_size(embed: Payload) -> int:
    """Count the characters of an embed that Discord's total is about."""
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or ():
        texts += [field.get("name"), field.get("value")]
    return sum(len(text) for text in texts if text)


def _embed_faults(where: str, embed: Payload) -> Iterator[str]:
    yield from _over(f"{where}.title", embed.get("title"), TITLE)
    yield from _over(f"{where}.description", embed.get("description"), DESCRIPTION)
    yield from _over(f"{where}.footer.text", (embed.get("footer") or {}).get("text"), FOOTER)
    yield from _over(f"{where}.author.name", (embed.get("author") or {}).get("name"), AUTHOR)
    fields = embed.get("fields") or ()
    yield from _over(f"{where}.fields", fields, FIELDS)
    for index, field in enumerate(fields):
        yield from _over(f"{where}.fields[{index}].name", field.get("name"), FIELD_NAME, 1)
        yield from _over(f"{where}.fields[{index}].value", field.get("value"), FIELD_VALUE, 1)


def _component_faults(rows: Sequence[Payload]) -> Iterator[str]:
    yield from _over("components", rows, ROWS)
    seen: set[str] = set()
    for index, row in enumerate(rows):
        buttons = row.get("components") or ()
        yield from _over(f"components[{index}].components", buttons, BUTTONS_PER_ROW, 1)
        for button in buttons:
            yield from _button_faults(f"components[{index}]", button, seen)


def _button_faults(where: str, button: Payload, seen: set[str]) -> Iterator[str]:
    yield from _over(f"{where}: label", button.get("label"), BUTTON_LABEL)
    if not button.get("label") and not button.get("emoji"):
        yield f"{where}: a button has neither a label nor an emoji"
    if button.get("style") == 5:
        yield from _over(f"{where}: url", button.get("url", ""), LINK, 1)
        return
    custom_id = str(button.get("custom_id", ""))
    yield from _over(f"{where}: custom_id", custom_id, CUSTOM_ID, 1)
    if custom_id in seen:
        yield f"{where}: custom_id {custom_id!r} is used twice"
    seen.add(custom_id)


def _thread_faults(payload: Payload) -> Iterator[str]:
    yield from _over("thread name", payload.get("name", ""), THREAD_NAME, 1)
    if payload.get("auto_archive_duration") not in (None, *AUTO_ARCHIVE_MINUTES):
        yield f"auto_archive_duration is none of {AUTO_ARCHIVE_MINUTES}"
    yield from _over("applied_tags", payload.get("applied_tags") or (), APPLIED_TAGS)
    if "message" in payload:
        yield from _message_faults(payload["message"])


def _modal_faults(payload: Payload) -> Iterator[str]:
    yield from _over("modal title", payload.get("title", ""), MODAL_TITLE, 1)
    yield from _over("modal custom_id", payload.get("custom_id", ""), CUSTOM_ID, 1)
    labels = payload.get("components") or ()
    yield from _over("modal components", labels, MODAL_FIELDS, 1)
    for index, label in enumerate(labels):
        where, component = f"components[{index}]", label.get("component") or {}
        yield from _over(f"{where}.label", label.get("label", ""), LABEL, 1)
        yield from _over(f"{where}.description", label.get("description"), LABEL_DESCRIPTION, 1)
        yield from _over(f"{where}: custom_id", component.get("custom_id", ""), CUSTOM_ID, 1)
        yield from _over(f"{where}: value", component.get("value"), component.get("max_length", TEXT_INPUT))
        if component.get("max_length", TEXT_INPUT) > TEXT_INPUT:
            yield f"{where}: max_length is {component['max_length']}; Discord takes {TEXT_INPUT}"
        if component.get("type") == _SELECT_TYPE:
            yield from _over(f"{where}: options", component.get("options") or (), CHOICES, 1)
        for option in component.get("options") or ():
            yield from _over(f"{where}: option", option.get("label"), CHOICE, 1)
            yield from _over(f"{where}: option value", option.get("value"), CHOICE, 1)


def _command_faults(payload: Payload) -> Iterator[str]:
    yield from _option_faults(str(payload.get("name")), payload, is_chat=payload.get("type", 1) == 1)
    total = _command_size(payload)
    if total > COMMAND_TOTAL:
        yield f"command {payload.get('name')} holds {total} characters in all; Discord takes {COMMAND_TOTAL}"


def _option_faults(where: str, payload: Payload, *, is_chat: bool = True) -> Iterator[str]:
    name = str(payload.get("name", ""))
    yield from _over(f"{where}: name", name, COMMAND_NAME, 1)
    if is_chat:
        yield from _over(f"{where}: description", payload.get("description", ""), COMMAND_DESCRIPTION, 1)
        if name != name.lower() or " " in name:
            yield f"{where}: a name is written in lower case and without blanks"
    choices = payload.get("choices") or ()
    yield from _over(f"{where}: choices", choices, CHOICES)
    for choice in choices:
        yield from _over(f"{where}: choice", choice.get("name"), CHOICE, 1)
        yield from _over(f"{where}: choice value", choice.get("value"), CHOICE)
    if choices and payload.get("autocomplete"):
        yield f"{where}: an option has either choices or autocomplete"
    options = payload.get("options") or ()
    yield from _over(f"{where}: options", options, COMMAND_OPTIONS)
    for option in options:
        yield from _option_faults(f"{where} {option.get('name')}", option)
    yield from _order_faults(where, options)


def _order_faults(where: str, options: Sequence[Payload]) -> Iterator[str]:
    required = [bool(option.get("required")) for option in options if option.get("type") not in _SUBCOMMAND_TYPES]
    if required != sorted(required, reverse=True):
        yield f"{where}: required options come before the others"


def _command_size(payload: Payload) -> int:
    own = len(str(payload.get("name", ""))) + len(str(payload.get("description", "")))
    choices = sum(len(str(choice["name"])) + len(str(choice["value"])) for choice in payload.get("choices") or ())
    return own + choices + sum(_command_size(option) for option in payload.get("options") or ())
