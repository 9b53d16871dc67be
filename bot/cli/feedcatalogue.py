"""``tocsin feeds catalogue``: feeds to choose from; needs neither network nor database, and loads neither."""

from __future__ import annotations

import argparse
import sys

from bot import catalogue


def search_catalogue(args: argparse.Namespace) -> int:
    """Print the feeds of the catalogue in which all words occur; 1 when there is none."""
    found = catalogue.search(catalogue.load(), args.words)
    for feed in found:
        if args.json:
            _write(feed.model_dump_json())
            continue
        about = f"{feed.lang}, tier {feed.tier}, {feed.kind}: {' '.join(feed.topics)}"
        _write(f"{feed.outlet}  [{about}]  {feed.status}\n    {feed.url}")
    if not args.json:
        _write(f"{len(found)} feeds. Add one with `tocsin feeds add URL`.")
    return 0 if found else 1


def _write(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")
