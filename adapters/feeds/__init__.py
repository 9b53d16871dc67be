"""Feeds and articles: bytes from strangers to entries and main text, in children that can be killed."""
