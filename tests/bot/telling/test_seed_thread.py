"""What the channels read of the seed article: as it was reviewed, and nothing that is not in the article.

Set UPDATE_GOLDEN=1 to write the golden files anew, then run ``python tools/alerts_page.py``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.message import Bullets, Message, Paragraph, Quote, Text
from bot.message import Strong as Bold
from tests.bot.telling.seed_thread import CHANNELS, open_desk, parts, seed_text
from tests.shared import ROOT

GOLDEN = ROOT / "tests" / "golden" / "seed"

# Read off the article sentence by sentence; a message says neither more nor less.
SAYS = {
    "us-forces": ["United States: withdraw 40,000–70,000 of up to 100,000 troops from Europe (expected)"],
    "peacekeeping": [
        (
            "China, on a condition: participate in peacekeeping forces for Ukraine – if peacekeeping troops are"
            " deployed on the basis of a United Nations (UN) mandate"
        ),
        "most EU members, against: grant a UN mandate to potential peacekeeping forces in advance",
        "Italy, in favour: grant a UN mandate to potential peacekeeping forces in advance",
        "Volodymyr Zelensky (Ukraine), against: China's participation",
        "Sergei Lavrov (Russia), in favour: China's participation",
    ],
}
ORIGIN = {
    "us-forces": "Origin: Welt am Sonntag, citing NATO sources (unnamed) · 1 independent origin",
    "peacekeeping": (
        "Origin: Welt am Sonntag, citing EU diplomats, sources in the Chinese government (unnamed)"
        " · 1 independent origin"
    ),
}


def claims(message: Message) -> list[str]:
    lines = [block.line for block in message.blocks if isinstance(block, Paragraph)]
    lines += [line for block in message.blocks if isinstance(block, Bullets) for line in block.lines]
    return ["".join(part.text for part in line if isinstance(part, (Text, Bold))) for line in lines]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_parent_says_what_the_article_says(tmp_path: Path, channel: str) -> None:
    with open_desk(tmp_path) as desk:
        await desk.publish("UNN", "unn")
        parent, *_ = desk.messages(channel)
        assert claims(parent) == SAYS[channel]
        said = [text for block in parent.blocks for text in _texts(block)]
        assert ORIGIN[channel] in said
        assert any(text.startswith("Credibility A3 (reliable, possibly true): Welt am Sonntag is of") for text in said)


@pytest.mark.parametrize("channel", CHANNELS)
async def test_every_quotation_is_a_whole_sentence_of_the_article(tmp_path: Path, channel: str) -> None:
    _, text = seed_text()
    with open_desk(tmp_path) as desk:
        await desk.publish("UNN", "unn")
        quoted = [
            block.text for message in desk.messages(channel) for block in message.blocks if isinstance(block, Quote)
        ]
    assert len(quoted) >= 4
    for words in quoted:
        assert words in text
        assert words.endswith(('."', "."))
        assert text[: text.index(words)].rstrip(" ").endswith((".", "\n", '."')) or text.startswith(words)


async def test_the_thread_reads_as_it_was_reviewed(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        found = await parts(desk)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(parents=True, exist_ok=True)
        for name, text in found.items():
            (GOLDEN / f"{name}.txt").write_text(text, encoding="utf-8")
    assert found == {path.stem: path.read_text(encoding="utf-8") for path in GOLDEN.glob("*.txt")}


def _texts(block: object) -> list[str]:
    line = getattr(block, "line", ())
    return ["".join(getattr(part, "text", "") for part in line)] if line else []
