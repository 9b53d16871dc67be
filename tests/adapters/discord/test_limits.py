"""The limit table against Discord's own document, and what it must catch."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.discord import limits
from tests.fakes.discord import contract
from tests.shared import shared_path


def button(**more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 2, "label": "Why", "custom_id": "tocsin:why:1", **more}


def with_buttons(*rows: list[dict[str, Any]]) -> dict[str, Any]:
    return {"content": "x", "components": [{"type": 1, "components": row} for row in rows]}


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        pytest.param({"content": "x" * 2001}, "content has 2001", id="content"),
        pytest.param({"content": "x", "nonce": "n" * 26}, "nonce has 26", id="nonce"),
        pytest.param({"embeds": [{"title": "x" * 257}]}, "title has 257", id="title"),
        pytest.param({"embeds": [{"description": "x" * 4097}]}, "description has 4097", id="description"),
        pytest.param({"embeds": [{"description": "x" * 3001}] * 2}, "6002 characters together", id="all embeds"),
        pytest.param({"embeds": [{"title": "x"}] * 11}, "embeds has 11", id="number of embeds"),
        pytest.param({"embeds": [{"footer": {"text": "x" * 2049}}]}, "footer.text has 2049", id="footer"),
        pytest.param({"embeds": [{"fields": [{"name": "", "value": "x"}]}]}, "name has 0", id="empty field name"),
        pytest.param({"embeds": [{"fields": [{"name": "x", "value": ""}]}]}, "value has 0", id="empty field value"),
        pytest.param({"embeds": [{"fields": [{"name": "x", "value": "y"}] * 26}]}, "fields has 26", id="fields"),
        pytest.param(with_buttons(*[[button(custom_id=f"c{row}")] for row in range(6)]), "components has 6", id="rows"),
        pytest.param(
            with_buttons([button(custom_id=f"c{at}") for at in range(6)]), "has 6 entries", id="buttons a row"
        ),
        pytest.param(with_buttons([button(), button()]), "is used twice", id="one id twice"),
        pytest.param(with_buttons([button(custom_id="c" * 101)]), "custom_id has 101", id="custom_id"),
        pytest.param(with_buttons([button(label="x" * 81)]), "label has 81", id="label"),
        pytest.param(with_buttons([button(label="")]), "neither a label nor an emoji", id="nothing on the button"),
        pytest.param(with_buttons([button(style=5, url="")]), "url has 0", id="a link button without address"),
        pytest.param({"content": "", "embeds": []}, "the message is empty", id="empty"),
    ],
)
def test_what_discord_would_refuse_is_named(payload: dict[str, Any], fault: str) -> None:
    found = limits.message_faults(payload)
    assert len(found) == 1
    assert fault in found[0]


def test_what_just_fits_passes() -> None:
    embed = {"title": "x" * 256, "description": "x" * 4096, "footer": {"text": "x" * 1648}}
    rows = [[button(custom_id=f"{row}-{at}" + "c" * 97) for at in range(5)] for row in range(5)]
    payload = {**with_buttons(*rows), "content": "x" * 2000, "embeds": [embed], "nonce": "n" * 25}
    assert limits.message_faults(payload) == ()


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        pytest.param({"name": ""}, "thread name has 0", id="no name"),
        pytest.param({"name": "x" * 101}, "thread name has 101", id="name"),
        pytest.param({"name": "x", "auto_archive_duration": 5}, "auto_archive_duration", id="archiving"),
        pytest.param({"name": "x", "applied_tags": ["1"] * 6}, "applied_tags has 6", id="tags"),
        pytest.param({"name": "x", "message": {"content": ""}}, "the message is empty", id="empty forum post"),
    ],
)
def test_threads_have_limits_too(payload: dict[str, Any], fault: str) -> None:
    (found,) = limits.thread_faults(payload)
    assert fault in found


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param({"name": "Tocsin"}, "lower case", id="capitals"),
        pytest.param({"description": ""}, "description has 0", id="no description"),
        pytest.param({"options": [{"name": "a", "description": "x" * 101}]}, "has 101", id="long description"),
        pytest.param({"options": [{"name": f"o{n}", "description": "x"} for n in range(26)]}, "has 26", id="options"),
        pytest.param(
            {"options": [{"name": "a", "description": "x"}, {"name": "b", "description": "x", "required": True}]},
            "required options come before",
            id="order",
        ),
        pytest.param(
            {
                "options": [
                    {
                        "name": "a",
                        "description": "x",
                        "autocomplete": True,
                        "choices": [{"name": "x", "value": "x"}],
                    }
                ]
            },
            "either choices or autocomplete",
            id="both",
        ),
        pytest.param(
            {
                "options": [
                    {
                        "name": f"o{number}",
                        "description": "x" * 100,
                        "choices": [{"name": "x" * 100, "value": "x" * 100}] * 2,
                    }
                    for number in range(20)
                ]
            },
            "in all",
            id="in all",
        ),
    ],
)
def test_commands_have_limits_too(change: dict[str, Any], fault: str) -> None:
    (found,) = limits.command_faults({"name": "tocsin", "description": "Alerts", **change})
    assert fault in found


def test_the_table_is_nowhere_wider_than_discords_document() -> None:
    shared_path(contract.SPEC)
    spec = contract.document()
    assert spec is not None
    schemas = spec["components"]["schemas"]

    def limit(schema: str, key: str, word: str) -> int:
        return int(schemas[schema]["properties"][key][word])

    assert limit("MessageCreateRequest", "content", "maxLength") >= limits.CONTENT
    assert limit("MessageCreateRequest", "embeds", "maxItems") >= limits.EMBEDS
    assert limit("RichEmbed", "title", "maxLength") >= limits.TITLE
    assert limit("RichEmbed", "description", "maxLength") >= limits.DESCRIPTION
    assert limit("RichEmbed", "fields", "maxItems") >= limits.FIELDS
    assert limit("RichEmbedField", "name", "maxLength") >= limits.FIELD_NAME
    assert limit("RichEmbedField", "value", "maxLength") >= limits.FIELD_VALUE
    assert limit("RichEmbedFooter", "text", "maxLength") >= limits.FOOTER
    assert limit("RichEmbedAuthor", "name", "maxLength") >= limits.AUTHOR
    assert limit("ButtonComponentForMessageRequest", "custom_id", "maxLength") >= limits.CUSTOM_ID
    assert limit("ButtonComponentForMessageRequest", "label", "maxLength") >= limits.BUTTON_LABEL
    assert limit("CreateTextThreadWithMessageRequest", "name", "maxLength") >= limits.THREAD_NAME
    assert limit("ApplicationCommandUpdateRequest", "options", "maxItems") >= limits.COMMAND_OPTIONS
