"""Carries outbox rows to the platforms: decisions (pure), the courier (one row), the dispatcher (all lanes)."""
