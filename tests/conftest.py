"""Where the tests' files go: into memory where there is room for them, since every commit of a database waits for its
disk (``synchronous=FULL``). A kill loses nothing there either; only a power cut would, and none is tested.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 2 << 30  # bytes


def pytest_configure() -> None:
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    if has_room:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
