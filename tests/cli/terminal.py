"""``tocsin`` as a process of its own, in a folder of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds; far more than any of it takes on a busy machine


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def sentences(self) -> list[str]:
        """What was written for the user, line by line, when something was wrong."""
        return self.err.splitlines()


async def tocsin(*arguments: str, folder: Path, given: str = "", **environment: str) -> Ended:
    """Run ``tocsin ARGUMENTS`` in ``folder`` and wait for its end. No variable of the test run's own reaches it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TOCSIN_", "COV_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"} | environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate(given.encode())
    return Ended(process.returncode or 0, out.decode(), err.decode())


def files(folder: Path) -> list[str]:
    """Return the names of what is in a folder now."""
    return sorted(path.name for path in folder.iterdir())
