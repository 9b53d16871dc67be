"""``tocsin`` and ``python -m bot``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from bot import heap

OURS = "tocsin"
PACKAGES = ("bot", "adapters", "rules")


def foreign_owners(packages: Iterable[str] = PACKAGES, path: Iterable[str] | None = None) -> list[str]:
    """Return ``package (distribution)`` for each of our package names that another distribution also installs.

    Reads the lists of installed files as they are: ``importlib.metadata`` takes five times as long to parse them.
    """
    found = set()
    for folder in dict.fromkeys(sys.path if path is None else path):
        for info in _infos(folder):
            owner = info.name.partition("-")[0]
            listed = b"\n" + b"".join(_text(info.path, name) for name in ("RECORD", "installed-files.txt"))
            top = _text(info.path, "top_level.txt").split()
            if owner.lower() != OURS:
                found |= {
                    f"{package} ({owner})"
                    for package in packages
                    if package.encode() in top or f"\n{package}/".encode() in listed
                }
    return sorted(found)


def _infos(folder: str) -> list[os.DirEntry[str]]:
    try:
        return [entry for entry in os.scandir(folder or ".") if entry.name.endswith((".dist-info", ".egg-info"))]
    except OSError:  # no such folder, or a zip file
        return []


def _text(folder: str, name: str) -> bytes:
    try:
        with open(f"{folder}/{name}", "rb") as file:  # noqa: PTH123 - pathlib takes as long to load as this all
            return file.read()
    except OSError:
        return b""


def main() -> None:
    """Refuse to run with mixed-up packages, then hand over to the command line."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else it looks for some in every installed package
    # Reading every installed package's list of files is not for `--help`: asked before anything is served.
    foreign = foreign_owners() if sys.argv[1:2] in (["run"], ["worker"], ["demo"]) else []
    if foreign:
        sys.exit(f"tocsin: other packages share our names here: {', '.join(foreign)}; install Tocsin on its own")
    heap.load()
    try:
        from bot.cli.main import main as run

        sys.exit(run())
    except KeyboardInterrupt:  # while modules were still loading
        sys.stderr.write("stopped\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
