"""Finds the reference data that is kept beside the checkout, and skips the test where it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared_root() -> Path:
    """Return the folder of reference data: $TOCSIN_SHARED, else ``shared`` beside the checkout."""
    return Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared"))


def shared_path(relative: str) -> Path:
    """Return a path below the reference data, or skip the running test (or module, at import) with a clear message."""
    path = shared_root() / relative
    if not path.exists():
        pytest.skip(f"reference data is not here: {relative} (set TOCSIN_SHARED)", allow_module_level=True)
    return path
