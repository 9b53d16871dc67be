"""What the application needs from its edges. The consumer owns these interfaces; adapters fill them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.message import Line, Message, Reply


class Clock(Protocol):
    """Wall and monotonic time."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""

    def monotonic(self) -> float:
        """Return seconds on a clock that never goes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What the server told us to send back with the next conditional GET."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A successful answer. ``status`` is 200 or 304; with 304 the body is empty.

    ``url`` is where the body came from after redirects; ``permanent_url`` is set when every hop was a 301
    or 308. ``headers`` have lower-case names.
    """

    url: str
    status: int
    body: bytes
    headers: dict[str, str]
    validators: Validators
    permanent_url: str | None = None
    elapsed: float = 0.0  # seconds


class Fetcher(Protocol):
    """HTTP GET with limits, timeouts and a check of the real address at connect time."""

    async def fetch(self, url: str, validators: Validators | None = None) -> Fetched:
        """Fetch ``url``. Raises FetchError; never returns another status than 200 or 304."""

    async def close(self) -> None:
        """Release connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed as parsed: plain text, absolute http(s) link or an empty string, aware UTC date or None.

    ``guid`` is the feed's own id or an empty string. ``content`` is the longest text that the feed carries,
    ``summary`` its summary; either may be empty. ``date_text`` keeps the original string of the date.
    """

    guid: str
    url: str
    title: str
    summary: str
    content: str
    published: datetime | None
    updated: datetime | None = None
    date_text: str = ""
    lang: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """A feed as parsed. ``problems`` are sentences about what was mended or ignored.

    ``ttl`` is the feed's own wish for the time between polls in seconds, or None. ``seen`` are the hashes of
    the raw entries (delta parsing): hand them back to the next parse.
    """

    title: str
    entries: tuple[Entry, ...]
    lang: str | None = None
    ttl: float | None = None
    site_url: str = ""
    problems: tuple[str, ...] = ()
    total_entries: int = 0  # entries in the body, those skipped as already seen included
    seen: frozenset[bytes] = field(default_factory=frozenset)
    skip_hours: frozenset[int] = frozenset()  # UTC hours in which the feed says it never changes
    skip_days: frozenset[int] = frozenset()  # 0 is Monday


class FeedParser(Protocol):
    """Bytes to entries, outside of the event loop and killable."""

    async def parse(
        self, url: str, body: bytes, *, content_type: str = "", seen: frozenset[bytes] = frozenset()
    ) -> ParsedFeed:
        """Parse ``body``. Entries whose raw hash is in ``seen`` are left out. Raises ParseError."""

    async def close(self) -> None:
        """End the children."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The main text of a page, paragraphs separated by a newline."""

    text: str
    title: str = ""
    lang: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """A feed that answers and parses. ``declared`` says whether the page itself named it."""

    url: str
    feed: ParsedFeed
    declared: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFeed:
    """A feed of a list that feed readers exchange."""

    url: str
    title: str = ""
    lang: str | None = None


class FeedWeb(Protocol):
    """What asks the web for feeds, and reads and writes lists of them (OPML)."""

    async def find(self, url: str) -> tuple[FoundFeed, ...]:
        """Return the feed at an address, or the feeds of a page. Raises FetchError or ParseError."""

    def read_list(self, body: bytes, name: str) -> tuple[tuple[ListedFeed, ...], tuple[str, ...]]:
        """Return the feeds of a list, and what was left out. Raises ParseError for no list."""

    def write_list(self, feeds: Iterable[ListedFeed], title: str) -> str:
        """Return feeds as a list."""


class ArticleReader(Protocol):
    """The main text of an article page."""

    async def read(self, url: str) -> Article:
        """Fetch the page and take its main text. Raises FetchError or ParseError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where to post: a channel of a workspace or guild on a platform, all as the platform's own ids."""

    platform: str
    workspace: str
    channel: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.workspace}:{self.channel}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """The platform's handle of a message. ``thread`` is what replies are addressed to (Slack: the parent's ts;
    Discord: the thread's channel id, equal to the parent's message id).
    """

    message: str
    thread: str | None = None
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """A later part of a message that one post does not hold. ``part`` counts from 1, ``first`` names part 0."""

    part: int
    first: str


class Messenger(Protocol):
    """Posts to one platform. Every method raises DeliveryError with a reason, and nothing else, on failure."""

    platform: str

    async def parts(self, message: Message, *, broadcast: bool = False) -> int:
        """Return in how many posts ``message`` goes out: always the same number for the same message."""

    async def post(
        self,
        place: Place,
        message: Message,
        *,
        key: str,
        thread: str | None = None,
        broadcast: bool = False,
        further: Further | None = None,
    ) -> Posted:
        """Post ``message``, or with ``further`` a later part of it, once. ``key`` (<= 25 characters) is our delivery
        id, another for each part, and travels with the message so that ``find`` can see it. With ``thread``, post as a
        reply there; ``broadcast`` shows the reply in the channel too. Without ``thread`` the returned handle names the
        thread that replies, and further parts, will go to.
        """

    async def edit(self, place: Place, posted: Posted, message: Message) -> None:
        """Replace the content of an own message."""

    async def find(
        self, place: Place, key: str, *, thread: str | None = None, since: datetime, further: Further | None = None
    ) -> Posted | None:
        """Look for an own message, or a later part of one, that carries ``key``: asked only after an ambiguous end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file on a platform. ``size`` is what the platform says, in bytes; look at it before ``read``.

    ``read`` fetches the content, and raises DeliveryError when the platform does not give it.
    """

    name: str
    size: int
    read: Callable[[], Awaitable[bytes]]


FindFile = Callable[[str], Awaitable[Attached]]
"""Takes the link or id of a file on the platform. Raises DeliveryError, in words for the one who gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """A channel as a subscription would find it: the caller's role there, and what Tocsin lacks to post there.

    ``missing`` are sentences, each with what to do about it; none where everything is there.
    """

    place: Place
    role: str
    missing: tuple[str, ...] = ()


LookAt = Callable[[str], Awaitable[Prospect]]
"""Takes the platform's id of a channel. Raises DeliveryError, in words for the one who asks, where there is none."""

OpenDirect = Callable[[], Awaitable[Place]]
"""Returns where the caller's direct messages go. Raises DeliveryError, in words, where the caller takes none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who runs a command, and where. ``role`` is reader, editor or admin as mapped by the adapter.

    ``files`` came with the command; ``find_file`` looks up one that was named in its words, where a platform can.
    ``look_at`` tells of another channel, ``direct`` of the caller's direct messages, where the platform can.
    """

    place: Place
    user: str
    user_name: str
    role: str = "reader"
    files: tuple[Attached, ...] = ()
    find_file: FindFile | None = None
    look_at: LookAt | None = None
    direct: OpenDirect | None = None


CommandHandler = Callable[[Caller, str], Awaitable[Reply]]
"""Takes the caller and the words after ``/tocsin``; never raises for a user's mistake."""

ButtonHandler = Callable[[Caller, str, str], Awaitable[Reply]]
"""Takes the caller, the button's action and its value."""


FirstTime = Callable[[str], Awaitable[bool]]
"""Takes the platform's own id of an event; tells whether it is new, and remembers it across restarts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One thing that a form asks for. ``choices`` pair each value with what is shown for it; ``value`` is filled in.

    ``is_long`` takes several lines; ``limit`` is in code points. ``is_file`` takes one file; it comes with the caller.
    """

    name: str
    label: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    value: str = ""
    required: bool = False
    is_long: bool = False
    limit: int = 300
    is_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A command as a form to fill in. ``command`` comes back with what was filled in, by field name."""

    command: str
    title: str
    fields: tuple[FormField, ...]
    submit: str = "Save"


class Forms(Protocol):
    """Commands that may be given by filling in a form."""

    def asks(self, words: str) -> bool:
        """Tell whether these words ask for a form rather than for an answer; at once, without looking anything up."""

    async def open(self, caller: Caller, words: str) -> Form | None:
        """Return the form, filled in with what is known; None when there is none for this caller."""

    async def submit(self, caller: Caller, command: str, values: Mapping[str, str]) -> Reply:
        """Run what was filled in; the caller's role is checked as for a typed command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeChannel:
    """What a channel follows and how it is, for the page of those who are in it."""

    place: Place
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The page that a platform gives an app for itself."""

    health: Message
    channels: tuple[HomeChannel, ...]
    alerts: Message


HomePage = Callable[[Caller, Collection[str]], Awaitable[Home]]
"""Takes the caller and the ids of the channels that they are in, which are the only ones to be shown."""


class PlaceChange(StrEnum):
    """What became of a channel, as the platform tells without being asked."""

    GONE = "gone"  # deleted, archived, or the bot was removed
    BACK = "back"  # there again, or the bot may post again


PlaceHandler = Callable[[Collection[Place], PlaceChange, str], Awaitable[None]]
"""Takes places (an empty channel stands for the whole workspace), what became of them, and the platform's word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """Who has a role in a workspace beside those whom the platform's own permissions give it: users, groups, roles."""

    admins: frozenset[str] = frozenset()
    editors: frozenset[str] = frozenset()


class Gateway(Protocol):
    """The live connection that brings commands and button presses in."""

    platform: str

    async def run(self) -> None:
        """Connect and serve until cancelled; reconnect by itself. Raises DeliveryError(TOKEN_REFUSED) when refused."""

    async def close(self) -> None:
        """Disconnect."""
