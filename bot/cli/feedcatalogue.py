"""``tocsin feeds catalogue``: feeds to choose from; needs neither network nor database, and loads neither."""

from __future__ import annotations

import argparse

from bot.cli.saying import say
from bot.feeds import catalogue


def search_catalogue(args: argparse.Namespace) -> int:
    """Print the feeds of the catalogue in which all words occur; 1 when there is none."""
    found = catalogue.search(catalogue.load(), args.words)
    for feed in found:
        if args.json:
            say(feed.model_dump_json())
            continue
        about = f"{feed.lang}, tier {feed.tier}, {feed.kind}: {' '.join(feed.topics)}"
        say(f"{feed.outlet}  [{about}]  {feed.status}\n    {feed.url}")
    if not args.json:
        say(f"{len(found)} feeds. Add one with `tocsin feeds add URL`.")
    return 0 if found else 1
