"""The bodies of posts, and what follows a message into its thread: the parts that did not fit, and pictures.

Each further part is a step of the outbox's own, with a key of its own: after an unclear end it is looked for like any
message. A picture carries its key in the name of its file, since an upload has no metadata.
"""

from __future__ import annotations

from typing import Any

from adapters.slack.calls import Call
from adapters.slack.limits import Json
from adapters.slack.render import Part, Rendered
from bot.message import Image
from bot.ports import Place
from rules.sanitise import one_line, shorten

EVENT_TYPE = "tocsin_delivery"
ALT_LIMIT = 1_000  # characters


def further_parts(rendered: Rendered) -> tuple[Part | Image, ...]:
    """Return what follows the message, in order."""
    return (*rendered.overflow, *rendered.images)


def payload(place: Place, part: Part, delivery: Json, thread: str | None) -> dict[str, Any]:
    """Return the body of chat.postMessage; ``delivery`` travels in the metadata."""
    body: dict[str, Any] = {
        "channel": place.channel,
        "text": part.text,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": delivery},
    }
    if part.blocks:
        body["blocks"] = list(part.blocks)
    if thread is not None:
        body["thread_ts"] = thread
    return body


def upload(place: Place, root: str, image: Image, key: str) -> Call:
    """Return the call that puts a picture into a thread."""
    alt = shorten(one_line(image.alt), ALT_LIMIT)
    stem, _, ending = image.name.rpartition(".")
    name = f"{stem}-{key}.{ending}"
    return lambda api: api.files_upload_v2(
        filename=name, content=image.png, title=alt, alt_txt=alt, channel=place.channel, thread_ts=root
    )


def in_words(image: Image) -> Part:
    """Return what stands in the place of a picture that Slack does not take."""
    text = shorten(f"Picture that could not be uploaded: {one_line(image.alt)}", ALT_LIMIT)
    block: Json = {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}}
    return Part(text="A picture could not be uploaded", blocks=(block,))


def carries(found: Json, key: str) -> bool:
    """Tell whether a message of ours is the delivery ``key``, or the picture of that key."""
    metadata = found.get("metadata") or {}
    delivery = metadata.get("event_payload") or {}
    if metadata.get("event_type") == EVENT_TYPE and delivery.get("delivery_id") == key and "part" not in delivery:
        return True
    return any(f"-{key}." in str(file.get("name") or "") for file in found.get("files") or ())
