"""Slash commands without a platform: one grammar and one reply model, rendered twice by the adapters."""
