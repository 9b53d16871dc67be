"""The catalogue of feeds that ships with Tocsin: seeds/feeds.yaml, a list to choose from, never polled by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import ConfigError
from rules import strictyaml
from rules.errors import Fault, FaultsError

SHIPPED: Final = Path(__file__).resolve().parents[1] / "catalogue.yaml"  # where the wheel puts it
_SOURCE: Final = SHIPPED.parent.parent / "seeds" / "feeds.yaml"
CATALOGUE: Final = SHIPPED if SHIPPED.exists() else _SOURCE


class CatalogueFeed(BaseModel):
    """One feed to choose. ``tier`` 1 is a primary source or wire, 2 a quality outlet or institute, 3 the rest."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    url: str = Field(pattern=r"^https?://[^\s]+$")
    outlet: str = Field(min_length=1)
    lang: str = Field(pattern=r"^[a-z]{2}$")
    tier: int = Field(ge=1, le=3)
    kind: Literal["official", "parliament", "wire", "media", "institute"]
    topics: tuple[str, ...] = Field(min_length=1, strict=False)
    status: str = Field(pattern=r"^(unverified|verified \d{4}-\d{2}-\d{2}|failed \d{4}-\d{2}-\d{2}: \w+)$")


class Catalogue(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    version: Literal[1]
    feeds: tuple[CatalogueFeed, ...] = Field(strict=False)


def load(path: Path = CATALOGUE) -> tuple[CatalogueFeed, ...]:
    """Read the catalogue. Raises ConfigError with every fault found."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError([Fault(file=str(path), text=f"it cannot be read: {error.strerror}", code="TC160")]) from None
    try:
        document = strictyaml.parse(strictyaml.decode(raw, str(path)), str(path))
    except FaultsError as error:
        raise ConfigError(error.faults) from None
    try:
        return Catalogue.model_validate(document.value).feeds
    except ValidationError as error:
        raise ConfigError(strictyaml.faults_from_validation(document, error, model=Catalogue)) from None


def search(feeds: Iterable[CatalogueFeed], words: Iterable[str]) -> tuple[CatalogueFeed, ...]:
    """Return the feeds in which every word occurs: in outlet, address, topics, kind or language."""
    wanted = [word.casefold() for word in words]

    def text(feed: CatalogueFeed) -> str:
        return " ".join(
            (feed.outlet, feed.url, *feed.topics, feed.kind, f"lang:{feed.lang}", f"tier:{feed.tier}")
        ).casefold()

    return tuple(feed for feed in feeds if all(word in text(feed) for word in wanted))


def with_status(text: str, results: dict[str, str], today: date) -> str:
    """Return the catalogue's text with a new status for each address in ``results`` ("" for one that answers).

    Comments and order stay: only the ``status`` line that follows an address is replaced.
    """
    lines = text.split("\n")
    current = ""
    for number, line in enumerate(lines):
        address = re.match(r"\s*-?\s*url:\s*(\S+)\s*$", line)
        if address:
            current = address.group(1).strip("\"'")
        found = re.match(r"(\s*status:\s*)", line)
        if found and current in results:
            code = results[current]
            status = f'"failed {today.isoformat()}: {code}"' if code else f"verified {today.isoformat()}"
            lines[number] = found.group(1) + status
    return "\n".join(lines)
