"""``tocsin.yaml``: what an operator decides, checked as a whole before anything starts.

Unknown keys are refused with a guess, every fault is reported with its line and column, and secrets never stand
here: they come from the environment or from a file that only its owner can read (``bot.credentials``).
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from bot import duration
from bot.errors import ConfigError
from bot.ports import Place
from bot.ringing.holding import QuietBehaviour
from bot.secret import without_secrets
from bot.store import address
from bot.telling.layout import Layout
from rules import strictyaml
from rules.errors import Fault, FaultsError
from rules.model import Severity

DEFAULT_NAME = "tocsin.yaml"
EXAMPLE = """version: 1
rules: [pack:us-forces-europe]
feeds:
  - url: https://example.org/feed.xml
    outlet: Example
channels:
  - platform: console
    channel: desk
    topics: [us-forces-europe]
"""


def _read_duration(value: object, info: ValidationInfo) -> object:
    is_from_file = bool(info.context)  # there a bare number is a guess at the unit; in code it is seconds
    return value if isinstance(value, float) and not is_from_file else _read(value, duration.seconds, "TC151")


def _read_size(value: object) -> object:
    return _read(value, duration.size, "TC152")


def _read(value: object, reader: Any, code: str) -> object:
    if not isinstance(value, str):
        value = str(value)
    try:
        return reader(value)
    except ValueError as error:
        raise PydanticCustomError("form", "{why}", {"why": str(error), "code": code}) from None


def _read_url(value: object) -> object:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        is_address = parts is not None and parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # a bracket or a port that is none
        is_address = False
    if not is_address:
        shown = without_secrets(str(value))
        raise PydanticCustomError(
            "url", "{why}", {"why": f'"{shown}" is no web address; write it with https://', "code": "TC153"}
        )
    return value


def _read_id(value: object) -> object:
    """Take ids of digits also where YAML reads them as a number: Discord's are."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _read_time(value: object) -> object:
    if isinstance(value, time):
        return value
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", str(value).strip())
    if found is None:
        why = f'"{value}" is no time of day; write hours and minutes, like 08:00 or 22:30'
        raise PydanticCustomError("time", "{why}", {"why": why, "code": "TC159"})
    return time(int(found[1]), int(found[2]))


def _read_zone(value: object) -> object:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        why = f'"{value}" is no time zone; write one like Europe/Berlin or UTC'
        raise PydanticCustomError("zone", "{why}", {"why": why, "code": "TC161"}) from None


def _read_listen(value: object) -> object:
    found = re.fullmatch(r"(\[[0-9a-f:]+\]|[\w.-]+):(\d{1,5})", str(value))
    if found is None or int(found[2]) > 65535:
        why = f'"{value}" is no address to listen on; write host and port, like 127.0.0.1:8480'
        raise PydanticCustomError("listen", "{why}", {"why": why, "code": "TC163"})
    return value


def _address(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


Duration = Annotated[float, BeforeValidator(_read_duration), Field(gt=0)]
Wait = Annotated[float, BeforeValidator(_read_duration), Field(ge=0)]
LocalTime = Annotated[time, BeforeValidator(_read_time)]
Zone = Annotated[ZoneInfo, BeforeValidator(_read_zone)]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Days = Annotated[tuple[Day, ...], Field(min_length=1, strict=False)]
Size = Annotated[int, BeforeValidator(_read_size), Field(gt=0)]
Url = Annotated[str, BeforeValidator(_read_url)]
PlatformId = Annotated[str, BeforeValidator(_read_id)]


class Section(BaseModel):
    """Common to all sections: unknown keys are faults, values never change.

    Only a section that is checked on its own is built on its own: ``Config`` builds all of its parts in one go. So the
    defaults of its parts are made without a check, which costs as much as all the rest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Feed(Section):
    """One feed to poll."""

    url: Url
    outlet: str = ""  # empty: the feed's own title
    lang: str | None = Field(default=None, pattern=r"^[a-z]{2,3}$")
    tier: int | None = Field(default=None, ge=1, le=3)
    every: Duration | None = None


class Polling(Section):
    """How feeds are asked (FIELD section 9 has the defaults and whom they come from)."""

    every: Duration = 600.0
    timeout: Duration = 15.0
    max_body: Size = 5 * 1024 * 1024
    freshness: Duration = 96 * 3600.0
    articles: bool = True  # fetch the page when the entry holds only a summary
    page_pace: Annotated[float, BeforeValidator(_read_duration), Field(ge=0)] = 2.0  # between two pages of one host
    workers: int = Field(default=16, ge=1, le=256)
    parsers: int = Field(default_factory=lambda: min(2, os.cpu_count() or 1), ge=1, le=16)  # processes that read feeds
    contact: str = ""  # put into the User-Agent, so that a publisher can reach you
    allow_private: tuple[str, ...] = Field(default=(), strict=False)  # hosts on private networks that may be polled


class Delivery(Section):
    """How messages are paced."""

    pace: Annotated[float, BeforeValidator(_read_duration), Field(ge=0)] = 1.0  # between two posts to a channel
    group_wait: Wait = 60.0  # a story's first message waits so long for what belongs to it
    update_interval: Wait = 300.0  # between two messages about one story
    story_window: Duration = 7 * 86400.0  # silence after which a story gets a new thread


class Platform(Section):
    """A chat platform; its tokens come from the environment."""

    enabled: bool = True
    api_url: Url | None = None


class RoleGrants(Section):
    """Who is admin or editor in a workspace beside those whom the platform's own permissions make one."""

    workspace: PlatformId = Field(min_length=1)
    admins: tuple[PlatformId, ...] = Field(default=(), strict=False)  # Slack: users, user groups; Discord: roles, users
    editors: tuple[PlatformId, ...] = Field(default=(), strict=False)


class Slack(Platform):
    """Slack: how its events come in, and whether workspaces install the app themselves."""

    mode: Literal["socket", "http"] = "socket"
    listen: Annotated[str, BeforeValidator(_read_listen)] = "127.0.0.1:8481"  # for http and for installations
    public_url: Url | None = None  # where browsers reach it; set, workspaces install the app through OAuth
    installations: str = "var/slack-installations.db"  # their tokens; mode 0600
    workspaces: tuple[str, ...] = Field(default=(), strict=False)  # the only ones that may install; empty: all
    roles: tuple[RoleGrants, ...] = Field(default=(), strict=False)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return _address(self.listen)


class Discord(Platform):
    """Discord: how many connections it takes, and roles of our own."""

    sharded: bool = False  # several connections; needed from 2,500 servers on
    publish: bool = False  # in announcement channels, to the servers that follow them
    roles: tuple[RoleGrants, ...] = Field(default=(), strict=False)


class Console(Section):
    """Alerts printed where Tocsin runs."""

    enabled: bool = False
    width: int | None = Field(default=None, ge=40, le=400)


class Web(Section):
    """The web page, and health, readiness and figures for monitors."""

    enabled: bool = True
    listen: Annotated[str, BeforeValidator(_read_listen)] = "127.0.0.1:8480"
    public_url: Url | None = None  # under which browsers reach it, where that is not this machine's own name

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return _address(self.listen)


class Quiet(Section):
    """Quiet hours of a channel, in its time zone; none without ``start`` and ``end``."""

    start: LocalTime | None = None
    end: LocalTime | None = Field(default=None, validate_default=True)  # before ``start``: on the next day
    days: Days = get_args(Day)  # those on which they begin
    behaviour: QuietBehaviour = Field(default=QuietBehaviour.CRITICAL, strict=False)

    @field_validator("end")
    @classmethod
    def _has_both(cls, value: time | None, info: ValidationInfo) -> time | None:
        if (value is None) != (info.data.get("start") is None):
            why = "quiet hours need both start and end, like {start: 22:00, end: 07:00}"
            raise PydanticCustomError("quiet", "{why}", {"why": why, "code": "TC162"})
        return value


class Digest(Section):
    """When a channel gets what did not ring at once, in one message; nothing is posted where there is nothing."""

    at: LocalTime = time(8, 0)
    days: Days = ("mon", "tue", "wed", "thu", "fri")
    only: bool = False  # nothing rings: all of it comes in the digest


class Spot(Section):
    """A channel of a platform."""

    platform: Literal["console", "slack", "discord"]
    workspace: PlatformId = ""  # Slack team, Discord guild; none on the console
    channel: PlatformId = Field(min_length=1)

    @property
    def place(self) -> Place:
        """The channel as messages are addressed to it."""
        return Place(platform=self.platform, workspace=self.workspace, channel=self.channel)


class AdminChannel(Spot):
    """Where Tocsin tells about itself: failing feeds, refused rules, messages that could not be delivered."""


class Channel(Spot):
    """A channel with its subscriptions, fixed here rather than by ``/tocsin subscribe``."""

    workspace: PlatformId = Field(default="", validate_default=True)
    topics: tuple[str, ...] = Field(min_length=1, strict=False)
    severity: Severity = Field(default=Severity.NOTICE, strict=False)
    threads: Literal["broadcast", "thread", "channel", "edit"] = "broadcast"
    timezone: Zone = ZoneInfo("UTC")
    quiet: Quiet = Quiet.model_construct()
    digest: Digest = Digest.model_construct()
    cap: int = Field(default=20, ge=1, le=1000)  # posts an hour; the rest waits for the digest
    layout: Layout = Field(default=Layout.FULL, strict=False)

    @field_validator("workspace")
    @classmethod
    def _has_workspace(cls, value: str, info: ValidationInfo) -> str:
        kind = {"slack": "Slack team id (T…)", "discord": "Discord server id"}.get(info.data.get("platform", ""))
        if kind and not value:
            raise PydanticCustomError(
                "workspace", "{why}", {"why": f"workspace is missing: the {kind} of this channel", "code": "TC154"}
            )
        return value


class Config(Section):
    """The whole of ``tocsin.yaml``. Relative paths are taken from the file's folder."""

    version: Literal[1]
    database: str = "var/tocsin.db"
    rules: tuple[str, ...] = Field(default=("rules",), min_length=1, strict=False)
    lexicon: tuple[str, ...] = Field(default=(), strict=False)
    secrets_file: str = ".env"
    feeds: tuple[Feed, ...] = Field(default=(), strict=False)
    channels: tuple[Channel, ...] = Field(default=(), strict=False)
    admin_channels: tuple[AdminChannel, ...] = Field(default=(), strict=False)
    polling: Polling = Polling.model_construct()
    delivery: Delivery = Delivery.model_construct()
    console: Console = Console.model_construct()
    slack: Slack = Slack.model_construct()
    discord: Discord = Discord.model_construct()
    web: Web = Web.model_construct()

    @field_validator("database")
    @classmethod
    def _holds_no_password(cls, value: str) -> str:
        if address.is_server(value) and address.has_password(value):
            why = "a password does not belong here; put it, or the whole address, into the environment"
            names = f"PGPASSWORD or {address.VARIABLE}"
            raise PydanticCustomError("password", "{why}", {"why": f"{why} ({names})", "code": "TC164"})
        return value

    @field_validator("feeds")
    @classmethod
    def _has_no_twins(cls, value: tuple[Feed, ...]) -> tuple[Feed, ...]:
        counts = Counter(feed.url for feed in value)
        twins = ", ".join(without_secrets(url) for url, count in counts.items() if count > 1)
        if twins:
            raise PydanticCustomError(
                "twin", "{why}", {"why": f"listed more than once: {twins}; keep one of each", "code": "TC155"}
            )
        return value


def load(path: Path) -> Config:
    """Read and check a configuration file. Raises ConfigError with every fault found."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        text = "there is no such file; `tocsin init` makes one, or name another with --config"
        raise ConfigError([Fault(file=str(path), text=text, code="TC150")]) from None
    except OSError as error:
        text = f"it cannot be read: {error.strerror}"
        raise ConfigError([Fault(file=str(path), text=text, code="TC150")]) from None
    return check(raw, str(path))


def check(raw: bytes, name: str) -> Config:
    """Check the bytes of a configuration file. Raises ConfigError with every fault found."""
    try:
        document = strictyaml.parse(strictyaml.decode(raw, name), name)
    except FaultsError as error:
        raise ConfigError(error.faults) from None
    try:
        return Config.model_validate(document.value if document.value is not None else {}, context={"file": name})
    except ValidationError as error:
        faults = strictyaml.faults_from_validation(document, error, model=Config, nouns={"every": "duration"})
        raise ConfigError(faults) from None


def find_place(name: str, steps: Sequence[str | int]) -> tuple[int, int]:
    """Return line and column of a value in a configuration file, for faults seen later; zeros when it is no file."""
    try:
        document = strictyaml.parse(strictyaml.decode(Path(name).read_bytes(), name), name)
    except (OSError, FaultsError):
        return 0, 0
    return document.position(steps)
