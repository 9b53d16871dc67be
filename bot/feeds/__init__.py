"""Feeds: polled when due, fetched, read into items; what is known of each and how each is."""
