"""The commands about feeds, as data: admins look after what all channels hear from."""

from __future__ import annotations

from bot.commands.shape import CommandSpec, Completion, Option, Role

FEED = Option(
    name="feed",
    description="Number, address or name",
    required=True,
    positional=True,
    completion=Completion.FEED,
)
URL = Option(name="url", description="Address of a page or feed", required=True, positional=True)
PAGE = Option(name="page", description="Which page", between=(1, 200))

FEEDS: tuple[CommandSpec, ...] = (
    CommandSpec(
        name="feeds list",
        description="Every feed with its language, state and newest item",
        role=Role.ADMIN,
        options=(
            Option(name="words", description="Only feeds with these words", positional=True),
            PAGE,
        ),
        examples=("feeds list", "feeds list courier"),
    ),
    CommandSpec(
        name="feeds health",
        description="How the feeds are, those in trouble first",
        role=Role.ADMIN,
        options=(
            Option(name="all", description="Those that are well, too", choices=("true", "false")),
            PAGE,
        ),
        examples=("feeds health", "feeds health all:true"),
    ),
    CommandSpec(
        name="feeds find",
        description="The feeds behind an address",
        role=Role.ADMIN,
        options=(URL,),
        examples=("feeds find https://courier.example/",),
    ),
    CommandSpec(
        name="feeds test",
        description="What Tocsin makes of a feed: fields, dates, newest items; nothing is stored",
        role=Role.ADMIN,
        options=(URL,),
        examples=("feeds test https://courier.example/feed",),
    ),
    CommandSpec(
        name="feeds add",
        description="Poll one more feed; its first poll rings nothing",
        role=Role.ADMIN,
        options=(
            URL,
            Option(name="outlet", description="Who publishes it (default: what the feed says)"),
            Option(name="lang", description="Its language: en, de, fr, uk, …"),
            Option(name="tier", description="1 primary source, 2 quality outlet, 3 the rest", between=(1, 3)),
        ),
        examples=('feeds add https://herald.example/feed outlet:"The Herald" lang:en tier:2',),
    ),
    CommandSpec(
        name="feeds pause",
        description="Stop polling a feed; its items stay",
        role=Role.ADMIN,
        options=(FEED,),
        examples=("feeds pause 1",),
    ),
    CommandSpec(
        name="feeds resume",
        description="Poll a feed again, at once",
        role=Role.ADMIN,
        options=(FEED,),
        examples=("feeds resume 1",),
    ),
    CommandSpec(
        name="feeds import",
        description="Add the feeds of an attached OPML file, after a look at what is in it",
        role=Role.ADMIN,
        options=(Option(name="file", description="An OPML file, attached", attachment=True),),
        examples=("feeds import",),
    ),
    CommandSpec(
        name="feeds export",
        description="All feeds as an OPML file",
        role=Role.ADMIN,
        examples=("feeds export",),
    ),
)
