"""Feeds to test with, written here."""

from __future__ import annotations

from collections.abc import Iterable


def rss_item(number: int, *, body: str | None = None, extra: str = "") -> str:
    return (
        f"<item><title>Statement {number}</title><link>https://gov.example/s/{number}</link>"
        f'<guid isPermaLink="false">s-{number}</guid><pubDate>Mon, 03 Aug 2026 {number % 24:02}:00:00 GMT</pubDate>'
        f"<description>{body or f'Minister number {number} spoke.'}</description>{extra}</item>"
    )


def rss(items: Iterable[str], *, head: str = "", declaration: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    channel = "<title>Government of Example</title><link>https://gov.example/</link><language>en-GB</language>"
    text = f'{declaration}<rss version="2.0"><channel>{channel}{head}{"".join(items)}</channel></rss>'
    return text.encode("utf-8")


def atom_entry(number: int) -> str:
    return (
        f'<entry><title type="html">Note &lt;b&gt;{number}&lt;/b&gt;</title><id>urn:note:{number}</id>'
        f'<link rel="alternate" href="/notes/{number}"/><updated>2026-08-0{number % 9 + 1}T10:00:00+02:00</updated>'
        f'<content type="html">&lt;p&gt;First of {number}.&lt;/p&gt;&lt;p&gt;Second.&lt;/p&gt;</content></entry>'
    )


def atom(entries: Iterable[str]) -> bytes:
    head = '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="uk"><title>Notes</title><id>urn:notes</id>'
    return f"{head}<updated>2026-08-01T00:00:00Z</updated>{''.join(entries)}</feed>".encode()
