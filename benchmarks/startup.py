"""How long the command line takes to start: CPU time beside a bare interpreter, and the memory at the end.

    python benchmarks/startup.py [--rounds 7]

Every round runs all commands once, so that a busy machine slows all alike; the medians count. Compiled files are kept
in a folder of their own, as an installation has them.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEED = ROOT / "seeds" / "un-mandate-and-us-withdrawal.txt"
BARE = "bare interpreter"
COMMANDS = {
    "--help": ["--help"],
    "rules --help": ["rules", "--help"],
    "completion bash": ["completion", "bash"],
    "feeds catalogue": ["feeds", "catalogue", "nato"],
    "rules check": ["rules", "check", "pack:sanctions"],
    "extract": ["extract", str(SEED)],
    "doctor --offline": ["doctor", "--offline"],
    "status": ["status"],
    "outbox list": ["outbox", "list"],
}


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        newsroom = Path(folder) / "newsroom"
        for prepare in (["init", "--yes", "--feed", "none", str(newsroom)], ["run", "--once"]):
            cwd = newsroom if newsroom.exists() else ROOT
            subprocess.run([sys.executable, "-m", "bot", *prepare], cwd=cwd, env=environment, stdout=-3, check=True)
        taken: dict[str, list[float]] = {name: [] for name in (BARE, *COMMANDS)}
        sizes: dict[str, int] = {}
        for number in range(rounds + 1):  # the first one compiles
            for name in taken:
                code = ["-c", "pass"] if name == BARE else ["-m", "bot", *COMMANDS[name]]
                seconds, size = run([sys.executable, *code], newsroom, environment)
                if number:
                    taken[name].append(seconds)
                    sizes[name] = size
    report(taken, sizes)


def run(command: list[str], folder: Path, environment: dict[str, str]) -> tuple[float, int]:
    """Return the CPU seconds of a command, and its largest size in kilobytes."""
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=-3, stderr=-3)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    assert isinstance(usage, resource.struct_rusage)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def report(taken: dict[str, list[float]], sizes: dict[str, int]) -> None:
    """Print the table, with what it comes to where a bare interpreter takes 15 ms."""
    base = statistics.median(taken[BARE])
    print(
        f"| command | CPU, ms | times {BARE} | at 15 ms for that | largest size, MB |\n| --- | --- | --- | --- | --- |"
    )
    for name, seconds in taken.items():
        ratio = statistics.median(seconds) / base
        print(f"| {name} | {1000 * ratio * base:.0f} | {ratio:.1f} | {15 * ratio:.0f} | {sizes[name] / 1000:.0f} |")


if __name__ == "__main__":
    main()
